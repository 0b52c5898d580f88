"""Reading a disk image: what is seen of a good one, and that a bad file is an answer, never an exception."""

from __future__ import annotations

import itertools
import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disk.images import (
    GIB,
    MIB,
    fixed_vhd,
    gen1,
    gen2,
    needs_qemu,
    read,
    run,
    task,
    without_qemu,
    write,
)
from wizard.disk import reading
from wizard.disk.partitions.partition_table import Scheme
from wizard.disk.reading import DiskReading, read_disk
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage
from wizard.disk.vhd_footer import fixed_footer
from wizard.errors import Cancelled
from wizard.messages import msg
from wizard.tasks import Task


def test_a_good_image(tmp_path: Path) -> None:
    size = 30 * GIB
    path = fixed_vhd(tmp_path / "good.vhd", size, {**gen2(size), 100 * MIB: b"x" * MIB})

    seen = read(path)

    assert seen.trouble is None
    assert (seen.path, seen.name, seen.kind, seen.is_fixed) == (
        str(path),
        "good.vhd",
        FileKind.FIXED_VHD,
        True,
    )
    assert (seen.file_bytes, seen.virtual_bytes, seen.size) == (size + 512, size, size)
    assert seen.modified_ns == path.stat().st_mtime_ns
    assert seen.table is not None
    assert (seen.table.scheme, seen.generation) == (Scheme.GPT, 2)
    assert seen.has_holes
    assert MIB < seen.data_bytes < 8 * MIB
    assert any(start <= 100 * MIB and start + length >= 101 * MIB for start, length in seen.data)


def test_sizes_and_partitions_take_little_memory_whatever_the_size(tmp_path: Path) -> None:
    size = 1023 * GIB
    pieces = {**gen1(size), **{at * GIB: b"scattered" for at in range(0, 1023, 7)}}
    path = fixed_vhd(tmp_path / "large.vhd", size, {**pieces, 0: gen1(size)[0]})

    tracemalloc.start()
    try:
        seen = read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert seen.generation == 1
    assert peak < 8 * MIB


def test_data_is_drawn_coarsely_and_counted_exactly(tmp_path: Path) -> None:
    size = 512 * MIB
    path = fixed_vhd(tmp_path / "a.vhd", size, {at * 65536: b"x" for at in range(0, 8192, 4)})

    seen = read(path)

    assert len(seen.data) <= 1001
    assert seen.data_bytes <= sum(length for _, length in seen.data)
    assert seen.data_bytes >= 2048


def test_a_file_without_holes_is_full(tmp_path: Path) -> None:
    path = tmp_path / "full.vhd"
    path.write_bytes(os.urandom(2 * MIB) + fixed_footer(2 * MIB).build())
    assert not read(path).has_holes


@pytest.mark.parametrize("claimed", [0, 1, 65 * MIB, 2**63, 2**64 - 1])
def test_a_footer_that_lies_about_the_size_leads_nowhere(tmp_path: Path, claimed: int) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", 64 * MIB, gen2(64 * MIB), fixed_footer(claimed))
    seen = read(path)
    assert (seen.kind, seen.size, seen.virtual_bytes) == (FileKind.FIXED_VHD, None, claimed)
    assert seen.refused is not None
    assert (seen.table, seen.data, seen.data_bytes) == (None, (), 0)


def test_a_footer_that_tells_less_than_there_is_counts(tmp_path: Path) -> None:
    seen = read(fixed_vhd(tmp_path / "a.vhd", 64 * MIB, gen2(64 * MIB), fixed_footer(63 * MIB)))
    assert (seen.size, seen.data_bytes <= 63 * MIB) == (63 * MIB, True)
    assert seen.remarks


# Every format


PIECES = {**gen2(256 * MIB), 100 * MIB: b"x" * MIB}
FORMATS = {
    "fixed.vhd": ("vpc", "-o", "subformat=fixed,force_size=on"),
    "dynamic.vhd": ("vpc", "-o", "subformat=dynamic,force_size=on"),
    "dynamic.vhdx": ("vhdx",),
    "fixed.vhdx": ("vhdx", "-o", "subformat=fixed"),
    "disk.raw": ("raw",),
}


@needs_qemu
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("fixed.vhd", FileKind.FIXED_VHD),
        ("dynamic.vhd", FileKind.DYNAMIC_VHD),
        ("dynamic.vhdx", FileKind.VHDX),
        ("fixed.vhdx", FileKind.VHDX),
        ("disk.raw", FileKind.RAW_DISK),
    ],
)
def test_the_disk_inside_is_read_whatever_the_format(tmp_path: Path, name: str, kind: FileKind) -> None:
    raw = write(tmp_path / "source.raw", 256 * MIB, PIECES)
    run("qemu-img", "convert", "-f", "raw", "-O", *FORMATS[name], raw, tmp_path / name)

    seen = read(tmp_path / name)

    assert (seen.kind, seen.size, seen.trouble, seen.refused) == (kind, 256 * MIB, None, None)
    assert seen.table is not None
    assert [each.start for each in seen.table.partitions] == [MIB, 3 * MIB]
    assert (seen.table.problems, seen.generation) == ((), 2)
    assert seen.has_holes
    assert MIB <= seen.data_bytes < 8 * MIB
    assert any(start <= 100 * MIB and start + length >= 101 * MIB for start, length in seen.data)
    assert all(start >= 0 and start + length <= 256 * MIB for start, length in seen.data)
    assert seen.sent is not None
    assert (seen.sent.length, seen.sent.grown_by) == (256 * MIB + 512, 0)
    assert (seen.sent.footer.checksum_valid, seen.sent.footer.disk_type) == (True, 2)
    assert seen == read(tmp_path / name)  # the footer that is made is the same at every look


@needs_qemu
@pytest.mark.parametrize("made", ["vmdk", "qcow2", "vdi"])
def test_what_qemu_img_has_to_convert_first_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    raw = write(tmp_path / "source.raw", 64 * MIB, gen2(64 * MIB))
    run("qemu-img", "convert", "-f", "raw", "-O", made, raw, tmp_path / "disk.img")

    seen = read(tmp_path / "disk.img")

    assert (seen.kind, seen.size, seen.trouble) == (FileKind(made), None, None)
    assert (seen.told_bytes, seen.virtual_bytes, seen.no_converter) == (64 * MIB, 64 * MIB, None)
    assert seen.refused is not None
    assert seen.refused.refusal == Refusal.NEEDS_QEMU_IMG

    without_qemu(monkeypatch, tmp_path)
    without = read(tmp_path / "disk.img").no_converter
    assert without is not None
    assert "not installed" in str(without.reason)


@needs_qemu
@pytest.mark.parametrize(
    ("made", "refusal"), [("parallels", Refusal.UNKNOWN_FEATURE), ("qcow2", Refusal.DIFFERENCING)]
)
def test_what_not_even_qemu_img_may_read_is_refused_for_that(
    tmp_path: Path, made: str, refusal: Refusal
) -> None:
    run("qemu-img", "create", "-f", made, tmp_path / "base.img", "64M")
    over = ("-F", made, "-b", tmp_path / "base.img") if made == "qcow2" else ()
    run("qemu-img", "create", "-f", made, *over, tmp_path / "disk.img", "64M")

    seen = read(tmp_path / "disk.img")

    assert seen.refused is not None
    assert (seen.refused.refusal, seen.told_bytes, seen.size) == (refusal, None, None)


@pytest.mark.parametrize("name", ["a.avhd", "a.AVHDX"])
def test_a_checkpoint_is_refused(tmp_path: Path, name: str) -> None:
    seen = read(fixed_vhd(tmp_path / name, 64 * MIB))
    assert seen.refused is not None
    assert (seen.kind, seen.refused.refusal) == (FileKind.FIXED_VHD, Refusal.CHECKPOINT)


def test_a_disk_in_use_is_a_trouble_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_use(path: Path) -> None:
        raise RefusedImage(
            msg("Another program uses it"), msg("End it"), kind=FileKind.UNREADABLE, refusal=Refusal.IN_USE
        )

    monkeypatch.setattr(reading, "open_image", in_use)
    assert trouble_of(read(fixed_vhd(tmp_path / "a.vhd", MIB))) == "Another program uses it"


@pytest.mark.parametrize(("odd", "grown_by"), [(0, 0), (512, MIB - 512), (MIB - 512, 512)])
def test_a_disk_of_odd_size_would_be_grown(tmp_path: Path, odd: int, grown_by: int) -> None:
    size = 64 * MIB + odd
    for path in (fixed_vhd(tmp_path / "a.vhd", size), write(tmp_path / "a.raw", size, {})):
        seen = read(path)
        assert seen.sent is not None
        assert (seen.size, seen.sent.grown_by) == (size, grown_by)
        assert seen.sent.length == size + grown_by + 512
        assert seen.sent.footer.current_size == size + grown_by


def test_a_disk_in_very_many_pieces_counts_as_full_from_there_on() -> None:
    pieces = ((number * 4, 1) for number in itertools.count())
    stretches, held = reading._stretches(pieces, 2**40, task())
    assert held == 1_000_000 + 2**40 - 4_000_000
    assert stretches[-1][0] + stretches[-1][1] == 2**40


# Trouble


def trouble_of(seen: DiskReading) -> str:
    assert seen.kind is FileKind.UNREADABLE
    assert seen.footer is None
    assert seen.trouble is not None
    assert str(seen.trouble.cure)
    return str(seen.trouble.reason)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert trouble_of(read(tmp_path / "gone.vhd")) == "The file is not there"


def test_a_file_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert trouble_of(read(tmp_path / "file" / "a.vhd")) == "The file is not there"


def test_no_file_at_all() -> None:
    assert trouble_of(read_disk("", task())) == "The file is not there"


def test_a_folder(tmp_path: Path) -> None:
    assert trouble_of(read(tmp_path)) == "This is a folder, not a file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.vhd")
    assert trouble_of(read(tmp_path / "pipe.vhd")) == "This is a device or a pipe, not a file"


def test_a_name_with_a_nul() -> None:
    assert "could not be read" in trouble_of(read_disk("a\0b.vhd", task()))


@pytest.mark.skipif(sys.platform == "win32", reason="file names are text on Windows")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.vhd")
    assert "no text" in trouble_of(read_disk(name, task()))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "may not be read"),
        (FileNotFoundError(2, "No such file"), "is not there"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError("no number"), "no number"),
    ],
)
def test_a_file_that_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise error

    path = fixed_vhd(tmp_path / "a.vhd", MIB)
    monkeypatch.setattr(Path, "open", refuses)
    assert said in trouble_of(read(path))


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="whoever runs this may read every file, as root does"
)
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", MIB)
    path.chmod(0)
    assert "may not be read" in trouble_of(read(path))


class Meddling(Task):
    """A task during which something happens to the file, at the moment that a phase begins."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__(msg("Reading"))
        self.happens = happens

    def report(self, *_: object, phase: object = None, **__: object) -> None:
        if str(phase).startswith("Looking where"):
            self.happens()


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def touch(path: Path) -> None:
    os.utime(path, ns=(0, 0))


def shrink(path: Path) -> None:
    os.truncate(path, 1000)


@pytest.mark.parametrize(("change", "said"), [(grow, "grew"), (touch, "changed"), (shrink, "changed")])
def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", 64 * MIB, gen2(64 * MIB))
    assert said in trouble_of(read_disk(path, Meddling(lambda: change(path))))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let an open file go")
def test_a_file_that_vanishes_while_it_is_read(tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", 64 * MIB)
    assert trouble_of(read_disk(path, Meddling(path.unlink))) == "The file is not there"


def test_a_reading_can_be_stopped(tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", 64 * MIB)
    stopped = task()
    stopped.cancel()
    with pytest.raises(Cancelled):
        read_disk(path, stopped)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=6000), st.booleans())
def test_no_file_raises(tmp_path: Path, data: bytes, with_footer: bool) -> None:
    path = tmp_path / "any.vhd"
    path.write_bytes(data + (fixed_footer(len(data)).build() if with_footer else b""))
    seen = read(path)
    assert seen.trouble is None
    assert seen.file_bytes == path.stat().st_size
    assert (seen.size is None) is (seen.refused is not None)


@needs_qemu
def test_holes_that_qemu_left_are_seen(tmp_path: Path) -> None:
    run("qemu-img", "create", "-f", "vpc", "-o", "subformat=fixed,force_size=on", tmp_path / "a.vhd", "2G")
    seen = read(tmp_path / "a.vhd")
    assert (seen.kind, seen.virtual_bytes) == (FileKind.FIXED_VHD, 2 * GIB)
    assert seen.has_holes


def test_a_raw_disk_tells_what_it_claims(tmp_path: Path) -> None:
    pieces = {at: piece for at, piece in gen2(64 * MIB).items() if at < 10 * MIB}
    seen = read(write(tmp_path / "cut.vhd", 40 * MIB, pieces))
    assert seen.kind is FileKind.RAW_DISK
    assert seen.table is not None
    assert seen.table.claimed_bytes == 64 * MIB
