"""The door to disk images: what opens, what is refused and with which cure, and that nothing stays open."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disk.formats.built import DynamicVhd, Vhdx
from tests.disk.images import MIB, fixed_vhd, gen1, needs_qemu, run, write
from wizard.disk.opening import open_image
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage
from wizard.disk.vhd_footer import DiskType, fixed_footer
from wizard.errors import WizardError

MAKERS: list[tuple[str, Callable[[Path], Path], FileKind]] = [
    ("a.vhd", lambda path: fixed_vhd(path, MIB), FileKind.FIXED_VHD),
    ("a.vhd", lambda path: DynamicVhd(4 * MIB, {0: b"x"}).write(path), FileKind.DYNAMIC_VHD),
    ("a.vhdx", lambda path: Vhdx(4 * MIB, {0: b"x"}).write(path), FileKind.VHDX),
    ("a.raw", lambda path: write(path, MIB, gen1(MIB)), FileKind.RAW_DISK),
]


def handles(path: Path) -> int:
    return sum(each.path == str(path) for each in psutil.Process().open_files())


@pytest.mark.parametrize(("name", "make", "kind"), MAKERS)
def test_every_format_opens_and_lets_its_file_go(
    tmp_path: Path, name: str, make: Callable[[Path], Path], kind: FileKind
) -> None:
    path = make(tmp_path / name)
    with open_image(path) as image:
        assert image.kind is kind
        assert handles(path) == 1
    assert handles(path) == 0
    image.close()


@pytest.mark.parametrize(("name", "make", "kind"), MAKERS)
def test_the_content_counts_and_not_the_name(
    tmp_path: Path, name: str, make: Callable[[Path], Path], kind: FileKind
) -> None:
    with open_image(make(tmp_path / "anything.bin")) as image:
        assert image.kind is kind


def of(kind: int) -> bytes:
    return replace(fixed_footer(4096), disk_type=kind).sealed().build()


BODY = bytes(4096)


@pytest.mark.parametrize(
    ("data", "kind", "refusal", "said", "cure"),
    [
        (b"", FileKind.EMPTY, Refusal.NO_DISK, "empty", "again"),
        (b"x", FileKind.TOO_SHORT, Refusal.NO_DISK, "No disk image", ".raw or .img"),
        (BODY, FileKind.SOMETHING_ELSE, Refusal.NO_DISK, "No disk image", ".raw or .img"),
        (b"QFI\xfb" + BODY, FileKind.QCOW2, Refusal.NEEDS_QEMU_IMG, "QCOW2", "disk convert"),
        (b"KDMV" + BODY, FileKind.VMDK, Refusal.NEEDS_QEMU_IMG, "VMDK", "disk convert"),
        (bytes(64) + b"\x7f\x10\xda\xbe" + BODY, FileKind.VDI, Refusal.NEEDS_QEMU_IMG, "VDI", "disk convert"),
        (b"WithouFreSpacExt" + BODY, FileKind.PARALLELS, Refusal.UNKNOWN_FEATURE, "not converted", "with the program"),
        (b"MSWIM\0\0\0" + BODY, FileKind.WIM, Refusal.NO_DISK, "WIM", "Install"),
        (bytes(0x8001) + b"CD001" + BODY, FileKind.ISO, Refusal.NO_DISK, "ISO", "Install"),
        (b"PK\x03\x04" + BODY, FileKind.ARCHIVE, Refusal.NO_DISK, "archive", "Unpack"),
        (BODY + of(DiskType.DIFFERENCING), FileKind.DIFFERENCING_VHD, Refusal.DIFFERENCING, "differencing", "Merge"),
        (BODY + of(9), FileKind.VHD_OF_UNKNOWN_TYPE, Refusal.DAMAGED, "no type", "again"),
        (BODY + of(2)[:-100], FileKind.FIXED_VHD, Refusal.CUT_OFF, "is missing", "copied completely"),
        (BODY + of(2) + bytes(512), FileKind.FOOTER_NOT_AT_END, Refusal.DAMAGED, "behind the footer", "again"),
        (BODY + b"conectlx" + of(2)[8:], FileKind.FOOTER_DAMAGED, Refusal.DAMAGED, "damaged", "again"),
        (of(3) + BODY, FileKind.DYNAMIC_VHD, Refusal.CUT_OFF, "is missing", "copied completely"),
        (of(4) + BODY, FileKind.DIFFERENCING_VHD, Refusal.DIFFERENCING, "differencing", "Merge"),
        (b"vhdxfile" + BODY, FileKind.VHDX, Refusal.CUT_OFF, "is missing", "copied completely"),
        (b"vhdxfile" + bytes(4 * MIB), FileKind.VHDX, Refusal.DAMAGED, "neither", "again"),
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_its_own_cure(
    tmp_path: Path, data: bytes, kind: FileKind, refusal: Refusal, said: str, cure: str
) -> None:
    path = tmp_path / "file.vhd"
    path.write_bytes(data)

    with pytest.raises(RefusedImage) as caught:
        open_image(path)

    found = caught.value
    assert (found.kind, found.refusal) == (kind, refusal)
    assert said in str(found.what)
    assert cure in str(found.cure)
    assert handles(path) == 0


@pytest.mark.parametrize("name", ["a.avhd", "a.avhdx", "A.AVHDX"])
@pytest.mark.parametrize(("_", "make", "kind"), MAKERS)
def test_a_checkpoints_disk_is_refused_by_its_name(
    tmp_path: Path, name: str, _: str, make: Callable[[Path], Path], kind: FileKind
) -> None:
    path = make(tmp_path / name)
    with pytest.raises(RefusedImage, match="checkpoint") as caught:
        open_image(path)
    assert (caught.value.kind, caught.value.refusal) == (kind, Refusal.CHECKPOINT)


def test_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_image(tmp_path / "gone.vhd")
    with pytest.raises(OSError, match="null"):
        open_image(Path("a\0b.vhd"))


def test_a_folder_is_no_disk(tmp_path: Path) -> None:
    with pytest.raises(RefusedImage, match="folder") as caught:
        open_image(tmp_path)
    assert caught.value.refusal is Refusal.NO_FILE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.vhd")
    with pytest.raises(RefusedImage, match="pipe"):
        open_image(tmp_path / "pipe.vhd")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.binary(max_size=3000),
    st.sampled_from([b"", of(2), of(3), of(4)]),
    st.sampled_from([b"", of(3), b"vhdxfile"]),
    st.sampled_from(["a.vhd", "a.raw", "a.avhd"]),
)
def test_any_file_opens_or_is_refused(
    tmp_path: Path, data: bytes, tail: bytes, head: bytes, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(head + data + tail)
    try:
        with open_image(path) as image:
            for start, length in image.extents():
                image.read_at(start, min(length, MIB))
    except WizardError:
        pass
    assert handles(path) == 0


@needs_qemu
@pytest.mark.parametrize("made", ["qcow2", "vmdk", "vdi"])
def test_other_formats_that_qemu_makes_are_to_be_converted(tmp_path: Path, made: str) -> None:
    run("qemu-img", "create", "-f", made, tmp_path / "a.disk", "64M")
    with pytest.raises(RefusedImage) as caught:
        open_image(tmp_path / "a.disk")
    assert caught.value.refusal is Refusal.NEEDS_QEMU_IMG


@needs_qemu
def test_qemu_without_f_wraps_a_fixed_vhd_and_it_is_remarked_upon(tmp_path: Path) -> None:
    fixed_vhd(tmp_path / "a.vhd", 4 * MIB, gen1(4 * MIB))
    run("qemu-img", "convert", "-O", "vhdx", tmp_path / "a.vhd", tmp_path / "a.vhdx")
    with open_image(tmp_path / "a.vhdx") as image:
        assert image.size == 4 * MIB + 512
        assert "-f vpc" in str(image.remarks[0])
