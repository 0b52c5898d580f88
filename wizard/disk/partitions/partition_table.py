"""The partition table of a disk: MBR with logical partitions, GPT with both copies, and what is wrong with it.

Nothing is believed: every number read from the disk is checked against its size before it is used, every loop has
an end, and no memory is taken by a length that the disk names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from wizard.disk.partitions import gpt, mbr
from wizard.disk.partitions.partition_types import Role
from wizard.disk.partitions.table import SECTOR, Partition, Problem
from wizard.disk.partitions.volumes import BTRFS_MARK, VOLUME_HEAD, Volume, volume_of
from wizard.disk.recognise import ReadAt

FIRST_MEBIBYTE: Final = 1024 * 1024
"""What VHD-12 wants kept free: 2,048 sectors of 512 bytes."""

# More partitions than any system disk has; the rest of a larger table is listed but not looked into.
_LOOKED_INTO: Final = 64


class Scheme(StrEnum):
    """How a disk is divided."""

    NONE = "none"
    MBR = "mbr"
    GPT = "gpt"


@dataclass(frozen=True, slots=True)
class PartitionTable:
    """A disk's partitions in the order of the table, and what was seen beside them.

    `hybrid`: a GPT whose MBR lists ordinary partitions too. `boot_code`: the first sector holds a program for the
    BIOS; `grub`: it is GRUB's, which needs no active partition. `gap_in_use`: something lies between the table and the first MiB's end, or the first partition.
    `claimed_bytes`: how large the disk must be for all that the table speaks of. `volume`: a file system that begins
    at the first sector, where there is no table.
    """

    scheme: Scheme
    partitions: tuple[Partition, ...] = ()
    problems: tuple[Problem, ...] = ()
    hybrid: bool = False
    boot_code: bool = False
    grub: bool = False
    gap_in_use: bool = False
    claimed_bytes: int = 0
    disk_id: str = ""
    volume: Volume = Volume.UNKNOWN

    @property
    def first_start(self) -> int | None:
        """Where the first partition begins, in bytes."""
        return min((each.start for each in self.partitions), default=None)

    @property
    def generations(self) -> tuple[int, ...]:
        """The Hyper-V generations this disk may start in, as far as its table tells (VHD-17).

        2: GPT with an EFI system partition. 1: MBR with an active partition or a program for the BIOS; GPT with that
        program and what it starts, a BIOS boot partition or one that is marked as bootable.
        """
        active = any(each.active for each in self.partitions)
        if self.scheme is Scheme.MBR:
            return (1,) if active or self.boot_code else ()
        roles = {each.role for each in self.partitions}
        bios = self.boot_code and (active or Role.BIOS_BOOT in roles)
        return (*((1,) if bios else ()), *((2,) if Role.EFI_SYSTEM in roles else ()))

    @property
    def architectures(self) -> tuple[str, ...]:
        """The processors that the types of the partitions name, each once."""
        return tuple(dict.fromkeys(each.architecture for each in self.partitions if each.architecture))


def read_partitions(read_at: ReadAt, size: int) -> PartitionTable:
    """The partition table of a disk of `size` bytes; never raises for what stands in it."""
    first = read_at(0, SECTOR).ljust(SECTOR, b"\0")
    in_mbr = mbr.parse(read_at, size, first)
    found = gpt.parse(read_at, size)
    table = _chosen(in_mbr, found)
    if table.scheme is Scheme.NONE:
        return replace(table, volume=volume_of(read_at(0, VOLUME_HEAD)))
    partitions = tuple(
        replace(each, volume=_volume(read_at, each)) if index < _LOOKED_INTO else each
        for index, each in enumerate(table.partitions)
    )
    entries_end = found.entries_end if table.scheme is Scheme.GPT else SECTOR
    return replace(
        table,
        partitions=partitions,
        problems=tuple(dict.fromkeys((*table.problems, *_misplaced(partitions, size)))),
        boot_code=any(first[:440]),
        grub=b"GRUB" in first[:440],
        gap_in_use=_gap_in_use(read_at, entries_end, table.first_start),
        claimed_bytes=max(table.claimed_bytes, *(each.end for each in partitions), 0),
    )


def _chosen(in_mbr: mbr.Mbr, found: gpt.Gpt) -> PartitionTable:
    """The table that counts. A GPT counts where an MBR guards it, or where the MBR lists nothing else."""
    guarded = in_mbr.protective or not in_mbr.partitions
    if guarded and (found.seen or in_mbr.protective):
        problems = found.problems if found.seen else (Problem.BOTH_COPIES_DAMAGED,)
        if not in_mbr.protective:
            problems = (*problems, Problem.NO_PROTECTIVE_MBR)
        return PartitionTable(
            Scheme.GPT,
            found.partitions,
            problems,
            hybrid=in_mbr.protective and bool(in_mbr.partitions),
            claimed_bytes=found.claimed_bytes,
            disk_id=found.disk_id,
        )
    if not in_mbr.partitions:
        return PartitionTable(Scheme.NONE)
    problems = (*in_mbr.problems, *((Problem.LEFTOVER_GPT,) if found.seen else ()))
    return PartitionTable(Scheme.MBR, in_mbr.partitions, problems, disk_id=in_mbr.disk_id)


def _misplaced(partitions: Sequence[Partition], size: int) -> list[Problem]:
    problems = [Problem.BEYOND_END] if any(each.end > size for each in partitions) else []
    in_order = sorted(partitions, key=lambda each: each.start)
    reached = 0
    for each in in_order:
        if each.start < reached:
            return [*problems, Problem.OVERLAP]
        reached = max(reached, each.end)
    return problems


def _gap_in_use(read_at: ReadAt, entries_end: int, first_start: int | None) -> bool:
    start = min(entries_end, FIRST_MEBIBYTE)
    end = min(FIRST_MEBIBYTE, FIRST_MEBIBYTE if first_start is None else first_start)
    return any(read_at(start, end - start)) if end > start else False


def _volume(read_at: ReadAt, partition: Partition) -> Volume:
    volume = volume_of(read_at(partition.start, min(VOLUME_HEAD, partition.length)))
    if volume in (Volume.UNKNOWN, Volume.EMPTY) and partition.length > BTRFS_MARK[0] + 8:
        offset, mark = BTRFS_MARK
        if read_at(partition.start + offset, len(mark)) == mark:
            return Volume.BTRFS
    return volume
