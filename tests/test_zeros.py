"""Where data lies between runs of zeros: nothing is lost, and no long run is kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.zeros import SECTOR, SHORTEST_RUN, parts_with_data

RUN = SHORTEST_RUN


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (b"", []),
        (bytes(RUN), []),
        (bytes(4 * 1024 * 1024), []),
        (bytes(5 * 1024 * 1024), []),
        (b"\x01", [(0, 1)]),
        (bytes(SECTOR) + b"\x01", [(SECTOR, SECTOR + 1)]),
        (b"\x01" + bytes(RUN), [(0, SECTOR)]),
        (b"\x01" + bytes(SECTOR - 1 + RUN) + b"\x01", [(0, SECTOR), (SECTOR + RUN, SECTOR + RUN + 1)]),
        (b"\x01" + bytes(RUN - 1) + b"\x01", [(0, RUN + 1)]),
        (bytes(6 * 1024 * 1024 - 1) + b"\x01", [(6 * 1024 * 1024 - SECTOR, 6 * 1024 * 1024)]),
    ],
    ids=range(10),
)
def test_parts_by_table(data: bytes, parts: list[tuple[int, int]]) -> None:
    assert parts_with_data(data) == parts


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3 * RUN), st.integers(1, 2000)), max_size=6),
    st.integers(0, 2 * RUN),
)
def test_what_is_left_out_is_zeros(pieces: list[tuple[int, int]], end: int) -> None:
    data = b"".join(bytes(gap) + b"\x07" * length for gap, length in pieces) + bytes(end)
    parts, reached = parts_with_data(data), 0
    for first, last in parts:
        assert first % SECTOR == 0
        assert last % SECTOR == 0 or last == len(data)
        assert not any(data[reached:first])
        assert reached == 0 or first - reached >= RUN
        assert any(data[first : first + SECTOR])
        assert any(data[max(first, last - SECTOR) : last])
        reached = last
    assert not any(data[reached:])
