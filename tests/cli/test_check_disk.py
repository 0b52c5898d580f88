"""`image-wizard check disk`: the findings, the JSON object and the exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.disk.images import GIB, fixed_vhd, gen2, needs_qemu, run, write
from wizard.messages import msg
from wizard.practice.sample_images import make_faulty_image, make_good_image
from wizard.tasks import Task


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return make_good_image(tmp_path, Task(msg("A test")))


def test_a_good_image_passes(command: Command, good: Path) -> None:
    run = command("check", "disk", good, "--os", "linux", "--json")
    assert run.status == 0
    assert run.data["outcome"] == "passed"
    assert run.outcome("VHD-08") == "passed"
    assert run.outcome("VHD-09") == "skipped"


def test_every_finding_has_its_parts(command: Command, good: Path) -> None:
    for finding in command("check", "disk", good, "--os", "linux", "--json").data["findings"]:
        assert set(finding) == {"rule", "outcome", "reason", "cure", "facts"}


def test_without_the_system_the_rules_about_it_are_skipped(command: Command, good: Path) -> None:
    run = command("check", "disk", good, "--json")
    assert (run.outcome("VHD-08"), run.outcome("VHD-09")) == ("skipped", "skipped")


def test_a_faulty_image_fails_with_its_cures(command: Command, tmp_path: Path) -> None:
    faulty = make_faulty_image(tmp_path, Task(msg("A test")))
    run = command("check", "disk", faulty, "--os", "linux", "--json")
    assert run.status == 1
    assert run.data["outcome"] == "failed"
    assert all(each["cure"] for each in run.data["findings"] if each["outcome"] == "failed")


def test_a_file_that_is_no_disk_fails(command: Command, tmp_path: Path) -> None:
    (tmp_path / "notes.vhd").write_text("not a disk")
    assert command("check", "disk", tmp_path / "notes.vhd").status == 1


def test_a_missing_file_cannot_be_read(command: Command, tmp_path: Path) -> None:
    run = command("check", "disk", tmp_path / "gone.vhd", "--json")
    assert run.status == 2
    assert run.data["error"]["cure"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_fails(command: Command, good: Path) -> None:
    good.chmod(0)
    assert command("check", "disk", good, "--json").status == 1


def test_an_unknown_option_cannot_be_read(command: Command) -> None:
    assert command("check", "disk", "--unknown").status == 2


@needs_qemu
@pytest.mark.parametrize(
    ("name", "made", "kind"),
    [
        ("good.vhd", ("vpc", "-o", "subformat=dynamic,force_size=on"), "dynamic_vhd"),
        ("good.vhdx", ("vhdx",), "vhdx"),
        ("good.raw", ("raw",), "raw_disk"),
    ],
)
def test_other_formats_pass_and_say_what_is_sent(
    command: Command, tmp_path: Path, name: str, made: tuple[str, ...], kind: str
) -> None:
    raw = write(tmp_path / "source", 30 * GIB, gen2(30 * GIB))
    run("qemu-img", "convert", "-f", "raw", "-O", *made, raw, tmp_path / name)

    answered = command("check", "disk", tmp_path / name, "--os", "linux", "--json")

    assert answered.status == 0
    facts = {each["rule"]: each["facts"] for each in answered.data["findings"]}
    assert (facts["VHD-02"]["kind"], facts["VHD-02"]["sent_bytes"]) == (kind, 30 * GIB + 512)
    assert facts["VHD-03"]["mebibytes"] == 30 * 1024
    assert facts["VHD-17"]["generations"] == [2]


@needs_qemu
@pytest.mark.parametrize("made", ["qcow2", "vmdk", "vdi"])
def test_what_has_to_be_converted_first_fails_with_the_command(
    command: Command, tmp_path: Path, made: str
) -> None:
    run("qemu-img", "create", "-f", made, tmp_path / "disk.img", "30G")

    answered = command("check", "disk", tmp_path / "disk.img", "--os", "linux", "--json")

    assert answered.status == 1
    (broken,) = (each for each in answered.data["findings"] if each["outcome"] == "failed")
    assert (broken["rule"], broken["facts"]["kind"]) == ("VHD-02", made)
    assert 'image-wizard disk convert "disk.img"' in broken["cure"]


def test_a_disk_of_odd_size_passes_where_it_may_grow(command: Command, tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "odd.vhd", 30 * GIB + 512, gen2(30 * GIB + 512))
    refused = command("check", "disk", path, "--os", "linux", "--json")
    grown = command("check", "disk", path, "--os", "linux", "--grow", "--json")
    assert (refused.status, refused.outcome("VHD-03")) == (1, "failed")
    assert (grown.status, grown.outcome("VHD-03")) == (0, "passed")
    assert command("check", "disk", path, "--os", "linux", "--grow", "--lang", "en").status == 0


def test_both_languages_are_spoken(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "gone.vhd"
    english, chinese = (
        command("check", "disk", path, "--lang", "en"),
        command("check", "disk", path, "--lang", "zh"),
    )
    assert english.err != chinese.err
    assert any("一" <= each <= "鿿" for each in chinese.err)
