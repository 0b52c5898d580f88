"""The old partition table in a disk's first sector, with the chain of logical partitions behind it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from wizard.disk.partitions.partition_types import EXTENDED, PROTECTIVE, of_code
from wizard.disk.partitions.table import SECTOR, Partition, Problem
from wizard.disk.recognise import ReadAt

_ENTRY: Final = struct.Struct("<B3sB3sII")
_SIGNATURE: Final = b"\x55\xaa"
_ACTIVE: Final = 0x80

# Longer than any chain a person made; a chain that bites its own tail ends here at the latest.
_LOGICAL_MOST: Final = 128


@dataclass(frozen=True, slots=True)
class Mbr:
    """What the first sector lists; `protective`: it guards a GPT."""

    partitions: tuple[Partition, ...] = ()
    protective: bool = False
    problems: tuple[Problem, ...] = ()
    disk_id: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    status: int
    code: int
    start: int
    sectors: int

    @property
    def used(self) -> bool:
        return self.code != 0 and self.sectors > 0


def parse(read_at: ReadAt, size: int, first: bytes) -> Mbr:
    """The partitions of this first sector; nothing where it is no partition table but, say, a boot sector."""
    entries = _entries(first)
    if entries is None or any(entry.status not in (0, _ACTIVE) for entry in entries):
        return Mbr()
    used = [(number, entry) for number, entry in enumerate(entries, 1) if entry.used]
    partitions = [
        _partition(number, entry, 0)
        for number, entry in used
        if entry.code not in EXTENDED and entry.code != PROTECTIVE
    ]
    problems: list[Problem] = []
    for _, entry in used:
        if entry.code in EXTENDED:
            logical, whole = _logical(
                read_at, size, entry.start, 5 + sum(each.number > 4 for each in partitions)
            )
            partitions += logical
            problems += [] if whole else [Problem.BROKEN_CHAIN]
    return Mbr(
        tuple(partitions),
        any(entry.code == PROTECTIVE for _, entry in used),
        tuple(dict.fromkeys(problems)),
        f"{struct.unpack_from('<I', first, 440)[0]:08x}",
    )


def _entries(sector: bytes) -> list[_Entry] | None:
    if len(sector) < SECTOR or sector[510:512] != _SIGNATURE:
        return None
    entries = []
    for status, _, code, _, start, sectors in _ENTRY.iter_unpack(sector[446:510]):
        entries.append(_Entry(status, code, start, sectors))
    return entries


def _partition(number: int, entry: _Entry, base: int) -> Partition:
    return Partition(
        number,
        (base + entry.start) * SECTOR,
        entry.sectors * SECTOR,
        f"0x{entry.code:02x}",
        of_code(entry.code),
        active=entry.status == _ACTIVE,
    )


def _logical(read_at: ReadAt, size: int, extended: int, number: int) -> tuple[list[Partition], bool]:
    """The partitions inside an extended one, and whether its chain came to a proper end."""
    found: list[Partition] = []
    link, seen = extended, set[int]()
    while len(seen) < _LOGICAL_MOST:
        if link in seen or (link + 1) * SECTOR > size:
            return found, False
        seen.add(link)
        entries = _entries(read_at(link * SECTOR, SECTOR))
        if entries is None:
            return found, False
        if entries[0].used and entries[0].code not in EXTENDED:
            found.append(_partition(number + len(found), entries[0], link))
        following = next((entry for entry in entries[:2] if entry.used and entry.code in EXTENDED), None)
        if following is None:
            return found, True
        link = extended + following.start
    return found, False
