"""rpm's database before sqlite (Packages, up to RHEL 8): a hash table of Berkeley DB whose data lie on overflow pages.

Layout: Oracle Berkeley DB, dbinc/db_page.h (DBMETA, HMETA33, PAGE, HOFFPAGE), in the byte order of who wrote it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wizard.inspection.found.packages import Package
from wizard.inspection.linux.packages.blocks import Blocks
from wizard.inspection.linux.packages.rpm_header import package_of

_MAGIC: Final = 0x061561
_HEAD: Final = 26  # bytes of a page's header
_HASH_META, _OVERFLOW = 8, 7
_HASH: Final = (2, 13)  # unsorted, sorted
_KEY_DATA, _OFF_PAGE = 1, 3
_SPARES: Final = 96
_BUCKETS_MOST: Final = 100_000
_CHAIN_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Table:
    blocks: Blocks
    order: str
    page: int

    def at(self, number: int) -> bytes:
        """A page whole; b"" where there is none."""
        data = self.blocks.read(number * self.page, self.page)
        return data if len(data) == self.page and number else b""

    def unpack(self, form: str, data: bytes, place: int) -> tuple[int, ...]:
        return struct.unpack_from(self.order + form, data, place)


@dataclass(frozen=True, slots=True)
class _Inline:
    data: bytes

    def first(self, length: int) -> bytes:
        return self.data[:length]


@dataclass(frozen=True, slots=True)
class _OffPage:
    table: _Table
    number: int
    length: int

    def first(self, length: int) -> bytes:
        """What lies on the chain of overflow pages, as far as it is sound: all but the last are full."""
        pieces: list[bytes] = []
        wanted, number, full = min(length, self.length), self.number, self.table.page - _HEAD
        while wanted > 0 and number:
            page = self.table.at(number)
            if not page or page[25] != _OVERFLOW:
                break
            (following,) = self.table.unpack("I", page, 16)
            (held,) = self.table.unpack("H", page, 22)
            piece = page[_HEAD : _HEAD + held][:wanted]
            pieces.append(piece)
            wanted -= len(piece)
            number = following if held == full else 0
        return b"".join(pieces)


def packages(blocks: Blocks) -> Iterator[Package | None]:
    """Every package; None for something that is none."""
    table = _table(blocks)
    if table is None:
        yield None
        return
    meta = blocks.read(0, 512)
    (last_bucket,) = table.unpack("I", meta, 72)
    spares = table.unpack("32I", meta, _SPARES)
    if last_bucket >= _BUCKETS_MOST:
        yield None
        return
    seen: set[int] = set()
    for bucket in range(last_bucket + 1):
        number = bucket + spares[min(bucket.bit_length(), 31)]
        while number and number not in seen and len(seen) < _CHAIN_MOST:
            seen.add(number)
            page = table.at(number)
            if not page or page[25] not in _HASH:
                # A bucket that was never written to has no type yet, or lies behind the end.
                if page and page[25]:
                    yield None
                break
            yield from _on_page(table, page)
            (number,) = table.unpack("I", page, 16)


def _table(blocks: Blocks) -> _Table | None:
    meta = blocks.read(0, 512)
    if len(meta) < 512 or meta[25] != _HASH_META or meta[24]:
        return None
    for order in ("<", ">"):
        magic, _version, page = struct.unpack_from(order + "III", meta, 12)
        if magic == _MAGIC and 512 <= page <= 65536 and not page & (page - 1):
            return _Table(blocks, order, page)
    return None


def _on_page(table: _Table, page: bytes) -> Iterator[Package | None]:
    (entries,) = table.unpack("H", page, 20)
    if entries % 2 or _HEAD + 2 * entries > len(page):
        yield None
        return
    places = table.unpack(f"{entries}H", page, _HEAD)
    # Keys and data take turns; items lie from the page's end downwards.
    for place, before in zip(places[1::2], places[0::2], strict=True):
        item = page[place:before] if place < before else b""
        if item[:1] == bytes((_OFF_PAGE,)) and len(item) >= 12:
            number, length = table.unpack("II", item, 4)
            yield package_of(_OffPage(table, number, length))
        elif item[:1] != bytes((_KEY_DATA,)):
            yield None
        elif len(item) > 5:  # four bytes are rpm's own: the number that the next package gets
            yield package_of(_Inline(item[1:]))
