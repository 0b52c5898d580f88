"""The cache gives what the disk holds, whatever is asked for in whatever order, and keeps little of it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.volumes.held_disk import HeldDisk, in_order
from wizard.inspection.volumes import block_cache
from wizard.inspection.volumes.block_cache import BLOCK, BlockCache
from wizard.inspection.volumes.window import Piece, Window

SIZE = 50 * BLOCK + 700
DATA = random.Random(1).randbytes(SIZE)


@given(st.lists(st.tuples(st.integers(-5, SIZE + 5), st.integers(-1, 20 * BLOCK)), max_size=30))
def test_it_gives_what_the_disk_holds(asked: list[tuple[int, int]]) -> None:
    cache = BlockCache(HeldDisk(SIZE, {0: DATA}).read_at, SIZE)
    for offset, length in asked:
        expected = DATA[offset : offset + length] if offset >= 0 and length > 0 else b""
        assert cache.read_at(offset, length) == expected


def test_what_was_read_is_not_read_again() -> None:
    disk = HeldDisk(SIZE, {0: DATA})
    cache = BlockCache(disk.read_at, SIZE)
    for _ in range(3):
        cache.read_at(100, 50)
        cache.read_at(7 * BLOCK - 10, 20)
    assert disk.reads == [(0, BLOCK), (6 * BLOCK, 2 * BLOCK)]


def test_where_reading_goes_on_in_order_more_is_read_at_once() -> None:
    disk = HeldDisk(SIZE, {0: DATA})
    cache = BlockCache(disk.read_at, SIZE)
    for offset in range(0, SIZE, 512):
        cache.read_at(offset, 512)
    assert in_order(disk.reads)
    assert disk.read_bytes == SIZE
    assert len(disk.reads) < 10


def test_what_is_read_here_and_there_is_read_block_by_block() -> None:
    disk = HeldDisk(SIZE, {0: DATA})
    cache = BlockCache(disk.read_at, SIZE)
    for block in (40, 3, 17, 9, 30):
        cache.read_at(block * BLOCK + 5, 10)
    assert {length for _, length in disk.reads} == {BLOCK}


def test_a_files_content_passes_by() -> None:
    disk = HeldDisk(SIZE, {0: DATA})
    cache = BlockCache(disk.read_at, SIZE)
    assert cache.read_at(10, 20 * BLOCK) == DATA[10 : 10 + 20 * BLOCK]
    assert disk.reads == [(10, 20 * BLOCK)]


def test_it_keeps_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_cache, "_KEPT", 4)
    disk = HeldDisk(SIZE, {0: DATA})
    cache = BlockCache(disk.read_at, SIZE)
    for block in (1, 7, 13, 19, 25, 31):
        cache.read_at(block * BLOCK, 1)
    disk.reads.clear()
    cache.read_at(31 * BLOCK, 1)
    cache.read_at(1 * BLOCK, 1)
    assert disk.reads == [(BLOCK, BLOCK)]


def test_a_disk_that_ends_early_gives_what_there_is() -> None:
    cache = BlockCache(lambda offset, length: DATA[: BLOCK + 100][offset : offset + length], SIZE)
    assert cache.read_at(BLOCK + 90, 20) == DATA[BLOCK + 90 : BLOCK + 100]
    assert cache.read_at(5 * BLOCK, 20) == b""


PIECES = (Piece(0, 100, 500), Piece(100, 50, 0), Piece(150, 1000, 2000))


def test_a_window_puts_pieces_together() -> None:
    window = Window(lambda offset, length: DATA[offset : offset + length], PIECES)
    together = DATA[500:600] + DATA[0:50] + DATA[2000:3000]
    assert window.get_size() == len(together) == 1150
    for offset, length in ((0, 1150), (90, 70), (149, 2), (1149, 5), (99, 52)):
        assert window.read_at(offset, length) == together[offset : offset + length]
    assert window.read_at(1150, 1) == window.read_at(-1, 5) == window.read_at(0, 0) == b""


def test_a_window_is_a_file() -> None:
    window = Window(lambda offset, length: DATA[offset : offset + length], PIECES)
    assert (window.seek(-3, 2), window.read(10), window.tell()) == (1147, DATA[2997:3000], 1150)
    assert (window.seek(5), window.seek(5, 1), window.get_offset()) == (5, 10, 10)
    assert window.read() == window.read_at(10, 2000)
    with pytest.raises(OSError, match="argument"):
        window.seek(-1)


def test_what_no_piece_covers_cannot_be_read() -> None:
    window = Window(
        lambda offset, length: DATA[offset : offset + length], (Piece(0, 10, 0), Piece(20, 10, 10))
    )
    assert window.read_at(0, 10) == DATA[:10]
    with pytest.raises(OSError, match="error"):
        window.read_at(5, 10)
    assert Window(lambda *_: b"", ()).read_at(0, 10) == b""
