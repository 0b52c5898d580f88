"""Partition tables: whole, damaged, lying, and endless."""

from __future__ import annotations

import struct
import subprocess
import uuid
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disk.images import (
    BASIC_DATA,
    BIOS_BOOT,
    EFI_SYSTEM,
    GIB,
    LINUX,
    LINUX_ROOT_ARM_64,
    LINUX_ROOT_X86_32,
    LINUX_ROOT_X86_64,
    MIB,
    PROTECTIVE,
    SECTOR,
    Part,
    gen1,
    gpt,
    gpt_header,
    mbr,
    needs_sgdisk,
    run,
    write,
)
from wizard.disk.files.window import MOST_AT_ONCE, Window
from wizard.disk.partitions.partition_table import PartitionTable, Scheme, read_partitions
from wizard.disk.partitions.partition_types import Role
from wizard.disk.partitions.table import Problem
from wizard.disk.partitions.volumes import Volume

SIZE = 64 * MIB
LAST = SIZE // SECTOR - 1
PARTS = (Part(2048, 4095, EFI_SYSTEM, "EFI"), Part(4096, LAST - 40, LINUX_ROOT_X86_64, "根 root"))


class Disk:
    """Pieces of a disk in memory that counts what is read of it."""

    def __init__(self, pieces: Mapping[int, bytes], size: int = SIZE) -> None:
        self.pieces, self.size, self.reads = dict(pieces), size, 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.reads += 1
        assert 0 <= length <= MOST_AT_ONCE, "nobody asks for more than a mebibyte"
        length = max(0, min(length, self.size - offset))
        data = bytearray(length)
        for at, piece in self.pieces.items():
            start, end = max(at, offset), min(at + len(piece), offset + length)
            if start < end:
                data[start - offset : end - offset] = piece[start - at : end - at]
        return bytes(data)


def table(pieces: Mapping[int, bytes], size: int = SIZE) -> PartitionTable:
    return read_partitions(Disk(pieces, size).read_at, size)


def broken(pieces: Mapping[int, bytes], at: int) -> dict[int, bytes]:
    """The pieces with one bit turned at an offset."""
    start = max(each for each in pieces if each <= at)
    piece = bytearray(pieces[start])
    piece[at - start] ^= 1
    return {**pieces, start: bytes(piece)}


# GPT


def test_a_whole_gpt() -> None:
    found = table(gpt(SIZE, PARTS))

    assert found.scheme is Scheme.GPT
    assert found.problems == ()
    assert [(each.number, each.start, each.length, each.role, each.name) for each in found.partitions] == [
        (1, MIB, MIB, Role.EFI_SYSTEM, "EFI"),
        (2, 2 * MIB, (LAST - 40 - 4096 + 1) * SECTOR, Role.LINUX_ROOT, "根 root"),
    ]
    assert found.first_start == MIB
    assert found.architectures == ("x86-64",)
    assert found.disk_id == str(uuid.UUID(int=7))
    assert (found.claimed_bytes, found.gap_in_use, found.hybrid) == (SIZE, False, False)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (SECTOR, Problem.FIRST_COPY_DAMAGED),  # its signature
        (SECTOR + 16, Problem.FIRST_COPY_DAMAGED),  # its checksum
        (SECTOR + 40, Problem.FIRST_COPY_DAMAGED),  # what the checksum guards
        (2 * SECTOR + 5, Problem.FIRST_COPY_DAMAGED),  # its entries
        (LAST * SECTOR + 16, Problem.SECOND_COPY_DAMAGED),
        ((LAST - 32) * SECTOR + 5, Problem.SECOND_COPY_DAMAGED),
    ],
)
def test_one_copy_damaged_the_other_tells(damage: int, problem: Problem) -> None:
    found = table(broken(gpt(SIZE, PARTS), damage))
    assert found.problems == (problem,)
    assert len(found.partitions) == 2


def test_both_copies_damaged() -> None:
    found = table(broken(broken(gpt(SIZE, PARTS), SECTOR + 40), LAST * SECTOR + 40))
    assert (found.scheme, found.partitions, found.problems) == (
        Scheme.GPT,
        (),
        (Problem.BOTH_COPIES_DAMAGED,),
    )
    assert found.generations == ()


def test_a_guarding_mbr_and_no_gpt_at_all() -> None:
    assert table({0: mbr(PROTECTIVE)}).problems == (Problem.BOTH_COPIES_DAMAGED,)


def test_a_disk_that_was_enlarged_has_its_second_copy_in_the_middle() -> None:
    found = table(gpt(SIZE, PARTS), 2 * SIZE)
    assert found.problems == (Problem.SECOND_COPY_NOT_AT_END,)
    assert found.claimed_bytes == SIZE


def test_a_disk_that_was_cut_off_claims_more_than_there_is() -> None:
    found = table(gpt(SIZE, PARTS), SIZE // 2)
    assert found.problems == (Problem.BEYOND_END,)
    assert found.claimed_bytes == SIZE


def test_copies_that_differ() -> None:
    other = gpt(SIZE, PARTS[:1])
    mixed = {
        **gpt(SIZE, PARTS),
        LAST * SECTOR: other[LAST * SECTOR],
        (LAST - 32) * SECTOR: other[(LAST - 32) * SECTOR],
    }
    assert table(mixed).problems == (Problem.COPIES_DIFFER,)


def test_a_gpt_without_the_mbr_that_guards_it() -> None:
    found = table({**gpt(SIZE, PARTS), 0: bytes(512)})
    assert (found.scheme, found.problems) == (Scheme.GPT, (Problem.NO_PROTECTIVE_MBR,))


def test_a_hybrid_is_a_gpt() -> None:
    found = table({**gpt(SIZE, PARTS), 0: mbr(PROTECTIVE, (0x80, 0x83, 4096, 1000), boot_code=b"x")})
    assert (found.scheme, found.hybrid, found.problems) == (Scheme.GPT, True, ())


def test_an_mbr_with_the_remains_of_a_gpt_is_an_mbr() -> None:
    found = table({**gpt(SIZE, PARTS), 0: mbr((0x80, 0x83, 2048, 1000), boot_code=b"x")})
    assert (found.scheme, found.problems) == (Scheme.MBR, (Problem.LEFTOVER_GPT,))


def test_a_disk_made_for_sectors_of_4096_bytes() -> None:
    found = table({0: mbr(PROTECTIVE), 4096: b"EFI PART"})
    assert (found.scheme, found.problems) == (Scheme.GPT, (Problem.SECTORS_OF_4096,))


def test_partitions_over_each_other_and_beyond_the_end() -> None:
    parts = (Part(2048, 9000), Part(8000, 9999), Part(10000, LAST + 1))
    assert table(gpt(SIZE, parts)).problems == (Problem.BEYOND_END, Problem.OVERLAP)


def test_neighbours_do_not_overlap() -> None:
    assert table(gpt(SIZE, (Part(4096, 9999), Part(2048, 4095)))).problems == ()


def test_data_between_table_and_first_partition_is_seen() -> None:
    pieces = gpt(SIZE, PARTS)
    assert table({**pieces, 40 * SECTOR: b"billing tag"}).gap_in_use
    assert not table({**pieces, 2048 * SECTOR: b"in the partition"}).gap_in_use


@pytest.mark.parametrize(
    ("count", "entry_bytes"),
    [(0xFFFFFFFF, 128), (128, 0xFFFFFFFF), (0, 128), (128, 0), (128, 64), (128, 129), (8193, 128)],
)
def test_a_header_that_speaks_of_absurd_entries_is_not_believed(count: int, entry_bytes: int) -> None:
    absurd = gpt_header(1, LAST, 2, b"", count=count, entry_bytes=entry_bytes)
    assert table({0: mbr(PROTECTIVE), SECTOR: absurd}).problems == (Problem.BOTH_COPIES_DAMAGED,)


@pytest.mark.parametrize(("own", "other", "entries_at"), [(2, LAST, 2), (1, 1, 2), (1, 2**64 - 1, 2**64 - 1)])
def test_a_header_that_points_nowhere(own: int, other: int, entries_at: int) -> None:
    entries = bytes(128 * 128)
    header = gpt_header(own, min(other, 2**63), entries_at, entries)
    found = table({0: mbr(PROTECTIVE), SECTOR: header, 2 * SECTOR: entries})
    assert found.scheme is Scheme.GPT
    assert found.problems


@pytest.mark.parametrize("size", [0, 1, 511, 512, 1024, 1536, 2047])
def test_a_disk_too_small_for_any_table(size: int) -> None:
    assert table({0: mbr(PROTECTIVE)}, size).partitions == ()


# MBR


def test_an_mbr_with_logical_partitions() -> None:
    extended = 10_000
    pieces = {
        0: mbr((0x80, 0x07, 2048, 4000), (0, 0x0F, extended, 50_000), boot_code=b"x"),
        extended * SECTOR: mbr((0, 0x83, 64, 1000), (0, 0x05, 2000, 3000)),
        (extended + 2000) * SECTOR: mbr((0, 0x82, 64, 500)),
    }
    found = table(pieces)

    assert found.scheme is Scheme.MBR
    assert [
        (each.number, each.start // SECTOR, each.type, each.role, each.active) for each in found.partitions
    ] == [
        (1, 2048, "0x07", Role.WINDOWS_DATA, True),
        (5, extended + 64, "0x83", Role.LINUX, False),
        (6, extended + 2064, "0x82", Role.LINUX_SWAP, False),
    ]
    assert (found.problems, found.disk_id) == ((), "12345678")


@pytest.mark.parametrize("link", [0, 2000, 3000])
def test_a_chain_that_bites_its_own_tail_ends(link: int) -> None:
    extended = 10_000
    pieces = {
        0: mbr((0, 0x05, extended, 50_000)),
        extended * SECTOR: mbr((0, 0x83, 64, 10), (0, 0x05, 2000, 3000)),
        (extended + 2000) * SECTOR: mbr((0, 0x83, 64, 10), (0, 0x05, 3000, 3000)),
        (extended + 3000) * SECTOR: mbr((0, 0x83, 64, 10), (0, 0x05, link, 3000)),
    }
    assert Problem.BROKEN_CHAIN in table(pieces).problems


def test_an_endless_chain_ends() -> None:
    extended, step = 10, 2
    pieces = {0: mbr((0, 0x05, extended, 100_000))}
    for index in range(1000):
        pieces[(extended + index * step) * SECTOR] = mbr((0, 0x83, 1, 1), (0, 0x05, (index + 1) * step, 1))
    disk = Disk(pieces)

    found = read_partitions(disk.read_at, SIZE)

    assert found.problems == (Problem.BROKEN_CHAIN,)
    assert len(found.partitions) == 128
    assert disk.reads < 500


def test_a_chain_that_leaves_the_disk() -> None:
    assert Problem.BROKEN_CHAIN in table({0: mbr((0, 0x05, 0xFFFFFFFE, 1), (0, 0x83, 2048, 10))}).problems


@pytest.mark.parametrize("first", [b"\xeb\x3c\x90MSDOS5.0", b"\xeb\x52\x90NTFS    "])
def test_a_boot_sector_is_no_partition_table(first: bytes) -> None:
    sector = first.ljust(446, b"\x20") + b"Missing operating system\r\n".ljust(64, b"\x21") + b"\x55\xaa"
    found = table({0: sector})
    assert (found.scheme, found.partitions) == (Scheme.NONE, ())


def test_an_empty_disk_has_no_table() -> None:
    found = table({})
    assert (found.scheme, found.volume, found.generations) == (Scheme.NONE, Volume.EMPTY, ())


# Generation


@pytest.mark.parametrize(
    ("pieces", "generations"),
    [
        (gpt(SIZE, (Part(2048, 4095, EFI_SYSTEM),)), (2,)),
        (gpt(SIZE, (Part(2048, 4095, BIOS_BOOT), Part(4096, 9999)), boot_code=b"GRUB"), (1,)),
        (gpt(SIZE, (Part(2048, 4095, BIOS_BOOT), Part(4096, 9999, EFI_SYSTEM)), boot_code=b"GRUB"), (1, 2)),
        (gpt(SIZE, (Part(2048, 4095, BIOS_BOOT), Part(4096, 9999, EFI_SYSTEM))), (2,)),
        (gpt(SIZE, (Part(2048, 4095, LINUX, attributes=4),), boot_code=b"x"), (1,)),
        (gpt(SIZE, (Part(2048, 4095, LINUX),), boot_code=b"x"), ()),
        (gpt(SIZE, (Part(2048, 4095, BASIC_DATA),)), ()),
        (gpt(SIZE, ()), ()),
        (gen1(SIZE), (1,)),
        ({0: mbr((0x80, 0x83, 2048, 100))}, (1,)),
        ({0: mbr((0, 0x83, 2048, 100), boot_code=b"GRUB")}, (1,)),
        ({0: mbr((0, 0x83, 2048, 100))}, ()),
        ({0: mbr((0, 0xEF, 2048, 100))}, ()),
        ({}, ()),
    ],
)
def test_which_generations_can_start(pieces: dict[int, bytes], generations: tuple[int, ...]) -> None:
    assert table(pieces).generations == generations


@pytest.mark.parametrize(
    ("types", "named"),
    [
        ((LINUX_ROOT_X86_64,), ("x86-64",)),
        ((LINUX_ROOT_ARM_64, EFI_SYSTEM), ("arm64",)),
        ((LINUX_ROOT_X86_32, LINUX_ROOT_X86_64, LINUX_ROOT_X86_32), ("x86-32", "x86-64")),
        ((LINUX, BASIC_DATA), ()),
    ],
)
def test_types_that_name_a_processor(types: Sequence[str], named: tuple[str, ...]) -> None:
    parts = [Part(2048 * (index + 1), 2048 * (index + 2) - 1, each) for index, each in enumerate(types)]
    assert table(gpt(SIZE, parts)).architectures == named


# Volumes


@pytest.mark.parametrize(
    ("offset", "mark", "volume"),
    [
        (3, b"NTFS    ", Volume.NTFS),
        (3, b"-FVE-FS-", Volume.BITLOCKER),
        (3, b"EXFAT   ", Volume.EXFAT),
        (82, b"FAT32   ", Volume.FAT),
        (54, b"FAT16   ", Volume.FAT),
        (1080, b"\x53\xef", Volume.EXT),
        (0, b"XFSB", Volume.XFS),
        (0x10040, b"_BHRfS_M", Volume.BTRFS),
        (512, b"LABELONE", Volume.LVM),
        (0, b"LUKS\xba\xbe", Volume.LUKS),
        (4086, b"SWAPSPACE2", Volume.SWAP),
        (0, b"something", Volume.UNKNOWN),
        (0, b"", Volume.EMPTY),
    ],
)
def test_what_lies_in_a_partition(offset: int, mark: bytes, volume: Volume) -> None:
    found = table({**gpt(SIZE, PARTS), 2048 * SECTOR + offset: mark})
    assert found.partitions[0].volume is volume


# Anything


@given(st.binary(max_size=4096))
def test_no_bytes_raise(data: bytes) -> None:
    assert table({0: data}).scheme in Scheme


@settings(max_examples=300)
@given(
    st.sampled_from([0, SECTOR, 2 * SECTOR, LAST * SECTOR, (LAST - 32) * SECTOR]),
    st.integers(0, 511),
    st.binary(min_size=1, max_size=64),
    st.sampled_from([SIZE, SIZE // 2, SIZE - SECTOR, 2 * SIZE, 3000]),
)
def test_no_damage_to_a_gpt_raises(sector: int, place: int, damage: bytes, size: int) -> None:
    pieces = {**gpt(SIZE, PARTS)}
    pieces[sector + place] = damage
    disk = Disk(pieces, size)
    assert read_partitions(disk.read_at, size).scheme in Scheme
    assert disk.reads < 300


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 0x80, 0x01]),
            st.sampled_from([0, 0x05, 0x0F, 0x83, 0xEE, 0xEF]),
            st.integers(0, 40),
            st.integers(0, 2**32 - 1),
        ),
        max_size=4,
    ),
    st.lists(st.integers(0, 40), max_size=12),
)
def test_no_chain_of_extended_partitions_raises_or_loops(
    entries: list[tuple[int, int, int, int]], links: list[int]
) -> None:
    pieces = {0: mbr(*entries)}
    for sector, link in enumerate(links, 1):
        pieces[sector * SECTOR] = mbr((0, 0x83, 1, 1), (0, 0x05, link, 1))
    disk = Disk(pieces)
    found = read_partitions(disk.read_at, SIZE)
    assert len(found.partitions) <= 4 * 128
    assert disk.reads < 1500


@given(st.binary(min_size=92, max_size=92))
def test_no_header_with_a_right_checksum_raises(fields: bytes) -> None:
    header = b"EFI PART" + fields[8:12] + struct.pack("<I", 92) + bytes(4) + fields[20:]
    header = header[:16] + struct.pack("<I", zlib.crc32(header)) + header[20:]
    assert table({0: mbr(PROTECTIVE), SECTOR: header.ljust(SECTOR, b"\0")}).scheme is Scheme.GPT


# Against another tool


@needs_sgdisk
def test_what_sgdisk_made_is_what_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "disk.raw", GIB, {})
    run(
        "sgdisk",
        *("-n", "1:2048:+1M", "-t", "1:ef02", "-c", "1:BIOS boot"),
        *("-n", "2:0:+100M", "-t", "2:ef00"),
        *("-n", "15:0:+16M", "-t", "15:0c01"),
        *("-n", "3:0:0", "-t", "3:8304", "-A", "3:set:2"),
        path,
    )
    said = subprocess.run(
        ["sgdisk", "-p", str(path)], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    theirs = {
        int(words[0]): (int(words[1]), int(words[2]))
        for words in (line.split() for line in said.splitlines())
        if len(words) > 2 and words[0].isdigit()
    }

    with path.open("rb") as file:
        ours = read_partitions(Window(file, GIB).read_at, GIB)

    assert {each.number: (each.start // SECTOR, each.end // SECTOR - 1) for each in ours.partitions} == theirs
    assert [each.role for each in ours.partitions] == [
        Role.BIOS_BOOT,
        Role.EFI_SYSTEM,
        Role.LINUX_ROOT,
        Role.MICROSOFT_RESERVED,
    ]
    assert [each.active for each in ours.partitions] == [False, False, True, False]
    assert ours.problems == ()
    assert ours.disk_id.upper() in said


@needs_sgdisk
def test_sgdisk_accepts_the_tables_of_these_tests(tmp_path: Path) -> None:
    path = write(tmp_path / "disk.raw", SIZE, gpt(SIZE, PARTS))
    said = subprocess.run(
        ["sgdisk", "-v", str(path)], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert "No problems found" in said
