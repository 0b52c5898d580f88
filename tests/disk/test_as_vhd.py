"""Any disk as the fixed VHD that Azure takes: its bytes, zeros where it grew, a footer that is always the same."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disk.images import GIB, MIB, fixed_vhd, gen2, needs_qemu, run, write
from wizard.disk.as_vhd import FixedVhd, open_fixed_vhd
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import EPOCH, Footer, fixed_footer
from wizard.errors import WizardError

SIZE = 8 * MIB
IDENTITY = uuid.UUID("12345678-9abc-4def-8123-456789abcdef")


def content(vhd: FixedVhd) -> bytes:
    """All its bytes, put together from its extents alone."""
    whole = bytearray(vhd.length)
    for start, length in vhd.extents():
        whole[start : start + length] = vhd.read_at(start, length)
    return bytes(whole)


def raw(path: Path, size: int = SIZE) -> Path:
    return write(path, size, gen2(size // 512 * 512) | {5 * MIB: b"data"})


def footer_of(path: Path) -> Footer:
    with open_fixed_vhd(path) as vhd:
        return Footer.parse(vhd.footer)


def test_a_sound_fixed_vhd_stays_as_it_is(tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "disk.vhd", SIZE, gen2(SIZE), fixed_footer(SIZE, creator=b"win "))
    with open_fixed_vhd(path, grow=True) as vhd:
        assert content(vhd) == path.read_bytes()
        assert vhd.read_at(0, vhd.length) == path.read_bytes()
        assert (vhd.kind, vhd.grown_by, vhd.length) == (FileKind.FIXED_VHD, 0, SIZE + 512)


def test_a_footer_with_a_wrong_checksum_is_not_passed_on(tmp_path: Path) -> None:
    wrong = replace(fixed_footer(SIZE, unique_id=IDENTITY), checksum=1)
    footer = footer_of(fixed_vhd(tmp_path / "disk.vhd", SIZE, footer=wrong))
    assert footer.checksum_valid
    assert footer.unique_id == IDENTITY


def test_what_lies_behind_a_fixed_disk_is_left_out(tmp_path: Path) -> None:
    own = fixed_footer(SIZE).build()
    path = write(tmp_path / "disk.vhd", SIZE + MIB + 512, {SIZE: b"rest", SIZE + MIB: own})
    with open_fixed_vhd(path) as vhd:
        assert vhd.length == SIZE + 512
        assert vhd.read_at(SIZE, 512) == vhd.footer == own


@needs_qemu
@pytest.mark.parametrize("form", ["vpc", "vhdx", "raw"])
def test_other_formats_give_the_disk_and_a_new_footer(tmp_path: Path, form: str) -> None:
    source, made = raw(tmp_path / "disk.raw"), tmp_path / f"disk.{form}"
    options = ("-o", "subformat=dynamic,force_size=on") if form == "vpc" else ()
    if form != "raw":
        run("qemu-img", "convert", "-f", "raw", "-O", form, *options, source, made)
    with open_fixed_vhd(made if form != "raw" else source) as vhd:
        assert content(vhd)[:-512] == source.read_bytes()
        footer = Footer.parse(vhd.footer)
    assert footer.checksum_valid
    assert footer.current_size == footer.original_size == SIZE
    assert footer.geometry_is_largest


@needs_qemu
def test_a_dynamic_vhd_keeps_its_identity_and_its_date(tmp_path: Path) -> None:
    path = tmp_path / "disk.vhd"
    run("qemu-img", "create", "-f", "vpc", "-o", "force_size=on", path, str(SIZE))
    own = Footer.parse(path.read_bytes()[:512])
    footer = footer_of(path)
    assert (footer.unique_id, footer.timestamp) == (own.unique_id, own.timestamp)
    assert own.timestamp > 0


@needs_qemu
def test_a_vhdx_gives_its_disk_s_identity_and_no_date(tmp_path: Path) -> None:
    path = tmp_path / "disk.vhdx"
    run("qemu-img", "create", "-f", "vhdx", path, str(SIZE))
    footer = footer_of(path)
    assert footer.unique_id.bytes_le in path.read_bytes()
    assert footer.created == EPOCH


def test_the_same_raw_disk_has_the_same_footer_elsewhere_and_later(tmp_path: Path) -> None:
    first = raw(tmp_path / "disk.raw")
    second = tmp_path / "other.img"
    shutil.copyfile(first, second)  # a copy without holes, another name, another time
    os.utime(second, (1, 1))
    assert footer_of(first) == footer_of(second)
    assert footer_of(first).created == EPOCH


def test_other_content_and_another_size_have_another_identity(tmp_path: Path) -> None:
    paths = [
        raw(tmp_path / "a.raw"),
        raw(tmp_path / "b.raw", SIZE + MIB),
        write(tmp_path / "c.raw", SIZE, gen2(SIZE)),
    ]
    assert len({footer_of(each).unique_id for each in paths}) == 3


@pytest.mark.parametrize("size", [512, 1024, MIB - 512, MIB + 512, 3 * MIB - 512])
def test_a_size_between_two_mebibytes_is_refused_or_grown(tmp_path: Path, size: int) -> None:
    path = write(tmp_path / "disk.raw", size, {0: b"\x01", size - 1: b"\x02"})
    with pytest.raises(WizardError) as refused:
        open_fixed_vhd(path)
    assert f"{size:,}" in str(refused.value)
    with open_fixed_vhd(path, grow=True) as vhd:
        assert vhd.grown_by == -size % MIB
        assert content(vhd)[:-512] == path.read_bytes() + bytes(vhd.grown_by)
        assert Footer.parse(vhd.footer).current_size == size + vhd.grown_by


def test_a_fixed_vhd_that_grows_keeps_its_identity(tmp_path: Path) -> None:
    size = SIZE - 512
    own = fixed_footer(size, creator=b"win ", unique_id=IDENTITY)
    path = fixed_vhd(tmp_path / "disk.vhd", size, footer=own)
    with open_fixed_vhd(path, grow=True) as vhd:
        footer = Footer.parse(vhd.footer)
    assert (footer.unique_id, footer.timestamp) == (IDENTITY, own.timestamp)
    assert footer.current_size == footer.original_size == SIZE
    assert footer.checksum_valid


def test_the_file_is_let_go_where_the_size_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "disk.raw", 1024, {0: b"\x01"})
    with pytest.raises(WizardError):
        open_fixed_vhd(path)
    path.unlink()


def test_extents_are_ascending_and_apart_and_end_with_the_footer(tmp_path: Path) -> None:
    size = 64 * MIB - 512
    path = write(tmp_path / "disk.raw", size, gen2(size) | {20 * MIB: bytes(range(256)) * 16})
    with open_fixed_vhd(path, grow=True) as vhd:
        extents = list(vhd.extents())
        assert extents[-1][0] + extents[-1][1] == vhd.length
    assert all(start + length < following for (start, length), (following, _) in itertools.pairwise(extents))
    assert sum(length for _, length in extents) < 4 * MIB


@pytest.mark.parametrize(("start", "length"), [(-1, 1), (0, -1), (SIZE, 513), (SIZE + 512, 1)])
def test_nothing_is_read_beyond_the_footer(tmp_path: Path, start: int, length: int) -> None:
    with (
        open_fixed_vhd(fixed_vhd(tmp_path / "disk.vhd", SIZE)) as vhd,
        pytest.raises(ValueError, match="not within"),
    ):
        vhd.read_at(start, length)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[bytes, FixedVhd]]:
    """A GPT disk that grows, as one piece of bytes and as it is read."""
    size = 4 * MIB - 512 * 7
    path = tmp_path_factory.mktemp("grown") / "disk.raw"
    write(path, size, gen2(size) | {3 * MIB: random.Random(7).randbytes(4096)})
    with open_fixed_vhd(path, grow=True) as vhd:
        yield content(vhd), vhd


@settings(deadline=None, max_examples=200)
@given(places=st.tuples(st.integers(0, 4 * MIB + 512), st.integers(0, 4 * MIB + 512)))
def test_any_stretch_is_the_same_as_out_of_the_whole(
    grown: tuple[bytes, FixedVhd], places: tuple[int, int]
) -> None:
    whole, vhd = grown
    start, end = sorted(places)
    assert vhd.read_at(start, end - start) == whole[start:end]


@needs_qemu
def test_qemu_reads_the_same_disk_from_the_footer(tmp_path: Path) -> None:
    """A size that cylinders, heads and sectors cannot say."""
    size = GIB + MIB
    source = write(tmp_path / "disk.raw", size, gen2(size))
    with open_fixed_vhd(source) as vhd:
        made = write(
            tmp_path / "disk.vhd",
            vhd.length,
            {start: vhd.read_at(start, length) for start, length in vhd.extents()},
        )
    run("qemu-img", "compare", "-f", "vpc", "-F", "raw", made, source)
