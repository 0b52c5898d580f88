"""The work under way, at the bottom of the window: its phase, how far it is, how fast, how long still."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from ui.language import say
from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.names import name
from ui.widgets.parts.text import Elided, Label
from wizard.figures import in_units, remaining, speed
from wizard.messages import Message, msg, plural
from wizard.tasks import Task, TaskState

_SPEED_SECONDS = 6.0  # the speed is that of the last few seconds
_ETA_SECONDS = 2.0  # the time left changes no oftener than this
_SHOWN_AFTER = 0.3
_SHOWN_AT_LEAST = 0.7
_STEPS = 1000


@dataclass(slots=True)
class _Pace:
    """How fast a task goes, from what it reported lately."""

    samples: deque[tuple[float, int]] = field(default_factory=deque)
    left: float | None = None
    left_at: float = 0.0

    def note(self, now: float, done: int, total: int) -> None:
        """Take a report in."""
        if self.samples and done < self.samples[-1][1]:
            self.samples.clear()
        self.samples.append((now, done))
        while len(self.samples) > 2 and now - self.samples[0][0] > _SPEED_SECONDS:
            self.samples.popleft()
        speed = self.speed
        if speed > 0 and total > done and now - self.left_at >= _ETA_SECONDS:
            fresh = (total - done) / speed
            # Half of the old estimate stays, so that one slow second does not frighten anyone.
            self.left = (
                fresh if self.left is None else 0.5 * fresh + 0.5 * max(0.0, self.left - (now - self.left_at))
            )
            self.left_at = now

    @property
    def speed(self) -> float:
        """Units per second, 0 while it cannot be told."""
        if len(self.samples) < 2:
            return 0.0
        (first, before), (last, done) = self.samples[0], self.samples[-1]
        return (done - before) / (last - first) if last - first >= 0.5 else 0.0


class TaskRow(QWidget):
    """One task."""

    pause_wished = Signal(object)
    cancel_wished = Signal(object)
    resume_wished = Signal(object)
    away_wished = Signal(object)

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task = task
        self.since = time.monotonic()
        self._pace = _Pace()
        self._phase_total = 0
        self.glyph = Glyph("arrow_sync_circle", "accent", line=20)
        self.title = Elided("", "strong")
        self.facts = Elided("", "caption", tone="muted")
        self.pause = Button(msg("Pause"), icon="pause")
        self.resume = Button(msg("Resume"), icon="play")
        self.cancel = Button(msg("Cancel"))
        self.away = Button("", "quiet", icon="dismiss", name=msg("Put away"))
        self.pause.clicked.connect(self._pause)
        self.resume.clicked.connect(self._resume)
        self.cancel.clicked.connect(self._cancel)
        self.away.clicked.connect(self._put_away)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        words = column(gap=0)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        line = row(gap=12)
        line.addWidget(self.glyph)
        line.addLayout(words, 1)
        for button in (self.pause, self.resume, self.cancel, self.away):
            line.addWidget(button)
        whole = column(self, gap=6)
        whole.addLayout(line)
        whole.addWidget(self.bar)

    def refresh(self) -> None:
        """Show how far the task is."""
        task, progress = self.task, self.task.progress
        now = time.monotonic()
        if task.state is TaskState.RUNNING and progress.total:
            if progress.total != self._phase_total:
                self._phase_total, self._pace = progress.total, _Pace()
            self._pace.note(now, progress.done, progress.total)
        title = say(task.title)
        if progress.phase is not None and not task.ended:
            title = say(msg("{task}: {phase}", task=task.title, phase=progress.phase))
        self.title.setText(title)
        self.facts.setText(self._said())
        self.facts.setVisible(bool(self.facts.text()))
        working = not task.ended
        stopping = working and task.stopping
        self.pause.setVisible(working and task.can_pause)
        self.pause.setEnabled(not stopping)
        self.cancel.setVisible(working)
        self.cancel.setEnabled(not stopping)
        self.resume.setVisible(task.state is TaskState.PAUSED)
        self.away.setVisible(task.ended)
        known = progress.total > 0
        if working and not known:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, _STEPS)
            share = progress.done / progress.total if known else float(task.state is TaskState.DONE)
            self.bar.setValue(_STEPS if task.state is TaskState.DONE else round(_STEPS * min(1.0, share)))
        self.bar.setAccessibleName(title)
        icon, token = {
            TaskState.DONE: ("checkmark_circle", "passed"),
            TaskState.FAILED: ("dismiss_circle", "failed"),
            TaskState.CANCELLED: ("subtract_circle", "pending"),
            TaskState.PAUSED: ("pause", "warning"),
        }.get(task.state, ("arrow_sync_circle", "accent"))
        self.glyph.set(icon, token)

    def _said(self) -> str:
        task, progress = self.task, self.task.progress
        ended: dict[TaskState, Message] = {
            TaskState.DONE: msg("Done"),
            TaskState.CANCELLED: msg("Cancelled"),
            TaskState.PAUSED: msg("Paused. Resume goes on where it stopped."),
        }
        if task.state is TaskState.FAILED and task.error is not None:
            return say(task.error.what)
        if task.state in ended and not (task.state is TaskState.PAUSED and progress.total):
            return say(ended[task.state])
        parts: list[str] = []
        if task.stopping and not task.ended:
            parts.append(say(msg("Stopping…")))
        if task.state is TaskState.PAUSED:
            parts.append(say(msg("Paused")))
        if progress.total:
            parts.append(self._amount())
        if progress.in_bytes and progress.skipped:
            parts.append(say(msg("{size} of empty space left out", size=in_units(progress.skipped))))
        if task.state is TaskState.RUNNING and progress.in_bytes and self._pace.speed > 0:
            parts.append(speed(self._pace.speed))
        if task.state is TaskState.RUNNING and self._pace.left is not None and progress.total:
            parts.append(say(remaining(self._pace.left)))
        return " · ".join(parts)

    def _amount(self) -> str:
        progress = self.task.progress
        share = f"{min(100, int(100 * progress.done / progress.total))} %"
        if progress.in_bytes:
            words = msg("{done} of {total}", done=in_units(progress.done), total=in_units(progress.total))
            return f"{share} · {say(words)}"
        return say(msg("{done} of {total}", done=progress.done, total=progress.total))

    def _pause(self) -> None:
        self.pause_wished.emit(self.task)

    def _resume(self) -> None:
        self.resume_wished.emit(self.task)

    def _cancel(self) -> None:
        self.cancel_wished.emit(self.task)

    def _put_away(self) -> None:
        self.away_wished.emit(self.task)


class Drawer(QWidget):
    """Rows for the tasks that are worth showing; one quiet line when there are none."""

    pause_wished = Signal(object)
    cancel_wished = Signal(object)
    resume_wished = Signal(object)
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
        self._whole.setContentsMargins(16, 10, 16, 10)
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
            line.away_wished.connect(self._put_away)
            self._rows[task.number] = line
            self._list.addWidget(line)
        return line

    def _put_away(self, task: Task) -> None:
        self._away.add(task.number)
        self.refresh()
