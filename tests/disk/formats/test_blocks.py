"""Where blocks lie: joined where they touch, cut where the file has holes, found where they overlap."""

from __future__ import annotations

from array import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.disk.formats.blocks import ABSENT, BlockMap, overlap

BLOCK = 10


def places(*values: int) -> BlockMap:
    """Blocks of ten bytes; the last one is half a block of the disk."""
    return BlockMap(len(values) * BLOCK - 5, BLOCK, array("Q", values))


def test_neighbours_on_disk_and_in_the_file_are_one_run() -> None:
    found = places(100, 110, ABSENT, ABSENT, 50, 70, 80)
    assert list(found.runs(0, 65)) == [(0, 20, 100), (20, 20, 0), (40, 10, 50), (50, 15, 70)]
    assert list(found.runs(5, 0)) == []
    assert list(found.runs(15, 10)) == [(15, 5, 115), (20, 5, 0)]
    assert list(found.present()) == [(0, 20, 100), (40, 10, 50), (50, 15, 70)]


@pytest.mark.parametrize(
    ("in_file", "expected"),
    [
        ([(0, 200)], [(0, 20), (40, 25)]),
        ([(0, 100)], [(40, 25)]),
        ([(0, 101)], [(0, 1), (40, 25)]),
        ([(55, 3), (75, 1), (119, 90)], [(19, 1), (45, 3), (55, 1)]),
        ([], []),
        ([(0, 10), (109, 2)], [(9, 2)]),
    ],
)
def test_holes_of_the_file_are_left_out(
    in_file: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    assert list(places(100, 110, ABSENT, ABSENT, 50, 70, 80).extents(in_file, 200)) == expected


def test_a_file_in_very_many_stretches_is_taken_as_whole() -> None:
    scattered = ((at, 1) for at in range(0, 400_000, 2))
    assert list(places(100, ABSENT, 110).extents(scattered, 400_000)) == [(0, 10), (20, 5)]


@given(st.lists(st.integers(0, 30), max_size=12), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9))))
def test_extents_hold_exactly_what_is_present_and_no_hole(
    order: list[int], spread: list[tuple[int, int]]
) -> None:
    values, used = [], set[int]()
    for each in order:
        values.append(ABSENT if each in used or each == 0 else each * BLOCK)
        used.add(each)
    if not values:
        return
    data = {byte for start, length in spread for byte in range(start * 9, start * 9 + length)}
    in_file: list[tuple[int, int]] = []
    for byte in sorted(data):
        if in_file and in_file[-1][0] + in_file[-1][1] == byte:
            in_file[-1] = (in_file[-1][0], in_file[-1][1] + 1)
        else:
            in_file.append((byte, 1))
    found = places(*values)

    extents = list(found.extents(in_file, 400))

    told = {byte for start, length in extents for byte in range(start, start + length)}
    wanted = {
        at
        for at in range(found.size)
        if values[at // BLOCK] != ABSENT and values[at // BLOCK] + at % BLOCK in data
    }
    assert told == wanted
    assert all(a[0] + a[1] < b[0] for a, b in pairwise(extents))
    runs = list(found.runs(0, found.size))
    assert sum(length for _, length, _ in runs) == found.size


@pytest.mark.parametrize(
    ("blocks", "others", "expected"),
    [
        ([20, 30, 10], [(0, 10), (40, 5)], None),
        ([20, 29], [], 29),
        ([20, 20], [], 20),
        ([20], [(29, 5)], 20),
        ([20], [(30, 5)], None),
        ([20], [(15, 5)], None),
        ([20], [(15, 6)], 20),
        ([20], [(22, 1)], 20),
        ([], [(0, 10), (9, 3)], 9),
        ([], [(0, 10), (10, 3)], None),
        ([20], [(22, 0)], None),
        ([], [], None),
    ],
)
def test_what_lies_twice_is_found(
    blocks: list[int], others: list[tuple[int, int]], expected: int | None
) -> None:
    assert overlap(blocks, BLOCK, others) == expected
