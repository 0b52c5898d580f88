"""The computer stays awake during long work: what Windows is asked, what runs beside the work elsewhere, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wizard import awake as module
from wizard.awake import ES_CONTINUOUS, ES_SYSTEM_REQUIRED, awake, set_thread_execution_state

BOTH = ES_CONTINUOUS | ES_SYSTEM_REQUIRED
UNTIL_ITS_INPUT_ENDS = "import sys; sys.stdin.read()"


class Windows:
    """SetThreadExecutionState as Windows answers it: the state before, which holds until another is wished for."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.state = ES_CONTINUOUS
        self.refuses = refuses
        self.asked: list[int] = []

    def __call__(self, state: int) -> int:
        self.asked.append(state)
        if self.refuses:
            return 0
        before, self.state = self.state, state
        return before


def on_windows(monkeypatch: pytest.MonkeyPatch, windows: Windows) -> None:
    monkeypatch.setattr(module.sys, "platform", "win32")
    monkeypatch.setattr(module, "set_thread_execution_state", windows)


def test_windows_is_asked_to_stay_awake_and_told_when_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Windows()
    on_windows(monkeypatch, windows)
    with awake():
        assert windows.state == BOTH == 0x80000001
    assert windows.asked == [BOTH, ES_CONTINUOUS]


def test_also_where_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Windows()
    on_windows(monkeypatch, windows)
    with pytest.raises(ValueError, match="broken"), awake():
        raise ValueError("broken")
    assert windows.state == ES_CONTINUOUS


def test_work_within_work_leaves_the_outer_one_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Windows()
    on_windows(monkeypatch, windows)
    with awake():
        with awake():
            assert windows.state == BOTH
        assert windows.state == BOTH
    assert windows.state == ES_CONTINUOUS


def test_where_windows_refuses_the_work_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Windows(refuses=True)
    on_windows(monkeypatch, windows)
    with awake():
        pass
    assert windows.asked == [BOTH]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows answers")
def test_elsewhere_the_windows_question_is_refused() -> None:
    assert set_thread_execution_state(BOTH) == 0


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows answers")
def test_windows_answers() -> None:
    with awake():
        assert set_thread_execution_state(BOTH) & ES_SYSTEM_REQUIRED


@pytest.mark.parametrize(
    ("platform", "there", "begins"),
    [
        ("darwin", True, ["/usr/bin/caffeinate", "-i", "-w", str(os.getpid())]),
        ("linux", True, ["/usr/bin/systemd-inhibit", "--what=idle"]),
        ("darwin", False, []),
        ("linux", False, []),
        ("freebsd14", True, []),
    ],
)
def test_what_runs_beside_the_work(
    monkeypatch: pytest.MonkeyPatch, platform: str, there: bool, begins: list[str]
) -> None:
    monkeypatch.setattr(module.os, "access", lambda *_: there)
    command = module._guard(platform)
    assert command[: len(begins)] == begins
    assert bool(command) == bool(begins)


def beside(monkeypatch: pytest.MonkeyPatch, *guard: str) -> list[subprocess.Popen[bytes]]:
    started: list[subprocess.Popen[bytes]] = []
    start: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen

    def noted(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(module, "_guard", lambda _platform: list(guard))
    monkeypatch.setattr(module.subprocess, "Popen", noted)
    return started


@pytest.mark.skipif(sys.platform == "win32", reason="nothing runs beside the work there")
@pytest.mark.parametrize("program", [UNTIL_ITS_INPUT_ENDS, "raise SystemExit(1)"])
def test_it_ends_with_the_work(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    started = beside(monkeypatch, sys.executable, "-c", program)
    with awake():
        assert len(started) == 1
    assert started[0].returncode is not None


@pytest.mark.skipif(sys.platform == "win32", reason="nothing runs beside the work there")
def test_one_that_cannot_be_started_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started = beside(monkeypatch, str(tmp_path / "not there"))
    with awake():
        assert started == []


@pytest.mark.skipif(sys.platform == "win32", reason="nothing runs beside the work there")
def test_one_that_does_not_want_to_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ENDS_WITHIN", 0.01)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    started = beside(monkeypatch, sys.executable, "-c", deaf)
    with awake():
        pass
    assert started[0].returncode is not None
