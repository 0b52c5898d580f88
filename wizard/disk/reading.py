"""Reads a disk image once for all rules: what it is, the disk inside, its partitions, where it holds data."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from wizard.disk.as_vhd import as_fixed_vhd
from wizard.disk.conversion.convert import needed_space
from wizard.disk.conversion.qemu_formats import look_into
from wizard.disk.conversion.qemu_img import needed_qemu_img
from wizard.disk.files.extents import Extent
from wizard.disk.files.file_access import system_path
from wizard.disk.files.window import Window
from wizard.disk.image import Image
from wizard.disk.opening import open_image
from wizard.disk.partitions.growing import bounded
from wizard.disk.partitions.partition_table import PartitionTable, read_partitions
from wizard.disk.recognise import FileKind, recognise
from wizard.disk.refused import Refusal, RefusedImage
from wizard.disk.vhd_footer import FOOTER_BYTES, Footer
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.tasks import Task

# Where a disk holds data is drawn no finer than this many stretches.
_STRETCHES_MOST: Final = 1000

# A disk in more pieces than this counts as full from there on: asking for each of them would take many seconds.
_PIECES_MOST: Final = 1_000_000

# These are troubles of the file, not of what is in it.
_ABOUT_THE_FILE: Final = (Refusal.IN_USE, Refusal.NO_FILE)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file could not be read, or the disk in it, and what to do. `refusal` is empty for the file's own troubles."""

    reason: Message
    cure: Message
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The fixed VHD that is made of the disk on its way: its length in bytes, its footer's 512 with them.

    `grown_by`: how many bytes of zeros come behind the disk, so that its size is a whole number of MiB; `growth` says what
    that means for its partition table.
    """

    length: int
    footer: Footer
    grown_by: int = 0
    growth: Message | None = None


@dataclass(frozen=True, slots=True)
class DiskReading:
    """Everything the rules need to know of a disk image. Sizes in bytes; `modified_ns` as in os.stat.

    `size`: of the disk in the file, whatever its format; None where it cannot be read, and `refused` says why.
    `told_bytes`: its size by the file's own words, where it has to be converted before it can be read;
    `no_converter`: why that cannot be done on this computer, None where it can, and `needed_bytes` is the room that it
    takes at the most. `data`:
    where that disk may hold data, coarsely; `data_bytes`: how much exactly. `footer`: as it stands in the file.
    `sent`: what will be sent of it. `remarks`: what is odd about it, although it can be read. `cut_off`: a dynamic VHD
    whose end is missing. `trouble`: why the file could not be read, and then the rest says nothing.
    """

    path: str
    kind: FileKind = FileKind.UNREADABLE
    file_bytes: int = 0
    modified_ns: int = 0
    footer: Footer | None = None
    footer_offset: int | None = None
    cut_off: bool = False
    size: int | None = None
    told_bytes: int | None = None
    no_converter: Trouble | None = None
    needed_bytes: int = 0
    sent: Sent | None = None
    remarks: tuple[Message, ...] = ()
    table: PartitionTable | None = None
    data: tuple[Extent, ...] = ()
    data_bytes: int = 0
    refused: Trouble | None = None
    trouble: Trouble | None = None

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return Path(self.path).name

    @property
    def is_fixed(self) -> bool:
        """Whether it is a fixed VHD with its footer in place."""
        return self.kind is FileKind.FIXED_VHD

    @property
    def virtual_bytes(self) -> int | None:
        """How large the disk inside is; by the file's own words where it cannot be read, None where it has none."""
        said = self.footer.current_size if self.footer is not None else None
        return next((each for each in (self.size, self.told_bytes, said) if each is not None), None)

    @property
    def has_holes(self) -> bool:
        """Whether a part of the disk is known to be empty. Where not, it may be full, or nobody can tell."""
        return self.size is not None and self.data_bytes < self.size

    @property
    def generation(self) -> int | None:
        """The one Hyper-V generation it can start in; None where there are two, none, or nobody can tell."""
        generations = self.table.generations if self.table is not None else ()
        return generations[0] if len(generations) == 1 else None


def read_disk(path: str | os.PathLike[str], task: Task) -> DiskReading:
    """Read the disk image; what is wrong with it is in the answer. Raises nothing but Cancelled."""
    name = os.fspath(path)
    trouble = _no_file(name)
    if trouble is not None:
        return DiskReading(name, trouble=trouble)
    task.report(phase=msg("Reading the disk image"))
    try:
        before = _look(name)
        try:
            seen = _read(name, before, task)
        except OSError:
            # A file that has become shorter cannot be read either; what happened to it says more than that.
            if _same(before, _look(name)):
                raise
            seen = DiskReading(name)
        task.check_stop()
        after = _look(name)
    except OSError as error:
        return DiskReading(name, trouble=_trouble(error))
    return (
        seen if _same(before, after) else DiskReading(name, trouble=_changed(before.st_size, after.st_size))
    )


def still_as_read(reading: DiskReading) -> DiskReading:
    """The reading, if the file is as it was then; otherwise one that says what happened to it. Raises nothing."""
    try:
        after = _look(reading.path)
    except OSError as error:
        return DiskReading(reading.path, trouble=_trouble(error))
    if (after.st_size, after.st_mtime_ns) == (reading.file_bytes, reading.modified_ns):
        return reading
    return DiskReading(reading.path, trouble=_changed(reading.file_bytes, after.st_size))


def _read(path: str, before: os.stat_result, task: Task) -> DiskReading:
    try:
        image = open_image(Path(path))
    except RefusedImage as error:
        return _refused(path, before, error, task)
    with image:
        seen = DiskReading(
            path,
            image.kind,
            before.st_size,
            before.st_mtime_ns,
            image.footer,
            before.st_size - FOOTER_BYTES if image.footer is not None else None,
            size=image.size,
            remarks=image.remarks,
        )
        try:
            return _with_content(seen, image, task)
        except WizardError as error:  # its own words contradict one another, farther inside
            return replace(seen, size=None, refused=Trouble(error.what, error.cure, Refusal.DAMAGED))


def _refused(path: str, before: os.stat_result, error: RefusedImage, task: Task) -> DiskReading:
    """What can be said of a file whose disk cannot be read."""
    why = Trouble(error.what, error.cure, error.refusal)
    if error.refusal in _ABOUT_THE_FILE:
        return DiskReading(path, trouble=why)
    with Path(system_path(path)).open("rb") as file:
        found = recognise(Window(file, before.st_size).read_at, before.st_size)
    seen = DiskReading(
        path,
        found.kind,
        before.st_size,
        before.st_mtime_ns,
        found.footer,
        found.footer_offset,
        found.cut_off,
        refused=why,
    )
    return _to_be_converted(seen, task) if error.refusal is Refusal.NEEDS_QEMU_IMG else seen


def _to_be_converted(seen: DiskReading, task: Task) -> DiskReading:
    """What the conversion will take, or why not even qemu-img may read this one."""
    path = Path(seen.path)
    try:
        seen = replace(seen, told_bytes=look_into(path, seen.kind).size)
        try:
            needed_qemu_img()
        except WizardError as error:
            return replace(seen, no_converter=Trouble(error.what, error.cure))
        return replace(seen, needed_bytes=needed_space(path, task))
    except RefusedImage as error:
        return replace(seen, told_bytes=None, refused=Trouble(error.what, error.cure, error.refusal))
    except WizardError as error:
        return replace(seen, told_bytes=None, refused=Trouble(error.what, error.cure, Refusal.DAMAGED))


def _with_content(seen: DiskReading, image: Image, task: Task) -> DiskReading:
    table = read_partitions(bounded(image), image.size)
    task.report(phase=msg("Looking where the disk holds data"))
    data, data_bytes = _stretches(image.extents(), image.size, task)
    return replace(seen, sent=_sent(image, Path(seen.path)), table=table, data=data, data_bytes=data_bytes)


def _sent(image: Image, path: Path) -> Sent:
    made = as_fixed_vhd(image, path, grow=True)
    return Sent(made.length, Footer.parse(made.footer), made.grown_by, made.growth.said)


def _stretches(extents: Iterator[Extent], size: int, task: Task) -> tuple[tuple[Extent, ...], int]:
    """Where a disk of `size` bytes may hold data, coarsely and in little memory, and how many bytes these are."""
    grain = max(size // _STRETCHES_MOST, 1)
    stretches: list[Extent] = []
    total = 0
    for number, (start, length) in enumerate(extents):
        task.check_stop()
        length = size - start if number == _PIECES_MOST else length
        total += length
        if stretches and start - (stretches[-1][0] + stretches[-1][1]) < grain:
            stretches[-1] = (stretches[-1][0], start + length - stretches[-1][0])
        else:
            stretches.append((start, length))
        if number == _PIECES_MOST:
            break
    return tuple(stretches), total


def _look(path: str) -> os.stat_result:
    return Path(system_path(path)).stat()


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def _no_file(path: str) -> Trouble | None:
    """What stands in the way of opening the file at all. A pipe would wait for ever, so it is not even tried."""
    try:
        path.encode()
        if not path:
            raise FileNotFoundError
        mode = _look(path).st_mode
    except (OSError, ValueError) as error:
        return _trouble(error)
    if stat.S_ISDIR(mode):
        return Trouble(msg("This is a folder, not a file"), msg("Choose the disk image itself."))
    if not stat.S_ISREG(mode):
        return Trouble(msg("This is a device or a pipe, not a file"), msg("Choose a disk image."))
    return None


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, UnicodeError):
        return Trouble(
            msg("The file’s name or folder has characters that are no text"),
            msg("Rename it with letters, digits, dots, dashes and underscores, then choose it again."),
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Trouble(
            msg("The file is not there"),
            msg("Check whether it was moved or renamed, then choose it again."),
        )
    if isinstance(error, PermissionError):
        return Trouble(
            msg("The file may not be read"),
            msg(
                "Close programs that use it, such as Hyper-V, and check its permissions. Then check it again."
            ),
        )
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Trouble(
        msg("The file could not be read: {reason}", reason=reason),
        msg("Check the disk or the network drive it lies on, then check it again."),
    )


def _changed(before: int, after: int) -> Trouble:
    cure = msg(
        "Wait until the copy, the export or the virtual machine that writes it has ended, then check it again."
    )
    if after > before:
        return Trouble(msg("The file grew while it was read; something is still writing it"), cure)
    return Trouble(msg("The file changed while it was read; something is still writing it"), cure)
