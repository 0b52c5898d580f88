"""Every volume of a disk: its partitions, the logical volumes in them, or the one that fills it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from wizard.disk.partitions.partition_table import PartitionTable, Scheme, read_partitions
from wizard.disk.partitions.partition_types import Role
from wizard.disk.partitions.volumes import BTRFS_MARK, VOLUME_HEAD, Volume, volume_of
from wizard.disk.recognise import ReadAt
from wizard.inspection.found.inside import Why
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.tree import Tree
from wizard.inspection.volumes import lvm
from wizard.inspection.volumes.facts import facts_of
from wizard.inspection.volumes.free_space import ntfs_free_bytes
from wizard.inspection.volumes.opening import UnreadableError, open_tree
from wizard.inspection.volumes.trees.ntfs import NtfsTree
from wizard.inspection.volumes.window import Piece, Window

_PARTITIONS_MOST: Final = 128
_PLAIN: Final = (Volume.SWAP, Volume.LVM, Volume.EMPTY)  # these hold no files, and nothing is missed in them
_NO_FILES: Final = (Role.BIOS_BOOT, Role.MICROSOFT_RESERVED)


@dataclass(frozen=True, slots=True)
class DiskVolume:
    """A volume, and its tree where it can be read."""

    found: FoundVolume
    role: Role | None = None
    tree: Tree | None = None


def volumes_of(read_at: ReadAt, size: int) -> tuple[DiskVolume, ...]:
    """The volumes in the order of the partition table, logical volumes behind them; raises nothing for what stands there."""
    table = read_partitions(read_at, size)
    found: list[DiskVolume] = []
    physical: list[tuple[lvm.PhysicalVolume, FoundVolume]] = []
    for each, role in _partitions(table, read_at, size):
        window = Window(read_at, (Piece(0, each.length, each.start),))
        if each.kind == Volume.LVM:
            volume = _physical_volume(window, each.start)
            if volume is not None:
                physical.append((volume, each))
                each = replace(each, uuid=volume.uuid)
        found.append(_opened(each, role, window))
    return (*found, *_logical_volumes(read_at, physical))


def _partitions(
    table: PartitionTable, read_at: ReadAt, size: int
) -> Iterator[tuple[FoundVolume, Role | None]]:
    if table.scheme is Scheme.NONE:
        kind = _kind(Window(read_at, (Piece(0, size, 0),)))
        yield FoundVolume(0, 0, size, kind.value), None
    for each in table.partitions[:_PARTITIONS_MOST]:
        unique = each.unique_id
        if table.scheme is Scheme.MBR and table.disk_id.strip("0"):
            unique = f"{table.disk_id}-{each.number:02x}"
        yield (
            FoundVolume(
                each.number,
                each.start,
                each.length,
                each.volume.value,
                partition_label=each.name,
                partition_uuid=unique,
                role=each.role.value,
            ),
            each.role,
        )


def _physical_volume(window: Window, start: int) -> lvm.PhysicalVolume | None:
    try:
        return lvm.physical_volume(window, start)
    except OSError:
        return None


def _logical_volumes(
    read_at: ReadAt, physical: list[tuple[lvm.PhysicalVolume, FoundVolume]]
) -> Iterator[DiskVolume]:
    for each in lvm.logical_volumes(volume for volume, _ in physical):
        name = f"{each.group}/{each.name}"
        place = each.pieces[0].place if each.pieces else -1
        below = next((one for _, one in physical if one.start <= place < one.start + one.length), None)
        partition = below.partition if below is not None else 0
        found = FoundVolume(partition, max(place, 0), each.size, Volume.UNKNOWN.value, name)
        if not each.pieces:
            yield DiskVolume(replace(found, kind=Volume.LVM.value, why=Why.CANNOT_READ.value))
            continue
        window = Window(read_at, each.pieces)
        try:
            found = replace(found, kind=_kind(window).value)
        except OSError:
            yield DiskVolume(replace(found, why=Why.DAMAGED.value))
            continue
        yield _opened(found, None, window)


def _kind(window: Window) -> Volume:
    kind = volume_of(window.read_at(0, VOLUME_HEAD))
    place, mark = BTRFS_MARK
    if kind in (Volume.UNKNOWN, Volume.EMPTY) and window.read_at(place, len(mark)) == mark:
        return Volume.BTRFS
    return kind


def _opened(found: FoundVolume, role: Role | None, window: Window) -> DiskVolume:
    """The volume with what it says of itself, and its tree or why there is none."""
    kind = Volume(found.kind)
    try:
        facts = facts_of(kind, window)
        found = replace(
            found,
            label=facts.label,
            uuid=facts.uuid or found.uuid,
            total_bytes=facts.total,
            free_bytes=facts.free,
        )
        if kind in _PLAIN or (kind is Volume.UNKNOWN and role in _NO_FILES):
            return DiskVolume(found, role)
        tree = open_tree(kind, window)
        if isinstance(tree, NtfsTree):
            found = replace(found, label=tree.label, free_bytes=ntfs_free_bytes(tree, found.total_bytes))
    except UnreadableError:
        return DiskVolume(replace(found, why=Why.CANNOT_READ.value), role)
    except OSError:
        return DiskVolume(replace(found, why=Why.DAMAGED.value), role)
    return DiskVolume(replace(found, read=True), role, tree)
