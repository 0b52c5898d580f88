"""Moving the second copy of a GUID partition table to the new end of a disk that has grown.

Layout: UEFI specification 2.10, sections 5.2.3 (protective MBR) and 5.3 (GPT).
"""

from __future__ import annotations

import binascii
import struct
from typing import Final

from wizard.disk.partitions import gpt
from wizard.disk.partitions.partition_types import PROTECTIVE
from wizard.disk.partitions.table import SECTOR, Problem
from wizard.disk.recognise import ReadAt

Patch = tuple[int, bytes]
"""Where something is written, in bytes from the disk's beginning, and what."""

# Offsets within a header.
_HEADER_BYTES: Final = 12
_HEADER_CRC: Final = 16
_OWN: Final = 24
_OTHER: Final = 32
_FIRST_USABLE: Final = 40
_LAST_USABLE: Final = 48
_ENTRIES_AT: Final = 72
_COUNT: Final = 80

# "A minimum of 16,384 bytes of space must be reserved for the GPT Partition Entry Array" (5.3.1).
_ENTRIES_LEAST: Final = 16 * 1024 // SECTOR

_MBR_ENTRIES: Final = range(446, 510, 16)
_MBR_ENTRY: Final = struct.Struct("<B3sB3sII")
_LARGEST: Final = 0xFFFFFFFF
# How a BIOS counts in cylinders, heads and sectors where it can.
_HEADS: Final = 255
_SECTORS: Final = 63
_CYLINDERS: Final = 1024


def moved_to_end(read_at: ReadAt, size: int, grown_size: int) -> tuple[Patch, ...] | None:
    """What to write, ascending and apart, so that the GPT of a disk of `size` bytes fits `grown_size` bytes.

    Both are whole sectors. None where the table may not be touched: no whole GPT, copies that differ, or no room.
    """
    found = gpt.parse(read_at, size)
    if not found.seen or set(found.problems) - {Problem.SECOND_COPY_NOT_AT_END}:
        return None
    header = bytearray(read_at(SECTOR, SECTOR))
    entries_at, count, entry_bytes = struct.unpack_from("<QII", header, _ENTRIES_AT)
    entries = read_at(entries_at * SECTOR, count * entry_bytes)
    last = grown_size // SECTOR - 1
    second_entries_at = last - max(-(-len(entries) // SECTOR), _ENTRIES_LEAST)
    reached = max((each.end for each in found.partitions), default=0)
    if second_entries_at * SECTOR < max(reached, _number(header, _FIRST_USABLE) * SECTOR):
        return None
    struct.pack_into("<Q", header, _LAST_USABLE, second_entries_at - 1)
    second = bytearray(header)
    struct.pack_into("<Q", header, _OTHER, last)
    struct.pack_into("<QQ", second, _OWN, last, 1)
    struct.pack_into("<Q", second, _ENTRIES_AT, second_entries_at)
    return (
        *_protective(read_at(0, SECTOR), last),
        (SECTOR, _sealed(header)),
        (second_entries_at * SECTOR, entries.ljust((last - second_entries_at) * SECTOR, b"\0")),
        (last * SECTOR, _sealed(second)),
    )


def _number(header: bytearray, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 8], "little")


def _sealed(header: bytearray) -> bytes:
    """The sector with the header's checksum made right."""
    (length,) = struct.unpack_from("<I", header, _HEADER_BYTES)
    struct.pack_into("<I", header, _HEADER_CRC, 0)
    struct.pack_into("<I", header, _HEADER_CRC, binascii.crc32(header[:length]))
    return bytes(header)


def _protective(first: bytes, last: int) -> tuple[Patch, ...]:
    """The protective MBR over the whole larger disk (table 5.4); nothing where the MBR lists something else too."""
    entries = [(at, _MBR_ENTRY.unpack_from(first, at)) for at in _MBR_ENTRIES]
    used = [(at, entry) for at, entry in entries if entry[2] != 0]
    if len(used) != 1 or used[0][1][2] != PROTECTIVE:
        return ()
    at, (status, begins, kind, _, start, _) = used[0]
    sector = bytearray(first)
    _MBR_ENTRY.pack_into(sector, at, status, begins, kind, _place(last), start, min(last, _LARGEST))
    return ((0, bytes(sector)),)


def _place(sector: int) -> bytes:
    """A sector in cylinders, heads and sectors as an MBR writes it; the largest value where it cannot say it."""
    cylinder, rest = divmod(sector, _HEADS * _SECTORS)
    if cylinder >= _CYLINDERS:
        return b"\xff\xff\xff"
    head, number = divmod(rest, _SECTORS)
    return bytes((head, (number + 1) | (cylinder >> 8) << 6, cylinder & 0xFF))
