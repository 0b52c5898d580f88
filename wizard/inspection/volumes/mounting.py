"""The file systems of a disk put together as the system would mount them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from wizard.disk.partitions.partition_types import Role
from wizard.disk.partitions.volumes import Volume
from wizard.inspection.found.inside import Why
from wizard.inspection.found.mounts import FstabEntry
from wizard.inspection.linux.fstab import fstab_entries
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind, Tree
from wizard.inspection.volumes.blocked import BlockedTree
from wizard.inspection.volumes.discover import DiskVolume

# What the system lives by; where such a volume cannot be read, nobody may say that something is not there.
_NEEDED: Final = ("/boot", "/home", "/opt", "/root", "/srv", "/usr", "/var")
# What is there only while a system runs, or on Azure's temporary disk.
_PASSING: Final = ("/dev", "/media", "/mnt", "/proc", "/run", "/sys")
# Kinds that a line may have without a volume of this disk.
_DISKLESS: Final = frozenset({
    "9p", "autofs", "bind", "cgroup", "cgroup2", "cifs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fuse", "hugetlbfs",
    "iso9660", "nfs", "nfs4", "none", "overlay", "proc", "ramfs", "securityfs", "smb3", "smbfs", "swap", "sysfs", "tmpfs",
    "tracefs", "udf",
})  # fmt: skip
_EFI_PLACES: Final = ("/boot/efi", "/efi")
_MOUNTS_MOST: Final = 64

Mounted = dict[str, DiskVolume | None]
"""What is mounted where; None for a volume that is not on this disk."""


def mounted_linux(root: DiskVolume, volumes: Sequence[DiskVolume]) -> Mounted:
    """What the system on `root` mounts, by real path; raises OSError where its own files cannot be read."""
    assert root.tree is not None
    mounted: Mounted = {"/": root}
    files = Files(root.tree)
    entries = sorted(fstab_entries(files), key=lambda entry: entry.path.count("/"))
    for entry in entries:
        if len(mounted) >= _MOUNTS_MOST or not _counts(entry):
            continue
        volume = _volume(entry, volumes)
        if volume is root or (volume is None and not _must_be_there(entry)):
            continue
        path = files.real_path(entry.path) or entry.path.rstrip("/")
        mounted.setdefault(path, volume)
        files = Files(root.tree, trees(mounted))
    for path, volume in _unwritten(files, volumes, mounted):
        mounted[path] = volume
    return mounted


def mounted_windows(root: DiskVolume, volumes: Sequence[DiskVolume]) -> Mounted:
    """The system's drive, and the volumes that its boot configuration may be on as /$EFI and /$System."""
    mounted: Mounted = {"/": root}
    for each in volumes:
        if each is root or each.tree is None:
            continue
        if each.role is Role.EFI_SYSTEM or (each.found.kind == Volume.FAT and _holds(each.tree, "/EFI")):
            mounted.setdefault("/$EFI", each)
        elif _holds(each.tree, "/Boot/BCD"):
            mounted.setdefault("/$System", each)
    return mounted


def trees(mounted: Mapping[str, DiskVolume | None]) -> dict[str, Tree]:
    """What Files wants of it: the trees below the root, and one that refuses where there is none."""
    return {path: _tree(path, volume) for path, volume in mounted.items() if path != "/"}


def _tree(path: str, volume: DiskVolume | None) -> Tree:
    if volume is None:
        return BlockedTree(Why.NOT_HERE, path)
    if volume.tree is not None:
        return volume.tree
    damaged = volume.found.why == Why.DAMAGED
    return BlockedTree(Why.DAMAGED, "") if damaged else BlockedTree(Why.CANNOT_READ, volume.found.kind)


def _counts(entry: FstabEntry) -> bool:
    """Whether the line mounts a disk's volume somewhere below the root when the system starts."""
    parts = entry.path.split("/")
    return (
        entry.path.startswith("/")
        and any(parts)
        and ".." not in parts
        and f"/{parts[1]}" not in _PASSING
        and entry.kind not in _DISKLESS
        and not entry.kind.startswith("fuse.")
        and not {"noauto", "bind", "rbind", "_netdev"} & set(entry.options)
    )


def _volume(entry: FstabEntry, volumes: Sequence[DiskVolume]) -> DiskVolume | None:
    found = entry.volume([each.found for each in volumes])
    return next((each for each in volumes if each.found is found), None)


def _must_be_there(entry: FstabEntry) -> bool:
    return "nofail" not in entry.options and any(
        entry.path == each or entry.path.startswith(f"{each}/") for each in _NEEDED
    )


def _unwritten(files: Files, volumes: Sequence[DiskVolume], mounted: Mounted) -> list[tuple[str, DiskVolume]]:
    """What is mounted without a line of /etc/fstab: a /usr that the kernel command line names, and the EFI partition."""
    found = []
    free = [
        each for each in volumes if each.tree is not None and all(each is not one for one in mounted.values())
    ]
    if "/usr" not in mounted and (_is_empty_folder(files, "/usr") or not files.exists("/usr")):
        usr = next((each for each in free if each.tree is not None and _is_usr(each.tree)), None)
        found += [("/usr", usr)] if usr is not None else []
    efi = next((each for each in free if each.role is Role.EFI_SYSTEM), None)
    place = next((each for each in _EFI_PLACES if _is_empty_folder(files, each)), None)
    if efi is not None and place is not None and place not in mounted:
        found.append((place, efi))
    return found


def _is_usr(tree: Tree) -> bool:
    return _holds(tree, "/lib/os-release") and _holds(tree, "/bin") and not _holds(tree, "/etc")


def _is_empty_folder(files: Files, path: str) -> bool:
    try:
        folder = files.find(path)
        return folder is not None and folder.kind is Kind.FOLDER and next(folder.children(), None) is None
    except OSError:
        return False


def _holds(tree: Tree, path: str) -> bool:
    try:
        return Files(tree).find(path, follow=False) is not None
    except OSError:
        return False
