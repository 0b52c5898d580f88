"""Dynamic VHDs: bitmaps heeded, the last block clipped, sizes by their makers, and every damage named."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disk.formats.built import DISK_ID, UNUSED, DynamicVhd
from tests.disk.images import GIB, MIB
from wizard.disk.formats.dynamic_vhd import BLOCK_MOST, virtual_size
from wizard.disk.opening import open_image
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage
from wizard.disk.vhd_footer import Footer, fixed_footer

BLOCK = 2 * MIB


def content(seed: int, length: int = BLOCK) -> bytes:
    return random.Random(seed).randbytes(length)


def refused(path: Path) -> RefusedImage:
    with pytest.raises(RefusedImage) as caught:
        open_image(path)
    assert caught.value.kind is FileKind.DYNAMIC_VHD
    assert str(caught.value.cure)
    return caught.value


def whole(path: Path, step: int = 3 * MIB + 512) -> bytes:
    with open_image(path) as image:
        return b"".join(image.read_at(at, min(step, image.size - at)) for at in range(0, image.size, step))


def test_blocks_lie_anywhere_and_what_is_not_there_is_zeros(tmp_path: Path) -> None:
    blocks = {3: content(3), 0: content(0), 1: content(1)}
    path = DynamicVhd(5 * BLOCK, blocks).write(tmp_path / "a.vhd")

    with open_image(path) as image:
        assert (image.kind, image.size, image.file_bytes) == (
            FileKind.DYNAMIC_VHD, 5 * BLOCK, path.stat().st_size,
        )  # fmt: skip
        assert (image.unique_id, image.created, image.remarks) == (DISK_ID, 77, ())
        assert image.footer is not None
        assert list(image.extents()) == [(0, 2 * BLOCK), (3 * BLOCK, BLOCK)]
    wanted = content(0) + content(1) + bytes(BLOCK) + content(3) + bytes(BLOCK)
    assert whole(path) == wanted
    assert whole(path, 4 * MIB) == wanted


def test_a_disk_without_any_block_is_zeros(tmp_path: Path) -> None:
    path = DynamicVhd(3 * BLOCK).write(tmp_path / "a.vhd")
    with open_image(path) as image:
        assert list(image.extents()) == []
    assert not any(whole(path))


@pytest.mark.parametrize("over", [512, 4096, MIB, BLOCK - 512])
@pytest.mark.parametrize("whole_block", [True, False])
def test_the_last_block_ends_with_the_disk(tmp_path: Path, over: int, whole_block: bool) -> None:
    data = content(9, over)
    size = BLOCK + over
    path = DynamicVhd(size, {1: data}, last_length=None if whole_block else over).write(tmp_path / "a.vhd")

    with open_image(path) as image:
        found = list(image.extents())
        assert image.read_at(BLOCK, over) == data
        with pytest.raises(ValueError, match="not within"):
            image.read_at(BLOCK, over + 1)
    assert found[0][0] == BLOCK
    assert found[-1][0] + found[-1][1] <= size
    assert whole(path) == bytes(BLOCK) + data


def bits(sectors: set[int], count: int) -> bytes:
    """A bitmap with these bits set, the highest bit of a byte first."""
    found = bytearray((count + 7) // 8)
    for sector in sectors:
        found[sector // 8] |= 0x80 >> sector % 8
    return bytes(found).ljust(-(-len(found) // 512) * 512, b"\0")


def masked(data: bytes, sectors: set[int]) -> bytes:
    return b"".join(
        data[at : at + 512] if at // 512 in sectors else bytes(512) for at in range(0, len(data), 512)
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sets(st.integers(0, 127)),
    st.lists(st.tuples(st.integers(0, 65536), st.integers(0, 65536)), max_size=5),
)
def test_a_sector_whose_bit_is_clear_is_zeros(
    tmp_path: Path, sectors: set[int], reads: list[tuple[int, int]]
) -> None:
    data = content(4, 65536)
    image_file = DynamicVhd(3 * 65536, {1: data}, {1: bits(sectors, 128)}, block_bytes=65536)
    path = image_file.write(tmp_path / "a.vhd")
    wanted = bytes(65536) + masked(data, sectors) + bytes(65536)

    assert whole(path) == wanted
    with open_image(path) as image:
        for at, length in reads:  # also within sectors
            assert image.read_at(65536 + at, length) == wanted[65536 + at : 65536 + at + length]


def test_bits_behind_the_disk_do_not_count(tmp_path: Path) -> None:
    data = content(5, 4096)
    path = DynamicVhd(65536 + 4096, {1: data}, {1: bits(set(range(8)), 128)}, block_bytes=65536).write(
        tmp_path / "a.vhd"
    )
    assert whole(path)[65536:] == data


@pytest.mark.parametrize("block_bytes", [4096, 65536, 512 * 1024, 8 * MIB])
def test_blocks_of_any_usual_size(tmp_path: Path, block_bytes: int) -> None:
    data = content(6, block_bytes)
    path = DynamicVhd(3 * block_bytes, {2: data, 0: data}, block_bytes=block_bytes).write(tmp_path / "a.vhd")
    assert whole(path) == data + bytes(block_bytes) + data


def test_a_large_disk_is_read_where_asked(tmp_path: Path) -> None:
    size = 1023 * GIB
    count = size // BLOCK
    blocks = {0: b"first", count - 1: b"last"}
    path = DynamicVhd(size, blocks).write(tmp_path / "a.vhd")
    with open_image(path) as image:
        assert image.read_at(size - BLOCK, 4) == b"last"
        assert image.read_at(size // 2, 8 * MIB) == bytes(8 * MIB)
        assert {start // BLOCK for start, _ in image.extents()} == {0, count - 1}


def footer(creator: bytes, said: int, geometry: tuple[int, int, int]) -> Footer:
    cylinders, heads, sectors = geometry
    return replace(
        fixed_footer(said, creator=creator), cylinders=cylinders, heads=heads, sectors_per_track=sectors
    )


@pytest.mark.parametrize(
    ("creator", "geometry", "size", "remarks"),
    [
        (b"win ", (963, 4, 17), 32 * MIB, 0),
        (b"qem2", (963, 4, 17), 32 * MIB, 0),
        (b"d2v ", (963, 4, 17), 32 * MIB, 0),
        (b"tap\0", (963, 4, 17), 32 * MIB, 0),
        (b"CTXS", (963, 4, 17), 32 * MIB, 0),
        (b"wa\0\0", (963, 4, 17), 32 * MIB, 0),
        (b"vpc ", (963, 4, 17), 963 * 4 * 17 * 512, 1),
        (b"qemu", (963, 4, 17), 963 * 4 * 17 * 512, 1),
        (b"vpc ", (1024, 4, 16), 32 * MIB, 0),
        (b"vpc ", (65535, 16, 255), 32 * MIB, 0),
        (b"qemu", (65535, 16, 255), 32 * MIB, 0),
        (b"vpc ", (0, 0, 0), 32 * MIB, 1),
        (b"vbox", (963, 4, 17), 32 * MIB, 1),
        (b"vbox", (1024, 4, 16), 32 * MIB, 0),
    ],
)
def test_whose_word_for_the_size_counts(
    creator: bytes, geometry: tuple[int, int, int], size: int, remarks: int
) -> None:
    found, said = virtual_size(footer(creator, 32 * MIB, geometry))
    assert (found, len(said)) == (size, remarks)


@pytest.mark.parametrize("said", [0, 1, 511, 513])
def test_a_size_that_is_no_whole_number_of_sectors(said: int) -> None:
    with pytest.raises(RefusedImage, match="whole number of sectors"):
        virtual_size(footer(b"win ", said, (963, 4, 17)))


# Damage

SIZE = 4 * BLOCK
BLOCKS = {0: content(1), 2: content(2)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"header_checksum": 5}, "header’s checksum"),
        ({"cookie": b"cxsparsf"}, "no header where"),
        ({"version": 0x00020000}, "unknown version"),
        ({"block_bytes": 3 * MIB}, "impossible size"),
        ({"entries": 3}, "too short for the disk"),
        ({"entries": 2**32 - 1}, "table of blocks lies outside"),
        ({"places": {1: 0}}, "same place"),  # the footer's copy
        ({"places": {1: 1}}, "same place"),  # the header
        ({"places": {1: 3}}, "same place"),  # the table
        ({"places": {1: 4}}, "same place"),  # the first block
        ({"places": {1: 4 + 4096}}, "same place"),  # its last sector
        ({"places": {3: 4}}, "same place"),  # the last block on the first
        ({"places": {1: UNUSED - 1}}, "end of this dynamic VHD is missing"),
        ({"places": {3: UNUSED - 1}}, "end of this dynamic VHD is missing"),
        ({"footer_fields": {"current_size": SIZE + 512}}, "too short for the disk"),
        ({"footer_fields": {"current_size": 0}}, "whole number of sectors"),
        ({"footer_fields": {"current_size": 2**64 - 512}}, "too many small blocks"),
    ],
)
def test_damage_is_named(tmp_path: Path, fields: Mapping[str, Any], said: str) -> None:
    assert said in str(refused(DynamicVhd(SIZE, BLOCKS, **fields).write(tmp_path / "a.vhd")))


def test_a_block_may_begin_where_another_ends(tmp_path: Path) -> None:
    """What is built has no gaps at all: the boundary of "same place"."""
    path = DynamicVhd(SIZE, {0: content(1), 1: content(2)}, places={3: UNUSED}).write(tmp_path / "a.vhd")
    assert whole(path)[: 2 * BLOCK] == content(1) + content(2)


@pytest.mark.parametrize("block_bytes", [0, 512, 2048, 4097, 2 * BLOCK_MOST, 2**31])
def test_impossible_block_sizes(tmp_path: Path, block_bytes: int) -> None:
    path = DynamicVhd(SIZE, BLOCKS).write(tmp_path / "a.vhd")
    header = DynamicVhd(SIZE, entries=4, block_bytes=block_bytes).header()
    with path.open("r+b") as file:
        file.seek(512)
        file.write(header)
    assert "impossible size" in str(refused(path))


@pytest.mark.parametrize("table_at", [0, 511, 513, 2**40, 2**64 - 1])
def test_a_table_where_none_can_be(tmp_path: Path, table_at: int) -> None:
    path = DynamicVhd(SIZE, BLOCKS).write(tmp_path / "a.vhd")
    with path.open("r+b") as file:
        file.seek(512)
        file.write(DynamicVhd(SIZE, table_at=table_at).header())
    assert "table of blocks lies outside" in str(refused(path))


@pytest.mark.parametrize("header_at", [0, 511, 2**40, 2**64 - 1])
def test_a_header_where_none_can_be(tmp_path: Path, header_at: int) -> None:
    path = DynamicVhd(SIZE, BLOCKS).write(tmp_path / "a.vhd")
    with path.open("r+b") as file:
        file.seek(-512, os.SEEK_END)
        file.write(DynamicVhd(SIZE, header_at=header_at).footer.build())
    assert "header lies outside" in str(refused(path))


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at, os.SEEK_SET if at >= 0 else os.SEEK_END)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))


def test_a_damaged_footer_is_replaced_by_its_copy(tmp_path: Path) -> None:
    path = DynamicVhd(SIZE, BLOCKS).write(tmp_path / "a.vhd")
    flip(path, -512 + 100)

    with open_image(path) as image:
        assert "checksum is wrong" in str(image.remarks[0])
        assert image.read_at(0, BLOCK) == content(1)

    flip(path, 100)
    assert "the copy’s as well" in str(refused(path))


def test_a_damaged_copy_does_no_harm(tmp_path: Path) -> None:
    path = DynamicVhd(SIZE, BLOCKS).write(tmp_path / "a.vhd")
    flip(path, 0)
    with open_image(path) as image:
        assert image.remarks == ()


@pytest.mark.parametrize("missing", [1, 511, 512, 513, BLOCK])
def test_a_file_without_its_end_is_cut_off(tmp_path: Path, missing: int) -> None:
    path = DynamicVhd(SIZE, BLOCKS).write(tmp_path / "a.vhd")
    os.truncate(path, path.stat().st_size - missing)
    found = refused(path)
    assert found.refusal is Refusal.CUT_OFF
    assert "end of this dynamic VHD is missing" in str(found)


def test_a_disk_in_too_many_blocks(tmp_path: Path) -> None:
    size = (2 * 1024**2 + 1) * 4096
    path = DynamicVhd(4096, block_bytes=4096, footer_fields={"current_size": size}).write(tmp_path / "a.vhd")
    assert refused(path).refusal is Refusal.TOO_MANY_BLOCKS


def test_a_file_that_becomes_shorter_while_open_is_an_os_error(tmp_path: Path) -> None:
    path = DynamicVhd(SIZE, BLOCKS).write(tmp_path / "a.vhd")
    with open_image(path) as image:
        os.truncate(path, MIB)
        with pytest.raises(OSError, match="shorter"):
            image.read_at(0, SIZE)


def test_a_differencing_vhd_is_refused(tmp_path: Path) -> None:
    path = DynamicVhd(SIZE, BLOCKS, footer_fields={"disk_type": 4}).write(tmp_path / "a.vhd")
    with pytest.raises(RefusedImage, match="differencing VHD") as caught:
        open_image(path)
    assert caught.value.refusal is Refusal.DIFFERENCING
