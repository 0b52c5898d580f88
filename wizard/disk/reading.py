"""Reads a disk image once for all rules: what it is, its footer, its partitions, where it holds data."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from wizard.disk.extents import Extent, allocated_extents
from wizard.disk.partitions import PartitionTable, read_partitions
from wizard.disk.recognise import FileKind, recognise
from wizard.disk.vhd_footer import FOOTER_BYTES, Footer
from wizard.disk.window import Window
from wizard.messages import Message, msg
from wizard.tasks import Task

# Kinds whose bytes are the disk's own bytes, from the first one on.
_WITH_CONTENT: Final = (
    FileKind.FIXED_VHD,
    FileKind.FOOTER_DAMAGED,
    FileKind.FOOTER_CUT_OFF,
    FileKind.RAW_DISK,
)

# Where a disk holds data is drawn no finer than this many stretches.
_STRETCHES_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file could not be read, and what to do."""

    reason: Message
    cure: Message


@dataclass(frozen=True, slots=True)
class DiskReading:
    """Everything the rules need to know of a disk image. Sizes in bytes; `modified_ns` as in os.stat.

    `data`: where the file system holds data, coarsely. `data_bytes`: how much exactly. `trouble`: why it could not be
    read, and then the rest says nothing. `cut_off`: a dynamic VHD whose end is missing.
    """

    path: str
    kind: FileKind = FileKind.UNREADABLE
    file_bytes: int = 0
    modified_ns: int = 0
    footer: Footer | None = None
    footer_offset: int | None = None
    cut_off: bool = False
    table: PartitionTable | None = None
    data: tuple[Extent, ...] = ()
    data_bytes: int = 0
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
        """How large the disk inside is, as its footer says; None without a footer."""
        return self.footer.current_size if self.footer is not None else None

    @property
    def content_bytes(self) -> int:
        """How much of the file is disk: all but the footer, and not more than the footer speaks of."""
        if self.footer is None or not self.is_fixed:
            return self.file_bytes
        before = self.file_bytes - FOOTER_BYTES
        return self.footer.current_size if 0 < self.footer.current_size <= before else before

    @property
    def has_holes(self) -> bool:
        """Whether the file system knows of holes. Where not, the file may be full, or nobody can tell."""
        return self.data_bytes < self.content_bytes

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
        with Path(name).open("rb") as file:
            return _read(name, file, task)
    except OSError as error:
        return DiskReading(name, trouble=_trouble(error))


def _read(path: str, file: BinaryIO, task: Task) -> DiskReading:
    before = os.fstat(file.fileno())
    found = recognise(Window(file, before.st_size).read_at, before.st_size)
    seen = DiskReading(
        path,
        found.kind,
        before.st_size,
        before.st_mtime_ns,
        found.footer,
        found.footer_offset,
        found.cut_off,
    )
    if seen.kind in _WITH_CONTENT:
        seen = _with_content(seen, file, task)
    task.check_stop()
    after = os.fstat(file.fileno())
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return DiskReading(path, trouble=_changed(before.st_size, after.st_size))
    Path(path).stat()  # raises where it has vanished meanwhile
    return seen


def _with_content(seen: DiskReading, file: BinaryIO, task: Task) -> DiskReading:
    content = seen.content_bytes
    table = read_partitions(Window(file, content).read_at, content)
    task.report(phase=msg("Looking where the disk holds data"))
    data, data_bytes = _stretches(file, content, task)
    return replace(seen, table=table, data=data, data_bytes=data_bytes)


def _stretches(file: BinaryIO, length: int, task: Task) -> tuple[tuple[Extent, ...], int]:
    """Where the first `length` bytes hold data, coarsely and in little memory, and how many of them do."""
    grain = max(length // _STRETCHES_MOST, 1)
    stretches: list[Extent] = []
    total = 0
    for start, size in allocated_extents(file, length):
        task.check_stop()
        total += size
        if stretches and start - (stretches[-1][0] + stretches[-1][1]) < grain:
            stretches[-1] = (stretches[-1][0], start + size - stretches[-1][0])
        else:
            stretches.append((start, size))
    return tuple(stretches), total


def _no_file(path: str) -> Trouble | None:
    """What stands in the way of opening the file at all. A pipe would wait for ever, so it is not even tried."""
    try:
        path.encode()
        if not path:
            raise FileNotFoundError
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        return _trouble(error)
    if stat.S_ISDIR(mode):
        return Trouble(msg("This is a folder, not a file"), msg("Choose the VHD file itself."))
    if not stat.S_ISREG(mode):
        return Trouble(msg("This is a device or a pipe, not a file"), msg("Choose a VHD file."))
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
