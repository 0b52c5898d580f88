"""`image-wizard practice` in the foreground: other tools reach it, and it never stays behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient

from tests.cli.conftest import Command
from wizard.practice.processes import is_alive

NARROW = {"LC_ALL": "C", "PYTHONUTF8": "0"}  # a console that cannot say everything


@contextmanager
def practice(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running command, and what it printed until it was ready."""
    command = [sys.executable, "-m", "ui.command", "practice", "--folder", str(folder), *words]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=os.environ | NARROW | {"PYTHONUNBUFFERED": "1"},
        **_own_group(),
    ) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl+C" in line:
                break
        try:
            yield process, said
        finally:
            process.kill()


def _own_group() -> dict[str, int]:
    flag = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    return {"creationflags": flag} if flag else {}


def interrupt(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT if os.name != "nt" else signal.CTRL_BREAK_EVENT)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("end", "status"),
    [
        pytest.param(
            interrupt, 0, marks=pytest.mark.skipif(os.name == "nt", reason="needs a console of its own")
        ),
        (subprocess.Popen.kill, None),
        (subprocess.Popen.terminate, None),
    ],
    ids=["Ctrl+C", "killed", "terminated"],
)
def test_nothing_stays_behind(
    tmp_path: Path, end: Callable[[subprocess.Popen[str]], None], status: int | None
) -> None:
    with practice(tmp_path / "cloud", "--lang", "en") as (process, said):
        azurite = int((tmp_path / "cloud" / "blobs" / "azurite.pid").read_text("ascii"))
        assert is_alive(azurite)
        end(process)
        rest, _ = process.communicate(timeout=30)
        assert status is None or process.returncode == status
        assert status is None or "has ended" in rest
        deadline = time.monotonic() + 30
        while is_alive(azurite):
            assert time.monotonic() < deadline, "Azurite is still there"
            time.sleep(0.05)
    assert not re.search("AccountKey|Token", said)
    # What it stored is there at the next start, and that is as quick as the first.
    with practice(tmp_path / "cloud", "--lang", "zh") as (_, said_again):
        assert "practiceimages" in said_again


def test_other_tools_reach_it_with_what_it_prints(tmp_path: Path) -> None:
    with practice(tmp_path / "cloud", "--secrets", "--lang", "en") as (_, said):
        text = re.search("Connection string of practiceimages: (.*)", said)
        assert text is not None
        with BlobServiceClient.from_connection_string(text[1]) as client:
            client.create_container("made-by-another-tool")
            assert [each.name for each in client.list_containers()] == ["made-by-another-tool"]

        url, token = (
            found[1]
            for pattern in ("Resource Manager: (http.*)", "Token for the Resource Manager: (.*)")
            if (found := re.search(pattern, said)) is not None
        )
        request = urllib.request.Request(f"{url}/subscriptions?api-version=2022-12-01")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 401
        refused.value.close()
        request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request) as answer:
            assert len(json.load(answer)["value"]) == 2


def test_a_folder_that_cannot_be_used_is_said(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("", encoding="utf-8")
    run = command("practice", "--folder", tmp_path / "a file", "--lang", "en")
    assert run.status == 1
    assert "cannot use the folder" in run.err
    assert "Check that the folder" in run.err
