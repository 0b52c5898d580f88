"""The work under way, at the bottom of the window."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme import THEME
from ui.widgets.parts.cards import column
from ui.widgets.parts.names import name
from ui.widgets.parts.text import Label
from ui.widgets.task_row import TaskRow
from wizard.messages import msg, plural
from wizard.tasks import Task, TaskState

_SHOWN_AFTER = 0.3
_SHOWN_AT_LEAST = 0.7


class Drawer(QWidget):
    """Rows for the tasks that are worth showing; one quiet line when there are none.

    `limit_wished`: the speed of uploads from now on, in KiB per second, 0 for no limit.
    """

    pause_wished = Signal(object)
    cancel_wished = Signal(object)
    resume_wished = Signal(object)
    limit_wished = Signal(int)
    most = 3

    def __init__(self) -> None:
        super().__init__()
        self._tasks: list[Task] = []
        self._rows: dict[int, TaskRow] = {}
        self._away: set[int] = set()
        self.empty = Label(msg("No work under way"), "caption", tone="muted")
        self.more = Label("", "caption", tone="muted")
        self._list = column(gap=10)
        self._whole = column(self, gap=6)
        self._whole.setContentsMargins(16, 12, 16, 11)
        self._whole.addWidget(self.empty)
        self._whole.addLayout(self._list)
        self._whole.addWidget(self.more)
        self.more.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(150)
        self._timer.timeout.connect(self.refresh)
        name(self, msg("Work under way"))

    def add(self, task: Task) -> None:
        """Show the task if it lasts."""
        if task not in self._tasks:
            # A new try of the same work takes the place of the old one.
            self._tasks = [each for each in self._tasks if not (each.ended and each.title == task.title)]
            self._tasks.append(task)
            self._timer.start()

    def unfold(self, task: Task, *, unfolded: bool = True) -> None:
        """Show what the task counts, where it is shown and counts anything, or fold it away."""
        line = self._rows.get(task.number)
        if line is not None:
            line.unfold(unfolded)

    def clear(self) -> None:
        """Forget everything (another journey is opened)."""
        self._tasks = []
        self.refresh()

    def refresh(self) -> None:
        """Show how far everything is."""
        now = time.monotonic()
        self._tasks = [task for task in self._tasks if self._worth_keeping(task, now)]
        shown = [task for task in self._tasks if self._worth_showing(task, now)]
        if not self._tasks or all(task.ended for task in self._tasks):
            self._timer.stop()
        if any(task.ended and task.state is not TaskState.PAUSED for task in self._tasks):
            self._timer.start()
        for number in [
            each for each in self._rows if each not in {task.number for task in shown[: self.most]}
        ]:
            line = self._rows.pop(number)
            self._list.removeWidget(line)
            line.hide()
            line.deleteLater()
        for task in shown[: self.most]:
            self._row_of(task).refresh()
        self.empty.setVisible(not shown)
        beyond = len(shown) - self.most
        self.more.setVisible(beyond > 0)
        if beyond > 0:
            self.more.say(plural("and {n} more", "and {n} more", n=beyond))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card's ground with a line above it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), THEME.color("card"))
        painter.fillRect(0, 0, self.width(), 1, THEME.color("outline"))

    def _worth_showing(self, task: Task, now: float) -> bool:
        if task.number in self._rows:
            return True
        if task.state is TaskState.WAITING:
            return False
        return not task.ended and now - task.started >= _SHOWN_AFTER

    def _worth_keeping(self, task: Task, now: float) -> bool:
        if task.number in self._away:
            return False
        if not task.ended or task.state is TaskState.PAUSED:
            return True
        line = self._rows.get(task.number)
        if line is None:
            return False
        # What failed stands on its step's page; here it stays a little longer than what went well.
        lasts = 6.0 if task.progress.in_bytes else _SHOWN_AT_LEAST
        return now - line.since < lasts or now - self._ended(task, now) < lasts

    def _ended(self, task: Task, now: float) -> float:
        line = self._rows[task.number]
        ended = line.property("ended")
        if ended is None:
            line.setProperty("ended", now)
            return now
        return float(ended)

    def _row_of(self, task: Task) -> TaskRow:
        line = self._rows.get(task.number)
        if line is None:
            line = TaskRow(task)
            line.pause_wished.connect(self.pause_wished)
            line.cancel_wished.connect(self.cancel_wished)
            line.resume_wished.connect(self.resume_wished)
            line.limit_wished.connect(self.limit_wished)
            line.away_wished.connect(self._put_away)
            self._rows[task.number] = line
            self._list.addWidget(line)
        return line

    def _put_away(self, task: Task) -> None:
        self._away.add(task.number)
        self.refresh()
