"""What kind of file it is: every kind by its mark, and never an exception."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disk.images import MIB, fixed_vhd, gen2, mbr, needs_qemu, read, run
from wizard.disk.files.window import Window
from wizard.disk.recognise import FileKind, Recognised, recognise
from wizard.disk.vhd_footer import DiskType, Footer, fixed_footer

BODY = bytes(4096)


def kind(data: bytes) -> FileKind:
    return seen(data).kind


def seen(data: bytes) -> Recognised:
    return recognise(lambda offset, length: data[offset : offset + length], len(data))


def footer(disk_type: int = DiskType.FIXED) -> Footer:
    return replace(fixed_footer(4096), disk_type=disk_type).sealed()


@pytest.mark.parametrize(
    ("disk_type", "expected"),
    [
        (2, FileKind.FIXED_VHD),
        (3, FileKind.DYNAMIC_VHD),
        (4, FileKind.DIFFERENCING_VHD),
        (0, FileKind.VHD_OF_UNKNOWN_TYPE),
        (5, FileKind.VHD_OF_UNKNOWN_TYPE),
        (0xFFFFFFFF, FileKind.VHD_OF_UNKNOWN_TYPE),
    ],
)
def test_the_last_512_bytes_decide(disk_type: int, expected: FileKind) -> None:
    found = seen(BODY + footer(disk_type).build())

    assert found.kind is expected
    assert found.footer is not None
    assert found.footer.disk_type == disk_type
    assert found.footer_offset == len(BODY)


@pytest.mark.parametrize(
    ("offset", "mark", "expected"),
    [
        (0, b"vhdxfile", FileKind.VHDX),
        (0, b"QFI\xfb\0\0\0\x03", FileKind.QCOW2),
        (0, b"KDMV\x01\0\0\0", FileKind.VMDK),
        (0, b"# Disk DescriptorFile\nversion=1\n", FileKind.VMDK),
        (64, b"\x7f\x10\xda\xbe", FileKind.VDI),
        (0, b"WithouFreSpacExt", FileKind.PARALLELS),
        (0, b"MSWIM\0\0\0", FileKind.WIM),
        (0x8001, b"CD001", FileKind.ISO),
        (0, b"PK\x03\x04", FileKind.ARCHIVE),
        (0, b"\x1f\x8b\x08", FileKind.ARCHIVE),
        (0, b"\xfd7zXZ\0", FileKind.ARCHIVE),
        (0, b"BZh9", FileKind.ARCHIVE),
        (0, b"\x28\xb5\x2f\xfd", FileKind.ARCHIVE),
        (0, b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
        (0, b"Rar!\x1a\x07\x01\0", FileKind.ARCHIVE),
        (257, b"ustar\x0000", FileKind.ARCHIVE),
        (0, b"%PDF-1.7", FileKind.SOMETHING_ELSE),
        (0, b"", FileKind.SOMETHING_ELSE),
    ],
)
def test_other_files_are_known_by_their_marks(offset: int, mark: bytes, expected: FileKind) -> None:
    data = bytearray(0x9000)
    data[offset : offset + len(mark)] = mark
    assert kind(bytes(data)) is expected


def test_a_fixed_vhd_of_anything_is_a_fixed_vhd() -> None:
    assert kind(b"vhdxfile" + BODY + footer().build()) is FileKind.FIXED_VHD


@pytest.mark.parametrize(
    ("length", "expected"),
    [(0, FileKind.EMPTY), (1, FileKind.TOO_SHORT), (511, FileKind.TOO_SHORT), (512, FileKind.SOMETHING_ELSE)],
)
def test_nothing_and_next_to_nothing(length: int, expected: FileKind) -> None:
    assert kind(bytes(length)) is expected


def test_a_footer_alone_is_a_fixed_vhd() -> None:
    assert kind(footer().build()) is FileKind.FIXED_VHD


def test_a_dynamic_vhd_without_its_end_is_known_by_its_beginning() -> None:
    found = seen(footer(DiskType.DYNAMIC).build() + BODY)
    assert (found.kind, found.cut_off, found.footer_offset) == (FileKind.DYNAMIC_VHD, True, 0)


@pytest.mark.parametrize("missing", [1, 100, 504])
def test_a_footer_cut_off(missing: int) -> None:
    found = seen(BODY + footer().build()[:-missing])
    assert (found.kind, found.footer, found.footer_offset) == (FileKind.FOOTER_CUT_OFF, None, len(BODY))


@pytest.mark.parametrize("more", [1, 512, 60_000])
def test_something_behind_the_footer(more: int) -> None:
    found = seen(BODY + footer().build() + bytes(more))
    assert (found.kind, found.footer_offset) == (FileKind.FOOTER_NOT_AT_END, len(BODY))
    assert found.footer is not None
    assert found.footer.checksum_valid


def test_the_word_of_the_cookie_in_some_text_is_no_footer() -> None:
    assert kind(BODY + b"the cookie is conectix" + bytes(600)) is FileKind.SOMETHING_ELSE


def test_a_footer_with_a_broken_cookie_keeps_its_other_fields() -> None:
    broken = b"conectlx" + footer().build()[8:]
    found = seen(BODY + broken)
    assert found.kind is FileKind.FOOTER_DAMAGED
    assert found.footer is not None
    assert found.footer.current_size == 4096


def test_a_footer_damaged_all_over_is_not_believed() -> None:
    broken = b"conecXXX" + bytes(512 - 8)
    assert seen(BODY + broken) == Recognised(FileKind.FOOTER_DAMAGED, None, len(BODY))


def test_a_wiped_footer_is_told_by_the_length_of_the_file() -> None:
    disk = mbr((0x80, 0x83, 2048, 1000)).ljust(MIB, b"\0")
    assert kind(disk + bytes(512)) is FileKind.FOOTER_DAMAGED
    assert kind(disk) is FileKind.RAW_DISK


@given(st.binary(max_size=3000))
def test_no_bytes_raise(data: bytes) -> None:
    assert kind(data) in FileKind


@given(st.binary(max_size=200), st.integers(0, 4096), st.integers(2, 4))
def test_no_damage_to_a_vhd_raises(damage: bytes, place: int, disk_type: int) -> None:
    whole = footer(disk_type).build() + BODY + footer(disk_type).build()
    assert kind(whole[:place] + damage + whole[place + len(damage) :]) in FileKind
    assert kind(whole[:place]) in FileKind


@needs_qemu
@pytest.mark.parametrize(
    ("made", "name", "expected"),
    [
        (("vpc", "-o", "subformat=fixed,force_size=on"), "a.vhd", FileKind.FIXED_VHD),
        (("vpc", "-o", "subformat=fixed"), "a.vhd", FileKind.FIXED_VHD),
        (("vpc", "-o", "subformat=dynamic"), "a.vhd", FileKind.DYNAMIC_VHD),
        (("vhdx",), "a.vhdx", FileKind.VHDX),
        (("vhdx", "-o", "subformat=fixed"), "a.vhdx", FileKind.VHDX),
        (("qcow2",), "a.qcow2", FileKind.QCOW2),
        (("vmdk",), "a.vmdk", FileKind.VMDK),
        (("vmdk", "-o", "subformat=monolithicFlat"), "a.vmdk", FileKind.VMDK),
        (("vdi",), "a.vdi", FileKind.VDI),
        (("parallels",), "a.hdd", FileKind.PARALLELS),
        (("raw",), "a.raw", FileKind.SOMETHING_ELSE),
    ],
)
def test_what_qemu_makes(tmp_path: Path, made: tuple[str, ...], name: str, expected: FileKind) -> None:
    path = tmp_path / name
    run("qemu-img", "create", "-f", *made, path, "64M")
    with path.open("rb") as file:
        length = path.stat().st_size
        assert recognise(Window(file, length).read_at, length).kind is expected


def test_a_whole_disk_is_recognised_from_a_file(tmp_path: Path) -> None:
    assert read(fixed_vhd(tmp_path / "a.vhd", 64 * MIB, gen2(64 * MIB))).kind is FileKind.FIXED_VHD
