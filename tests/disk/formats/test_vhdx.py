"""VHDX: the newer of two headers, the table with its bitmaps left out, every refusal and every damage named."""

from __future__ import annotations

import os
import random
import struct
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.disk.formats.built import (
    BLOCK_TABLE,
    DISK_ID,
    FILE_PARAMETERS,
    KIB,
    LOGICAL_SECTOR,
    METADATA,
    PAGE_83,
    PARENT,
    PHYSICAL_SECTOR,
    UNKNOWN,
    VIRTUAL_SIZE,
    Item,
    Region,
    Vhdx,
)
from tests.disk.images import GIB, MIB
from wizard.disk.formats.vhdx import VhdxImage
from wizard.disk.opening import open_image
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage

SIZE = 6 * MIB


def content(seed: int, length: int = MIB) -> bytes:
    return random.Random(seed).randbytes(length)


BLOCKS = {4: content(4), 1: content(1), 2: content(2)}
WANTED = bytes(MIB) + content(1) + content(2) + bytes(MIB) + content(4) + bytes(MIB)


def whole(path: Path) -> bytes:
    with open_image(path) as image:
        step = 2 * MIB + 512
        return b"".join(image.read_at(at, min(step, image.size - at)) for at in range(0, image.size, step))


def refused(path: Path) -> RefusedImage:
    with pytest.raises(RefusedImage) as caught:
        open_image(path)
    assert caught.value.kind is FileKind.VHDX
    assert str(caught.value.cure)
    return caught.value


def test_blocks_lie_anywhere_and_what_is_not_there_is_zeros(tmp_path: Path) -> None:
    path = Vhdx(SIZE, BLOCKS).write(tmp_path / "a.vhdx")

    with open_image(path) as image:
        assert (image.kind, image.size, image.file_bytes) == (FileKind.VHDX, SIZE, path.stat().st_size)
        assert (image.unique_id, image.created, image.footer, image.remarks) == (DISK_ID, None, None, ())
        assert list(image.extents()) == [(MIB, 2 * MIB), (4 * MIB, MIB)]
        assert image.read_at(0, SIZE) == WANTED
    assert whole(path) == WANTED


@pytest.mark.parametrize(("flags", "fixed"), [(0, False), (1, True)])
def test_fixed_and_dynamic(tmp_path: Path, flags: int, fixed: bool) -> None:
    with open_image(Vhdx(SIZE, BLOCKS, flags=flags).write(tmp_path / "a.vhdx")) as image:
        assert isinstance(image, VhdxImage)
        assert image.fixed is fixed


@pytest.mark.parametrize("state", [0, 1, 2, 3, 5])
def test_states_that_read_as_zeros_even_with_a_place(tmp_path: Path, state: int) -> None:
    path = Vhdx(SIZE, BLOCKS, entries={1: 5 * MIB | state}).write(tmp_path / "a.vhdx")
    assert whole(path) == WANTED[:MIB] + bytes(MIB) + WANTED[2 * MIB :]


def test_reserved_bits_of_an_entry_are_left_alone(tmp_path: Path) -> None:
    path = Vhdx(SIZE, {1: content(1)}, entries={1: 4 * MIB | 0xFFFF8 | 6}).write(tmp_path / "a.vhdx")
    assert whole(path)[MIB : 2 * MIB] == content(1)


@pytest.mark.parametrize("over", [512, 4096, MIB - 512])
def test_the_last_block_ends_with_the_disk_also_where_the_file_does(tmp_path: Path, over: int) -> None:
    data = content(7, over)
    for cut in (0, MIB - over):
        path = Vhdx(MIB + over, {1: data}, cut=cut).write(tmp_path / "a.vhdx")
        with open_image(path) as image:
            found = list(image.extents())
            assert found[0][0] == MIB
            assert found[-1][0] + found[-1][1] <= MIB + over
        assert whole(path) == bytes(MIB) + data


@pytest.mark.parametrize(("block_bytes", "chunk"), [(MIB, 4096), (2 * MIB, 2048), (32 * MIB, 128)])
def test_bitmap_entries_between_the_chunks_are_passed_over(
    tmp_path: Path, block_bytes: int, chunk: int
) -> None:
    """After each chunk of payload blocks the table holds one entry for a bitmap."""
    marks = {
        index: b"block %d" % index for index in (0, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk)
    }
    image_file = Vhdx((2 * chunk + 1) * block_bytes, marks, block_bytes=block_bytes)
    assert image_file.chunk == chunk
    with open_image(image_file.write(tmp_path / "a.vhdx")) as image:
        for index, mark in marks.items():
            assert image.read_at(index * block_bytes, len(mark)) == mark
        assert image.read_at(2 * block_bytes, 512) == bytes(512)
        told = {
            block
            for start, length in image.extents()
            for block in range(start // block_bytes, (start + length - 1) // block_bytes + 1)
        }
        assert told == set(marks)


@pytest.mark.parametrize("blocks", [4095, 4096, 4097, 8192, 8193])
def test_the_tables_length_around_a_chunk(tmp_path: Path, blocks: int) -> None:
    mark = {blocks - 1: b"last"}
    with open_image(Vhdx(blocks * MIB, mark).write(tmp_path / "a.vhdx")) as image:
        assert image.read_at((blocks - 1) * MIB, 4) == b"last"


def test_what_stands_in_a_bitmap_entry_does_not_matter(tmp_path: Path) -> None:
    path = Vhdx(4097 * MIB, {4096: b"behind"}).write(tmp_path / "a.vhdx")
    with path.open("r+b") as file:
        file.seek(3 * MIB + 4096 * 8)
        file.write(struct.pack("<Q", 7 * MIB | 6))
    with open_image(path) as image:
        assert image.read_at(4096 * MIB, 6) == b"behind"


# Headers and tables of regions


@pytest.mark.parametrize(
    ("sequences", "opens"),
    [
        ((1, 2), True),
        ((2, 1), True),
        ((None, 1), True),
        ((1, None), True),
        ((5, 5), True),
        ((0, 0), True),
        ((2**64 - 1, 0), True),
        ((None, None), False),
    ],
)
def test_one_sound_header_is_enough(
    tmp_path: Path, sequences: tuple[int | None, int | None], opens: bool
) -> None:
    path = Vhdx(SIZE, BLOCKS, sequences=sequences).write(tmp_path / "a.vhdx")
    if opens:
        assert whole(path) == WANTED
    else:
        assert "neither of its two headers" in str(refused(path))


@pytest.mark.parametrize(("first", "second", "opens"), [(1, 2, False), (2, 1, True), (3, 3, None)])
def test_the_newer_header_counts(tmp_path: Path, first: int, second: int, opens: bool | None) -> None:
    path = Vhdx(SIZE, BLOCKS).write(tmp_path / "a.vhdx")
    with path.open("r+b") as file:
        file.seek(64 * KIB)
        file.write(Vhdx(SIZE).header(first))
        file.seek(128 * KIB)
        file.write(Vhdx(SIZE, log=UNKNOWN).header(second))
    if opens:
        assert whole(path) == WANTED
    elif opens is None:
        assert "contradict each other" in str(refused(path))
    else:
        assert refused(path).refusal is Refusal.LOG_TO_REPLAY


@pytest.mark.parametrize("sound", [(True, False), (False, True)])
def test_one_sound_table_of_regions_is_enough(tmp_path: Path, sound: tuple[bool, bool]) -> None:
    assert whole(Vhdx(SIZE, BLOCKS, region_tables_sound=sound).write(tmp_path / "a.vhdx")) == WANTED


def test_a_log_to_replay_is_refused_with_the_way_to_do_it(tmp_path: Path) -> None:
    found = refused(Vhdx(SIZE, BLOCKS, log=UNKNOWN).write(tmp_path / "a.vhdx"))
    assert found.refusal is Refusal.LOG_TO_REPLAY
    assert "Mount-VHD" in str(found.cure)
    assert "Dismount-VHD" in str(found.cure)


def test_unknown_regions_and_metadata_that_nobody_needs_are_passed_over(tmp_path: Path) -> None:
    unknown = Region(UNKNOWN, 9 * MIB, MIB, required=0)
    item = Item(UNKNOWN, b"something", flags=2)
    of_the_user = Item(FILE_PARAMETERS, b"not ours", flags=1)
    path = Vhdx(
        SIZE, BLOCKS, more_regions=[unknown], items={UNKNOWN: item, uuid.UUID(int=1): of_the_user}
    ).write(tmp_path / "a.vhdx")
    assert whole(path) == WANTED


REGIONS = [Region(BLOCK_TABLE, 3 * MIB, MIB), Region(METADATA, 2 * MIB, MIB)]


@pytest.mark.parametrize(
    ("fields", "refusal", "said"),
    [
        ({"version": 2}, Refusal.UNKNOWN_FEATURE, "version 2"),
        ({"flags": 2}, Refusal.DIFFERENCING, "differencing VHDX"),
        ({"items": {PARENT: Item(PARENT, bytes(20))}}, Refusal.DIFFERENCING, "differencing VHDX"),
        ({"entries": {1: 5 * MIB | 7}}, Refusal.DIFFERENCING, "only partly there"),
        ({"sector": 4096}, Refusal.LARGE_SECTORS, "4,096"),
        ({"sector": 1024}, Refusal.DAMAGED, "sectors have an impossible size"),
        ({"more_regions": [Region(UNKNOWN, 8 * MIB, MIB)]}, Refusal.UNKNOWN_FEATURE, "must be understood"),
        ({"items": {UNKNOWN: Item(UNKNOWN, b"", 4)}}, Refusal.UNKNOWN_FEATURE, "must be understood"),
        ({"items": {UNKNOWN: Item(UNKNOWN, b"", 5)}}, Refusal.UNKNOWN_FEATURE, "must be understood"),
        ({"items": {VIRTUAL_SIZE: None}}, Refusal.DAMAGED, "does not say its size"),
        ({"items": {FILE_PARAMETERS: None}}, Refusal.DAMAGED, "does not say its block size"),
        ({"items": {LOGICAL_SECTOR: None}}, Refusal.DAMAGED, "does not say its sector size"),
        ({"items": {PAGE_83: None}}, Refusal.DAMAGED, "does not say its identity"),
        ({"items": {PAGE_83: Item(PAGE_83, b"short")}}, Refusal.DAMAGED, "metadata is not sound"),
        (
            {"items": {PAGE_83: Item(PAGE_83, bytes(16), offset=MIB - 15)}},
            Refusal.DAMAGED,
            "metadata is not sound",
        ),
        (
            {"items": {PAGE_83: Item(PAGE_83, bytes(16), offset=64 * KIB - 1)}},
            Refusal.DAMAGED,
            "metadata is not sound",
        ),
        (
            {"items": {PHYSICAL_SECTOR: Item(PHYSICAL_SECTOR, bytes(4), length=2**32 - 1)}},
            Refusal.DAMAGED,
            "metadata is not sound",
        ),
        ({"items": {UNKNOWN: Item(PAGE_83, bytes(16))}}, Refusal.DAMAGED, "metadata is not sound"),
        ({"region_tables_sound": (False, False)}, Refusal.DAMAGED, "tables of regions is sound"),
        ({"table_regions": REGIONS[:1]}, Refusal.DAMAGED, "has no metadata"),
        ({"table_regions": REGIONS[1:]}, Refusal.DAMAGED, "has no table of blocks"),
        ({"table_regions": [*REGIONS, REGIONS[0]]}, Refusal.DAMAGED, "one of them twice"),
        (
            {"table_regions": [Region(BLOCK_TABLE, 2 * MIB, 2 * MIB), REGIONS[1]]},
            Refusal.DAMAGED,
            "same place",
        ),
        ({"table_regions": [Region(BLOCK_TABLE, 0, MIB), REGIONS[1]]}, Refusal.DAMAGED, "none can be"),
        (
            {"table_regions": [Region(BLOCK_TABLE, 3 * MIB + 512, MIB), REGIONS[1]]},
            Refusal.DAMAGED,
            "none can be",
        ),
        ({"table_regions": [Region(BLOCK_TABLE, 3 * MIB, 0), REGIONS[1]]}, Refusal.DAMAGED, "none can be"),
        ({"entries": {1: 4}}, Refusal.DAMAGED, "something impossible"),
        ({"entries": {1: 6}}, Refusal.DAMAGED, "where none can be"),
        ({"entries": {0: MIB | 6}}, Refusal.DAMAGED, "same place"),  # the log
        ({"entries": {0: 2 * MIB | 6}}, Refusal.DAMAGED, "same place"),  # the metadata
        ({"entries": {0: 3 * MIB | 6}}, Refusal.DAMAGED, "same place"),  # the table
        ({"entries": {0: 4 * MIB | 6}}, Refusal.DAMAGED, "same place"),  # another block
        ({"entries": {5: 4 * MIB | 6}}, Refusal.DAMAGED, "same place"),  # the last block on another
        ({"entries": {0: 7 * MIB | 6}}, Refusal.CUT_OFF, "end of this VHDX is missing"),
        ({"entries": {5: 7 * MIB | 6}}, Refusal.CUT_OFF, "end of this VHDX is missing"),
        ({"entries": {5: (2**44 - 1) << 20 | 6}}, Refusal.CUT_OFF, "end of this VHDX is missing"),
        ({"cut": 3 * MIB + 512}, Refusal.CUT_OFF, "end of this VHDX is missing"),
        ({"cut": 512}, Refusal.CUT_OFF, "end of this VHDX is missing"),
    ],
)
def test_refusals_and_damage_are_named(
    tmp_path: Path, fields: Mapping[str, Any], refusal: Refusal, said: str
) -> None:
    found = refused(Vhdx(SIZE, BLOCKS, **fields).write(tmp_path / "a.vhdx"))
    assert (found.refusal, said in str(found)) == (refusal, True), str(found)


def declared(path: Path, size: int, block_bytes: int) -> Path:
    """A small VHDX that speaks of a disk of this size in blocks of that."""
    items = {
        VIRTUAL_SIZE: Item(VIRTUAL_SIZE, struct.pack("<Q", size)),
        FILE_PARAMETERS: Item(FILE_PARAMETERS, struct.pack("<II", block_bytes, 0), 4),
    }
    return Vhdx(SIZE, BLOCKS, items=items).write(path)


@pytest.mark.parametrize("size", [0, 1, 511, 513, 64 * 1024**4 + 512, 2**64 - 512])
def test_impossible_sizes(tmp_path: Path, size: int) -> None:
    assert "its size is impossible" in str(refused(declared(tmp_path / "a.vhdx", size, MIB)))


@pytest.mark.parametrize("block_bytes", [0, 512, MIB - 1, 3 * MIB, 512 * MIB, 2**31])
def test_impossible_block_sizes(tmp_path: Path, block_bytes: int) -> None:
    assert "impossible size" in str(refused(declared(tmp_path / "a.vhdx", SIZE, block_bytes)))


def test_a_disk_in_too_many_blocks(tmp_path: Path) -> None:
    most = 2 * 1024**2
    assert refused(declared(tmp_path / "a.vhdx", (most + 1) * MIB, MIB)).refusal is Refusal.TOO_MANY_BLOCKS
    assert "too short for the disk" in str(refused(declared(tmp_path / "b.vhdx", most * MIB, MIB)))


@pytest.mark.parametrize("length", [8, 64 * KIB, 128 * KIB, MIB - 1])
def test_a_file_that_is_hardly_there(tmp_path: Path, length: int) -> None:
    path = Vhdx(SIZE, BLOCKS).write(tmp_path / "a.vhdx")
    os.truncate(path, length)
    with pytest.raises(RefusedImage):
        open_image(path)


def test_a_large_disk_with_little_in_it(tmp_path: Path) -> None:
    size = 1023 * GIB
    image_file = Vhdx(size, {0: b"first", size // MIB - 1: b"last"})
    with open_image(image_file.write(tmp_path / "a.vhdx")) as image:
        assert {start // MIB for start, _ in image.extents()} == {0, size // MIB - 1}
        assert image.read_at(size - MIB, 4) == b"last"


def test_beyond_the_disk_nothing_is_read(tmp_path: Path) -> None:
    with open_image(Vhdx(SIZE, BLOCKS).write(tmp_path / "a.vhdx")) as image:
        assert image.read_at(SIZE, 0) == b""
        for offset, length in ((-1, 1), (0, -1), (SIZE, 1), (0, SIZE + 1)):
            with pytest.raises(ValueError, match="not within"):
                image.read_at(offset, length)
