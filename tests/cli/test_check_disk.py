"""`image-wizard check disk`: the findings, the JSON object and the exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command
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


def test_both_languages_are_spoken(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "gone.vhd"
    english, chinese = (
        command("check", "disk", path, "--lang", "en"),
        command("check", "disk", path, "--lang", "zh"),
    )
    assert english.err != chinese.err
    assert any("一" <= each <= "鿿" for each in chinese.err)
