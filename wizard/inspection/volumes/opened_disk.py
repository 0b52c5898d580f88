"""The door to a disk's inside: its volumes, the system among them, and that system's files."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.disk.partitions.partition_table import read_partitions
from wizard.disk.recognise import ReadAt
from wizard.inspection.found.inside import System, Why
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.system_files import Files


@dataclass(frozen=True, slots=True)
class OpenedDisk:
    """What a disk holds. `system`: as in inside.System, "" where none was found.

    `files`: the system's files, None where they cannot be read; then `why` (inside.Why) says why not, and `detail` what
    the system is on ("btrfs", "luks").
    """

    volumes: tuple[FoundVolume, ...] = ()
    system: str = System.UNKNOWN.value
    files: Files | None = None
    why: str = ""
    detail: str = ""


def open_disk(read_at: ReadAt, size: int) -> OpenedDisk:
    """Look what a disk of `size` bytes holds. Raises nothing for what stands on it; what `read_at` raises passes through.

    `read_at(offset, length)` gives fewer bytes where the disk ends. For one thread; `files` reads through it later on.
    """
    table = read_partitions(read_at, size)
    volumes = tuple(
        FoundVolume(each.number, each.start, each.length, each.volume.value) for each in table.partitions
    )
    return OpenedDisk(volumes, why=Why.NO_SYSTEM.value)
