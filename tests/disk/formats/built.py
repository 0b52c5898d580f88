"""Dynamic VHDs and VHDXs built from plain structs by the specifications, each field to be set wrongly on purpose."""

from __future__ import annotations

import os
import struct
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.disk.images import MIB, SECTOR, write
from wizard.disk.vhd_footer import Footer, fixed_footer

KIB = 1024
UNUSED = 0xFFFFFFFF
DISK_ID = uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")

BLOCK_TABLE = uuid.UUID("2DC27766-F623-4200-9D64-115E9BFD4A08")
METADATA = uuid.UUID("8B7CA206-4790-4B9A-B8FE-575F050F886E")
FILE_PARAMETERS = uuid.UUID("CAA16737-FA36-4D43-B3B6-33F0AA44E76B")
VIRTUAL_SIZE = uuid.UUID("2FA54224-CD1B-4876-B211-5DBED83BF4B8")
PAGE_83 = uuid.UUID("BECA12AB-B2E6-4523-93EF-C309E000C746")
LOGICAL_SECTOR = uuid.UUID("8141BF1D-A96F-4709-BA47-F233A8FAAB5F")
PHYSICAL_SECTOR = uuid.UUID("CDA348C7-445D-4471-9CC9-E9885251C556")
PARENT = uuid.UUID("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C")
NO_LOG = uuid.UUID(int=0)
UNKNOWN = uuid.UUID("99999999-0000-0000-0000-000000000001")


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    return byte


_REMAINDERS = [_remainder(byte) for byte in range(256)]


@lru_cache(maxsize=64)
def simple_crc32c(data: bytes) -> int:
    """CRC-32C byte by byte, as RFC 3720 defines it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _REMAINDERS[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


@dataclass
class DynamicVhd:
    """A dynamic VHD: `blocks` are their contents, placed in this order; `bitmaps` where not all bits are set."""

    size: int
    blocks: Mapping[int, bytes] = field(default_factory=dict)
    bitmaps: Mapping[int, bytes] = field(default_factory=dict)
    block_bytes: int = 2 * MIB
    entries: int | None = None
    places: Mapping[int, int] = field(default_factory=dict)
    footer_fields: Mapping[str, Any] = field(default_factory=dict)
    header_at: int = 512
    table_at: int = 1536
    version: int = 0x00010000
    cookie: bytes = b"cxsparse"
    header_checksum: int | None = None
    last_length: int | None = None

    @property
    def footer(self) -> Footer:
        whole = fixed_footer(self.size, creator=b"win ", unique_id=DISK_ID)
        named = {"disk_type": 3, "data_offset": self.header_at, "timestamp": 77, **self.footer_fields}
        return replace(whole, **named).sealed()

    @property
    def bitmap_bytes(self) -> int:
        bits = self.block_bytes // SECTOR
        return (bits // 8 + SECTOR - 1) // SECTOR * SECTOR

    def header(self) -> bytes:
        entries = -(-self.size // self.block_bytes) if self.entries is None else self.entries
        parts = (self.cookie, 2**64 - 1, self.table_at, self.version, entries, self.block_bytes, 0)
        whole = struct.pack(">8sQQIIII", *parts).ljust(1024, b"\0")
        right = ~sum(whole) & 0xFFFFFFFF
        written = right if self.header_checksum is None else self.header_checksum
        return whole[:36] + struct.pack(">I", written) + whole[40:]

    def pieces(self) -> tuple[dict[int, bytes], int]:
        """What stands where, and the file's length."""
        count = -(-self.size // self.block_bytes)
        table = [UNUSED] * count
        pieces: dict[int, bytes] = {}
        at = -(-(self.table_at + count * 4) // SECTOR) * SECTOR
        for index, content in self.blocks.items():
            table[index] = at // SECTOR
            pieces[at] = self.bitmaps.get(index, b"\xff" * self.bitmap_bytes)
            pieces[at + self.bitmap_bytes] = content
            last = index == count - 1 and self.last_length is not None
            at += self.bitmap_bytes + (self.last_length if last and self.last_length else self.block_bytes)
        for index, place in self.places.items():
            table[index] = place
        pieces[self.table_at] = struct.pack(f">{count}I", *table)
        pieces[self.header_at] = self.header()
        pieces[0] = pieces[at] = self.footer.build()
        return pieces, at + 512

    def write(self, path: Path) -> Path:
        pieces, length = self.pieces()
        return write(path, length, pieces)


@dataclass
class Region:
    """An entry of a VHDX's table of regions."""

    guid: uuid.UUID
    offset: int
    length: int
    required: int = 1


@dataclass
class Item:
    """An entry of a VHDX's metadata; flags: 1 the user's, 2 the disk's, 4 required."""

    guid: uuid.UUID
    value: bytes
    flags: int = 6
    offset: int | None = None
    length: int | None = None


@dataclass
class Vhdx:
    """A VHDX: `blocks` are their contents, placed in this order; `entries` are whole entries of the table, by block."""

    size: int
    blocks: Mapping[int, bytes] = field(default_factory=dict)
    entries: Mapping[int, int] = field(default_factory=dict)
    block_bytes: int = MIB
    sector: int = 512
    flags: int = 0
    log: uuid.UUID = NO_LOG
    log_at: int = MIB
    log_length: int = MIB
    version: int = 1
    sequences: Sequence[int | None] = (1, 2)
    table_regions: Sequence[Region] | None = None
    more_regions: Sequence[Region] = ()
    region_tables_sound: Sequence[bool] = (True, True)
    items: Mapping[uuid.UUID, Item | None] = field(default_factory=dict)
    block_table_length: int | None = None
    cut: int = 0

    @property
    def chunk(self) -> int:
        return 2**23 * self.sector // self.block_bytes

    def header(self, sequence: int | None) -> bytes:
        """One of the headers; a sequence of None makes it unsound."""

        def pack(crc: int) -> bytes:
            numbers = (0, self.version, self.log_length, self.log_at)
            ids = (DISK_ID.bytes_le, DISK_ID.bytes_le, self.log.bytes_le)
            return struct.pack("<4sIQ16s16s16sHHIQ", b"head", crc, sequence or 0, *ids, *numbers).ljust(
                4096, b"\0"
            )

        return pack(simple_crc32c(pack(0)) if sequence is not None else 1)

    def regions(self) -> list[Region]:
        if self.table_regions is not None:
            return [*self.table_regions, *self.more_regions]
        length = self.block_table_length
        if length is None:
            length = max(-(-(self.table_entries() * 8) // MIB), 1) * MIB
        return [
            Region(BLOCK_TABLE, 3 * MIB, length),
            Region(METADATA, 2 * MIB, MIB),
            *self.more_regions,
        ]

    def region_table(self, sound: bool) -> bytes:
        entries = b"".join(
            struct.pack("<16sQII", each.guid.bytes_le, each.offset, each.length, each.required)
            for each in self.regions()
        )

        def pack(crc: int) -> bytes:
            head = struct.pack("<4sIII", b"regi", crc, len(self.regions()), 0)
            return (head + entries).ljust(64 * KIB, b"\0")

        return pack(simple_crc32c(pack(0)) if sound else 1)

    def metadata(self) -> bytes:
        usual = {
            FILE_PARAMETERS: Item(FILE_PARAMETERS, struct.pack("<II", self.block_bytes, self.flags), 4),
            VIRTUAL_SIZE: Item(VIRTUAL_SIZE, struct.pack("<Q", self.size)),
            PAGE_83: Item(PAGE_83, DISK_ID.bytes_le),
            LOGICAL_SECTOR: Item(LOGICAL_SECTOR, struct.pack("<I", self.sector)),
            PHYSICAL_SECTOR: Item(PHYSICAL_SECTOR, struct.pack("<I", 4096)),
        }
        items = [each for each in {**usual, **self.items}.values() if each is not None]
        head = struct.pack("<8sHH20s", b"metadata", 0, len(items), b"")
        values, at = b"", 64 * KIB
        for item in items:
            offset = at + len(values) if item.offset is None else item.offset
            length = len(item.value) if item.length is None else item.length
            head += struct.pack("<16sIIII", item.guid.bytes_le, offset, length, item.flags, 0)
            values += item.value
        return head.ljust(64 * KIB, b"\0") + values

    def table_entries(self) -> int:
        count = -(-self.size // self.block_bytes)
        return count + (count - 1) // self.chunk

    def pieces(self) -> tuple[dict[int, bytes], int]:
        """What stands where, and the file's length."""
        regions = self.regions()
        at = max([4 * MIB, *(each.offset + each.length for each in regions)])
        table = dict.fromkeys(range(self.table_entries()), 0)
        pieces: dict[int, bytes] = {}
        for index, content in self.blocks.items():
            table[index + index // self.chunk] = at | 6
            pieces[at] = content
            at += self.block_bytes
        for index, entry in self.entries.items():
            table[index + index // self.chunk] = entry
        pieces[3 * MIB] = struct.pack(f"<{len(table)}Q", *table.values())
        pieces[2 * MIB] = self.metadata()
        pieces[0] = b"vhdxfile" + "another hand".encode("utf-16-le")
        pieces[64 * KIB], pieces[128 * KIB] = (self.header(each) for each in self.sequences)
        pieces[192 * KIB], pieces[256 * KIB] = (self.region_table(each) for each in self.region_tables_sound)
        return pieces, at

    def write(self, path: Path) -> Path:
        pieces, length = self.pieces()
        os.truncate(write(path, length, pieces), length - self.cut)
        return path
