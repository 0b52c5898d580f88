"""Which pages of a disk hold data: the plan of an upload, worked out while it runs.

The plan depends on the bytes alone: whatever the file system says about holes, the same disk gives the same ranges.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from wizard.zeros import SECTOR, SHORTEST_RUN, parts_with_data

PAGE: Final = SECTOR
LARGEST_PUT: Final = 4 * 1024 * 1024  # VHD-21
SMALLEST_GAP: Final = SHORTEST_RUN
"""Zeros shorter than this are sent: leaving them out would cost more requests than it saves bytes."""

Stretch = tuple[int, int]
"""Where it begins and how long it is, in bytes."""


@dataclass(frozen=True, slots=True)
class PageRange:
    """Pages to be sent: where they begin on the disk, and their bytes (whole pages, at most LARGEST_PUT)."""

    start: int
    data: bytes

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return len(self.data)

    @property
    def end(self) -> int:
        """The first byte after it."""
        return self.start + len(self.data)

    @property
    def stretch(self) -> Stretch:
        """Where it lies, without its bytes."""
        return self.start, len(self.data)


def data_ranges(
    read_at: Callable[[int, int], bytes],
    length: int,
    extents: Iterable[Stretch],
    *,
    looked_at: Callable[[int], None] = lambda _: None,
) -> Iterator[PageRange]:
    """The ranges that hold data, in order: all pages but runs of zero pages of SMALLEST_GAP or more.

    `extents` says where there may be data, everything else is a hole; `length` is whole pages. `looked_at(n)` is
    called after each n bytes that were read.
    """
    held: PageRange | None = (
        None  # the last range of a chunk: a short run of zeros may tie it to the next chunk
    )
    for start, data in _chunks(read_at, length, extents, looked_at):
        for first, last in parts_with_data(data):
            if held is not None:
                if (
                    start + first - held.end < SMALLEST_GAP
                ):  # so near only across the border between two chunks
                    held = PageRange(held.start, held.data + bytes(start - held.end))
                    first = 0
                yield held
            held = PageRange(start + first, data if last - first == len(data) else data[first:last])
    if held is not None:
        yield held


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same stretches in order, those that touch or overlap made one; empty ones are left out."""
    result: list[Stretch] = []
    for start, length in sorted(stretches):
        if not length:
            continue
        if result and start <= result[-1][0] + result[-1][1]:
            before = result[-1]
            result[-1] = before[0], max(before[0] + before[1], start + length) - before[0]
        else:
            result.append((start, length))
    return result


def without(wanted: Iterable[Stretch], present: Sequence[Stretch]) -> list[Stretch]:
    """What of `wanted` is not in `present`; `present` as `merged` gives it."""
    result: list[Stretch] = []
    for start, length in wanted:
        position, end = start, start + length
        index = max(bisect_right(present, start, key=itemgetter(0)) - 1, 0)
        while position < end and index < len(present) and present[index][0] < end:
            begins, size = present[index]
            if begins > position:
                result.append((position, begins - position))
            position = max(position, begins + size)
            index += 1
        if position < end:
            result.append((position, end - position))
    return result


def digest(stretches: Iterable[Stretch]) -> str:
    """SHA-256 in hex over where data lies; stretches that touch count as one."""
    sha = hashlib.sha256()
    for start, length in merged(stretches):
        sha.update(f"{start}-{start + length - 1}\n".encode("ascii"))
    return sha.hexdigest()


def _chunks(
    read_at: Callable[[int, int], bytes],
    length: int,
    extents: Iterable[Stretch],
    looked_at: Callable[[int], None],
) -> Iterator[tuple[int, bytes]]:
    """What lies in the extents, as whole pages, never across a multiple of LARGEST_PUT."""
    for first, beyond in joined(extents, length):
        position = first
        while position < beyond:
            end = min(position - position % LARGEST_PUT + LARGEST_PUT, beyond)
            yield position, read_at(position, end - position)
            looked_at(end - position)  # after the yield: by then its ranges were taken
            position = end


def joined(extents: Iterable[Stretch], length: int) -> Iterator[tuple[int, int]]:
    """Begin and end of the extents rounded to pages, those with less than SMALLEST_GAP between them made one."""
    first = beyond = 0
    for start, size in extents:
        start, end = start // PAGE * PAGE, min(-(-(start + size) // PAGE) * PAGE, length)
        if start - beyond < SMALLEST_GAP:
            first, beyond = (first if beyond else start), max(beyond, end)
            continue
        if beyond:
            yield first, beyond
        first, beyond = start, end
    if beyond:
        yield first, beyond
