"""Very many stretches of a disk in little memory."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from wizard.transfer.ranges import PAGE, Stretch

WINDOW: Final = 16 * 1024**3
"""So many bytes of a disk are looked at at once where stretches of the server's are compared; a multiple of LARGEST_PUT."""

_PAGES_OF_FOUR_BYTES: Final = 1 << 32


class Stretches:
    """Stretches of whole pages, added in ascending order; those that touch are one.

    8 bytes each on disks of up to 2 TiB, 16 on larger ones. A plan has a gap of 64 KiB between two at the least: a disk of
    1 TiB has 16.6 million of them at the very most, which is 133 MB; 4 million are 32 MB.
    """

    def __init__(self, length: int) -> None:
        """`length`: of the disk, in bytes."""
        kind = "I" if length // PAGE < _PAGES_OF_FOUR_BYTES else "Q"
        self._starts = array(kind)
        self._ends = array(kind)
        self.bytes = 0
        """How many bytes they are in all."""

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[Stretch]:
        for start, end in zip(self._starts, self._ends, strict=True):
            yield start * PAGE, (end - start) * PAGE

    @property
    def end(self) -> int:
        """The first byte after the last of them."""
        return self._ends[-1] * PAGE if self._ends else 0

    def add(self, start: int, length: int) -> None:
        """Add one that begins where the last one ends, or later; raises ValueError for any other."""
        if start < self.end or start % PAGE or length % PAGE or length <= 0:
            raise ValueError(f"{length} bytes at {start} after {self.end}")
        if self._ends and start == self.end:
            self._ends[-1] = (start + length) // PAGE
        else:
            self._starts.append(start // PAGE)
            self._ends.append((start + length) // PAGE)
        self.bytes += length

    def within(self, start: int, length: int) -> list[Stretch]:
        """What of them lies in this part of the disk, cut off at its borders; the part begins and ends with a page."""
        return list(self.each_within(start, length))

    def each_within(self, start: int, length: int) -> Iterator[Stretch]:
        """The same, one after the other: for parts that may hold very many."""
        first, beyond = start // PAGE, (start + length) // PAGE
        for index in range(max(bisect_right(self._starts, first) - 1, 0), len(self._starts)):
            if self._starts[index] >= beyond:
                break
            low, high = max(self._starts[index], first), min(self._ends[index], beyond)
            if low < high:
                yield low * PAGE, (high - low) * PAGE

    def digest(self) -> str:
        """As wizard.transfer.ranges.digest of them."""
        return digest_of(self)


def digest_of(stretches: Iterable[Stretch]) -> str:
    """SHA-256 in hex over stretches that are in order and apart, as wizard.transfer.ranges.digest."""
    sha = hashlib.sha256()
    for start, length in stretches:
        sha.update(b"%d-%d\n" % (start, start + length - 1))
    return sha.hexdigest()


def windows(length: int) -> Iterator[Stretch]:
    """A disk of so many bytes, part by part."""
    for start in range(0, length, WINDOW):
        yield start, min(WINDOW, length - start)


def clipped(stretches: Iterable[Stretch], start: int, length: int) -> list[Stretch]:
    """What of them lies in this part of the disk."""
    end = start + length
    return [
        (max(at, start), min(at + size, end) - max(at, start))
        for at, size in stretches
        if at < end and at + size > start
    ]
