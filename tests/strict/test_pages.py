"""The sparse content against a plain one: whatever is written and cleared, in any order."""

from __future__ import annotations

import hashlib
import itertools

from hypothesis import given
from hypothesis import strategies as st

from tests.strict.pages import PAGE, SparsePages

PAGES = 400  # some pieces of 64 KiB
WRITES = st.lists(
    st.tuples(st.integers(0, PAGES - 1), st.integers(1, PAGES), st.integers(0, 255)), max_size=30
)


@given(WRITES)
def test_like_a_plain_array_and_a_set_of_pages(writes: list[tuple[int, int, int]]) -> None:
    blob = SparsePages(PAGES * PAGE)
    plain, written = bytearray(PAGES * PAGE), set[int]()
    for first, count, value in writes:
        count = min(count, PAGES - first)
        start, length = first * PAGE, count * PAGE
        pages = set(range(first, first + count))
        if value < 50:
            blob.clear(start, length)
            plain[start : start + length] = bytes(length)
            written -= pages
        else:
            assert blob.write(start, bytes([value]) * length) == len(written & pages) * PAGE
            plain[start : start + length] = bytes([value]) * length
            written |= pages
    assert blob.read(0, len(plain)) == plain
    assert blob.digest() == hashlib.sha256(plain).hexdigest()
    assert {
        at // PAGE for start, length in blob.written for at in range(start, start + length, PAGE)
    } == written
    stretches = list(blob.written)
    assert all(low + length < other for (low, length), (other, _) in itertools.pairwise(stretches))


@given(WRITES, st.integers(0, PAGES))
def test_cut_and_grown_again_it_is_zero_there(writes: list[tuple[int, int, int]], keep: int) -> None:
    blob = SparsePages(PAGES * PAGE)
    for first, count, value in writes:
        blob.write(first * PAGE, bytes([value]) * (min(count, PAGES - first) * PAGE))
    before = blob.read(0, keep * PAGE)
    blob.resize(keep * PAGE)
    blob.resize(PAGES * PAGE)
    assert blob.read(0, PAGES * PAGE) == before + bytes((PAGES - keep) * PAGE)
    assert all(start + length <= keep * PAGE for start, length in blob.written)
