"""A disk image made into a fixed VHD: a file with holes where the disk is empty, put in place when it is whole."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

from wizard.awake import awake
from wizard.disk.as_vhd import FixedVhd, as_fixed_vhd, no_whole_mebibyte, open_fixed_vhd
from wizard.disk.conversion.qemu_formats import look_into
from wizard.disk.conversion.qemu_img import needed_qemu_img
from wizard.disk.conversion.target_file import Temporary, beside, check_room, check_target, free_bytes
from wizard.disk.files.file_access import system_path
from wizard.disk.files.sparse import make_sparse
from wizard.disk.formats.file_image import ImageFile
from wizard.disk.formats.raw import RawImage
from wizard.disk.opening import open_file
from wizard.disk.partitions.growing import MEBIBYTE
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage
from wizard.disk.vhd_footer import FOOTER_BYTES
from wizard.errors import WizardError
from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.tasks import Task
from wizard.zeros import parts_with_data

_CHUNK: Final = 4 * 1024 * 1024
_LOOK_EVERY: Final = 1.0  # seconds between two looks at the source


@dataclass(frozen=True, slots=True)
class Converted:
    """The fixed VHD that was made: its `length` with the footer, of which `data_bytes` were written, the rest is holes.

    `kind`: what it was made from. `grown_by`: zeros behind the disk, and `growth` what that did to its partition table.
    """

    target: Path
    kind: FileKind
    length: int
    data_bytes: int
    footer: bytes
    grown_by: int = 0
    growth: Message | None = None


def convert(
    source: Path, target: Path, task: Task, *, grow: bool = False, overwrite: bool = False
) -> Converted:
    """Make a fixed VHD at `target` (a name that ends in .vhd) of the disk in `source`, which is only read.

    VMDK, QCOW2 and VDI go through qemu-img. `grow`: zeros up to the next MiB where the size is none. Nothing is left
    behind unless it is whole. Raises RefusedImage for what is no disk, WizardError for everything a person can mend,
    OSError, Cancelled.
    """
    with awake():
        try:
            vhd = open_fixed_vhd(source, grow=grow)
        except RefusedImage as error:
            if error.refusal is not Refusal.NEEDS_QEMU_IMG:
                raise
            return _through_qemu_img(source, error.kind, target, task, grow=grow, overwrite=overwrite)
        with vhd:
            check_target(target, (source,), overwrite=overwrite)
            watch = _Watch((source,))
            with beside(target, overwrite=overwrite) as temporary:
                written = _write(vhd, temporary, task, watch)
                watch.check()
            return _converted(vhd, vhd.kind, target, written)


def needed_space(source: Path, task: Task) -> int:
    """How many bytes the fixed VHD of this disk will take at the most, where the file system has holes.

    Raises as `convert`.
    """
    try:
        vhd = open_fixed_vhd(source, grow=True)
    except RefusedImage as error:
        if error.refusal is not Refusal.NEEDS_QEMU_IMG:
            raise
        disk, qemu = look_into(source, error.kind), needed_qemu_img()
        return qemu.data_bytes(disk, qemu.virtual_size(disk, task), task) + FOOTER_BYTES
    with vhd:
        return _allocated(vhd, task)


def _write(vhd: FixedVhd, temporary: Temporary, task: Task, watch: _Watch) -> int:
    """Write the data of the disk to a new file, holes left out; how many bytes that were."""
    total = _allocated(vhd, task)
    folder = temporary.path.parent
    with_holes = make_sparse(temporary.file)
    needed = total if with_holes else vhd.length
    if needed > free_bytes(folder):
        if with_holes:
            # What the file system calls data may be zeros: only a look at all of it tells what it really takes.
            task.report(phase=msg("Looking how much room the disk needs"))
            needed = sum(len(data) for _, data in _pieces(vhd, task, total, watch))
        check_room(folder, needed)
    task.report(phase=_phase(needed, folder))
    written = 0
    for start, data in _pieces(vhd, task, total, watch):
        _put(temporary.file, start, data)
        written += len(data)
    return written


def _put(file: FileIO, start: int, data: memoryview) -> None:
    file.seek(start)
    while data:
        data = data[file.write(data) :]


def _pieces(vhd: FixedVhd, task: Task, total: int, watch: _Watch) -> Iterator[tuple[int, memoryview]]:
    """Where something else than zeros stands, and what. Reports how much was looked at."""
    done = 0
    for first, length in vhd.extents():
        at, end = first, first + length
        while at < end:
            data = vhd.read_at(at, min(_CHUNK - at % _CHUNK, end - at))
            for begins, beyond in parts_with_data(data):
                yield at + begins, memoryview(data)[begins:beyond]
            at += len(data)
            done += len(data)
            watch.look()
            task.report(done, max(total, done), in_bytes=True, skipped=vhd.length - total)


def _allocated(vhd: FixedVhd, task: Task) -> int:
    """How many bytes the disk may hold data in, its footer with them."""
    total = 0
    for _, length in vhd.extents():
        task.check_stop()
        total += length
    return total


def _through_qemu_img(
    source: Path, kind: FileKind, target: Path, task: Task, *, grow: bool, overwrite: bool
) -> Converted:
    """Through a raw file with holes beside the target."""
    disk = look_into(source, kind)
    check_target(target, disk.files, overwrite=overwrite)
    qemu = needed_qemu_img()
    with contextlib.ExitStack() as held:
        for each in disk.files:  # on Windows nobody can write into them meanwhile
            held.enter_context(open_file(each))
        watch = _Watch(disk.files)
        task.report(phase=msg("Looking how much room the disk needs"))
        size = qemu.virtual_size(disk, task)
        if size % MEBIBYTE and not grow:
            raise no_whole_mebibyte(size)
        needed = qemu.data_bytes(disk, size, task) + FOOTER_BYTES
        check_room(target.parent, needed)
        with beside(target, overwrite=overwrite) as temporary:
            task.report(phase=_phase(needed, target.parent))
            with temporary.lent() as path:
                qemu.write_raw(disk, size, path, task)
            vhd = as_fixed_vhd(RawImage(ImageFile(temporary.file)), temporary.path, grow=grow)
            written = sum(length for _, length in vhd.extents())
            for start, data in vhd.written:  # it becomes the VHD itself: no second copy
                _put(temporary.file, start, memoryview(data))
            watch.check()
        return _converted(vhd, kind, target, written)


def _converted(vhd: FixedVhd, kind: FileKind, target: Path, written: int) -> Converted:
    return Converted(target, kind, vhd.length, written, vhd.footer, vhd.grown_by, vhd.growth.said)


def _phase(needed: int, folder: Path) -> Message:
    return msg(
        "Writing the fixed VHD: it takes at most {needed}, {free} are free",
        needed=in_units(needed),
        free=in_units(free_bytes(folder)),
    )


class _Watch:
    """Looks whether files stay as they are: size, time and, where a file can be replaced while it is read, number."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._seen = [_look(path) for path in paths]
        self._next = 0.0

    def look(self) -> None:
        """Look at most once a second; cheap: call it often. Raises WizardError where a file has changed."""
        if time.monotonic() >= self._next:
            self.check()

    def check(self) -> None:
        """Look now. Raises WizardError where a file has changed or gone."""
        self._next = time.monotonic() + _LOOK_EVERY
        for path, seen in zip(self._paths, self._seen, strict=True):
            try:
                same = _look(path) == seen
            except FileNotFoundError:
                same = False
            if not same:
                raise WizardError(
                    msg("{name} was changed while it was converted", name=path.name),
                    msg(
                        "Close whatever writes to it, a running virtual machine above all, then convert it again."
                    ),
                )


def _look(path: Path) -> tuple[int, ...]:
    found = Path(system_path(str(path))).stat()
    # Windows lets no open file be replaced, and numbers a file on a network drive anew at each look.
    number = (0, 0) if os.name == "nt" else (found.st_dev, found.st_ino)
    return found.st_size, found.st_mtime_ns, *number
