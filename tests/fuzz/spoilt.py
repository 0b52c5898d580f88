"""Small sound images with their headers spoilt: values at boundaries, turned bits, swapped fields, and checksums made
right again, so that the damage gets past them."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.disk.formats.built import DynamicVhd, Vhdx
from tests.disk.images import MIB
from wizard.disk.formats.crc32c import crc32c
from wizard.disk.vhd_footer import Footer, fixed_footer

Seal = Callable[[bytes], bytes]
Span = tuple[int, int]
"""Where a field begins within its part, and its length."""

_BOUNDARIES = (
    0,
    1,
    2,
    3,
    6,
    7,
    511,
    512,
    513,
    1023,
    1024,
    1536,
    4095,
    4096,
    65535,
    65536,
    2**20 - 1,
    2**20,
    2**21,
)
_LARGE = (
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**40,
    2**43,
    2**46,
    2**46 + 1,
    2**63 - 1,
    2**63,
    2**64 - 512,
    2**64 - 1,
)


@dataclass(frozen=True)
class Part:
    """A stretch of the file that means something: its fields, and how its checksum is made right."""

    offset: int
    data: bytes
    fields: tuple[Span, ...]
    seal: Seal = field(default=lambda data: data)


@dataclass(frozen=True)
class Sound:
    """A sound image, and the parts of it that are worth spoiling."""

    name: str
    big_endian: bool
    pieces: dict[int, bytes]
    length: int
    parts: tuple[Part, ...]

    def write(self, path: Path) -> None:
        """The whole image, as it was."""
        with path.open("wb") as file:
            for offset, piece in self.pieces.items():
                file.seek(offset)
                file.write(piece)
            file.truncate(self.length)


@dataclass
class Spoilt:
    """What is to be written over a sound image, and how long it is then."""

    over: dict[int, bytes]
    length: int
    story: list[str]


def spoil(sound: Sound, chance: random.Random) -> Spoilt:
    """The sound image with one to four things wrong."""
    contents = {part.offset: bytearray(part.data) for part in sound.parts}
    story: list[str] = []
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        part = chance.choice(sound.parts)
        way = chance.choice(_WAYS)
        story.append(f"{way.__name__[1:]} in the part at {part.offset}: {way(sound, part, contents, chance)}")
    if chance.random() < 0.8:
        for part in sound.parts:
            if contents[part.offset] != part.data:
                contents[part.offset][:] = part.seal(bytes(contents[part.offset]))
        story.append("checksums made right")
    length = sound.length
    if chance.random() < 0.05:
        length = max(
            chance.choice((0, 1, length // 2, length - 1, length - 512, length + 1, length + 512, MIB)), 0
        )
        story.append(f"{length} bytes long")
    return Spoilt({offset: bytes(data) for offset, data in contents.items()}, length, story)


def _value(sound: Sound, part: Part, contents: dict[int, bytearray], chance: random.Random) -> str:
    """A boundary, something near it, a place in the file, or anything."""
    start, length = chance.choice(part.fields)
    most = 2 ** (8 * length)
    value = chance.choice(
        (
            chance.choice(_BOUNDARIES),
            chance.choice(_LARGE),
            sound.length + chance.choice((-512, -1, 0, 1, 512)),
            chance.choice((0, 512, MIB, 2 * MIB, 3 * MIB, 4 * MIB)) + chance.choice((0, 0, 6, 7, 1)),
            chance.randrange(sound.length) // 512,
            chance.randrange(most),
            int.from_bytes(part.data[start : start + length], _order(sound)) + chance.choice((-1, 1, 512)),
        )
    )
    contents[part.offset][start : start + length] = (value % most).to_bytes(length, _order(sound))
    return f"{length} bytes at {start} are {value % most}"


def _bits(_: Sound, part: Part, contents: dict[int, bytearray], chance: random.Random) -> str:
    """Turned bits: mostly in a field, else anywhere."""
    turned = []
    for _each in range(chance.choice((1, 1, 2, 8))):
        start, length = chance.choice(part.fields) if chance.random() < 0.8 else (0, len(part.data))
        at, bit = start + chance.randrange(length), chance.randrange(8)
        contents[part.offset][at] ^= 1 << bit
        turned.append(f"{at}.{bit}")
    return ", ".join(turned)


def _swap(_: Sound, part: Part, contents: dict[int, bytearray], chance: random.Random) -> str:
    """Two fields of one length with each other's values."""
    start, length = chance.choice(part.fields)
    other = chance.choice([each for each in part.fields if each[1] == length])[0]
    data = contents[part.offset]
    one, two = data[start : start + length], data[other : other + length]
    data[start : start + length], data[other : other + length] = two, one
    return f"{length} bytes at {start} and {other}"


def _noise(_: Sound, part: Part, contents: dict[int, bytearray], chance: random.Random) -> str:
    """A stretch of anything."""
    start = chance.randrange(len(part.data))
    length = min(chance.choice((4, 16, 64)), len(part.data) - start)
    contents[part.offset][start : start + length] = chance.randbytes(length)
    return f"{length} bytes at {start}"


def _wipe(_: Sound, part: Part, contents: dict[int, bytearray], chance: random.Random) -> str:
    """A stretch of zeros or ones, or the whole part."""
    start = chance.choice((0, chance.randrange(len(part.data))))
    length = min(chance.choice((8, 512, len(part.data))), len(part.data) - start)
    byte = chance.choice((b"\0", b"\xff"))
    contents[part.offset][start : start + length] = byte * length
    return f"{length} bytes at {start} of {byte!r}"


_WAYS = (_value, _value, _value, _value, _bits, _bits, _swap, _noise, _wipe)


def _order(sound: Sound) -> str:
    return "big" if sound.big_endian else "little"


# The sound images


def _sealed_footer(data: bytes) -> bytes:
    return Footer.parse(data).sealed().build()


def _sealed_header(data: bytes) -> bytes:
    right = ~(sum(data) - sum(data[36:40])) & 0xFFFFFFFF
    return data[:36] + struct.pack(">I", right) + data[40:]


def _sealed_crc(data: bytes) -> bytes:
    return data[:4] + struct.pack("<I", crc32c(data[:4] + bytes(4) + data[8:])) + data[8:]


def _spans(*lengths: int, start: int = 0) -> tuple[Span, ...]:
    found = []
    for length in lengths:
        found.append((start, length))
        start += length
    return tuple(found)


_FOOTER = _spans(8, 4, 4, 8, 4, 4, 4, 4, 8, 8, 2, 1, 1, 4, 4, 16, 1)


def fixed() -> Sound:
    """A fixed VHD of 64 KiB and a little."""
    size = 65536 + 1024
    footer = fixed_footer(size, creator=b"win ").build()
    pieces = {0: b"first sector", size - 512: b"last sector", size: footer}
    return Sound("fixed VHD", True, pieces, size + 512, (Part(size, footer, _FOOTER, _sealed_footer),))


def dynamic() -> Sound:
    """A dynamic VHD of six blocks of 64 KiB, the last one not whole, with bits clear in two bitmaps."""
    some = bytes(range(1, 256)) * 257
    half = (b"\xaa" * 16).ljust(512, b"\0")
    built = DynamicVhd(
        5 * 65536 + 1536,
        {5: some[:1536], 0: some[:65536], 3: some[:65536]},
        {0: half, 5: half},
        block_bytes=65536,
    )
    pieces, length = built.pieces()
    table = pieces[built.table_at]
    parts = (
        Part(length - 512, pieces[length - 512], _FOOTER, _sealed_footer),
        Part(0, pieces[0], _FOOTER, _sealed_footer),
        Part(512, pieces[512], _spans(8, 8, 8, 4, 4, 4, 4, 16, 4, 4), _sealed_header),
        Part(built.table_at, table, _spans(*[4] * (len(table) // 4))),
    )
    return Sound("dynamic VHD", True, pieces, length, parts)


def vhdx() -> Sound:
    """A VHDX of six blocks of 1 MiB, three of them there, the last one not whole."""
    built = Vhdx(5 * MIB + 1536, {5: b"last" * 384, 0: b"first", 3: b"middle"})
    pieces, length = built.pieces()
    head = _spans(4, 4, 8, 16, 16, 16, 2, 2, 4, 8)
    regions = (*_spans(4, 4, 4, 4), *_spans(16, 8, 4, 4, 16, 8, 4, 4, start=16))
    entries = (span for index in range(5) for span in _spans(16, 4, 4, 4, 4, start=32 + 32 * index))
    values = _spans(4, 4, 8, 16, 4, 4, start=65536)
    metadata = (*_spans(8, 2, 2), *entries, *values)
    parts = (
        Part(65536, pieces[65536], head, _sealed_crc),
        Part(131072, pieces[131072], head, _sealed_crc),
        Part(196608, pieces[196608], regions, _sealed_crc),
        Part(262144, pieces[262144], regions, _sealed_crc),
        Part(2 * MIB, pieces[2 * MIB], metadata),
        Part(2 * MIB, pieces[2 * MIB], values),
        Part(3 * MIB, pieces[3 * MIB], _spans(*[8] * (len(pieces[3 * MIB]) // 8))),
    )
    return Sound("VHDX", False, pieces, length, parts)


SOUND = {"fixed": fixed, "dynamic": dynamic, "vhdx": vhdx}
