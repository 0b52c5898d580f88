"""Growing to the next whole MiB: zeros, and the GPT's second copy at the new end, as sgdisk and our own reader see it."""

from __future__ import annotations

import re
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from tests.disk.images import (
    EFI_SYSTEM,
    GIB,
    LINUX,
    MIB,
    PROTECTIVE,
    SECTOR,
    Part,
    gen1,
    gen2,
    gpt,
    gpt_header,
    mbr,
    needs_sgdisk,
    run,
    write,
)
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.disk.files.window import Window
from wizard.disk.opening import open_image
from wizard.disk.partitions.growing import Growth, growth
from wizard.disk.partitions.partition_table import PartitionTable, Scheme, read_partitions

LARGER = 8 * MIB
SIZE = LARGER - 5 * SECTOR


def grown(source: Path) -> Path:
    """The grown disk as a raw file, without the footer."""
    target = source.with_suffix(".grown")
    with open_fixed_vhd(source, grow=True) as vhd:
        pieces = {start: vhd.read_at(start, length) for start, length in vhd.extents()}
        write(target, vhd.length, pieces)
        with target.open("r+b") as file:
            file.truncate(vhd.size)
    return target


def what_growing_does(path: Path) -> Growth:
    with open_image(path) as image:
        return growth(image)


def table(path: Path) -> PartitionTable:
    with path.open("rb") as file:
        length = path.stat().st_size
        return read_partitions(Window(file, length).read_at, length)


def sgdisk_says(path: Path) -> str:
    done = subprocess.run(["sgdisk", "-v", path], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.mark.parametrize("missing", [1, 2, 32, 33, 34, 100, 2046])
def test_the_second_copy_moves_to_the_new_end(tmp_path: Path, missing: int) -> None:
    size = LARGER - missing * SECTOR
    source = write(tmp_path / "disk.raw", size, gen2(size) | {5 * MIB: b"data"})
    assert what_growing_does(source).bytes == missing * SECTOR
    assert what_growing_does(source).moves_gpt_backup
    after, before = table(grown(source)), table(source)
    assert after.problems == before.problems == ()
    assert (after.partitions, after.disk_id) == (before.partitions, before.disk_id)
    assert after.claimed_bytes == LARGER


@needs_sgdisk
@pytest.mark.parametrize("size", [2 * MIB - SECTOR, 9 * GIB - 100 * SECTOR])
def test_sgdisk_finds_nothing_wrong_with_a_table_of_its_own_after_growing(tmp_path: Path, size: int) -> None:
    source = write(tmp_path / "disk.raw", size, {0: b"\0"})
    run("sgdisk", "--new=1:34:0", "--typecode=1:8300", source)
    target = grown(source)
    assert "No problems found" in sgdisk_says(target)
    assert target.stat().st_size == -(-size // MIB) * MIB


@needs_sgdisk
def test_the_headers_are_those_that_sgdisk_writes(tmp_path: Path) -> None:
    """`sgdisk --move-second-header` on a disk that was made longer does the same."""
    source = write(tmp_path / "disk.raw", SIZE, {0: b"\0"})
    run("sgdisk", "--new=1:2048:0", source)
    ours = grown(source).read_bytes()
    with source.open("r+b") as file:
        file.truncate(LARGER)
    run("sgdisk", "--move-second-header", source)
    theirs = source.read_bytes()
    assert ours[SECTOR : 34 * SECTOR] == theirs[SECTOR : 34 * SECTOR]
    assert ours[-33 * SECTOR :] == theirs[-33 * SECTOR :]


def test_only_the_table_changes(tmp_path: Path) -> None:
    source = write(tmp_path / "disk.raw", SIZE, gen2(SIZE) | {5 * MIB: b"data"})
    before, after = source.read_bytes(), grown(source).read_bytes()
    changed = [
        at // SECTOR for at in range(0, SIZE, SECTOR) if before[at : at + SECTOR] != after[at : at + SECTOR]
    ]
    last = LARGER // SECTOR - 1
    assert set(changed) <= {0, 1, *range(last - 32, last + 1)}


def protective_sectors(disk: bytes) -> int:
    (sectors,) = struct.unpack_from("<I", disk, 446 + 12)
    return int(sectors)


def test_the_protective_mbr_covers_the_larger_disk(tmp_path: Path) -> None:
    source = write(tmp_path / "disk.raw", SIZE, gen2(SIZE))
    assert protective_sectors(grown(source).read_bytes()) == LARGER // SECTOR - 1


def test_a_hybrid_mbr_stays_as_it_is(tmp_path: Path) -> None:
    hybrid = mbr((0, 0xEE, 1, 2047), (0x80, 0x83, 2048, 4096))
    source = write(tmp_path / "disk.raw", SIZE, gen2(SIZE) | {0: hybrid})
    assert what_growing_does(source).moves_gpt_backup
    assert grown(source).read_bytes()[:SECTOR] == hybrid


def test_a_copy_that_is_not_at_the_end_moves_there(tmp_path: Path) -> None:
    pieces = gpt(SIZE, (Part(2048, 4095),), end=SIZE // SECTOR - 100)
    source = write(tmp_path / "disk.raw", SIZE, pieces)
    assert table(grown(source)).problems == ()


def test_an_mbr_disk_only_gets_zeros(tmp_path: Path) -> None:
    source = write(tmp_path / "disk.raw", SIZE, gen1(SIZE))
    found = what_growing_does(source)
    assert (found.bytes, found.moves_gpt_backup, found.patches) == (5 * SECTOR, False, ())
    assert "MBR" in str(found.said)
    assert grown(source).read_bytes() == source.read_bytes() + bytes(5 * SECTOR)


def test_a_disk_without_a_table_only_gets_zeros(tmp_path: Path) -> None:
    source = write(tmp_path / "disk.raw", SIZE, {1080: b"\x53\xef"})
    found = what_growing_does(source)
    assert (found.moves_gpt_backup, found.patches) == (False, ())
    assert "no partition table" in str(found.said)


def damaged(name: str) -> dict[int, bytes]:
    """GPT disks whose table no program should write to."""
    whole = gen2(SIZE)
    last = SIZE // SECTOR - 1
    other = bytes(gpt(SIZE, (Part(2048, 4095, EFI_SYSTEM),))[2 * SECTOR])
    return {
        "first copy": whole | {SECTOR: bytes(SECTOR)},
        "second copy": whole | {last * SECTOR: bytes(SECTOR)},
        "both": whole | {SECTOR: b"EFI PART", last * SECTOR: bytes(SECTOR)},
        "entries": whole | {2 * SECTOR: b"\0" * 16},
        "differ": whole | {(last - 32) * SECTOR: other, last * SECTOR: gpt_header(last, 1, last - 32, other)},
        "unguarded": whole | {0: bytes(SECTOR)},
        "beyond": gpt(SIZE, (Part(2048, SIZE // SECTOR + 10),)),
        "overlap": gpt(SIZE, (Part(2048, 8191), Part(4096, 9000))),
        "elsewhere": gpt(SIZE, (Part(2048, 4095),), end=SIZE // SECTOR + 100),
    }[name]


@pytest.mark.parametrize(
    "name",
    ["first copy", "second copy", "both", "entries", "differ", "unguarded", "beyond", "overlap", "elsewhere"],
)
def test_a_damaged_gpt_is_not_touched_and_that_is_said(tmp_path: Path, name: str) -> None:
    # The pieces of a disk that believes in a larger one would make the file longer.
    pieces = {at: piece for at, piece in damaged(name).items() if at + len(piece) <= SIZE}
    source = write(tmp_path / "disk.raw", SIZE, pieces)
    assert table(source).scheme is Scheme.GPT
    found = what_growing_does(source)
    assert (found.moves_gpt_backup, found.patches) == (False, ())
    assert "damaged" in str(found.said)
    assert grown(source).read_bytes() == source.read_bytes() + bytes(5 * SECTOR)


def test_a_table_without_room_at_the_end_is_not_touched(tmp_path: Path) -> None:
    """A partition up to the last sector but one: the larger entries would lie on it."""
    size = 4 * MIB - SECTOR
    last = size // SECTOR - 1
    entries = gpt(size, (Part(2048, last - 2, LINUX),))[2 * SECTOR]
    short = entries[:128]
    pieces = {
        0: mbr(PROTECTIVE),
        SECTOR: gpt_header(1, last, 2, short, count=1),
        2 * SECTOR: short,
        (last - 1) * SECTOR: short,
        last * SECTOR: gpt_header(last, 1, last - 1, short, count=1),
    }
    source = write(tmp_path / "disk.raw", size, pieces)
    assert table(source).problems == ()
    assert not what_growing_does(source).moves_gpt_backup


def test_nothing_grows_that_is_whole_mebibytes(tmp_path: Path) -> None:
    found = what_growing_does(write(tmp_path / "disk.raw", LARGER, gen2(LARGER)))
    assert found == Growth()
    assert found.said is None


@pytest.mark.parametrize("header_bytes", [92, 512])
def test_a_longer_header_keeps_what_is_in_it(tmp_path: Path, header_bytes: int) -> None:
    pieces = gen2(SIZE)
    for at in (SECTOR, SIZE - SECTOR):
        header = bytearray(pieces[at])
        header[400:404] = b"more" if header_bytes > 400 else bytes(4)
        struct.pack_into("<II", header, 12, header_bytes, 0)
        struct.pack_into("<I", header, 16, zlib.crc32(header[:header_bytes]))
        pieces[at] = bytes(header)
    after = grown(write(tmp_path / "disk.raw", SIZE, pieces))
    assert table(after).problems == ()
    disk = after.read_bytes()
    assert len(re.findall(b"more", disk[SECTOR : 2 * SECTOR] + disk[-SECTOR:])) == (
        2 if header_bytes > 400 else 0
    )
