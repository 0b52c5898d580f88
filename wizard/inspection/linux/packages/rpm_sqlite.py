"""rpm's database today (rpmdb.sqlite): the one table that rpm keeps headers in, read by SQLite's file format.

Read here by hand rather than by SQLite: of each header only the first page is fetched, the file may be hundreds of MB, and
nothing of it reaches a library that was not made for hostile files. Source: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from wizard.inspection.found.packages import Package
from wizard.inspection.linux.packages.blocks import Blocks
from wizard.inspection.linux.packages.rpm_header import package_of

MAGIC: Final = b"SQLite format 3\0"
_TABLE: Final = b"Packages"
_LEAF, _INTERIOR = 13, 5
_PAGES_MOST: Final = 100_000  # of a tree
_SCHEMA_MOST: Final = 64 * 1024
_COLUMNS_MOST: Final = 32
_CHAIN_MOST: Final = 4096
_WAL_MAGIC: Final = (0x377F0682, 0x377F0683)
_WAL_FRAMES_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Database:
    blocks: Blocks
    page: int
    usable: int
    wal: Blocks | None = None
    newer: dict[int, int] = field(default_factory=dict)  # pages of the write-ahead log: number → place there

    def at(self, number: int) -> bytes:
        """A page whole, the newest of it; b"" where there is none."""
        if self.wal is not None and number in self.newer:
            data = self.wal.read(self.newer[number], self.page)
        else:
            data = self.blocks.read((number - 1) * self.page, self.page)
        return data if len(data) == self.page and number else b""


@dataclass(frozen=True, slots=True)
class _Payload:
    """A row: what lies on its own page, and where it goes on."""

    database: _Database
    local: bytes
    length: int
    overflow: int

    def first(self, length: int) -> bytes:
        """The first bytes of the row, fewer where the chain of pages breaks."""
        length = min(length, self.length)
        pieces, have, number, pages = [self.local], len(self.local), self.overflow, 0
        while have < length and number and pages < _CHAIN_MOST:
            page = self.database.at(number)
            if not page:
                break
            pieces.append(page[4 : self.database.usable])
            have += len(pieces[-1])
            number = int.from_bytes(page[:4], "big")
            pages += 1
        return b"".join(pieces)[:length]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a row that holds a blob."""

    payload: _Payload
    start: int
    length: int

    def first(self, length: int) -> bytes:
        return self.payload.first(self.start + min(length, self.length))[self.start :]


def packages(blocks: Blocks, wal: Blocks | None = None) -> Iterator[Package | None]:
    """Every package; None for something that is none. `wal` is the write-ahead log beside it, where there is one."""
    database = _database(blocks, wal)
    root = _root(database) if database is not None else 0
    if database is None or not root:
        yield None
        return
    for row in _rows(database, root):
        column = _blob(row) if row is not None else None
        yield package_of(column) if column is not None else None


def _database(blocks: Blocks, wal: Blocks | None) -> _Database | None:
    """None where it is no database of SQLite 3."""
    header = blocks.read(0, 100)
    if len(header) < 100 or not header.startswith(MAGIC):
        return None
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    if page < 512 or page & (page - 1) or page - header[20] < 480:
        return None
    newer = _newer(wal, page) if wal is not None else {}
    return _Database(blocks, page, page - header[20], wal, newer)


def _newer(wal: Blocks, page: int) -> dict[int, int]:
    """Where the write-ahead log has newer pages: those of finished transactions.

    Frames of an earlier round have other salts. Their check values are not worked out: a frame that was torn when the
    machine lost power would be taken for whole, and what it holds for damage.
    """
    header = wal.read(0, 32)
    if len(header) < 32:
        return {}
    magic, _version, size = struct.unpack(">III", header[:12])
    if magic not in _WAL_MAGIC or size != page:
        return {}
    done: dict[int, int] = {}
    open_: dict[int, int] = {}
    for index in range(min((wal.size - 32) // (24 + page), _WAL_FRAMES_MOST)):
        place = 32 + index * (24 + page)
        frame = wal.read(place, 24)
        if len(frame) < 24 or frame[8:16] != header[16:24]:
            break
        number, after = struct.unpack(">II", frame[:8])
        open_[number] = place + 24
        if after:
            done.update(open_)
            open_.clear()
    return done


def _root(database: _Database) -> int:
    """The root page of rpm's table; 0 where there is none."""
    for row in _rows(database, 1):
        if row is None:
            continue
        data = row.first(_SCHEMA_MOST)
        columns = _columns(data)
        if len(columns) < 4:
            continue
        kind, name, _of, root = (data[start : start + _length(each)] for start, each in columns[:4])
        if kind == b"table" and name == _TABLE:
            return int.from_bytes(root, "big")
    return 0


def _rows(database: _Database, root: int) -> Iterator[_Payload | None]:
    """Every row of a table, None for what cannot be read; each page once."""
    waiting, seen = [root], {root}
    while waiting:
        number = waiting.pop()
        page = database.at(number)
        start = 100 if number == 1 else 0
        if not page or page[start] not in (_LEAF, _INTERIOR):
            yield None
            continue
        leaf = page[start] == _LEAF
        cells = int.from_bytes(page[start + 3 : start + 5], "big")
        pointers = start + (8 if leaf else 12)
        if pointers + 2 * cells > len(page):
            yield None
            continue
        places = struct.unpack_from(f">{cells}H", page, pointers)
        if leaf:
            for place in places:
                yield _payload(database, page, place)
            continue
        below = [int.from_bytes(page[place : place + 4], "big") for place in places]
        below.append(int.from_bytes(page[start + 8 : start + 12], "big"))
        for child in reversed(below):
            if child in seen or len(seen) >= _PAGES_MOST:
                yield None
            else:
                seen.add(child)
                waiting.append(child)


def _payload(database: _Database, page: bytes, place: int) -> _Payload | None:
    length, place = _varint(page, place)
    _row, place = _varint(page, place)
    usable = database.usable
    most = usable - 35
    local = length
    if length > most:
        least = (usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (usable - 4)
        local = local if local <= most else least
    held = page[place : place + local]
    if len(held) < local:
        return None
    overflow = int.from_bytes(page[place + local :][:4], "big") if local < length else 0
    return _Payload(database, held, length, overflow)


def _blob(row: _Payload) -> _Column | None:
    """The row's first column that is a blob."""
    for start, kind in _columns(row.first(256)):
        if kind >= 12 and kind % 2 == 0:
            return _Column(row, start, _length(kind))
    return None


def _columns(data: bytes) -> list[tuple[int, int]]:
    """Where each column of a row begins, and its type, by the row's header; only the header need be there."""
    header, place = _varint(data, 0)
    columns: list[tuple[int, int]] = []
    start = header
    while place < min(header, len(data)) and len(columns) < _COLUMNS_MOST:
        kind, place = _varint(data, place)
        columns.append((start, kind))
        start += _length(kind)
    return columns


def _length(kind: int) -> int:
    """How many bytes a column of this type takes."""
    if kind >= 12:
        return (kind - 12) // 2
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind]


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of up to 9 bytes, and where it ends; 0 where the data end."""
    value = 0
    for index in range(9):
        byte = data[place + index] if place + index < len(data) else 0
        if index == 8:
            return value << 8 | byte, place + 9
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, place + index + 1
    return value, place + 9
