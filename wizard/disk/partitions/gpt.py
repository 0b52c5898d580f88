"""The GUID partition table: its header and entries at the disk's beginning, and their second copy at its end.

Layout: UEFI specification 2.10, section 5.3.
"""

from __future__ import annotations

import binascii
import struct
import uuid
from dataclasses import dataclass
from typing import Final

from wizard.disk.partitions.partition_types import of_guid
from wizard.disk.partitions.table import SECTOR, Partition, Problem
from wizard.disk.recognise import ReadAt

SIGNATURE: Final = b"EFI PART"

_HEADER: Final = struct.Struct("<8sIIIIQQQQ16sQIII")
_ENTRY: Final = struct.Struct("<16s16sQQQ72s")
_LEGACY_BOOTABLE: Final = 1 << 2

# Usual are 128 entries of 128 bytes. A header that speaks of more than this is not believed.
_ENTRIES_MOST: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gpt:
    """What a disk's GPT says; `seen`: there is one, whole or damaged. `entries_end`: where its first copy ends, in bytes."""

    seen: bool
    partitions: tuple[Partition, ...] = ()
    problems: tuple[Problem, ...] = ()
    disk_id: str = ""
    claimed_bytes: int = 0
    entries_end: int = 34 * SECTOR


@dataclass(frozen=True, slots=True)
class _Copy:
    """One of the two copies, its checksums proven."""

    other: int
    disk: uuid.UUID
    entries_at: int
    count: int
    entry_bytes: int
    entries: bytes


def parse(read_at: ReadAt, size: int) -> Gpt:
    """The GPT of a disk of `size` bytes, from whichever copy is whole."""
    last = size // SECTOR - 1
    if last < 3:
        return Gpt(False)
    first = _copy(read_at, 1, last)
    second_at = first.other if first is not None else last
    second = _copy(read_at, second_at, last) if second_at != 1 else None
    whole = first or second
    if whole is None:
        return _none_whole(read_at, last)
    claimed = (max(second_at, 1) + 1) * SECTOR
    return Gpt(
        True,
        _partitions(whole),
        _problems(first, second, second_at, last),
        str(whole.disk),
        claimed,
        (first.entries_at * SECTOR + len(first.entries)) if first is not None else 34 * SECTOR,
    )


def _none_whole(read_at: ReadAt, last: int) -> Gpt:
    if SIGNATURE in (read_at(SECTOR, 8), read_at(last * SECTOR, 8)):
        return Gpt(True, problems=(Problem.BOTH_COPIES_DAMAGED,))
    if read_at(4096, 8) == SIGNATURE:
        return Gpt(True, problems=(Problem.SECTORS_OF_4096,))
    return Gpt(False)


def _problems(first: _Copy | None, second: _Copy | None, second_at: int, last: int) -> tuple[Problem, ...]:
    problems = []
    if first is None:
        problems.append(Problem.FIRST_COPY_DAMAGED)
    # A second copy that lies beyond the disk's end is told as such, with the partitions that do.
    if second is None and second_at <= last:
        problems.append(Problem.SECOND_COPY_DAMAGED)
    if second_at > last:
        problems.append(Problem.BEYOND_END)
    elif second_at < last:
        problems.append(Problem.SECOND_COPY_NOT_AT_END)
    if first is not None and second is not None and first.entries != second.entries:
        problems.append(Problem.COPIES_DIFFER)
    return tuple(problems)


def _copy(read_at: ReadAt, at: int, last: int) -> _Copy | None:
    """The copy whose header is in sector `at`; None where it is not there or not whole."""
    if not 1 <= at <= last:
        return None
    sector = read_at(at * SECTOR, SECTOR)
    if len(sector) < SECTOR or not sector.startswith(SIGNATURE):
        return None
    _, _, header_bytes, crc, _, own, other, _, _, disk, entries_at, count, entry_bytes, entries_crc = (
        _HEADER.unpack_from(sector)
    )
    if not _HEADER.size <= header_bytes <= SECTOR or own != at:
        return None
    if binascii.crc32(sector[:16] + bytes(4) + sector[20:header_bytes]) != crc:
        return None
    length = count * entry_bytes
    plausible = 128 <= entry_bytes <= 4096 and entry_bytes % 8 == 0 and 0 < length <= _ENTRIES_MOST
    if not plausible or not 2 <= entries_at <= last:
        return None
    entries = read_at(entries_at * SECTOR, length)
    if len(entries) < length or binascii.crc32(entries) != entries_crc:
        return None
    return _Copy(other, uuid.UUID(bytes_le=disk), entries_at, count, entry_bytes, entries)


def _partitions(copy: _Copy) -> tuple[Partition, ...]:
    found = []
    for index in range(copy.count):
        kind, unique, first, last, attributes, name = _ENTRY.unpack_from(
            copy.entries, index * copy.entry_bytes
        )
        if not any(kind):
            continue
        guid = str(uuid.UUID(bytes_le=kind))
        role, architecture = of_guid(guid)
        found.append(
            Partition(
                index + 1,
                first * SECTOR,
                max(last - first + 1, 0) * SECTOR,
                guid,
                role,
                _text(name),
                bool(attributes & _LEGACY_BOOTABLE),
                architecture,
                unique_id=str(uuid.UUID(bytes_le=unique)) if any(unique) else "",
            )
        )
    return tuple(found)


def _text(name: bytes) -> str:
    text = name.decode("utf-16-le", errors="replace").split("\0", 1)[0]
    return "".join(letter for letter in text if letter.isprintable())
