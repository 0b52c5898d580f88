"""`image-wizard disk`: info, map and convert, as a person and as a program would use them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.disk.images import GIB, MIB, fixed_vhd, gen2, needs_qemu, run, write
from tests.house.tools import ROOT

SIZE = 2 * GIB


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A disk that nothing stands in the way of."""
    return fixed_vhd(tmp_path / "disk.vhd", SIZE, gen2(SIZE) | {64 * MIB: b"\x01" * 4096})


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """One whose size is no whole number of MiB."""
    size = SIZE - 2048
    return write(tmp_path / "disk.raw", size, gen2(size) | {64 * MIB: b"\x01" * 4096})


# info


def test_info_says_what_the_disk_is(command: Command, good: Path) -> None:
    said = command("disk", "info", good, "--lang", "en")
    assert said.status == 0
    for word in ("Fixed VHD", "2 GiB", "GPT, 2 partitions", "1: EFI system", "Generation: 2", "Nothing"):
        assert word in said.out


def test_info_as_data(command: Command, good: Path) -> None:
    said = command("disk", "info", good, "--json")
    disk = said.data["disk"]
    assert (said.status, said.data["outcome"]) == (0, "passed")
    assert (disk["format"], disk["virtual_bytes"], disk["generation"]) == ("fixed_vhd", SIZE, 2)
    assert [each["role"] for each in disk["partitions"]] == ["efi_system", "linux_root"]
    assert disk["sent"] == {
        "length": SIZE + 512,
        "grown_by": 0,
        "growth": None,
        "unique_id": disk["footer"]["unique_id"],
    }
    assert disk["data_bytes"] <= SIZE
    assert disk["refused"] is None


def test_info_says_what_stands_in_the_way(command: Command, raw: Path) -> None:
    said = command("disk", "info", raw, "--json")
    assert said.status == 1
    assert said.outcome("VHD-03") == "failed"
    assert said.data["disk"]["sent"]["grown_by"] == 2048
    shown = command("disk", "info", raw, "--lang", "en")
    assert "2,048 bytes of zeros" in shown.out
    assert "VHD-03" in shown.out


@needs_qemu
def test_info_knows_disks_that_must_be_converted(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "disk.qcow2"
    run("qemu-img", "create", "-f", "qcow2", path, str(SIZE))
    said = command("disk", "info", path, "--json")
    assert said.status == 1
    assert (said.data["disk"]["format"], said.data["disk"]["virtual_bytes"]) == ("qcow2", SIZE)
    assert said.data["disk"]["refused"]["refusal"] == "needs_qemu_img"
    assert 0 < said.data["disk"]["converting_needs_bytes"] < MIB
    assert "of room" in command("disk", "info", path, "--lang", "en").out


# map


def test_the_map_holds_the_whole_disk(command: Command, good: Path) -> None:
    said = command("disk", "map", good)
    found = said.data
    assert said.status == 0
    stretches = sorted(found["extents"] + found["holes"])
    reached = 0
    for start, length in stretches:
        assert start == reached
        assert length > 0
        reached += length
    assert reached == found["size"] == SIZE
    assert sum(length for _, length in found["extents"]) == found["data_bytes"]
    assert any(start <= 64 * MIB < start + length for start, length in found["extents"])
    assert [each["number"] for each in found["partitions"]] == [1, 2]
    assert (found["format"], found["partition_scheme"]) == ("fixed_vhd", "gpt")


@pytest.mark.parametrize("words", [("--json",), ("--lang", "zh"), ("--lang", "en", "--json")])
def test_the_map_is_always_data(command: Command, good: Path, words: tuple[str, ...]) -> None:
    assert command("disk", "map", good, *words).data == command("disk", "map", good).data


def test_the_map_of_a_disk_of_many_pieces(command: Command, tmp_path: Path) -> None:
    """More than are printed at once."""
    size = 128 * MIB
    path = write(tmp_path / "disk.raw", size, dict.fromkeys(range(0, size, 8192), b"\x01"))
    extents = command("disk", "map", path).data["extents"]
    assert sum(length for _, length in extents) >= size // 2


def test_the_map_of_an_empty_disk(command: Command, tmp_path: Path) -> None:
    found = command("disk", "map", fixed_vhd(tmp_path / "disk.vhd", SIZE)).data
    assert (found["partition_scheme"], found["partitions"]) == ("none", [])


# convert


def test_convert_makes_a_fixed_vhd(command: Command, raw: Path) -> None:
    target = raw.with_name("made.vhd")
    said = command("disk", "convert", raw, target, "--grow", "--lang", "en")
    assert said.status == 0
    assert "is ready" in said.out
    assert "second copy of the partition table (GPT) moves" in said.out
    assert target.stat().st_size == SIZE + 512
    assert command("disk", "info", target).status == 0


def test_convert_as_data(command: Command, raw: Path) -> None:
    target = raw.with_name("made.vhd")
    said = command("disk", "convert", raw, target, "--grow", "--json")
    found = said.data
    assert (said.status, found["outcome"]) == (0, "passed")
    assert (found["path"], found["made_from"]) == (str(target), "raw_disk")
    assert (found["length"], found["grown_by"]) == (SIZE + 512, 2048)
    assert found["data_bytes"] < 4 * MIB


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("disk.raw", "made.vhd"), "whole number of MiB"),
        (("disk.raw", "disk.raw", "--grow"), "does not end in .vhd"),
        (("disk.raw", "nowhere/made.vhd", "--grow"), "no folder"),
        (("disk.raw", "there.vhd", "--grow"), "exists already"),
        (("there.vhd", "made.vhd"), "No disk image"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_cure(
    command: Command, raw: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(raw.parent)
    Path("there.vhd").write_text("mine")
    done = command("disk", "convert", *words, "--json", "--lang", "en")
    assert done.status == 1
    assert said in done.data["error"]["what"]
    assert done.data["error"]["cure"]
    assert Path("there.vhd").read_text() == "mine"
    assert not Path("made.vhd").exists()


@pytest.mark.parametrize("name", ["gone.vhd", "."])
@pytest.mark.parametrize("what", ["info", "map", "convert"])
def test_a_file_that_cannot_be_read(command: Command, tmp_path: Path, name: str, what: str) -> None:
    more = [tmp_path / "made.vhd"] if what == "convert" else []
    said = command("disk", what, f"{tmp_path}/{name}", *more, "--json")
    assert said.status == 2
    assert said.data["error"]["cure"]


def test_what_is_no_disk_fails(command: Command, tmp_path: Path) -> None:
    notes = tmp_path / "notes.vhd"
    notes.write_text("not a disk")
    assert command("disk", "info", notes, "--json").status == 1
    assert command("disk", "map", notes).status == 1


def test_a_command_that_is_not_complete(command: Command, good: Path) -> None:
    assert command("disk", "convert", good).status == 2
    assert command("disk", "--unknown").status == 2


@pytest.mark.parametrize("what", ["info", "convert"])
def test_both_languages_are_spoken(command: Command, tmp_path: Path, what: str) -> None:
    path, more = tmp_path / "gone.vhd", [tmp_path / "made.vhd"] if what == "convert" else []
    english = command("disk", what, path, *more, "--lang", "en").err
    chinese = command("disk", what, path, *more, "--lang", "zh").err
    assert english != chinese
    assert any("一" <= each <= "鿿" for each in chinese)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent in another way there")
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "disk.raw"
    with source.open("wb") as file:  # dense, so that there is time to stop it
        for _ in range(192):
            file.write(os.urandom(MIB))
    program = "import sys; from wizard.cli import main; sys.exit(main())"
    start = [sys.executable, "-c", program, "disk", "convert", str(source), str(tmp_path / "made.vhd")]
    with subprocess.Popen(start, cwd=ROOT, stderr=subprocess.PIPE, text=True) as child:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob(".made.vhd.*.new")) and time.monotonic() < deadline:
            time.sleep(0.005)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=60)
    assert child.returncode == 130, said
    assert [each.name for each in tmp_path.iterdir()] == ["disk.raw"]
    assert "Traceback" not in said


def test_the_json_of_the_map_is_one_object(command: Command, good: Path) -> None:
    assert set(json.loads(command("disk", "map", good).out)) == {
        "path", "format", "size", "data_bytes", "partition_scheme", "partitions", "extents", "holes",
    }  # fmt: skip
