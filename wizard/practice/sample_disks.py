"""What stands on the sample images: partition tables and the beginnings of file systems, as pieces of bytes.

Layouts: UEFI specification 2.10, section 5; Microsoft's FAT32 specification 1.03.
"""

from __future__ import annotations

import binascii
import random
import struct
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

SECTOR: Final = 512
MEBIBYTE: Final = 1024 * 1024
EFI_SYSTEM: Final = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
BASIC_DATA: Final = uuid.UUID("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7")
LINUX_ROOT_X86_64: Final = uuid.UUID("4f68bce3-e8cd-4db1-96e7-fbcaf984b709")

FAT_VOLUME_ID: Final = 0x20260101

_GPT_ENTRIES: Final = 128
_GPT_ENTRY_BYTES: Final = 128
_GPT_TABLE_SECTORS: Final = _GPT_ENTRIES * _GPT_ENTRY_BYTES // SECTOR
_SCATTERED_PIECE: Final = 256 * 1024

Piece = tuple[int, bytes]
"""Bytes and the offset on the disk where they stand."""


@dataclass(frozen=True, slots=True)
class Place:
    """A partition: its type, its name, its first and its last sector."""

    kind: uuid.UUID
    name: str
    first: int
    last: int

    @property
    def start(self) -> int:
        """Where it begins, in bytes."""
        return self.first * SECTOR

    @property
    def sectors(self) -> int:
        """How long it is."""
        return self.last - self.first + 1


def gpt(disk_bytes: int, places: Sequence[Place], identity: random.Random) -> Iterator[Piece]:
    """A GUID partition table with both copies and the MBR that guards it."""
    end = disk_bytes // SECTOR - 1
    entries = b"".join(
        struct.pack(
            "<16s16sQQQ72s",
            place.kind.bytes_le,
            identity.randbytes(16),
            place.first,
            place.last,
            0,
            place.name.encode("utf-16-le"),
        )
        for place in places
    ).ljust(_GPT_ENTRIES * _GPT_ENTRY_BYTES, b"\0")
    disk = identity.randbytes(16)
    second_table = end - _GPT_TABLE_SECTORS
    yield 0, mbr((0xEE, 0, 1, min(end, 0xFFFFFFFF)))
    yield SECTOR, _gpt_header(1, end, 2, second_table - 1, disk, entries)
    yield 2 * SECTOR, entries
    yield second_table * SECTOR, entries
    yield end * SECTOR, _gpt_header(end, 1, second_table, second_table - 1, disk, entries)


def _gpt_header(own: int, other: int, table: int, last_usable: int, disk: bytes, entries: bytes) -> bytes:
    def header(checksum: int) -> bytes:
        return struct.pack(
            "<8sIIIIQQQQ16sQIII",
            b"EFI PART",
            0x00010000,
            92,
            checksum,
            0,
            own,
            other,
            2 + _GPT_TABLE_SECTORS,
            last_usable,
            disk,
            table,
            _GPT_ENTRIES,
            _GPT_ENTRY_BYTES,
            binascii.crc32(entries),
        )

    return header(binascii.crc32(header(0))).ljust(SECTOR, b"\0")


def mbr(*partitions: tuple[int, int, int, int], boot_code: bytes = b"") -> bytes:
    """A master boot record; each partition: type code, flag (0x80: active), first sector, number of sectors."""
    beyond_geometry = b"\xfe\xff\xff"
    entries = b"".join(
        struct.pack("<B3sB3sII", flag, beyond_geometry, code, beyond_geometry, first, sectors)
        for code, flag, first, sectors in partitions
    )
    return boot_code[:440].ljust(446, b"\0") + entries.ljust(64, b"\0") + b"\x55\xaa"


def fat32(place: Place) -> Iterator[Piece]:
    """An empty FAT32 file system with one sector per cluster."""
    reserved, first_free = 32, 3
    table_sectors = -(-(place.sectors - reserved) * 4 // (SECTOR + 8))
    clusters = place.sectors - reserved - 2 * table_sectors
    boot = struct.pack(
        "<3s8sHBHBHHBHHHIIIHHIHH12sBBBI11s8s",
        b"\xeb\x58\x90",
        b"practice",
        SECTOR,
        1,
        reserved,
        2,
        0,
        0,
        0xF8,
        0,
        63,
        255,
        place.first,
        place.sectors,
        table_sectors,
        0,
        0,
        2,
        1,
        6,
        b"",
        0x80,
        0,
        0x29,
        FAT_VOLUME_ID,
        b"PRACTICE   ",
        b"FAT32   ",
    )
    boot = boot.ljust(510, b"\0") + b"\x55\xaa"
    information = b"RRaA".ljust(484, b"\0") + struct.pack(
        "<4sII12sI", b"rrAa", clusters - 1, first_free, b"", 0xAA550000
    )
    table = struct.pack("<III", 0x0FFFFFF8, 0x0FFFFFFF, 0x0FFFFFFF).ljust(SECTOR, b"\0")
    label = b"PRACTICE   \x08".ljust(32, b"\0")
    for copy in (0, 6):
        yield place.start + copy * SECTOR, boot
        yield place.start + (copy + 1) * SECTOR, information
    for number in (0, 1):
        yield place.start + (reserved + number * table_sectors) * SECTOR, table
    yield place.start + (reserved + 2 * table_sectors) * SECTOR, label.ljust(SECTOR, b"\0")


def scattered(start: int, end: int, total: int, content: random.Random) -> Iterator[Piece]:
    """`total` bytes of data in pieces of 256 KiB, far apart between `start` and `end`."""
    pieces = total // _SCATTERED_PIECE
    distance = (end - start) // pieces // MEBIBYTE * MEBIBYTE
    for number in range(pieces):
        yield start + number * distance, content.randbytes(_SCATTERED_PIECE)
