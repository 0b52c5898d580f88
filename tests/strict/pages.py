"""A blob's bytes, kept sparse: only what was written takes memory, and it is known which pages were written."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

PAGE: Final = 512
_PIECE: Final = 64 * 1024  # bytes that are kept together

Stretch = tuple[int, int]
"""Where it starts and how long it is, in bytes."""


class Stretches:
    """A set of bytes as stretches in order; what touches is one."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __iter__(self) -> Iterator[Stretch]:
        return iter([(start, end - start) for start, end in zip(self._starts, self._ends, strict=True)])

    def add(self, start: int, length: int) -> int:
        """Put these bytes in; returns how many of them were in already."""
        if length <= 0:
            return 0
        end = start + length
        first, last = bisect_left(self._ends, start), bisect_right(self._starts, end)
        known = sum(self._overlap(index, start, end) for index in range(first, last))
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
        return known

    def remove(self, start: int, length: int) -> None:
        """Take these bytes out."""
        end = start + length
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if first >= last:
            return
        kept = []
        if self._starts[first] < start:
            kept.append((self._starts[first], start))
        if self._ends[last - 1] > end:
            kept.append((end, self._ends[last - 1]))
        self._starts[first:last] = [each for each, _ in kept]
        self._ends[first:last] = [each for _, each in kept]

    def within(self, start: int, end: int) -> list[Stretch]:
        """What of it lies from `start` up to `end`, cut there."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        cut = [(max(self._starts[each], start), min(self._ends[each], end)) for each in range(first, last)]
        return [(low, high - low) for low, high in cut]

    def _overlap(self, index: int, start: int, end: int) -> int:
        return max(0, min(end, self._ends[index]) - max(start, self._starts[index]))


class SparsePages:
    """The content of a blob. Whoever calls holds the blob's lock."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.written = Stretches()
        self._pieces: dict[int, bytearray] = {}

    def write(self, start: int, data: bytes | bytearray | memoryview) -> int:
        """Write them; returns how many of these bytes had been written before."""
        view, at = memoryview(data), start
        while view:
            index, inside = divmod(at, _PIECE)
            count = min(len(view), _PIECE - inside)
            if count == _PIECE:
                self._pieces[index] = bytearray(view[:count])
            else:
                self._pieces.setdefault(index, bytearray(_PIECE))[inside : inside + count] = view[:count]
            view, at = view[count:], at + count
        return self.written.add(start, len(data))

    def clear(self, start: int, length: int) -> None:
        """Make them zero and unwritten."""
        for low, count in self.written.within(start, start + length):
            at, end = low, low + count
            while at < end:
                index, inside = divmod(at, _PIECE)
                part = min(end - at, _PIECE - inside)
                if part == _PIECE:
                    self._pieces.pop(index, None)
                elif index in self._pieces:
                    self._pieces[index][inside : inside + part] = bytes(part)
                at += part
        self.written.remove(start, length)

    def resize(self, length: int) -> None:
        """Cut, or grow by zeros."""
        if length < self.length:
            self.clear(length, self.length - length)
        self.length = length

    def read(self, start: int, length: int) -> bytes:
        """These bytes; whatever was not written is zero."""
        found = bytearray(length)
        for low, count in self.written.within(start, start + length):
            at, end = low, low + count
            while at < end:
                index, inside = divmod(at, _PIECE)
                part = min(end - at, _PIECE - inside)
                piece = self._pieces.get(index)
                if piece is not None:
                    found[at - start : at - start + part] = piece[inside : inside + part]
                at += part
        return bytes(found)

    def digest(self) -> str:
        """SHA-256 over the whole content, holes as zeros."""
        made, zeros, at = hashlib.sha256(), bytes(1024 * 1024), 0
        for start, length in (*self.written, (self.length, 0)):
            while at < start:
                count = min(start - at, len(zeros))
                made.update(zeros[:count] if count < len(zeros) else zeros)
                at += count
            while at < start + length:
                count = min(start + length - at, len(zeros))
                made.update(self.read(at, count))
                at += count
        return made.hexdigest()
