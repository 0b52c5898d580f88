"""Registry hives for tests, written as the format is publicly described (regf 1.5): keys, values, lists of sub-keys."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

NONE: Final = 0xFFFFFFFF
_PAGE: Final = 4096
_INLINE: Final = 0x80000000
_BLOCK: Final = 16344  # the most that one cell holds of a value; longer ones lie in several ("db")


@dataclass(frozen=True)
class Dword:
    """REG_DWORD."""

    number: int


@dataclass(frozen=True)
class Expand:
    """REG_EXPAND_SZ."""

    text: str


@dataclass(frozen=True)
class Raw:
    """Any type with any data."""

    kind: int
    data: bytes


Value = int | str | bytes | tuple[str, ...] | Dword | Expand | Raw
"""int: REG_DWORD, str: REG_SZ, bytes: REG_BINARY, tuple: REG_MULTI_SZ."""


@dataclass
class _Key:
    keys: dict[str, _Key] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)


def hive(content: Mapping[str, Mapping[str, Value]], *, dirty: bool = False, name: str = "SYSTEM") -> bytes:
    r"""A hive: key path ("ControlSet001\Services\W32Time") → value name → value; "" is a key's default value.

    `dirty`: its two sequence numbers differ, as where changes are in the transaction log only.
    """
    root = _Key()
    for path, values in content.items():
        key = root
        for part in path.split("\\") if path else ():
            key = key.keys.setdefault(part, _Key())
        key.values.update(values)
    cells = _Cells()
    offset = _key(cells, root, "ROOT", NONE, root_key=True)
    return _file(cells.done(), offset, dirty, name)


class _Cells:
    """The hive's bins: one large one, filled cell after cell."""

    def __init__(self) -> None:
        self.data = bytearray(32)

    def add(self, content: bytes) -> int:
        offset = len(self.data)
        size = (len(content) + 4 + 7) // 8 * 8
        self.data += struct.pack("<i", -size) + content.ljust(size - 4, b"\0")
        return offset

    def set(self, offset: int, at: int, number: int) -> None:
        struct.pack_into("<I", self.data, offset + 4 + at, number)

    def done(self) -> bytes:
        left = -len(self.data) % _PAGE
        if left:
            self.data += struct.pack("<i", left).ljust(left, b"\0")
        struct.pack_into("<4sII", self.data, 0, b"hbin", 0, len(self.data))
        return bytes(self.data)


def _key(cells: _Cells, key: _Key, name: str, parent: int, *, root_key: bool = False) -> int:
    plain = name.isascii()
    written = name.encode("latin-1" if plain else "utf-16-le")
    values = [_value(cells, each, value) for each, value in key.values.items()]
    values_list = cells.add(struct.pack(f"<{len(values)}I", *values)) if values else NONE
    offset = cells.add(
        struct.pack(
            "<2sHQIIIIIIIIIIIIIIIHH",
            b"nk",
            (0x20 if plain else 0) | (0x0C if root_key else 0),
            0,
            0,
            parent,
            len(key.keys),
            0,
            NONE,
            NONE,
            len(values),
            values_list,
            NONE,
            NONE,
            0,
            0,
            0,
            0,
            0,
            len(written),
            0,
        )
        + written
    )
    if key.keys:
        below = sorted(key.keys.items(), key=lambda each: each[0].upper())
        entries = [(_key(cells, each, sub, offset), _hash(sub)) for sub, each in below]
        cells.set(offset, 28, _list(cells, entries))
    return offset


def _list(cells: _Cells, entries: list[tuple[int, int]]) -> int:
    """Sub-keys as Windows lists them: one list, or a list of lists where there are many."""
    if len(entries) > 500:
        parts = [_list(cells, entries[at : at + 500]) for at in range(0, len(entries), 500)]
        return cells.add(struct.pack(f"<2sH{len(parts)}I", b"ri", len(parts), *parts))
    flat = [number for entry in entries for number in entry]
    return cells.add(struct.pack(f"<2sH{len(flat)}I", b"lh", len(entries), *flat))


def _hash(name: str) -> int:
    total = 0
    for letter in name.upper():
        total = (total * 37 + ord(letter)) & 0xFFFFFFFF
    return total


def _value(cells: _Cells, name: str, value: Value) -> int:
    kind, data = _encoded(value)
    if len(data) <= 4:
        size, where = len(data) | _INLINE, int.from_bytes(data.ljust(4, b"\0"), "little")
    elif len(data) > _BLOCK:
        blocks = [cells.add(data[at : at + _BLOCK]) for at in range(0, len(data), _BLOCK)]
        listed = cells.add(struct.pack(f"<{len(blocks)}I", *blocks))
        size, where = len(data), cells.add(struct.pack("<2sHII", b"db", len(blocks), listed, 0))
    else:
        size, where = len(data), cells.add(data)
    plain = name.isascii()
    written = name.encode("latin-1" if plain else "utf-16-le")
    return cells.add(
        struct.pack("<2sHIIIHH", b"vk", len(written), size, where, kind, int(plain), 0) + written
    )


def _encoded(value: Value) -> tuple[int, bytes]:
    match value:
        case Raw(kind, data):
            return kind, data
        case int(number) | Dword(number):
            return 4, struct.pack("<I", number)
        case str(text):
            return 1, f"{text}\0".encode("utf-16-le")
        case Expand(text):
            return 2, f"{text}\0".encode("utf-16-le")
        case bytes(data):
            return 3, data
        case lines:
            return 7, "".join(f"{line}\0" for line in (*lines, "")).encode("utf-16-le")


def _file(bins: bytes, root: int, dirty: bool, name: str) -> bytes:
    head = bytearray(_PAGE)
    struct.pack_into(
        "<4sIIQIIIIIII", head, 0, b"regf", 8 if dirty else 7, 7, 0, 1, 5, 0, 1, root, len(bins), 1
    )
    written = name.encode("utf-16-le")[:64]
    head[48 : 48 + len(written)] = written
    total = 0
    for (word,) in struct.iter_unpack("<I", head[:508]):
        total ^= word
    struct.pack_into("<I", head, 508, {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(total, total))
    return bytes(head) + bins
