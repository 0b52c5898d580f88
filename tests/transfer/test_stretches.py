"""Many stretches in little memory do what lists of them do; the sample and the identity tell disks apart."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.transfer.ranges import LARGEST_PUT, digest, merged
from wizard.transfer.resuming.identity import Identity, Likeness, likeness, places, sample_of
from wizard.transfer.resuming.progress import START, linked, pieces
from wizard.transfer.stretches import WINDOW, Stretches, clipped, windows

PAGE = 512
STRETCHES = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=30)


def made(gaps: list[tuple[int, int]], length: int = 1 << 20) -> tuple[Stretches, list[tuple[int, int]]]:
    found, plain, position = Stretches(length), [], 0
    for gap, size in gaps:
        position += gap * PAGE
        found.add(position, size * PAGE)
        plain.append((position, size * PAGE))
        position += size * PAGE
    return found, merged(plain)


@given(gaps=STRETCHES, start=st.integers(0, 900), size=st.integers(1, 900), large=st.booleans())
def test_they_are_what_a_list_is(gaps: list[tuple[int, int]], start: int, size: int, large: bool) -> None:
    found, plain = made(gaps, 4 << 40 if large else 1 << 20)
    assert list(found) == plain
    assert len(found) == len(plain)
    assert found.bytes == sum(length for _, length in plain)
    assert found.end == (sum(plain[-1]) if plain else 0)
    assert found.digest() == digest(plain)
    assert found.within(start * PAGE, size * PAGE) == clipped(plain, start * PAGE, size * PAGE)


def test_places_beyond_two_tib_are_kept() -> None:
    found = Stretches(8 << 40)
    found.add(8 * 2**40 - PAGE, PAGE)
    assert list(found) == [(8 * 2**40 - PAGE, PAGE)]


@pytest.mark.parametrize(("start", "length"), [(0, 512), (1024, 0), (1024, 100), (1000, 512), (512, 512)])
def test_what_is_out_of_order_is_refused(start: int, length: int) -> None:
    found = Stretches(1 << 20)
    found.add(512, 512)
    with pytest.raises(ValueError, match="bytes at"):
        found.add(start, length)


def test_a_scattered_disk_of_a_tebibyte_takes_little_memory() -> None:
    """A stretch every 256 KiB: four million of them in 1 TiB; measured over a fortieth of it."""
    tracemalloc.start()
    found = Stretches(1 << 40)
    for number in range(100_000):
        found.add(number * 262_144, 4096)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used * 40 < 50 * 1024 * 1024


def test_windows_cover_a_disk_and_never_cut_a_range() -> None:
    length = 3 * WINDOW + 512
    assert list(windows(length)) == [(0, WINDOW), (WINDOW, WINDOW), (2 * WINDOW, WINDOW), (3 * WINDOW, 512)]
    assert WINDOW % LARGEST_PUT == 0


def test_the_pieces_of_a_plan_are_cut_at_every_border() -> None:
    assert list(pieces([(512, 512), (LARGEST_PUT - 512, LARGEST_PUT + 1024)])) == [
        (512, 512),
        (LARGEST_PUT - 512, 512),
        (LARGEST_PUT, LARGEST_PUT),
        (2 * LARGEST_PUT, 512),
    ]


def test_the_chain_tells_plans_apart() -> None:
    one = linked(linked(START, (0, 512)), (1024, 512))
    assert one != linked(linked(START, (0, 512)), (1536, 512))
    assert one != linked(linked(START, (1024, 512)), (0, 512))
    assert len(one) == 32


BEFORE = Identity(1024, 5, "footer", "sample", 2048)


@pytest.mark.parametrize(
    ("before", "change", "like"),
    [
        (BEFORE, {}, Likeness.SAME),
        (BEFORE, {"modified_ns": 6}, Likeness.TOUCHED),
        (BEFORE, {"file_bytes": 4096}, Likeness.TOUCHED),
        (BEFORE, {"sample": "other"}, Likeness.OTHER_CONTENT),
        (BEFORE, {"footer_digest": "other"}, Likeness.OTHER_FOOTER),
        (BEFORE, {"length": 2048, "footer_digest": "other"}, Likeness.OTHER_LENGTH),
        (replace(BEFORE, sample="", file_bytes=0), {}, Likeness.SAME),
        (replace(BEFORE, sample="", file_bytes=0), {"modified_ns": 6}, Likeness.OTHER_DATE),
    ],
)
def test_what_a_source_is_to_the_one_before(
    before: Identity, change: dict[str, object], like: Likeness
) -> None:
    assert likeness(before, replace(BEFORE, **change)) is like  # type: ignore[arg-type]
    assert like.is_ours is (like in (Likeness.SAME, Likeness.TOUCHED))


@pytest.mark.parametrize("length", [1024, 4096, 1 << 20, (1 << 20) + 512, 5 << 20, 127 << 30])
def test_the_same_places_are_sampled_everywhere(length: int) -> None:
    sampled = places(length)
    assert len(sampled) == 66
    assert all(start >= 0 and size > 0 and start + size <= length for start, size in sampled)
    assert sampled[0][0] == 0
    assert sum(sampled[-1]) == length
    assert sum(size for _, size in sampled) <= 3 << 20


def test_a_sample_is_of_the_content_and_the_length() -> None:
    content = bytearray(8 << 20)

    def sample(length: int = 8 << 20) -> str:
        return sample_of(lambda start, size: bytes(content[start : start + size]), length)

    first = sample()
    assert sample() == first
    content[places(8 << 20)[30][0]] = 1
    assert sample() != first
    assert sample((8 << 20) - 512) != sample()
