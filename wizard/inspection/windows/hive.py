"""Registry hives (regf 1.3 to 1.6), read in place: a few pages for a value, however large the hive is.

By the public descriptions of the format (libregf's, Maxim Suhanov's). libregf itself reads the head of every bin when it
opens a hive, and a bin is mostly one page: over the network, all 100 MB of a SOFTWARE hive for a handful of values.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, Protocol

_PAGE: Final = 4096
_PAGES_KEPT: Final = 4096  # 16 MiB
_CELLS_MOST: Final = 400_000  # read of one hive; all services of a large server take some 30,000
_CELL_MOST: Final = 1024 * 1024
_VALUE_MOST: Final = 64 * 1024  # bytes read of one value
_BLOCK: Final = 16344  # bytes of a value that lie in one cell, where they lie in several
_KEYS_MOST: Final = 20_000  # below one key
_VALUES_MOST: Final = 4_000  # of one key: there are servers with 100,000 rules of the firewall
_INLINE: Final = 0x80000000
_PLAIN_NAME_KEY: Final = 0x20
_PLAIN_NAME_VALUE: Final = 0x01
_TEXTS: Final = (1, 2)  # REG_SZ, REG_EXPAND_SZ
_BINARY, _DWORD, _MULTI, _QWORD = 3, 4, 7, 11


class Bytes(Protocol):
    """What a hive is read from: wizard.inspection.system_files.Content."""

    @property
    def size(self) -> int:
        """Its length in bytes."""

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, fewer where it ends."""


class DamagedHiveError(OSError):
    """The hive contradicts itself, or is made so that reading it would take for ever."""


class Hive:
    """A hive; DamagedHiveError (an OSError) is raised wherever it is damaged, on opening as well.

    `dirty`: its last changes are in the transaction logs beside it only, which are not read; values may be older.
    """

    def __init__(self, content: Bytes) -> None:
        self._content = content
        self._pages: dict[int, bytes] = {}
        self._cells_left = _CELLS_MOST
        head = content.read_at(0, _PAGE)
        if len(head) < _PAGE or head[:4] != b"regf":
            raise DamagedHiveError("not a hive")
        first, second = struct.unpack_from("<II", head, 4)
        major, minor = struct.unpack_from("<II", head, 20)
        root, length = struct.unpack_from("<II", head, 36)
        if major != 1 or not 3 <= minor <= 6:
            raise DamagedHiveError("unknown version of a hive")
        self.dirty = first != second
        self._end = min(_PAGE + length, content.size)
        self.root = Key(self, root)

    def key(self, path: str) -> Key | None:
        r"""The key at this path ("ControlSet001\Services"), upper and lower case alike; None where there is none."""
        return self.root.key(path)

    def cell(self, offset: int, most: int = _CELL_MOST) -> bytes:
        """The content of a cell, cut at `most` bytes; `offset` counts from the first bin, as everywhere in a hive."""
        self._cells_left -= 1
        if self._cells_left < 0:
            raise DamagedHiveError("a hive without end")
        start = _PAGE + offset
        if offset % 8 or not _PAGE <= start <= self._end - 8:
            raise DamagedHiveError("a place outside of the hive")
        size = -int(struct.unpack("<i", self._read(start, 4))[0])
        if not 8 <= size <= self._end - start:
            raise DamagedHiveError("a cell that is free or too long")
        return self._read(start + 4, min(size - 4, most))

    def _read(self, start: int, length: int) -> bytes:
        first, last = start // _PAGE, (start + length - 1) // _PAGE
        content = b"".join(self._page(number) for number in range(first, last + 1))
        content = content[start - first * _PAGE :][:length]
        if len(content) < length:
            raise DamagedHiveError("the hive is cut off")
        return content

    def _page(self, number: int) -> bytes:
        page = self._pages.get(number)
        if page is None:
            if len(self._pages) >= _PAGES_KEPT:
                self._pages.clear()
            page = self._pages[number] = self._content.read_at(number * _PAGE, _PAGE)
        return page


class Key:
    """A key of a hive: its name, the keys below it, its values. Raises DamagedHiveError."""

    def __init__(self, hive: Hive, offset: int) -> None:
        self._hive = hive
        cell = hive.cell(offset)
        if len(cell) < 76 or cell[:2] != b"nk":
            raise DamagedHiveError("not a key")
        (self._flags,) = struct.unpack_from("<H", cell, 2)
        (self._below, _, self._list) = struct.unpack_from("<III", cell, 20)
        (self._count, self._values) = struct.unpack_from("<II", cell, 36)
        (length,) = struct.unpack_from("<H", cell, 72)
        self.name = _name(cell[76 : 76 + length], bool(self._flags & _PLAIN_NAME_KEY))

    def key(self, path: str) -> Key | None:
        """The key at this path below, None where there is none."""
        key = self
        for part in path.split("\\"):
            found = key._child(part)
            if found is None:
                return None
            key = found
        return key

    def children(self) -> Iterator[Key]:
        """The keys right below, in the hive's order."""
        for offset, _ in self._places():
            yield Key(self._hive, offset)

    def values(self) -> Iterator[Value]:
        """Its values, in the hive's order; of very many only the first 4,000."""
        if not self._count:
            return
        count = min(self._count, _VALUES_MOST)
        cell = self._hive.cell(self._values)
        if len(cell) < count * 4:
            raise DamagedHiveError("a list of values that is too short")
        for (offset,) in struct.iter_unpack("<I", cell[: count * 4]):
            yield Value(self._hive, offset)

    def value(self, name: str) -> Value | None:
        """The value of that name ("" for the default one), None where there is none."""
        return next((each for each in self.values() if each.name.lower() == name.lower()), None)

    def number(self, name: str) -> int | None:
        """A REG_DWORD or REG_QWORD, None where there is none or it is of another type."""
        value = self.value(name)
        return value.number if value is not None else None

    def text(self, name: str) -> str | None:
        """A REG_SZ or REG_EXPAND_SZ as it stands, None where there is none or it is of another type."""
        value = self.value(name)
        return value.text if value is not None else None

    def _child(self, name: str) -> Key | None:
        wanted = _hash(name)
        for offset, listed in self._places():
            if listed is not None and listed != wanted:
                continue
            key = Key(self._hive, offset)
            if key.name.lower() == name.lower():
                return key
        return None

    def _places(self) -> Iterator[tuple[int, int | None]]:
        """Where the keys below are, with the hash of each name where the list has it."""
        if not self._below:
            return
        seen = 0
        kind, entries = self._listed(self._list)
        lists = [entry[0] for entry in entries] if kind == b"ri" else [self._list]
        for offset in lists:
            kind, entries = self._listed(offset)
            if kind == b"ri":
                raise DamagedHiveError("a list of lists within another")
            for entry in entries:
                seen += 1
                if seen > min(self._below, _KEYS_MOST):
                    raise DamagedHiveError("more keys than there should be")
                yield entry[0], entry[1] if kind == b"lh" else None

    def _listed(self, offset: int) -> tuple[bytes, list[tuple[int, ...]]]:
        cell = self._hive.cell(offset)
        kind, count = cell[:2], int.from_bytes(cell[2:4], "little")
        form = {b"lf": "<II", b"lh": "<II", b"li": "<I", b"ri": "<I"}.get(kind)
        if form is None:
            raise DamagedHiveError("not a list of keys")
        content = cell[4 : 4 + count * struct.calcsize(form)]
        if len(content) < count * struct.calcsize(form):
            raise DamagedHiveError("a list of keys that is too short")
        return kind, list(struct.iter_unpack(form, content))


class Value:
    """A value of a key; what is longer than 64 KiB is cut."""

    def __init__(self, hive: Hive, offset: int) -> None:
        self._hive = hive
        cell = hive.cell(offset)
        if len(cell) < 20 or cell[:2] != b"vk":
            raise DamagedHiveError("not a value")
        length, size, place, kind, flags = struct.unpack_from("<HIIIH", cell, 2)
        self.kind: int = kind
        self._size: int = size
        self._where: int = place
        self.name = _name(cell[20 : 20 + length], bool(flags & _PLAIN_NAME_VALUE))

    @property
    def number(self) -> int | None:
        """A REG_DWORD or REG_QWORD; None for other types."""
        if self.kind not in (_DWORD, _QWORD):
            return None
        data = self.data()
        return int.from_bytes(data, "little") if len(data) == (4 if self.kind == _DWORD else 8) else None

    @property
    def text(self) -> str | None:
        """A REG_SZ or REG_EXPAND_SZ, as far as its first zero; None for other types."""
        return _text(self.data()).partition("\0")[0] if self.kind in _TEXTS else None

    @property
    def texts(self) -> tuple[str, ...] | None:
        """A REG_MULTI_SZ without empty ones; None for other types."""
        return tuple(filter(None, _text(self.data()).split("\0"))) if self.kind == _MULTI else None

    @property
    def binary(self) -> bytes | None:
        """A REG_BINARY; None for other types."""
        return self.data() if self.kind == _BINARY else None

    def data(self) -> bytes:
        """The bytes of any type."""
        if self._size & _INLINE:
            return self._where.to_bytes(4, "little")[: self._size & ~_INLINE]
        size = min(self._size, _VALUE_MOST)
        if not size:
            return b""
        cell = self._hive.cell(self._where, max(size, 8))
        if self._size <= _BLOCK or cell[:2] != b"db":
            if len(cell) < size:
                raise DamagedHiveError("a value that is too short")
            return cell[:size]
        blocks = -(-size // _BLOCK)
        listed = self._hive.cell(int.from_bytes(cell[4:8], "little"))[: blocks * 4]
        if len(listed) < blocks * 4:
            raise DamagedHiveError("a list of blocks that is too short")
        return b"".join(self._hive.cell(at, _BLOCK) for (at,) in struct.iter_unpack("<I", listed))[:size]


def _name(written: bytes, plain: bool) -> str:
    return written.decode("latin-1") if plain else _text(written)


def _text(data: bytes) -> str:
    return data.decode("utf-16-le", "replace")


def _hash(name: str) -> int:
    """The hash of a name in an "lh" list."""
    total = 0
    for letter in name.upper():
        total = (total * 37 + ord(letter)) & 0xFFFFFFFF
    return total
