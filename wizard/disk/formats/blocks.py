"""Where the blocks of a dynamic disk lie in its file: dynamic VHD and VHDX have this in common."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Final

from wizard.disk.files.extents import Extent, merged

MOST_BLOCKS: Final = 2 * 1024 * 1024
"""A disk in more blocks is refused: 2 TiB in blocks of 1 MiB, 1 TiB in blocks of 512 KiB. So no file can ask for more
than 16 MiB of memory for its table, and some 100 MiB for a moment while the table is examined."""

ABSENT: Final = 0
"""The place of a block that the file does not hold. No block can lie at a file's beginning; a header does."""

# A file in more stretches than this is taken as if it had no holes: asking for all of them would cost more than it saves.
_FILE_EXTENTS_MOST: Final = 100_000

Run = tuple[int, int, int]
"""Where a stretch begins on the disk, its length, and where it lies in the file (ABSENT: nowhere)."""


class BlockMap:
    """The place in the file of each block's data, for a disk of `size` bytes in blocks of `block_bytes`."""

    def __init__(self, size: int, block_bytes: int, places: array[int]) -> None:
        self.size = size
        self.block_bytes = block_bytes
        self._places = places

    def runs(self, offset: int, length: int) -> Iterator[Run]:
        """The pieces of this stretch of the disk, each of one piece in the file, or absent."""
        places, block_bytes, end = self._places, self.block_bytes, offset + length
        while offset < end:
            index, into = divmod(offset, block_bytes)
            place = places[index]
            reached = (index + 1) * block_bytes
            if place == ABSENT:
                while reached < end and places[reached // block_bytes] == ABSENT:
                    reached += block_bytes
            else:
                following = place + block_bytes
                place += into
                while reached < end and places[reached // block_bytes] == following:
                    reached += block_bytes
                    following += block_bytes
            reached = min(reached, end)
            yield offset, reached - offset, place
            offset = reached

    def present(self) -> Iterator[Run]:
        """Every stretch that the file holds, ascending on the disk, neighbours in disk and file in one."""
        block_bytes, size = self.block_bytes, self.size
        start = following = first = -1
        for index, place in enumerate(self._places):
            if place == following:
                following += block_bytes
                continue
            if first >= 0:
                yield start, min(following - first, size - start), first
                first = following = -1
            if place != ABSENT:
                start, first, following = index * block_bytes, place, place + block_bytes
        if first >= 0:
            yield start, min(following - first, size - start), first

    def extents(self, in_file: Iterable[Extent], file_bytes: int) -> Iterator[Extent]:
        """Where the disk may hold data: what is present and, by `in_file` (ascending), no hole of the file."""
        known = list(islice(in_file, _FILE_EXTENTS_MOST + 1))
        if known == [(0, file_bytes)] or len(known) > _FILE_EXTENTS_MOST:
            return self._present_on_disk()
        return merged(_without_holes(self.present(), known))

    def _present_on_disk(self) -> Iterator[Extent]:
        """As `present`, wherever the blocks lie in the file."""
        first = -1
        for index, place in enumerate(self._places):
            if first < 0 and place != ABSENT:
                first = index
            elif first >= 0 and place == ABSENT:
                yield first * self.block_bytes, (index - first) * self.block_bytes
                first = -1
        if first >= 0:
            yield first * self.block_bytes, self.size - first * self.block_bytes


def _without_holes(runs: Iterator[Run], in_file: Sequence[Extent]) -> Iterator[Extent]:
    starts = [start for start, _ in in_file]
    for virtual, length, place in runs:
        end = place + length
        for index in range(max(bisect_right(starts, place) - 1, 0), len(in_file)):
            start, size = in_file[index]
            if start >= end:
                break
            low, high = max(start, place), min(start + size, end)
            if low < high:
                yield virtual + low - place, high - low


def overlap(blocks: Sequence[int], block_bytes: int, others: Sequence[Extent]) -> int | None:
    """Where in the file something lies twice: two of the blocks (where they begin; all of one length), a block and one
    of the other stretches, or two of those. None where everything lies apart."""
    # Mostly they ascend already; a sorted list of them would take six times the memory.
    ascend = all(before <= after for before, after in pairwise(blocks))
    taken = blocks if ascend else sorted(blocks)
    for before, after in pairwise(taken):
        if after - before < block_bytes:
            return after
    apart = sorted(each for each in others if each[1])
    for (start, length), (following, _) in pairwise(apart):
        if start + length > following:
            return following
    for start, length in apart:
        index = bisect_left(taken, start - block_bytes + 1)
        if index < len(taken) and taken[index] < start + length:
            return taken[index]
    return None
