"""A reader may do what it likes: the answer comes within the limits, says why, and nothing is left running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from wizard.errors import Cancelled, WizardError
from wizard.inspection.found.inside import Inside, Unread
from wizard.inspection.inspect import LIMITS, Inspection, Limits
from wizard.messages import msg
from wizard.tasks import Task

READERS = Path(__file__).with_name("readers.py")
SMALL = replace(LIMITS, chapter_seconds=0.5, frames=2000)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such thing")


class Disk:
    """4,096 bytes; each is its own number."""

    size = 4096

    def read_at(self, offset: int, length: int) -> bytes:
        assert 0 <= offset < offset + length <= self.size
        return (bytes(range(256)) * 16)[offset : offset + length]


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    before = {each.pid for each in psutil.Process().children(recursive=True)}
    yield
    assert {
        each.pid for each in psutil.Process().children(recursive=True)
    } <= before  # zombies would be among them
    assert not [each for each in threading.enumerate() if each.name == "reader"]


def look(
    behaviour: str,
    *,
    disk: Disk | None = None,
    limits: Limits = SMALL,
    task: Task | None = None,
    starts: Path | None = None,
) -> Inside:
    command = [sys.executable, "-I", str(READERS), behaviour, *([str(starts)] if starts else [])]
    return Inspection(disk or Disk(), task or Task(msg("A test")), limits, command).run()


def test_what_it_tells_is_put_together() -> None:
    inside = look("good")
    assert (inside.system, inside.unread) == ("linux", ())
    assert None not in (inside.machine, inside.ssh, inside.network)
    assert inside.read_bytes == 3 * (3 + 4096)
    assert inside.accounts is None


def test_progress_is_told_by_chapters() -> None:
    task, told = Task(msg("A test")), []
    task.listen(lambda each: told.append((each.progress.done, each.progress.total)))
    look("good", task=task)
    assert told[0] == (0, 0)
    assert task.progress.total == 3


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        ("dies", "crashed"),
        ("spins", "too_long"),
        ("is deaf", "too_long"),
        ("huge frame", "crashed"),
        ("short request", "crashed"),
        ("no JSON", "crashed"),
        ("another record", "crashed"),
        ("no record", "crashed"),
        ("nested", "crashed"),
        ("a large number", "crashed"),
        ("another chapter", "crashed"),
        ("no reason", "crashed"),
        ("says why", "damaged"),
    ],
)
def test_one_chapter_is_lost_and_the_others_are_read(behaviour: str, why: str, tmp_path: Path) -> None:
    inside = look(behaviour, starts=tmp_path / "starts")
    assert [(each.chapter, each.why) for each in inside.unread] == [("ssh", why)]
    assert inside.ssh is None
    assert None not in (inside.machine, inside.network)
    assert len((tmp_path / "starts").read_text("utf-8").split()) == 2


@POSIX
def test_how_it_ended_is_told() -> None:
    assert look("dies").unread == (Unread("ssh", "crashed", "SIGKILL"),)


def test_details_can_be_printed() -> None:
    (unread,) = look("says why").unread
    assert unread.detail.isprintable()


def test_it_is_not_started_for_ever(tmp_path: Path) -> None:
    inside = look("dies everywhere", limits=replace(SMALL, starts=2), starts=tmp_path / "starts")
    assert {each.chapter: each.why for each in inside.unread} == dict.fromkeys(
        ("machine", "ssh", "network"), "crashed"
    )
    assert len((tmp_path / "starts").read_text("utf-8").split()) == 2


def test_the_time_for_all_is_spent_once(tmp_path: Path) -> None:
    limits = replace(SMALL, chapter_seconds=0.4, seconds=0.6)
    inside = look("spins everywhere", limits=limits, starts=tmp_path / "starts")
    assert {each.why for each in inside.unread} == {"too_long"}
    assert {each.chapter for each in inside.unread} <= {"", "machine", "ssh", "network"}
    assert len((tmp_path / "starts").read_text("utf-8").split()) <= 2


@pytest.mark.parametrize(
    ("behaviour", "limits", "detail", "also_lost"),
    [
        ("reads for ever", SMALL, "frames", ["network"]),
        ("reads for ever", replace(SMALL, frames=10**6, chapter_bytes=100_000), "bytes", []),
        ("reads for ever", replace(SMALL, frames=10**6, bytes=100_000), "bytes", ["network"]),
    ],
)
def test_a_flood_of_questions_ends(behaviour: str, limits: Limits, detail: str, also_lost: list[str]) -> None:
    inside = look(behaviour, limits=limits)
    assert inside.unread == tuple(Unread(each, "too_much", detail) for each in ["ssh", *also_lost])
    assert inside.machine is not None


@pytest.mark.parametrize(
    "behaviour",
    [
        "rubbish",
        "ends at once",
        "dies before",
        "no hello",
        "long hello",
        "no such system",
        "no such chapter",
        "a chapter twice",
    ],
)
def test_where_nothing_sensible_was_said_all_is_unread(behaviour: str, tmp_path: Path) -> None:
    inside = look(behaviour, starts=tmp_path / "starts")
    assert [(each.chapter, each.why) for each in inside.unread] == [("", "crashed")]
    assert inside.system == ""
    assert len((tmp_path / "starts").read_text("utf-8").split()) == 1


@pytest.mark.parametrize("behaviour", ["ends early", "opens for ever"])
def test_what_comes_at_the_wrong_time_is_nonsense(behaviour: str) -> None:
    inside = look(behaviour)
    assert {each.why for each in inside.unread} == {"crashed"}
    assert len(inside.unread) == 3


def test_texts_can_be_shown_and_stored() -> None:
    (volume,) = look("odd texts").volumes
    assert volume.label == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"


def test_why_there_is_nothing_is_kept() -> None:
    assert look("nothing there") == Inside(unread=(Unread("", "cannot_read", "btrfs"),))


def test_a_reader_that_cannot_be_started(tmp_path: Path) -> None:
    inside = Inspection(Disk(), Task(msg("A test")), LIMITS, [str(tmp_path / "no program")]).run()
    assert [(each.chapter, each.why) for each in inside.unread] == [("", "crashed")]


class Unreadable(Disk):
    """Raises where more than the first 16 bytes are asked for."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read_at(self, offset: int, length: int) -> bytes:
        if offset + length > 16:
            raise self.error
        return super().read_at(offset, length)


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), WizardError(msg("Lost"), msg("Wait"))])
def test_a_disk_that_cannot_be_read_any_further(error: Exception, tmp_path: Path) -> None:
    inside = look("good", disk=Unreadable(error), starts=tmp_path / "starts")
    assert {each.chapter: each.why for each in inside.unread} == dict.fromkeys(
        ("machine", "ssh", "network"), "line"
    )
    assert len((tmp_path / "starts").read_text("utf-8").split()) == 1


def test_the_reader_gets_nothing_but_ranges(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example")
    monkeypatch.chdir(tmp_path)
    look("surroundings", starts=tmp_path / "seen")
    environment, folder, work = json.loads((tmp_path / "seen").read_text("utf-8"))
    assert "secret" not in str(environment)
    assert Path(folder) != tmp_path
    assert set(work) == {"size", "memory", "seconds", "leave_out"}


class Cancelling(Disk):
    """The person does not want it any more while the disk is read."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def read_at(self, offset: int, length: int) -> bytes:
        self.task.cancel()
        return super().read_at(offset, length)


def test_cancelled_while_it_reads() -> None:
    task = Task(msg("A test"))
    with pytest.raises(Cancelled):
        look("good", disk=Cancelling(task), task=task)


def test_cancelled_while_it_works() -> None:
    task = Task(msg("A test"))
    with pytest.raises(Cancelled):
        look("reads, then spins", disk=Cancelling(task), task=task, limits=LIMITS)


def test_a_slow_disk_costs_it_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    late = 0.0

    class Slow(Disk):
        def read_at(self, offset: int, length: int) -> bytes:
            nonlocal late
            late += 1000
            return super().read_at(offset, length)

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + late)
    monkeypatch.setattr("wizard.inspection.reader.process.time", clock)
    assert look("good", disk=Slow(), limits=LIMITS).unread == ()


def test_a_computer_that_slept_costs_it_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def monotonic() -> float:
        asked.append(time.monotonic())
        return asked[-1] + (1000 if asked[-1] - asked[0] > 0.3 else 0)

    monkeypatch.setattr("wizard.inspection.reader.process.time", SimpleNamespace(monotonic=monotonic))
    limits = replace(LIMITS, chapter_seconds=1.0)
    inside = look("spins", limits=limits)
    assert asked[-1] - asked[0] >= 1.0
    assert [(each.chapter, each.why) for each in inside.unread] == [("ssh", "too_long")]


PARENT = """
import sys
from wizard.inspection.inspect import LIMITS, Inspection
from wizard.messages import msg
from wizard.tasks import Task
class Disk:
    size = 4096
    def read_at(self, offset, length):
        print("asked", flush=True)
        sys.stdin.read()
Inspection(Disk(), Task(msg("A test")), LIMITS, sys.argv[1:]).run()
"""


@POSIX
def test_it_ends_when_the_wizard_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-I", str(READERS), "asks and waits", str(tmp_path / "starts")]
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"asked\n"
        reader = psutil.Process(int((tmp_path / "starts").read_text("utf-8")))
        os.kill(parent.pid, 9)
        assert psutil.wait_procs([reader], timeout=30)[0] == [reader]
