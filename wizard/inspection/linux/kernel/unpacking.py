"""Packed data unpacked piece by piece: never more in memory than a piece and the packer's own window, whatever it claims."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol

import lz4.block
import lz4.frame
import zstandard

_PIECE: Final = 256 * 1024  # bytes read, or unpacked, at once
# As much as the reader's memory bears. Distributions pack with windows of 8 MiB (zstd -19) to 32 MiB (xz -8).
_WINDOW_MOST: Final = 64 * 1024 * 1024
_LEGACY_BLOCK: Final = 8 * 1024 * 1024  # of lz4's legacy format, unpacked
_LEGACY_PACKED_MOST: Final = _LEGACY_BLOCK + _LEGACY_BLOCK // 255 + 16  # LZ4_COMPRESSBOUND
_ZSTD_HEAD_MOST: Final = 18

# What an archive in an initial RAM disk begins with (Linux, lib/decompress.c, and lz4's frame besides).
_MAGICS: Final[Mapping[bytes, str]] = {
    b"\x1f\x8b": "gzip",
    b"\x1f\x9e": "gzip",
    b"BZh": "bzip2",
    b"\x5d\0\0": "lzma",
    b"\xfd7zXZ\0": "xz",
    b"\x89LZO": "lzo",
    b"\x02\x21\x4c\x18": "lz4",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x28\xb5\x2f\xfd": "zstd",
}


class NotUnpackedError(Exception):
    """The argument says why: damaged (it contradicts itself) or too_much (it needs more memory than is given)."""


class Input(Protocol):
    """Packed data, read from its beginning on."""

    def read(self, length: int) -> bytes:
        """So many bytes more; fewer only at the end."""

    def give_back(self, data: bytes) -> None:
        """The last bytes read were too many: the next read gives them again."""


def packing_of(head: bytes) -> str:
    """How data that begins with these bytes is packed: gzip, bzip2, lzma, xz, lzo, lz4, zstd; "" for none of these."""
    return next((name for magic, name in _MAGICS.items() if head.startswith(magic)), "")


def readable(packing: str) -> bool:
    """Whether it can be unpacked here."""
    return packing in _UNPACKERS


def unpacked(source: Input, packing: str) -> Iterator[bytes]:
    """The content of one archive, in pieces of 8 MiB at most; the source stands behind the archive afterwards.

    Raises NotUnpackedError.
    """
    try:
        yield from _UNPACKERS[packing](source)
    except lzma.LZMAError as error:
        raise NotUnpackedError("too_much" if "limit" in str(error) else "damaged") from error
    except (zlib.error, zstandard.ZstdError, lz4.block.LZ4BlockError, ValueError) as error:
        raise NotUnpackedError("damaged") from error


def _gzip(source: Input) -> Iterator[bytes]:
    packer = zlib.decompressobj(wbits=31)
    data = b""
    while not packer.eof:
        data = data or source.read(_PIECE)
        if not data:
            raise NotUnpackedError("damaged")
        piece = packer.decompress(data, _PIECE)
        data = packer.unconsumed_tail
        if piece:
            yield piece
    source.give_back(packer.unused_data)


class _Bounded(Protocol):
    """The packers of bz2, lzma and lz4.frame."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def _bounded(packer: _Bounded, source: Input) -> Iterator[bytes]:
    while not packer.eof:
        data = source.read(_PIECE) if packer.needs_input else b""
        if packer.needs_input and not data:
            raise NotUnpackedError("damaged")
        try:
            piece = packer.decompress(data, _PIECE)
        except (OSError, RuntimeError) as error:
            # So bz2 and lz4.frame call bad data; an OSError of the disk comes from the source only.
            raise NotUnpackedError("damaged") from error
        if piece:
            yield piece
    source.give_back(packer.unused_data or b"")


def _bzip2(source: Input) -> Iterator[bytes]:
    return _bounded(bz2.BZ2Decompressor(), source)


def _xz(source: Input) -> Iterator[bytes]:
    return _bounded(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_WINDOW_MOST + 2**20), source)


def _lzma(source: Input) -> Iterator[bytes]:
    return _bounded(lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_WINDOW_MOST + 2**20), source)


def _lz4(source: Input) -> Iterator[bytes]:
    magic = source.read(4)
    if magic[:1] == b"\x04":
        source.give_back(magic)
        yield from _bounded(lz4.frame.LZ4FrameDecompressor(), source)
        return
    # The legacy format has no end of its own: blocks follow until something else does.
    while True:
        head = source.read(4)
        length = struct.unpack("<I", head)[0] if len(head) == 4 else 0
        if head == magic:
            continue
        if not 0 < length <= _LEGACY_PACKED_MOST:
            source.give_back(head)
            return
        yield lz4.block.decompress(source.read(length), uncompressed_size=_LEGACY_BLOCK)


def _zstd(source: Input) -> Iterator[bytes]:
    """A frame, fed block by block: so no piece is larger than a block (128 KiB), and it is known where the frame ends."""
    head = source.read(_ZSTD_HEAD_MOST)
    length = zstandard.frame_header_size(head)
    parameters = zstandard.get_frame_parameters(head)
    if parameters.window_size > _WINDOW_MOST:
        raise NotUnpackedError("too_much")
    source.give_back(head[length:])
    packer = zstandard.ZstdDecompressor(max_window_size=_WINDOW_MOST).decompressobj()
    packer.decompress(head[:length])
    last = False
    while not last:
        head = source.read(3)
        if len(head) < 3:
            raise NotUnpackedError("damaged")
        said = int.from_bytes(head, "little")
        last, kind, size = bool(said & 1), said >> 1 & 3, said >> 3
        data = source.read(1 if kind == 1 else min(size, _PIECE))
        piece = packer.decompress(head + data)
        if piece:
            yield piece
    if parameters.has_checksum:
        rest = packer.decompress(source.read(4))
        if rest:
            yield rest


_UNPACKERS: Final[Mapping[str, Callable[[Input], Iterator[bytes]]]] = {
    "gzip": _gzip,
    "bzip2": _bzip2,
    "lzma": _lzma,
    "xz": _xz,
    "lz4": _lz4,
    "zstd": _zstd,
}
