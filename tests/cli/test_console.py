"""The streams of a command: whatever comes in is read, and where Windows gives none, nothing breaks."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Command
from tests.cli.test_check_sas import LINK
from wizard.cli import console as module
from wizard.cli.console import Console, typed_in
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.step import passed
from wizard.tasks import Task, TaskPool


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="cp1252"))


@pytest.mark.parametrize(
    "content",
    [
        LINK.encode(),
        b"\xef\xbb\xbf" + LINK.encode() + b"\r\n",  # PowerShell, set to UTF-8
        LINK.encode("utf-16"),  # a file that Notepad saved as Unicode
        "链接：".encode("gbk") + LINK.encode(),  # out of a mail
    ],
)
def test_a_link_is_found_in_whatever_windows_pipes(
    command: Command, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    piped(monkeypatch, content)
    run = command("check", "sas", "-", "--now", "2026-11-21", "--no-probe", "--json")
    assert run.outcome("SAS-05") == "passed"


def test_an_address_is_read_from_the_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, b"\xef\xbb\xbfhttps://example.org/a\r\nmore")
    assert typed_in(line=True).strip() == "https://example.org/a"


@pytest.mark.parametrize("line", [True, False])
def test_no_more_is_read_than_any_link_needs(monkeypatch: pytest.MonkeyPatch, line: bool) -> None:
    monkeypatch.setattr(module, "_MOST_READ", 10)
    piped(monkeypatch, b"x" * 100_000)
    assert typed_in(line=line) == "x" * 10


def test_without_streams_nothing_is_said_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    console = Console("en")
    console.say(msg("Sent"))
    console.findings([passed(msg("Good"))], {})
    assert console.result([passed(msg("Good"))]) == 0
    assert console.error(WizardError(msg("Gone"), msg("Look"))) == 1

    def work(task: Task) -> str:
        task.report(1, 2, phase=msg("Sending"))
        return "done"

    assert console.work(TaskPool(1), msg("Sending"), work) == "done"
    assert typed_in() == ""


def test_ctrl_c_ends_the_practice_cloud(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    slept: list[float] = []

    def interrupted(seconds: float) -> None:
        slept.append(seconds)
        raise KeyboardInterrupt

    monkeypatch.setattr("wizard.cli.practice.time", SimpleNamespace(sleep=interrupted))
    assert command("practice", "--folder", tmp_path, "--lang", "en").status == 0
    assert slept
