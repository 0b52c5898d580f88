"""Progress on the command line: one line that does not flicker on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import io
import os
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.cli import meter as module
from wizard.cli.meter import Meter, columns, shortened
from wizard.messages import CHINESE, ENGLISH, Message, msg, plural, render
from wizard.tasks import Progress, Task, TaskState, Transfer

GIB = 1024**3
MIB = 1024**2
UPLOADING = msg("Uploading")
FIGURES = Transfer(
    allocated=30 * GIB,
    skipped=20 * GIB,
    sent=2 * GIB,
    to_do=8 * GIB,
    per_second=41 * MIB,
    seconds_left=200.0,
    connections=6,
    retries=1,
)


class Terminal(io.StringIO):
    """Standard error, seen by somebody."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def onto(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, wide: int = 120) -> io.StringIO:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(module.shutil, "get_terminal_size", lambda: os.terminal_size((wide, 24)))
    return stream


def a_meter(language: str = ENGLISH) -> Meter:
    return Meter(lambda message: render(message, language), msg("Work"))


def tell(meter: Meter, **progress: object) -> None:
    task = Task(msg("Work"))
    task.state = TaskState.RUNNING
    task.progress = Progress(**progress)  # type: ignore[arg-type]
    meter.told(task)


def sending(meter: Meter, done: int, phase: Message = UPLOADING, transfer: Transfer | None = None) -> None:
    tell(meter, phase=phase, done=done, total=30 * GIB, in_bytes=True, transfer=transfer)


def test_everything_about_a_transfer_is_in_one_line(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    out = onto(monkeypatch, Terminal())
    sending(a_meter(), 22 * GIB, transfer=FIGURES)
    assert out.getvalue() == (
        "\rUploading  22 GiB / 30 GiB  41.0 MiB/s  about 3 minutes left  6 connections  1 retry"
    )


def test_what_is_not_known_is_left_out(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    out = onto(monkeypatch, Terminal())
    sending(a_meter(), 0, transfer=Transfer(30 * GIB, 0, 0, 30 * GIB))
    assert out.getvalue() == "\rUploading  0 B / 30 GiB"


def test_other_work_has_a_pace_as_well(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    out = onto(monkeypatch, Terminal())
    meter = a_meter()
    for second in range(61):
        clock.now = float(second)
        sending(meter, second * 100 * MIB)
    assert out.getvalue().rpartition("\r")[2].strip() == (
        "Uploading  5.85 GiB / 30 GiB  100.0 MiB/s  about 4 minutes left"
    )


def test_counts_are_no_bytes(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    out = onto(monkeypatch, Terminal())
    tell(a_meter(), phase=msg("Checking"), done=3, total=9)
    assert out.getvalue() == "\rChecking  3 / 9"


def test_a_terminal_is_written_to_four_times_a_second_at_the_most(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    out = onto(monkeypatch, Terminal())
    meter = a_meter()
    for report in range(100):  # ten seconds
        clock.now = report / 10
        sending(meter, report * MIB)
    assert 25 <= out.getvalue().count("\r") <= 41


def test_what_has_not_changed_is_not_written_again(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    out = onto(monkeypatch, Terminal())
    meter = a_meter()
    for report in range(10):
        clock.now = float(report)
        tell(meter, phase=UPLOADING)
    assert out.getvalue() == "\rUploading"


def test_a_shorter_line_leaves_nothing_of_the_longer_one(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    out = onto(monkeypatch, Terminal())
    meter = a_meter()
    tell(meter, phase=msg("检查网络"))  # eight columns
    tell(meter, phase=msg("Send"))
    meter.close()
    assert out.getvalue() == "\r检查网络\rSend    \n"


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
@pytest.mark.parametrize("wide", [20, 40, 80])
def test_no_line_is_wider_than_the_window(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, language: str, wide: int
) -> None:
    out = onto(monkeypatch, Terminal(), wide)
    meter = a_meter(language)
    for report in range(20):
        clock.now = float(report)
        phase = plural("Trying again in {n} second", "Trying again in {n} seconds", n=20 - report)
        sending(meter, report * GIB, phase, FIGURES)
    assert all(columns(line) < wide for line in out.getvalue().split("\r"))


def test_in_a_file_there_is_a_line_every_five_seconds(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    out = onto(monkeypatch, io.StringIO())
    meter = a_meter()
    for report in range(200):  # twenty seconds
        clock.now = report / 10
        sending(meter, report * MIB, transfer=FIGURES)
    meter.close()
    lines = out.getvalue().splitlines()
    assert len(lines) == 4
    assert all(line.startswith("Uploading  ") for line in lines)


def test_in_a_file_a_new_phase_is_told_at_once_but_not_its_every_second(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    out = onto(monkeypatch, io.StringIO())
    meter = a_meter()
    sending(meter, 0)
    for left in (4, 3, 2, 1):
        clock.now += 1
        sending(
            meter, 0, plural("Trying again in {n} second", "Trying again in {n} seconds", n=left), FIGURES
        )
    clock.now += 0.1
    sending(meter, MIB)
    assert [line.partition("  ")[0] for line in out.getvalue().splitlines()] == [
        "Uploading",
        "Trying again in 4 seconds",
        "Uploading",
    ]


def test_the_end_is_shown(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    out = onto(monkeypatch, Terminal())
    meter = a_meter()
    task = Task(msg("Work"))
    task.listen(meter.told)

    def work(running: Task) -> None:
        for done in range(11):
            running.report(done * GIB, 10 * GIB, phase=UPLOADING, in_bytes=True)

    task.run(work)
    meter.close()
    assert out.getvalue().endswith("\rUploading  10 GiB / 10 GiB\n")


def test_without_standard_error_nothing_breaks(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    meter = a_meter()
    sending(meter, 1)
    meter.close()


@given(st.text(st.sampled_from("ab 检查、…"), max_size=30), st.integers(0, 40))
def test_a_text_is_shortened_to_what_there_is_room_for(text: str, most: int) -> None:
    short = shortened(text, most)
    assert columns(short) <= most or not most
    assert short == text if columns(text) <= most else len(short) <= len(text)
