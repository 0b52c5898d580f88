"""The sample images: one that keeps every rule of its format, one with the faults it promises."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from tests.disk.images import needs_qemu, run
from wizard import files
from wizard.checks.vhd import findings
from wizard.disk.files.extents import allocated_extents
from wizard.disk.opening import open_image
from wizard.disk.partitions.partition_table import PartitionTable, Scheme, read_partitions
from wizard.disk.partitions.partition_types import Role
from wizard.disk.partitions.volumes import Volume
from wizard.disk.reading import read_disk
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import FOOTER_BYTES, NO_DATA_OFFSET, DiskType, Footer
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.practice import sample_images
from wizard.practice.sample_images import make_dynamic_image, make_faulty_image, make_good_image
from wizard.step import Outcome
from wizard.tasks import Task

MEBIBYTE = 1024 * 1024


def task() -> Task:
    return Task(msg("Making an image"))


def footer_of(path: Path) -> Footer:
    with path.open("rb") as file:
        file.seek(-FOOTER_BYTES, 2)
        return Footer.parse(file.read())


def table_of(path: Path) -> PartitionTable:
    with path.open("rb") as file:

        def read_at(offset: int, length: int) -> bytes:
            file.seek(offset)
            return file.read(length)

        return read_partitions(read_at, path.stat().st_size - FOOTER_BYTES)


def data_bytes(path: Path) -> int:
    """How much of the file is not a hole."""
    with path.open("rb") as file:
        return sum(length for _, length in allocated_extents(file, path.stat().st_size))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_good_image(tmp_path_factory.mktemp("images"), task())


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_faulty_image(tmp_path_factory.mktemp("images"), task())


@pytest.fixture(scope="module")
def dynamic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_dynamic_image(tmp_path_factory.mktemp("images"), task())


def test_the_good_one_has_a_right_footer(good: Path) -> None:
    footer = footer_of(good)
    assert footer.cookie_valid
    assert footer.checksum_valid
    assert footer.disk_type == DiskType.FIXED
    assert footer.data_offset == NO_DATA_OFFSET
    assert footer.current_size == footer.original_size == 30 * 1024 * MEBIBYTE
    assert footer.current_size % MEBIBYTE == 0
    assert good.stat().st_size == footer.current_size + FOOTER_BYTES
    assert good.name.endswith(".vhd")
    assert not set(good.name) & set(" %'\"")


def test_the_good_one_is_divided_as_a_generation_2_linux_disk(good: Path) -> None:
    table = table_of(good)
    assert table.scheme is Scheme.GPT
    assert table.problems == ()
    assert not table.gap_in_use
    assert table.first_start == 2048 * 512
    assert table.generations == (2,)
    assert table.architectures == ("x86-64",)
    assert [(each.role, each.volume) for each in table.partitions] == [
        (Role.EFI_SYSTEM, Volume.FAT),
        (Role.LINUX_ROOT, Volume.EXT),
    ]


def test_both_are_small_on_disk(good: Path, faulty: Path) -> None:
    assert 24 * MEBIBYTE <= data_bytes(good) <= 26 * MEBIBYTE
    assert 2 * MEBIBYTE <= data_bytes(faulty) <= 3 * MEBIBYTE


def test_the_faulty_one_has_the_faults_it_promises(faulty: Path) -> None:
    footer, table = footer_of(faulty), table_of(faulty)
    assert footer.cookie_valid  # it can be read: every fault is found in one go
    assert footer.checksum_valid
    assert footer.current_size % MEBIBYTE != 0  # VHD-03
    assert faulty.stat().st_size == footer.current_size + FOOTER_BYTES
    assert footer.original_size != footer.current_size  # VHD-07
    assert footer.current_size < 30 * 10**9  # VHD-08
    assert (table.scheme, table.first_start) == (Scheme.MBR, 63 * 512)  # VHD-12
    assert " " in faulty.name  # VHD-14
    assert table.generations == ()  # VHD-17


def outcomes(path: Path) -> dict[str, Outcome]:
    """What the disk step's checks say of a Linux image."""
    return {each.rule: each.outcome for each in findings(read_disk(str(path), task()), "linux_local")}


def test_the_good_one_passes_every_check_for_linux(good: Path) -> None:
    found = outcomes(good)
    assert {rule for rule, outcome in found.items() if outcome is not Outcome.PASSED} == {"VHD-09"}
    assert found["VHD-09"] is Outcome.SKIPPED  # a rule for Windows


def test_the_dynamic_one_passes_them_too_and_is_the_same_disk(good: Path, dynamic: Path) -> None:
    found = outcomes(dynamic)
    assert {rule for rule, outcome in found.items() if outcome is not Outcome.PASSED} == {"VHD-09"}
    assert dynamic.stat().st_size < 64 * MEBIBYTE
    with open_image(good) as fixed, open_image(dynamic) as other:
        assert (other.kind, other.size) == (FileKind.DYNAMIC_VHD, fixed.size)
        for image in (fixed, other):
            for start, length in image.extents():
                assert fixed.read_at(start, length) == other.read_at(start, length)


@needs_qemu
def test_qemu_reads_the_same_disk_from_the_dynamic_one(good: Path, dynamic: Path) -> None:
    # qemu-img takes a fixed VHD without a hint for raw; told as one, it may cut it off by its geometry.
    of_good = f"driver=raw,size={30 * 1024 * MEBIBYTE},file.filename={good}"
    run("qemu-img", "compare", "--image-opts", of_good, f"driver=vpc,file.filename={dynamic}")


def test_the_checks_find_the_faults_of_the_faulty_one(faulty: Path) -> None:
    found = outcomes(faulty)
    assert {rule for rule, outcome in found.items() if outcome is Outcome.FAILED} == {
        "VHD-03",
        "VHD-14",
        "VHD-17",
    }
    assert {rule for rule, outcome in found.items() if outcome is Outcome.WARNING} == {
        "VHD-07",
        "VHD-08",
        "VHD-12",
    }


@pytest.mark.parametrize("make", [make_good_image, make_dynamic_image, make_faulty_image])
def test_a_complete_one_is_kept_and_a_broken_one_made_anew(
    tmp_path: Path, make: Callable[[Path, Task], Path]
) -> None:
    path = make(tmp_path, task())
    made = path.stat()
    assert make(tmp_path, task()).stat().st_mtime_ns == made.st_mtime_ns
    footer = footer_of(path)
    with path.open("r+b") as file:
        file.truncate(1000)
    assert footer_of(make(tmp_path, task())) == footer
    assert path.stat().st_size == made.st_size


def test_cancelled_it_leaves_nothing(tmp_path: Path) -> None:
    stopped = task()
    stopped.listen(lambda it: it.cancel())
    with pytest.raises(Cancelled):
        make_good_image(tmp_path, stopped)
    assert not list(tmp_path.glob("*.vhd"))
    assert not list(tmp_path.glob("*.part"))


def test_waiting_for_another_window_can_be_cancelled(tmp_path: Path) -> None:
    working = task()
    with FileLock(tmp_path / "images.lock"):
        threading.Timer(0.3, working.cancel).start()
        with pytest.raises(Cancelled):
            make_faulty_image(tmp_path, working)
    assert make_faulty_image(tmp_path, task()).exists()


def test_a_virus_scanner_that_holds_the_new_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to rename a file that another program has open."""
    tried: list[Path] = []
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        tried.append(target)
        if len(tried) < 3:
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(files, "os", SimpleNamespace(name="nt"))
    monkeypatch.setattr(files, "time", SimpleNamespace(sleep=lambda _: None))
    path = make_faulty_image(tmp_path, task())
    assert path.exists()
    assert tried == [path] * 3


def test_a_disk_without_sparse_files_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_images, "make_sparse", lambda _: False)
    with pytest.raises(WizardError, match="no sparse files"):
        make_good_image(tmp_path, task())
    assert not list(tmp_path.glob("*.vhd"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps an open file from being replaced")
def test_the_same_bytes_every_time(tmp_path: Path, faulty: Path) -> None:
    again = make_faulty_image(tmp_path, task())
    with again.open("rb") as one, faulty.open("rb") as other:
        for offset in (0, 63 * 512, again.stat().st_size - 4096):
            one.seek(offset)
            other.seek(offset)
            assert one.read(4096) == other.read(4096)
