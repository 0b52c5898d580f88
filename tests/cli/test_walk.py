"""`image-wizard walk` and `journey`: the whole journey without a window, in the practice cloud."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.disk.images import GIB, gen2, needs_qemu, run, write
from wizard.journeys.journey_file import SUFFIX


@pytest.fixture
def journey(tmp_path: Path) -> Path:
    return tmp_path / f"gateway{SUFFIX}"


def test_it_ends_with_the_proven_uri_and_the_report(command: Command, journey: Path) -> None:
    walked = command("walk", "--practice", "--journey", journey, "--lang", "en")
    assert walked.status == 0, walked.out + walked.err
    assert "The SAS URI is proven" in walked.out
    assert "sig=" not in walked.out + walked.err
    report = next(
        line for line in walked.out.splitlines() if line.strip().startswith("Report:") and ".json" in line
    )
    assert json.loads(Path(report.partition(":")[2].strip()).read_text(encoding="utf-8"))

    status = command("journey", "status", journey, "--lang", "en")
    assert status.status == 0
    assert "SAS URI: done" in status.out

    written = command("journey", "report", journey, "--to", journey.parent / "reports", "--lang", "zh")
    assert written.status == 0
    assert all(Path(line).is_file() for line in written.out.splitlines())


def test_the_whole_uri_is_printed_only_when_asked(command: Command, journey: Path) -> None:
    run = command("walk", "--practice", "--journey", journey, "--reveal")
    assert "sig=" in run.out
    assert "sig=" not in journey.read_text(encoding="utf-8")


def test_a_faulty_image_stops_the_upload_but_not_the_report(
    command: Command, journey: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.vhd").write_bytes(b"no disk" * 1000)
    run = command(
        "walk", "--practice", "--image", tmp_path / "notes.vhd", "--journey", journey, "--lang", "en"
    )
    assert run.status == 1
    assert "Failed: Disk image" in run.out
    assert "Report:" in run.out


@needs_qemu
def test_a_vhdx_of_odd_size_goes_the_whole_way_where_it_may_grow(
    command: Command, journey: Path, tmp_path: Path
) -> None:
    size = 30 * GIB + 512
    raw = write(tmp_path / "source", size, gen2(size))
    run("qemu-img", "convert", "-f", "raw", "-O", "vhdx", raw, tmp_path / "odd.vhdx")

    words = ("walk", "--practice", "--image", tmp_path / "odd.vhdx", "--journey", journey, "--lang", "en")
    refused = command(*words)
    assert "Failed: Disk image" in refused.out
    assert "--grow" in refused.out + refused.err

    walked = command(*words, "--grow")
    assert walked.status == 0, walked.out + walked.err
    assert "The SAS URI is proven" in walked.out


def test_without_an_image_it_says_how_to_name_one(command: Command) -> None:
    run = command("walk", "--lang", "en")
    assert run.status == 2
    assert "--image" in run.err


@pytest.mark.parametrize("verb", ["status", "report"])
def test_a_damaged_journey_is_said_and_left_alone(command: Command, journey: Path, verb: str) -> None:
    journey.write_text("{ half a jour", encoding="utf-8")
    assert command("journey", verb, journey).status == 2
    assert journey.read_text(encoding="utf-8") == "{ half a jour"


def test_an_account_is_found_in_whatever_subscription(command: Command, journey: Path) -> None:
    run = command("walk", "--practice", "--account", "practicefirewall", "--journey", journey, "--lang", "en")
    assert run.status == 1
    assert "Failed: Container access" in run.out, "its network rules shut the marketplace out"
    assert "Failed: Upload" not in run.out


def test_an_account_that_is_nowhere_is_said_before_anything_is_done(command: Command, journey: Path) -> None:
    run = command("walk", "--practice", "--account", "nosuch", "--journey", journey, "--lang", "en")
    assert (run.status, run.out) == (1, "")
    assert "There is no storage account nosuch" in run.err
    assert not journey.exists()
