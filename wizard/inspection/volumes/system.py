"""Which of the volumes the system is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from wizard.disk.partitions.partition_types import Role
from wizard.disk.partitions.volumes import Volume
from wizard.inspection.found.inside import System, Why
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind, Tree
from wizard.inspection.volumes.discover import DiskVolume

_RELEASES: Final = (
    "/etc/os-release",
    "/usr/lib/os-release",
    "/etc/fstab",
    "/etc/redhat-release",
    "/etc/debian_version",
)
_PROGRAMS: Final = ("/usr", "/bin", "/sbin", "/lib")
_WINDOWS: Final = "/Windows/System32/config"

# What a volume that cannot be read says of the system on it.
_SYSTEM_OF: Final = {
    Volume.BITLOCKER: System.WINDOWS,
    Volume.NTFS: System.WINDOWS,
    Volume.REFS: System.WINDOWS,
    Volume.LUKS: System.LINUX,
    Volume.LVM: System.LINUX,
    Volume.BTRFS: System.LINUX,
    Volume.EXT: System.LINUX,
    Volume.XFS: System.LINUX,
}


def system_volume(volumes: Sequence[DiskVolume]) -> tuple[DiskVolume | None, System]:
    """The largest volume that holds a system, and which one; None where none of those that can be read does."""
    found = [
        (each, system) for each in volumes if each.tree is not None if (system := _system_on(each.tree)[0])
    ]
    return max(found, key=lambda each: each[0].found.length, default=(None, System.UNKNOWN))


def hidden_system(volumes: Sequence[DiskVolume]) -> tuple[Why, str, System]:
    """Where no system was found: why not, on what it may be (a kind of volume, "" for an unknown one), and which it may be."""
    hidden = [
        each for each in map(_looked_at, volumes) if each.found.why and each.role is not Role.EFI_SYSTEM
    ]
    named = [each for each in hidden if each.found.kind != Volume.UNKNOWN] or hidden
    largest = max(named, key=lambda each: each.found.length, default=None)
    if largest is None:
        return Why.NO_SYSTEM, "", System.UNKNOWN
    kind = Volume(largest.found.kind)
    system = _SYSTEM_OF.get(kind, System.UNKNOWN)
    return Why(largest.found.why), "" if kind is Volume.UNKNOWN else kind.value, system


def _looked_at(volume: DiskVolume) -> DiskVolume:
    """The volume, called damaged where that may hide a system."""
    if volume.tree is None or not _system_on(volume.tree)[1]:
        return volume
    return replace(volume, found=replace(volume.found, why=Why.DAMAGED.value))


def _system_on(tree: Tree) -> tuple[System, bool]:
    """Which system has its root here; and, where none is seen, whether damage may hide one."""
    seen: dict[str, bool] = {}
    broken = False
    files = Files(tree)
    for path in (_WINDOWS, *_RELEASES, *_PROGRAMS):
        try:
            # Links are not followed: /usr may be a volume of its own.
            entry = files.find(path, follow=False)
            seen[path] = entry is not None and (path != _WINDOWS or entry.kind is Kind.FOLDER)
        except OSError:
            broken = True
    if seen.get(_WINDOWS):
        return System.WINDOWS, False
    if any(map(seen.get, _RELEASES)) and any(map(seen.get, _PROGRAMS)):
        return System.LINUX, False
    return System.UNKNOWN, broken
