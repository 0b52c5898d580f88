"""A walk that is stopped or killed in mid-upload is taken up again where it was, and says what happened."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.journeys import linux_vhd
from tests.cli.conftest import Command
from tests.cloud import MIB
from wizard.journeys.journey_file import JourneyFile

SENDING = re.compile("Uploading|Going on where the upload stopped")


def walk_until_it_sends(image: Path, journey: Path, end: signal.Signals) -> tuple[int, str]:
    """Walk in another process, end it while it sends; its exit status and what it said on standard error."""
    words = ["walk", "--practice", "--image", str(image), "--journey", str(journey), "--lang", "en"]
    with subprocess.Popen(
        [sys.executable, "-m", "ui.command", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if SENDING.search(line):
                process.send_signal(end)
                break
        rest = process.stderr.read()
        return process.wait(30), said + rest


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_it_goes_on(command: Command, tmp_path: Path) -> None:
    image = linux_vhd(tmp_path / "big.vhd", fill=160 * MIB)
    journey = tmp_path / "j.imagewizard"

    status, said = walk_until_it_sends(image, journey, signal.SIGINT)
    assert status == 130
    assert "Stopped. What was begun can be taken up again." in said
    assert "Traceback" not in said
    JourneyFile.open(journey).close()

    status, said = walk_until_it_sends(image, journey, signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert "was not closed properly" not in said

    run = command("walk", "--practice", "--image", image, "--journey", journey, "--lang", "en")
    assert run.status == 0, run.out + run.err
    assert "was not closed properly last time" in run.err
    assert "Going on where the upload stopped" in run.err
    assert "The SAS URI is proven" in run.out


def test_a_journey_keeps_what_was_said_of_its_image(command: Command, tmp_path: Path) -> None:
    journey = tmp_path / "j.imagewizard"
    assert command("walk", "--practice", "--os", "windows", "--journey", journey).status == 0
    assert command("walk", "--practice", "--journey", journey).status == 0
    file = JourneyFile.open(journey, read_only=True)
    assert file.journey.answers["build_path"]["build_path"] == "windows_local"
    file.close()
