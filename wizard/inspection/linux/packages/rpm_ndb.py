"""rpm's own database "ndb" (Packages.db, SUSE): a table of slots, and blobs in blocks of 16 bytes; all little-endian.

Source of the layout: rpm's lib/backend/ndb/rpmpkg.c.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wizard.inspection.found.packages import Package
from wizard.inspection.linux.packages.blocks import Blocks
from wizard.inspection.linux.packages.rpm_header import package_of

MAGIC: Final = b"RpmP"
_PAGE: Final = 4096
_SLOT: Final = 16
_BLOCK: Final = 16
_HEAD: Final = 16
_PAGES_MOST: Final = 4096  # of slots: a million packages


@dataclass(frozen=True, slots=True)
class _Blob:
    blocks: Blocks
    start: int
    length: int

    def first(self, length: int) -> bytes:
        return self.blocks.read(self.start, min(length, self.length))


def packages(blocks: Blocks) -> Iterator[Package | None]:
    """Every package; None for something that is none."""
    header = blocks.read(0, 32)
    if len(header) < 32 or header[:4] != MAGIC or header[4:8] != b"\0\0\0\0":
        yield None
        return
    pages = int.from_bytes(header[12:16], "little")
    if pages > _PAGES_MOST:
        yield None
    end = min(pages, _PAGES_MOST) * _PAGE
    for place in range(2 * _SLOT, min(end, blocks.size), _SLOT):
        slot = blocks.read(place, _SLOT)
        if slot[:4] != b"Slot" or len(slot) < _SLOT:
            yield None
            return
        index, offset, _count = struct.unpack("<III", slot[4:])
        if index:
            yield _package(blocks, index, offset * _BLOCK)
    if end > blocks.size:
        yield None


def _package(blocks: Blocks, index: int, start: int) -> Package | None:
    head = blocks.read(start, _HEAD)
    if len(head) < _HEAD or head[:4] != b"BlbS":
        return None
    own, _generation, length = struct.unpack("<III", head[4:])
    return package_of(_Blob(blocks, start + _HEAD, length)) if own == index else None
