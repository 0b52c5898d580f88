"""The disk images to practise with, built on demand: a good Linux in two formats, a good Windows, and one that breaks many rules."""

from __future__ import annotations

import contextlib
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from wizard.disk.files.sparse import make_sparse
from wizard.disk.vhd_footer import FOOTER_BYTES, DiskType, Footer, fixed_footer
from wizard.errors import WizardError
from wizard.files import replace_patiently
from wizard.messages import msg
from wizard.practice import sample_disks
from wizard.practice.sample_disks import MEBIBYTE, SECTOR, Piece, Place
from wizard.practice.sample_dynamic import as_dynamic, dynamic_footer
from wizard.practice.sample_systems import system
from wizard.tasks import Task

GOOD_NAME: Final = "practice-good-image.vhd"
DYNAMIC_NAME: Final = "practice-dynamic-image.vhd"
WINDOWS_NAME: Final = "practice-windows-image.vhd"
FAULTY_NAME: Final = "practice faulty image.vhd"
GOOD_BYTES: Final = 30 * 1024 * MEBIBYTE  # VHD-08: under 30 GB would be a warning
GOOD_DATA: Final = 24 * MEBIBYTE
FAULTY_BYTES: Final = 2 * 1024 * MEBIBYTE + 100 * 1024
FAULTY_DATA: Final = 2 * MEBIBYTE
WINDOWS_BYTES: Final = 127 * 1024 * MEBIBYTE  # VHD-09: the size of Azure's own Windows disks
WINDOWS_DATA: Final = 3 * MEBIBYTE

_EFI_SECTORS: Final = 200 * 2048
_FAULTY_FIRST: Final = 63  # the first sector of its partition, as old installers chose it

# How large the file systems are that packaging/practice_systems.py makes for them.
GOOD_SYSTEM_BYTES: Final = GOOD_BYTES - (1 + 200 + 1) * MEBIBYTE
FAULTY_SYSTEM_BYTES: Final = FAULTY_BYTES // MEBIBYTE * MEBIBYTE - MEBIBYTE

WINDOWS_EFI_BYTES: Final = 100 * MEBIBYTE
WINDOWS_SYSTEM_BYTES: Final = 512 * MEBIBYTE  # of a much larger partition: its log would be large, too

# Behind everything that a file system of theirs needs for itself.
_SPARE: Final = 512 * MEBIBYTE

_LOOK_EVERY: Final = (
    0.2  # seconds between two looks whether another window is done, and the task is wanted still
)
_BORN: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Image:
    """An image as data: the pieces of its file, the last of them its footer.

    It has the same bytes at every making, so that a complete one is known again by its footer.
    """

    name: str
    footer: Footer
    pieces: Callable[[], Iterator[Piece]]
    data_bytes: int


def make_good_image(folder: Path, task: Task) -> Path:
    """A fixed VHD of 30 GiB that passes every check for Linux: GPT, an EFI system partition, a root partition.

    It takes about 25 MiB of disk. The files of a small Linux are in it, prepared for Azure, but no programs: it does not
    start. One that is there already is kept.
    """
    return _make(folder, task, _good())


def make_dynamic_image(folder: Path, task: Task) -> Path:
    """The same disk as a dynamic VHD of about 50 MiB, which is sent as a fixed one."""
    return _make(folder, task, _dynamic())


def make_windows_image(folder: Path, task: Task) -> Path:
    """A fixed VHD of 127 GiB that passes every check for Windows: GPT, an EFI system partition, drive C.

    It takes some 3 MiB of disk. The settings, hives and some files of a generalised Windows Server 2022 are in it, but no
    programs: it does not start.
    """
    return _make(folder, task, _windows())


def make_faulty_image(folder: Path, task: Task) -> Path:
    """A fixed VHD that breaks several rules at once; it takes about 2 MiB of disk.

    VHD-03: its size is no whole number of MiB. VHD-07: original and current size differ. VHD-08: smaller than
    30 GB. VHD-12: its first partition begins at sector 63. VHD-14: its name has spaces. VHD-17: no partition is
    active, so it starts in neither generation. And what people leave inside: histories, keys, a password, swap
    (packaging/practice_systems.py lists it by rule).
    """
    return _make(folder, task, _faulty())


def _good() -> _Image:
    footer = fixed_footer(GOOD_BYTES, unique_id=uuid.UUID(int=0x5EED0011), when=_BORN)
    return _fixed(GOOD_NAME, footer, _good_disk, GOOD_DATA)


def _good_disk() -> Iterator[Piece]:
    identity = random.Random("good")
    last = GOOD_BYTES // SECTOR - 34
    efi = Place(sample_disks.EFI_SYSTEM, "EFI system", 2048, 2048 + _EFI_SECTORS - 1)
    root = Place(sample_disks.LINUX_ROOT_X86_64, "Linux root", efi.last + 1, last // 2048 * 2048 - 1)
    yield from sample_disks.gpt(GOOD_BYTES, (efi, root), identity)
    yield from sample_disks.fat32(efi)
    yield from system("linux_good", root.start)
    yield from sample_disks.scattered(root.start + _SPARE, (root.last + 1) * SECTOR, GOOD_DATA, identity)


def _windows() -> _Image:
    def pieces() -> Iterator[Piece]:
        first = 2048 + WINDOWS_EFI_BYTES // SECTOR
        efi = Place(sample_disks.EFI_SYSTEM, "EFI system partition", 2048, first - 1)
        drive = Place(
            sample_disks.BASIC_DATA, "Basic data partition", first, WINDOWS_BYTES // SECTOR - 2048 - 1
        )
        yield from sample_disks.gpt(WINDOWS_BYTES, (efi, drive), random.Random("windows"))
        yield from system("windows_efi", efi.start)
        yield from system("windows_good", drive.start)

    footer = fixed_footer(WINDOWS_BYTES, unique_id=uuid.UUID(int=0x5EED0014), when=_BORN)
    return _fixed(WINDOWS_NAME, footer, pieces, WINDOWS_DATA)


def _dynamic() -> _Image:
    footer = dynamic_footer(fixed_footer(GOOD_BYTES, unique_id=uuid.UUID(int=0x5EED0013), when=_BORN))
    return _Image(DYNAMIC_NAME, footer, lambda: as_dynamic(footer, _good_disk()), GOOD_DATA)


def _faulty() -> _Image:
    def pieces() -> Iterator[Piece]:
        start = _FAULTY_FIRST * SECTOR
        yield 0, sample_disks.mbr((0x83, 0x00, _FAULTY_FIRST, FAULTY_BYTES // SECTOR - _FAULTY_FIRST))
        yield from system("linux_faulty", start)
        yield from sample_disks.scattered(start + _SPARE, FAULTY_BYTES, FAULTY_DATA, random.Random("faulty"))

    footer = fixed_footer(FAULTY_BYTES, unique_id=uuid.UUID(int=0x5EED0012), when=_BORN)
    footer = replace(footer, original_size=FAULTY_BYTES + 512 * MEBIBYTE).sealed()
    return _fixed(FAULTY_NAME, footer, pieces, FAULTY_DATA)


def _fixed(name: str, footer: Footer, disk: Callable[[], Iterator[Piece]], data_bytes: int) -> _Image:
    def pieces() -> Iterator[Piece]:
        yield from disk()
        yield footer.current_size, footer.build()

    return _Image(name, footer, pieces, data_bytes)


def _make(folder: Path, task: Task, image: _Image) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / image.name
    lock = FileLock(folder / "images.lock")
    _wait_for_turn(lock, task)
    try:
        if not _is_complete(path, image):
            part = path.with_suffix(".part")
            try:
                _write(part, task, image)
                replace_patiently(part, path)
            finally:
                with contextlib.suppress(OSError):  # the next making writes over it
                    part.unlink(missing_ok=True)
    finally:
        lock.release()
    return path


def _wait_for_turn(lock: FileLock, task: Task) -> None:
    """Take the lock once no other window makes images here; raises Cancelled."""
    while not lock.is_locked:
        task.check_stop()
        with contextlib.suppress(Timeout):
            lock.acquire(timeout=_LOOK_EVERY)


def _is_complete(path: Path, image: _Image) -> bool:
    try:
        with path.open("rb") as file:
            at = file.seek(0, 2) - FOOTER_BYTES
            if image.footer.disk_type == DiskType.FIXED and at != image.footer.current_size:
                return False
            file.seek(max(at, 0))
            return file.read(FOOTER_BYTES) == image.footer.build()
    except FileNotFoundError:
        return False


def _write(path: Path, task: Task, image: _Image) -> None:
    phase = msg("Making the sample image")
    task.report(0, image.data_bytes, phase=phase, in_bytes=True)
    done = 0
    with path.open("wb") as file:
        if not make_sparse(file):
            raise WizardError(
                msg(
                    "The sample image cannot be made in {folder}: this disk has no sparse files",
                    folder=str(path.parent),
                ),
                msg(
                    "Choose an NTFS disk for the wizard's data with the environment variable IMAGE_WIZARD_HOME."
                ),
            )
        for offset, content in image.pieces():
            file.seek(offset)
            file.write(content)
            done = min(done + len(content), image.data_bytes)
            task.report(done, image.data_bytes, phase=phase, in_bytes=True)
