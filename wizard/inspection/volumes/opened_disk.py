"""The door to a disk's inside: its volumes, the system among them, and that system's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.disk.recognise import ReadAt
from wizard.inspection.found.inside import System, Why
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.system_files import Files
from wizard.inspection.volumes.block_cache import BlockCache
from wizard.inspection.volumes.discover import DiskVolume, volumes_of
from wizard.inspection.volumes.mounting import mounted_linux, mounted_windows, trees
from wizard.inspection.volumes.system import hidden_system, system_volume


@dataclass(frozen=True, slots=True)
class OpenedDisk:
    """What a disk holds. `system`: as in inside.System, "" where none was found; where it is on a volume that cannot be read,
    the one that uses such volumes.

    `files`: the system's files, None where they cannot be read; then `why` (inside.Why) says why not, and `detail` what
    the system is on ("btrfs", "luks"; "" for a file system that nobody here knows).
    """

    volumes: tuple[FoundVolume, ...] = ()
    system: str = System.UNKNOWN.value
    files: Files | None = None
    why: str = ""
    detail: str = ""


def open_disk(read_at: ReadAt, size: int) -> OpenedDisk:
    """Look what a disk of `size` bytes holds. Raises nothing for what stands on it.

    `read_at(offset, length)` gives fewer bytes where the disk ends; where it raises OSError, what is read there is taken
    for damaged. For one thread; `files` reads through it later on.
    """
    volumes = volumes_of(BlockCache(read_at, size).read_at, size)
    root, system = system_volume(volumes)
    if root is None or root.tree is None:
        why, detail, system = hidden_system(volumes)
        return OpenedDisk(_told(volumes, {}), system.value, None, why.value, detail)
    mounting = mounted_windows if system is System.WINDOWS else mounted_linux
    try:
        mounted = mounting(root, volumes)
    except OSError:
        return OpenedDisk(_told(volumes, {}), system.value, None, Why.DAMAGED.value, root.found.kind)
    return OpenedDisk(_told(volumes, mounted, system), system.value, Files(root.tree, trees(mounted)))


def _told(
    volumes: Sequence[DiskVolume],
    mounted: Mapping[str, DiskVolume | None],
    system: System = System.UNKNOWN,
) -> tuple[FoundVolume, ...]:
    """The volumes, each with where it is mounted."""
    places = {id(volume): path for path, volume in mounted.items() if not path.startswith("/$")}
    root = "C:" if system is System.WINDOWS else "/"
    told = []
    for each in volumes:
        place = places.get(id(each), "")
        told.append(replace(each.found, mounted=root if place == "/" else place))
    return tuple(told)
