"""Reports from many threads reach the window as few signals, in its own thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from tests.small_steps import LONG
from ui.chores import Chores
from ui.task_bridge import TaskBridge
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.tasks import Task, TaskPool, TaskState


class Ear(QObject):
    """Hears what is delivered, and in which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[bool] = []
        self.ended: list[Task] = []

    @Slot()
    def hear(self) -> None:
        self.heard.append(QThread.currentThread() is self.thread())

    def take(self, task: Task) -> None:
        self.hear()
        self.ended.append(task)


def test_many_reports_are_few_signals(qtbot: QtBot) -> None:
    bridge, ear = TaskBridge(), Ear()
    bridge.delivered.connect(ear.hear)
    threads = [threading.Thread(target=lambda: [bridge.poke() for _ in range(2000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    qtbot.waitUntil(lambda: bool(ear.heard))
    qtbot.wait(100)

    assert all(ear.heard)
    assert len(ear.heard) < 100


def test_the_last_report_is_never_lost(qtbot: QtBot) -> None:
    bridge, ear = TaskBridge(), Ear()
    bridge.delivered.connect(ear.hear)
    for _ in range(3):
        before = len(ear.heard)
        bridge.poke()
        qtbot.waitUntil(lambda seen=before: len(ear.heard) > seen)


def test_a_closed_bridge_delivers_nothing(qtbot: QtBot) -> None:
    bridge, ear = TaskBridge(), Ear()
    bridge.delivered.connect(ear.hear)
    bridge.poke()
    bridge.close()
    bridge.poke()
    qtbot.wait(80)

    assert ear.heard == []


def test_a_chore_ends_in_the_windows_thread(qtbot: QtBot) -> None:
    pool, ear = TaskPool(), Ear()
    chores = Chores(pool)

    def fails(_task: Task) -> None:
        raise WizardError(msg("No"), msg("Try."))

    good = chores.run(Task(msg("Good")), lambda _: 42, ear.take)
    bad = chores.run(Task(msg("Bad")), fails, ear.take)
    qtbot.waitUntil(lambda: len(ear.ended) == 2)

    assert all(ear.heard)
    assert (good.result, good.state) == (42, TaskState.DONE)
    assert str(bad.error.what if bad.error else "") == "No"
    assert pool.stop(LONG)
