"""A dynamic VHD out of the pieces of a disk: the sample image of a format that is sent as a fixed VHD.

Layout: Virtual Hard Disk Image Format Specification, Microsoft, version 1.0 (October 2006).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from wizard.disk.vhd_footer import FOOTER_BYTES, DiskType, Footer
from wizard.practice.sample_disks import SECTOR, Piece

# The smaller of the two usual sizes: few of the scattered pieces share a block, and each block takes its room.
BLOCK_BYTES: Final = 512 * 1024

_HEADER_BYTES: Final = 1024
_HEADER: Final = struct.Struct(">8sQQIIII")
_TABLE_AT: Final = FOOTER_BYTES + _HEADER_BYTES
_BITMAP_BYTES: Final = 512  # a bit for each of the block's 1,024 sectors, in whole sectors
_ABSENT: Final = 0xFFFFFFFF


def dynamic_footer(fixed: Footer) -> Footer:
    """The footer of a dynamic VHD of the same disk."""
    return replace(fixed, disk_type=DiskType.DYNAMIC, data_offset=FOOTER_BYTES).sealed()


def as_dynamic(footer: Footer, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The file's pieces for these of the disk; the last one is the footer at its end.

    Of a block that holds anything all sectors count as written; those without a piece are zeros.
    """
    entries = -(-footer.current_size // BLOCK_BYTES)
    table_bytes = -(-entries * 4 // SECTOR) * SECTOR
    first = _TABLE_AT + table_bytes
    places: dict[int, int] = {}
    for offset, content in pieces:
        done = 0
        while done < len(content):
            block, into = divmod(offset + done, BLOCK_BYTES)
            place = places.setdefault(block, first + len(places) * (_BITMAP_BYTES + BLOCK_BYTES))
            part = content[done : done + BLOCK_BYTES - into]
            yield place + _BITMAP_BYTES + into, part
            done += len(part)
    for place in places.values():
        yield place, b"\xff" * (BLOCK_BYTES // SECTOR // 8)
    table = [places[block] // SECTOR if block in places else _ABSENT for block in range(entries)]
    yield 0, footer.build()
    yield FOOTER_BYTES, _header(entries)
    yield _TABLE_AT, struct.pack(f">{entries}I", *table).ljust(table_bytes, b"\xff")
    yield first + len(places) * (_BITMAP_BYTES + BLOCK_BYTES), footer.build()


def _header(entries: int) -> bytes:
    def pack(written: int) -> bytes:
        return _HEADER.pack(
            b"cxsparse", 0xFFFFFFFFFFFFFFFF, _TABLE_AT, 0x00010000, entries, BLOCK_BYTES, written
        ).ljust(_HEADER_BYTES, b"\0")

    return pack(~sum(pack(0)) & 0xFFFFFFFF)
