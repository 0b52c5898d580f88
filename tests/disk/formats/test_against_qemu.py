"""What QEMU makes of a disk is read back as the same bytes, and where it puts nothing, there are no extents."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from tests.disk.images import GIB, MIB, needs_qemu, run, write
from wizard.disk.opening import open_image

FORMATS = [
    ("vpc", "subformat=dynamic,force_size=on"),
    ("vpc", "subformat=dynamic"),
    ("vpc", "subformat=fixed,force_size=on"),
    ("vpc", "subformat=fixed"),
    ("vhdx", "subformat=dynamic"),
    ("vhdx", "subformat=fixed"),
    ("vhdx", "subformat=dynamic,block_size=1M"),
    ("vhdx", "subformat=dynamic,block_size=256M"),
]


def scattered(path: Path, size: int, seed: int) -> Path:
    """A raw disk with data here and there: whole blocks, single sectors, the first and the last one."""
    chance = random.Random(seed)
    places = [0, size - 512, *(chance.randrange(size // 512 - 8192) * 512 for _ in range(12))]
    return write(
        path,
        size,
        {at: chance.randbytes(min(chance.choice((512, 70_000, 3 * MIB)), size - at)) for at in places},
    )


@needs_qemu
@pytest.mark.parametrize(("made", "options"), FORMATS)
@pytest.mark.parametrize("size", [37 * MIB + 512, 70 * MIB])
def test_every_byte_as_qemu_reads_it(tmp_path: Path, made: str, options: str, size: int) -> None:
    source = scattered(tmp_path / "a.raw", size, size)
    path, back = tmp_path / "a.disk", tmp_path / "back.raw"
    run("qemu-img", "convert", "-f", "raw", "-O", made, "-o", options, source, path)
    run("qemu-img", "convert", "-f", made, "-O", "raw", path, back)
    wanted = back.read_bytes()

    with open_image(path) as image:
        assert image.size == len(wanted)
        step = 4 * MIB
        for at in range(0, image.size, step):
            length = min(step, image.size - at)
            assert image.read_at(at, length) == wanted[at : at + length]
        reached = 0
        for start, length in image.extents():
            assert start >= reached
            assert wanted[reached:start] == bytes(start - reached)
            reached = start + length
        assert wanted[reached:] == bytes(image.size - reached)
        assert image.remarks == ()


@needs_qemu
def test_behind_the_first_chunk_of_the_table(tmp_path: Path) -> None:
    """4,096 blocks of 1 MiB, then an entry for a bitmap, then the others."""
    pieces = {at * MIB: b"block %d" % at for at in (0, 4095, 4096, 4097, 8191, 8192, 8200)}
    source = write(tmp_path / "a.raw", 8201 * MIB, pieces)
    run("qemu-img", "convert", "-f", "raw", "-O", "vhdx", "-o", "block_size=1M", source, tmp_path / "a.vhdx")

    with open_image(tmp_path / "a.vhdx") as image:
        for at, piece in pieces.items():
            assert image.read_at(at, 20).rstrip(b"\0") == piece
        assert sum(length for _, length in image.extents()) <= 7 * MIB


@needs_qemu
@pytest.mark.parametrize(
    ("made", "options", "size"),
    [
        ("vpc", "subformat=dynamic", 127 * GIB),
        ("vpc", "subformat=dynamic,force_size=on", 127 * GIB),
        ("vpc", "subformat=dynamic,force_size=on", 2040 * GIB),
        ("vhdx", "subformat=dynamic", 64 * 1024 * GIB),
        ("vhdx", "subformat=dynamic", 127 * GIB),
    ],
)
def test_sizes_as_qemu_tells_them(tmp_path: Path, made: str, options: str, size: int) -> None:
    path = tmp_path / "a.disk"
    run("qemu-img", "create", "-f", made, "-o", options, path, str(size))
    said = subprocess.run(
        ["qemu-img", "info", "-f", made, "--output=json", str(path)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    with open_image(path) as image:
        assert image.size == json.loads(said.stdout)["virtual-size"]
        assert list(image.extents()) == []
