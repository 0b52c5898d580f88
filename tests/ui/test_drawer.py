"""The drawer: phase, bytes, speed, a calm estimate; what is too short to be seen is not shown."""

from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.tools import clipped, texts
from ui.theme import THEME
from ui.widgets import drawer as module
from ui.widgets.drawer import Drawer, _Pace
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.tasks import Progress, Task, TaskState

GIB = 1024**3


@pytest.fixture
def drawer(qtbot: QtBot) -> Drawer:
    made = Drawer()
    qtbot.addWidget(made)
    made.resize(1180, 80)
    made.show()
    return made


def running(title: str = "Upload", *, ago: float = 5.0, can_pause: bool = True) -> Task:
    task = Task(msg("{title}", title=title), can_pause=can_pause)
    task.state = TaskState.RUNNING
    task.started = time.monotonic() - ago
    return task


def seen(drawer: Drawer) -> list[str]:
    drawer.refresh()
    return texts(drawer)


def test_nothing_under_way(drawer: Drawer) -> None:
    assert seen(drawer) == ["No work under way"]


def test_what_is_over_at_once_is_not_shown(drawer: Drawer) -> None:
    drawer.add(running(ago=0.1))
    assert seen(drawer) == ["No work under way"]


def test_bytes_done_to_do_and_left_out(drawer: Drawer, qtbot: QtBot) -> None:
    task = running()
    task.progress = Progress(msg("Sending data"), 3 * GIB // 2, 6 * GIB, 24 * GIB, True)
    drawer.add(task)
    drawer.refresh()
    qtbot.wait(20)

    shown = seen(drawer)
    assert "Upload: Sending data" in shown
    assert any(text.startswith("25 % · 1.5 GiB of 6 GiB · 24 GiB of empty space left out") for text in shown)
    assert {"Pause", "Cancel"} <= set(shown)


def test_speed_and_time_left(drawer: Drawer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    task = running()
    drawer.add(task)
    for second in range(8):
        task.progress = Progress(None, second * 41 * 1024**2, 128 * GIB, 0, True)
        clock[0] += 1
        drawer.refresh()
    qtbot.wait(20)
    drawer.refresh()

    (facts,) = [text for text in texts(drawer) if "GiB" in text]
    assert "41.0 MiB/s" in facts
    assert "about 55 minutes left" in facts


def test_the_estimate_is_calm() -> None:
    pace = _Pace()
    now, done, said = 0.0, 0, []
    for second in range(60):
        now += 1
        done += 100 if second % 2 else 60  # it goes by fits and starts
        pace.note(now, done, 100_000)
        said.append(pace.left)
    known = [each for each in said if each is not None]
    assert len(set(known)) <= 31  # no oftener than every two seconds
    assert max(known[10:]) - min(known[10:]) < 0.25 * known[-1]


def test_a_new_phase_begins_its_own_speed() -> None:
    pace = _Pace()
    pace.note(0.0, 0, 100)
    pace.note(1.0, 50, 100)
    assert pace.speed == 50
    pace.note(2.0, 10, 100)
    assert pace.speed == 0


def test_how_it_ended(drawer: Drawer, qtbot: QtBot) -> None:
    task = running()
    task.progress = Progress(None, 1, 2, 0, True)
    drawer.add(task)
    drawer.refresh()
    qtbot.wait(20)
    task.state = TaskState.FAILED
    task.error = WizardError(msg("Nobody answers"), msg("Try again."))
    task._ended.set()
    assert "Nobody answers" in seen(drawer)
    assert not {"Pause", "Cancel"} & set(seen(drawer))


def test_what_is_paused_stays_until_it_is_put_away(drawer: Drawer, qtbot: QtBot) -> None:
    task = running()
    task.progress = Progress(None, GIB, 2 * GIB, 0, True)
    drawer.add(task)
    drawer.refresh()
    qtbot.wait(20)
    task.pause()
    assert any(text.startswith("Stopping…") for text in seen(drawer))
    task.state = TaskState.PAUSED
    task._ended.set()
    assert "Paused · 50 % · 1 GiB of 2 GiB" in seen(drawer)
    assert "Resume" in seen(drawer)
    drawer._rows[task.number].away.click()
    assert seen(drawer) == ["No work under way"]


def test_a_second_try_takes_the_place_of_the_first(drawer: Drawer, qtbot: QtBot) -> None:
    first, second = running(), running()
    drawer.add(first)
    drawer.refresh()
    qtbot.wait(20)
    first.state = TaskState.PAUSED
    first._ended.set()
    second.title = first.title
    drawer.add(second)
    drawer.refresh()
    qtbot.wait(20)
    assert seen(drawer).count("Upload") == 1


def test_more_than_there_is_room_for(drawer: Drawer, qtbot: QtBot) -> None:
    for number in range(5):
        drawer.add(running(f"Work {number}"))
    drawer.refresh()
    qtbot.wait(20)
    assert "and 2 more" in seen(drawer)


@pytest.mark.parametrize("scale", [100, 200])
def test_nothing_is_cut_off(drawer: Drawer, qtbot: QtBot, scale: int) -> None:
    THEME.apply(text_scale=scale)
    drawer.resize(960, 100)
    task = running("A rather long name of work that takes its time")
    task.progress = Progress(msg("Sending data"), 3 * GIB // 2, 6 * GIB, 24 * GIB, True)
    drawer.add(task)
    drawer.refresh()
    drawer.adjustSize()
    drawer.resize(960, drawer.sizeHint().height())
    qtbot.wait(20)
    assert clipped(drawer) == []
