"""What an initial RAM disk (initramfs) holds: the names of its files; their content is passed over.

It is one cpio archive behind the other, each packed or not, with zeros between them (Linux, Documentation/driver-api/
early-userspace/buffer-format.rst).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from wizard.inspection.linux.kernel.unpacking import NotUnpackedError, packing_of, readable, unpacked
from wizard.inspection.system_files import Content

UNPACKED_MOST: Final = 1024 * 1024 * 1024
_READ_MOST: Final = 512 * 1024 * 1024
_ENTRIES_MOST: Final = 500_000
_ARCHIVES_MOST: Final = 64
_NAME_MOST: Final = 4_096  # PATH_MAX; the kernel takes no longer one
_HEAD: Final = 110  # bytes in front of a name
_MAGICS: Final = (b"070701", b"070702")
_BLOCK: Final = 64 * 1024
_LAST: Final = b"TRAILER!!!"


class InitramfsError(Exception):
    """It was not read to its end; the argument says why: unknown, damaged or too_much."""


class _Stream(Protocol):
    def read(self, length: int) -> bytes: ...
    def skip(self, length: int) -> None: ...


class Packed:
    """A part of a file as a stream; what is skipped is not read. Raises InitramfsError where too much of it would be read."""

    def __init__(self, content: Content, start: int = 0, length: int | None = None) -> None:
        self._content, self.at = content, start
        self._end = content.size if length is None else min(start + length, content.size)
        self._block, self._begins = b"", 0
        self._room = _READ_MOST

    def read(self, length: int) -> bytes:
        """So many bytes more; fewer only at the end."""
        length = max(min(length, self._end - self.at), 0)
        offset = self.at - self._begins
        if not 0 <= offset <= len(self._block) - length:
            wanted = min(max(length, _BLOCK), self._end - self.at)
            self._room -= wanted
            if self._room < 0:
                raise InitramfsError("too_much")
            self._block, self._begins, offset = self._content.read_at(self.at, wanted), self.at, 0
        data = self._block[offset : offset + length]
        self.at += len(data)
        return data

    def skip(self, length: int) -> None:
        """So many bytes are passed over."""
        self.at = min(self.at + length, self._end)

    def give_back(self, data: bytes) -> None:
        """The last bytes read come again."""
        self.at -= len(data)

    def past_zeros(self) -> bool:
        """Zeros are passed over; whether anything is behind them."""
        while data := self.read(_BLOCK):
            rest = data.lstrip(b"\0")
            if rest:
                self.give_back(rest)
                return True
        return False


class _Unpacked:
    """What an archive unpacks to, as a stream. `room`: how many bytes it may come to; then InitramfsError."""

    def __init__(self, pieces: Iterator[bytes], room: int) -> None:
        self._pieces, self.room = pieces, room
        self._piece, self._at = b"", 0

    def read(self, length: int) -> bytes:
        if len(self._piece) - self._at >= length:
            data = self._piece[self._at : self._at + length]
            self._at += length
            return data
        parts: list[bytes] = []
        while length and self._more():
            part = self._piece[self._at : self._at + length]
            parts.append(part)
            self._at += len(part)
            length -= len(part)
        return b"".join(parts)

    def skip(self, length: int) -> None:
        while length and self._more():
            step = min(length, len(self._piece) - self._at)
            self._at += step
            length -= step

    def past_zeros(self) -> bool:
        while self._more():
            rest = self._piece[self._at :].lstrip(b"\0")
            self._at = len(self._piece) - len(rest)
            if rest:
                return True
        return False

    def _more(self) -> bool:
        if self._at < len(self._piece):
            return True
        self._piece, self._at = next(self._pieces, b""), 0
        self.room -= len(self._piece)
        if self.room < 0:
            raise InitramfsError("too_much")
        return bool(self._piece)


class Initramfs:
    """An initial RAM disk that is gone through once. `packings`: how its archives are packed, as far as it was read."""

    def __init__(self, content: Content, start: int = 0, length: int | None = None) -> None:
        self._source = Packed(content, start, length)
        self._room, self._left = UNPACKED_MOST, _ENTRIES_MOST
        self.packings: list[str] = []

    def names(self) -> Iterator[str]:
        """The paths in it, as they stand there. Raises InitramfsError where it cannot be read to its end."""
        for _count in range(_ARCHIVES_MOST):
            if not self._source.past_zeros():
                return
            head = self._source.read(6)
            self._source.give_back(head)
            if head in _MAGICS:
                self._met("cpio")
                yield from self._archive(self._source)
                continue
            packing = packing_of(head)
            self._met(packing or "unknown")
            if not readable(packing):
                raise InitramfsError("unknown")
            inner = _Unpacked(unpacked(self._source, packing), self._room)
            try:
                # Its end must be reached, for what comes next stands behind it.
                while inner.past_zeros():
                    yield from self._archive(inner)
            except NotUnpackedError as error:
                raise InitramfsError(str(error)) from error
            self._room = inner.room
        raise InitramfsError("too_much")

    def _met(self, packing: str) -> None:
        if packing not in self.packings:
            self.packings.append(packing)

    def _archive(self, stream: _Stream) -> Iterator[str]:
        """The names of a cpio archive (newc) up to its last entry."""
        while True:
            head = stream.read(_HEAD)
            if not head:
                return
            if len(head) < _HEAD or head[:6] not in _MAGICS:
                raise InitramfsError("damaged")
            self._left -= 1
            if self._left < 0:
                raise InitramfsError("too_much")
            try:
                size, name_size = int(head[54:62], 16), int(head[94:102], 16)
            except ValueError as error:
                raise InitramfsError("damaged") from error
            if not 0 < name_size <= _NAME_MOST or size < 0:
                raise InitramfsError("damaged")
            # Names and contents end at multiples of 4, counted from the head.
            name = stream.read(name_size).rstrip(b"\0")
            stream.skip(-(_HEAD + name_size) % 4)
            if name == _LAST:
                return
            stream.skip(size + -size % 4)
            yield name.decode("utf-8", "replace")
