"""The plan of an upload: what is sent gives the disk again, and nothing long and empty is sent."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.transfer import ranges
from wizard.transfer.ranges import (
    LARGEST_PUT,
    PAGE,
    SMALLEST_GAP,
    PageRange,
    data_ranges,
    digest,
    merged,
    without,
)

GAP_PAGES = SMALLEST_GAP // PAGE
CHUNK_PAGES = LARGEST_PUT // PAGE

# A disk as runs of pages, zero or not; lengths around the borders that matter.
_RUN = st.one_of(
    st.integers(1, 5),
    st.sampled_from(
        [GAP_PAGES - 1, GAP_PAGES, GAP_PAGES + 1, 2 * GAP_PAGES - 1, CHUNK_PAGES - 1, CHUNK_PAGES]
    ),
)
_DISKS = st.lists(_RUN, min_size=1, max_size=8)


def _disk(runs: list[int], empty_first: bool, seed: int) -> bytes:
    numbers = random.Random(seed)
    parts = []
    for index, pages in enumerate(runs):
        if (index % 2 == 0) == empty_first:
            parts.append(bytes(pages * PAGE))
        else:
            part = bytearray(pages * PAGE)
            for page in range(pages):
                part[page * PAGE + numbers.randrange(PAGE)] = numbers.randrange(1, 256)
            parts.append(bytes(part))
    return b"".join(parts)


def _ranges(disk: bytes, extents: list[tuple[int, int]] | None = None) -> list[PageRange]:
    def read_at(offset: int, length: int) -> bytes:
        return disk[offset : offset + length]

    return list(data_ranges(read_at, len(disk), [(0, len(disk))] if extents is None else extents))


def _expected(disk: bytes) -> list[tuple[int, int]]:
    """The same by the plain definition: pages in a run of zero pages of SMALLEST_GAP or more are left out."""
    empty = [not any(disk[at : at + PAGE]) for at in range(0, len(disk), PAGE)]
    stretches, page = [], 0
    while page < len(empty):
        end = page
        while end < len(empty) and empty[end] == empty[page]:
            end += 1
        at_an_end = page == 0 or end == len(empty)
        if not empty[page] or (end - page < GAP_PAGES and not at_an_end):
            stretches.append((page * PAGE, (end - page) * PAGE))
        page = end
    return merged(stretches)


@settings(max_examples=60, deadline=None)
@given(runs=_DISKS, empty_first=st.booleans(), seed=st.integers(0, 9))
def test_the_ranges_are_the_pages_outside_long_runs_of_zeros(
    runs: list[int], empty_first: bool, seed: int
) -> None:
    disk = _disk(runs, empty_first, seed)
    found = _ranges(disk)
    rebuilt = bytearray(len(disk))
    for each in found:
        assert each.start % PAGE == 0
        assert each.length % PAGE == 0
        assert 0 < each.length <= LARGEST_PUT
        rebuilt[each.start : each.end] = each.data
    assert bytes(rebuilt) == disk
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    assert merged(each.stretch for each in found) == _expected(disk)


@settings(max_examples=60, deadline=None)
@given(runs=_DISKS, empty_first=st.booleans(), seed=st.integers(0, 9), data=st.data())
def test_holes_that_the_file_system_knows_change_nothing(
    runs: list[int], empty_first: bool, seed: int, data: st.DataObject
) -> None:
    disk = _disk(runs, empty_first, seed)
    extents, position = [], 0
    for index, pages in enumerate(runs):
        length = pages * PAGE
        if (index % 2 == 0) != empty_first:
            extents.append((position, length))
        elif data.draw(st.booleans()):  # a run of zeros that is no hole, whole or in part
            extents.append((position, data.draw(st.integers(1, length))))
        position += length
    assert digest(each.stretch for each in _ranges(disk, extents)) == digest(_expected(disk))


@pytest.mark.parametrize(
    ("zero_pages", "ranges_expected"),
    [(GAP_PAGES - 1, 1), (GAP_PAGES, 2), (GAP_PAGES + 1, 2)],
)
def test_the_shortest_gap_that_is_left_out(zero_pages: int, ranges_expected: int) -> None:
    disk = b"\1" * PAGE + bytes(zero_pages * PAGE) + b"\1" * PAGE
    assert len(_ranges(disk)) == ranges_expected


@pytest.mark.parametrize("before", [1, GAP_PAGES // 2, GAP_PAGES - 1])
def test_a_gap_across_a_border_counts_as_one(before: int) -> None:
    head = b"\1" * (LARGEST_PUT - before * PAGE)
    short = GAP_PAGES - 1 - before
    joined = _ranges(head + bytes((before + short) * PAGE) + b"\1" * PAGE)
    apart = _ranges(head + bytes((before + short + 1) * PAGE) + b"\1" * PAGE)
    assert [each.stretch for each in joined] == [(0, LARGEST_PUT), (LARGEST_PUT, (short + 1) * PAGE)]
    assert [each.stretch for each in apart] == [
        (0, LARGEST_PUT - before * PAGE),
        (LARGEST_PUT + (short + 1) * PAGE, PAGE),
    ]


def test_only_extents_are_read() -> None:
    read: list[tuple[int, int]] = []
    looked: list[int] = []

    def read_at(offset: int, length: int) -> bytes:
        read.append((offset, length))
        return b"\1" * length

    length = 1 << 40
    extents = [(0, 100), (LARGEST_PUT * 5 - 1, 2), (length - PAGE, PAGE)]
    found = list(data_ranges(read_at, length, extents, looked_at=looked.append))
    assert read == [(0, 512), (LARGEST_PUT * 5 - 512, 512), (LARGEST_PUT * 5, 512), (length - 512, 512)]
    assert [each.stretch for each in found] == read
    assert looked == [512] * 4


_STRETCHES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=12)


def _bytes_of(stretches: list[tuple[int, int]]) -> set[int]:
    return {at for start, length in stretches for at in range(start, start + length)}


@given(wanted=_STRETCHES, present=_STRETCHES)
def test_merged_and_without_are_sets_of_bytes(
    wanted: list[tuple[int, int]], present: list[tuple[int, int]]
) -> None:
    together = merged(wanted)
    assert _bytes_of(together) == _bytes_of(wanted)
    assert all(a + n < b for (a, n), (b, _) in itertools.pairwise(together))
    rest = without(together, merged(present))
    assert _bytes_of(rest) == _bytes_of(wanted) - _bytes_of(present)
    assert rest == sorted(rest)


def test_the_digest_is_of_where_data_lies() -> None:
    assert digest([(0, 512), (512, 512)]) == digest([(0, 1024)])
    assert digest([(512, 512), (0, 512)]) == digest([(0, 1024)])
    assert digest([(0, 512)]) != digest([(0, 1024)])
    assert digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_whole_chunk_is_not_copied() -> None:
    disk = b"\1" * LARGEST_PUT
    assert next(iter(data_ranges(lambda _start, _length: disk, len(disk), [(0, len(disk))]))).data is disk


def test_the_gap_fits_into_a_put() -> None:
    assert ranges.LARGEST_PUT % ranges.SMALLEST_GAP == 0
