"""The drawer: phase, bytes, speed, a calm estimate; what is too short to be seen is not shown."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.tools import activate, click, clipped, texts
from ui.language import LANGUAGE
from ui.theme import THEME
from ui.widgets import drawer as module
from ui.widgets.drawer import Drawer
from ui.widgets.limit_box import LimitBox
from ui.widgets.parts.cards import column
from wizard.errors import WizardError
from wizard.messages import LANGUAGES, msg
from wizard.settings import LARGEST_LIMIT
from wizard.tasks import Progress, Task, TaskState, Transfer

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


def test_a_new_amount_begins_its_own_speed(
    drawer: Drawer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    task = running()
    drawer.add(task)
    for total in (GIB, 2 * GIB):
        for second in range(3):
            task.progress = Progress(None, second * 41 * 1024**2, total, 0, True)
            clock[0] += 1
            drawer.refresh()
        qtbot.wait(20)
        assert any("41.0 MiB/s" in text for text in seen(drawer))
        task.progress = Progress(None, 0, 3 * GIB, 0, True)
        assert not any("MiB/s" in text for text in seen(drawer))


FIGURES = Transfer(
    allocated=30 * GIB,
    skipped=24 * GIB,
    sent=3 * GIB // 2,
    to_do=9 * GIB // 2,
    per_second=41 * 1024**2,
    seconds_left=130.0,
    connections=6,
    retries=3,
)


@pytest.fixture
def sending(drawer: Drawer, qtbot: QtBot) -> Task:
    """An upload under way."""
    task = running()
    task.progress = Progress(msg("Sending data"), 51 * GIB // 2, 30 * GIB, 24 * GIB, True, FIGURES)
    drawer.add(task)
    drawer.refresh()
    qtbot.wait(20)
    drawer.refresh()
    return task


def test_a_transfer_tells_its_own_speed_and_time_left(drawer: Drawer, sending: Task) -> None:
    assert "85 % · 25.5 GiB of 30 GiB · 41.0 MiB/s · about 2 minutes left" in seen(drawer)


def test_what_a_transfer_counts_is_folded_away_until_it_is_asked_for(
    drawer: Drawer, sending: Task, qtbot: QtBot
) -> None:
    counted = (
        "30 GiB allocated in the file · 24 GiB of zeros not sent · 1.5 GiB sent · 4.5 GiB to do"
        " · 6 connections · 3 retries"
    )
    line = drawer._rows[sending.number]
    assert counted not in seen(drawer)
    click(qtbot, line.fold)
    assert counted in seen(drawer)
    assert line.fold.accessibleName() == "Hide the figures and the limit of speed"
    click(qtbot, line.fold)
    assert counted not in seen(drawer)
    assert line.fold.accessibleName() == "Show the figures and the limit of speed"


def test_other_work_has_nothing_to_unfold(drawer: Drawer, qtbot: QtBot) -> None:
    task = running()
    task.progress = Progress(msg("Reading"), 1, 2, 0, True)
    drawer.add(task)
    drawer.refresh()
    qtbot.wait(20)
    drawer.refresh()
    assert not drawer._rows[task.number].fold.isVisible()


def test_a_copy_in_the_cloud_has_no_speed_of_ours_to_limit(drawer: Drawer, qtbot: QtBot) -> None:
    task = running()
    drawer.add(task)
    for connections, there in ((0, False), (4, True), (0, True)):
        figures = replace(FIGURES, connections=connections)
        task.progress = Progress(msg("Copying"), 1, 2, 0, True, figures)
        drawer.refresh()
        qtbot.wait(20)
        drawer.refresh()
        assert drawer._rows[task.number].fold.isVisible() == there


def limit_box(drawer: Drawer, task: Task, qtbot: QtBot) -> LimitBox:
    line = drawer._rows[task.number]
    click(qtbot, line.fold)
    activate(qtbot, drawer)
    return line.figures.limit


@pytest.mark.parametrize(
    ("typed", "wished"),
    [
        ("500", [500]),
        ("0", []),
        ("", []),
        ("007", [7]),
        ("99999999", [LARGEST_LIMIT]),
        ("1.5k", [15]),  # what is no digit is not taken
    ],
)
def test_a_limit_is_wished_for_once_it_is_typed(
    drawer: Drawer, sending: Task, qtbot: QtBot, typed: str, wished: list[int]
) -> None:
    wishes: list[int] = []
    drawer.limit_wished.connect(wishes.append)
    box = limit_box(drawer, sending, qtbot)
    box.field.setFocus()
    qtbot.keyClicks(box.field, typed)
    assert wishes == []
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert wishes == wished
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert wishes == wished


def test_the_limit_in_force_is_shown_but_not_over_what_is_typed(
    drawer: Drawer, sending: Task, qtbot: QtBot
) -> None:
    box = limit_box(drawer, sending, qtbot)
    assert (box.field.text(), box.field.placeholderText()) == ("", "no limit")
    sending.speed_limit = 512_000
    drawer.refresh()
    assert box.field.text() == "500"
    box.field.setFocus()
    box.field.selectAll()
    qtbot.keyClicks(box.field, "20")
    drawer.refresh()
    assert box.field.text() == "20"


def test_an_emptied_limit_is_lifted(drawer: Drawer, sending: Task, qtbot: QtBot) -> None:
    sending.speed_limit = 512_000
    drawer.refresh()
    wishes: list[int] = []
    drawer.limit_wished.connect(wishes.append)
    box = limit_box(drawer, sending, qtbot)
    box.field.setFocus()
    box.field.selectAll()
    qtbot.keyClick(box.field, Qt.Key.Key_Backspace)
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert wishes == [0]


def test_folded_it_is_as_high_as_the_look_has_it(drawer: Drawer, sending: Task) -> None:
    assert drawer.sizeHint().height() == 72


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


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unfolded", [False, True])
def test_nothing_is_cut_off(qtbot: QtBot, scale: int, language: str, unfolded: bool) -> None:
    LANGUAGE.use(language)
    THEME.apply(text_scale=scale)
    window = QWidget()  # the smallest that the program's window may be
    qtbot.addWidget(window)
    window.setFixedSize(960, 640)
    drawer, page = Drawer(), QWidget()
    whole = column(window)
    whole.addWidget(page, 1)
    whole.addWidget(drawer)
    window.show()
    task = running("A rather long name of work that takes its time")
    task.progress = Progress(msg("Sending data"), 3 * GIB // 2, 6 * GIB, 24 * GIB, True, FIGURES)
    drawer.add(task)
    drawer.refresh()
    line = drawer._rows[task.number]
    if unfolded:
        line.fold.click()
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.setFocus()  # the ring around a button is no part of its size
    qtbot.wait(50)
    assert line.figures.isVisible() == unfolded
    assert clipped(drawer) == []
