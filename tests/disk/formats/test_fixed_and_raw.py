"""Fixed VHDs and raw disks: the file's own bytes, as many as the disk has."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.disk.images import GIB, MIB, fixed_vhd, gen1, write
from wizard.disk.opening import open_image
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage
from wizard.disk.vhd_footer import Footer, fixed_footer


def refused(path: Path) -> RefusedImage:
    with pytest.raises(RefusedImage) as caught:
        open_image(path)
    return caught.value


def test_a_fixed_vhd_is_its_bytes_before_the_footer(tmp_path: Path) -> None:
    footer = fixed_footer(4 * MIB)
    path = fixed_vhd(tmp_path / "a.vhd", 4 * MIB, {0: b"first", 4 * MIB - 4: b"last"}, footer)

    with open_image(path) as image:
        assert (image.kind, image.size, image.file_bytes) == (FileKind.FIXED_VHD, 4 * MIB, 4 * MIB + 512)
        assert (image.unique_id, image.created) == (footer.unique_id, footer.timestamp)
        assert (image.footer, image.remarks) == (footer, ())
        assert image.read_at(0, 4 * MIB) == path.read_bytes()[:-512]
        assert image.read_at(4 * MIB, 0) == b""
        for offset, length in ((-1, 1), (0, -1), (4 * MIB, 1), (1, 4 * MIB)):
            with pytest.raises(ValueError, match="not within"):
                image.read_at(offset, length)


def test_extents_are_the_files_without_the_footer(tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", 30 * GIB, {10 * GIB: b"x" * MIB})
    with open_image(path) as image:
        found = list(image.extents())
    assert sum(length for _, length in found) < 4 * MIB
    assert any(start <= 10 * GIB and start + length >= 10 * GIB + MIB for start, length in found)
    assert all(start + length <= 30 * GIB for start, length in found)


@pytest.mark.parametrize(
    ("said", "change", "outcome"),
    [
        (4 * MIB, 0, "opens"),
        (4 * MIB, 1, "opens with a remark"),
        (4 * MIB - 512, 0, "opens with a remark"),
        (512, 0, "opens with a remark"),
        (4 * MIB + 512, 0, "cut_off"),
        (2**64 - 512, 0, "cut_off"),
        (4 * MIB - 512, 1, "damaged"),
        (4 * MIB + 512, 1, "damaged"),
        (0, 0, "damaged"),
        (4 * MIB - 1, 0, "damaged"),
    ],
)
def test_what_the_footer_says_of_the_size(tmp_path: Path, said: int, change: int, outcome: str) -> None:
    """The file always has 4 MiB before its footer; `change` spoils the checksum."""
    footer = fixed_footer(said)
    path = fixed_vhd(tmp_path / "a.vhd", 4 * MIB, {}, replace(footer, checksum=footer.checksum ^ change))

    if outcome.startswith("opens"):
        with open_image(path) as image:
            assert (image.size, bool(image.remarks)) == (said, outcome != "opens")
    else:
        assert refused(path).refusal == outcome


def test_a_file_that_is_no_whole_number_of_sectors(tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", 1000, {}, fixed_footer(1000))
    assert "whole number of sectors" in str(refused(path))


def test_a_footer_alone_is_no_disk(tmp_path: Path) -> None:
    (tmp_path / "a.vhd").write_bytes(fixed_footer(0).build())
    assert refused(tmp_path / "a.vhd").refusal is Refusal.DAMAGED


def test_a_file_that_becomes_shorter_while_open_is_an_os_error(tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", 4 * MIB)
    with open_image(path) as image:
        os.truncate(path, MIB)
        assert image.read_at(0, MIB) == bytes(MIB)
        with pytest.raises(OSError, match="shorter"):
            image.read_at(MIB - 1, 2)


@pytest.mark.parametrize("over", [0, 1, 511, 1024])
def test_a_raw_disk_is_completed_to_a_whole_sector(tmp_path: Path, over: int) -> None:
    length = 4 * MIB + over
    path = write(tmp_path / "a.raw", length, {**gen1(4 * MIB), length - 1: b"!"})

    with open_image(path) as image:
        assert (image.kind, image.size, image.file_bytes) == (
            FileKind.RAW_DISK, -(-length // 512) * 512, length,
        )  # fmt: skip
        assert (image.unique_id, image.created, image.footer, image.remarks) == (None, None, None, ())
        assert image.read_at(0, image.size) == path.read_bytes().ljust(image.size, b"\0")
        assert image.read_at(image.size - 1, 1) == (b"!" if over % 512 == 0 else b"\0")
        assert all(start + size <= length for start, size in image.extents())


@pytest.mark.parametrize(
    ("name", "length", "opens"),
    [
        ("a.raw", MIB, True),
        ("a.IMG", MIB, True),
        ("a.dd", MIB, True),
        ("a.raw", MIB + 1, False),
        ("a.vhd", MIB, False),
        ("a", MIB, False),
    ],
)
def test_without_a_partition_table_the_name_must_say_raw(
    tmp_path: Path, name: str, length: int, opens: bool
) -> None:
    path = write(tmp_path / name, length, {0: b"no table"})
    if opens:
        with open_image(path) as image:
            assert image.kind is FileKind.RAW_DISK
    else:
        assert refused(path).refusal is Refusal.NO_DISK


def test_a_fixed_vhd_inside_another_disk_is_remarked_upon(tmp_path: Path) -> None:
    """What qemu-img makes of a fixed VHD without -f vpc."""
    inner = Footer.parse(fixed_footer(MIB).build())
    path = fixed_vhd(tmp_path / "a.vhd", MIB + 512, {MIB: inner.build()})
    with open_image(path) as image:
        assert "-f vpc" in str(image.remarks[0])


@pytest.mark.parametrize("mark", [b"vhdxfile", b"QFI\xfb", b"KDMV", bytes(64) + b"\x7f\x10\xda\xbe"])
def test_an_image_file_inside_a_disk_is_remarked_upon(tmp_path: Path, mark: bytes) -> None:
    with open_image(fixed_vhd(tmp_path / "a.vhd", MIB, {0: mark})) as image:
        assert "itself an image file" in str(image.remarks[0])
