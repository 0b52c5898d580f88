"""One piece of work in the drawer: its phase, how far it is, how fast, how long still; and what a transfer counts."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from ui.language import say
from ui.widgets.limit_box import LimitBox
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.text import Elided, Label
from wizard.figures import in_units, in_use, remaining, speed, tried_again
from wizard.messages import Message, msg
from wizard.pace import Pace
from wizard.tasks import Task, TaskState, Transfer

_STEPS = 1000
_UNIT = 1024  # bytes: the limit is shown in KiB per second


class TransferFigures(QWidget):
    """What a transfer counts, and the limit of its speed. `limit_wished`: KiB per second, 0 for none."""

    limit_wished = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.words = Label("", "caption", tone="muted")
        self.limit_name = Label(msg("Limit speed"), wrap=False)
        self.limit = LimitBox()
        self.limit_name.setBuddy(self.limit.field)
        self.limit.changed.connect(self.limit_wished)
        line = row(self, gap=12)
        line.addWidget(self.words, 1)
        line.addWidget(self.limit_name)
        line.addWidget(self.limit)

    def show_figures(self, figures: Transfer, limit: int | None) -> None:
        """Show these; `limit` in bytes per second."""
        self.words.say(" · ".join(say(each) for each in _counted(figures)))
        self.limit.show_limit(-(-(limit or 0) // _UNIT))


class TaskRow(QWidget):
    """One task. `limit_wished`: KiB per second, 0 for none."""

    pause_wished = Signal(object)
    cancel_wished = Signal(object)
    resume_wished = Signal(object)
    away_wished = Signal(object)
    limit_wished = Signal(int)

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task = task
        self.since = time.monotonic()
        self._pace = Pace()
        self._phase_total = 0
        self._unfolded = False
        self._sends = False  # over connections of this computer; a copy in the cloud needs none
        self.glyph = Glyph("arrow_sync_circle", "accent", line=20)
        self.title = Elided("", "strong")
        self.facts = Elided("", "caption", tone="muted")
        self.fold = Button(
            "", "quiet", icon="chevron_down", name=msg("Show the figures and the limit of speed")
        )
        self.pause = Button(msg("Pause"), icon="pause")
        self.resume = Button(msg("Resume"), icon="play")
        self.cancel = Button(msg("Cancel"))
        self.away = Button("", "quiet", icon="dismiss", name=msg("Put away"))
        self.fold.clicked.connect(self._fold)
        self.pause.clicked.connect(self._pause)
        self.resume.clicked.connect(self._resume)
        self.cancel.clicked.connect(self._cancel)
        self.away.clicked.connect(self._put_away)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        self.figures = TransferFigures()
        self.figures.hide()
        self.figures.limit_wished.connect(self.limit_wished)
        words = column(gap=0)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        line = row(gap=12)
        line.addWidget(self.glyph)
        line.addLayout(words, 1)
        for button in (self.fold, self.pause, self.resume, self.cancel, self.away):
            line.addWidget(button)
        whole = column(self, gap=6)
        whole.addLayout(line)
        whole.addWidget(self.bar)
        whole.addWidget(self.figures)

    def unfold(self, unfolded: bool) -> None:
        """Show what it counts below, or not."""
        self._unfolded = unfolded
        self._show_figures()

    def refresh(self) -> None:
        """Show how far the task is."""
        task, progress = self.task, self.task.progress
        now = time.monotonic()
        if task.state is TaskState.RUNNING and progress.total:
            if progress.total != self._phase_total:
                self._phase_total, self._pace = progress.total, Pace()
            self._pace.note(now, progress.done, progress.total - progress.done)
        title = say(task.title)
        if progress.phase is not None and not task.ended:
            title = say(msg("{task}: {phase}", task=task.title, phase=progress.phase))
        self.title.setText(title)
        self.facts.setText(self._said(now))
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
        self._show_figures()
        icon, token = {
            TaskState.DONE: ("checkmark_circle", "passed"),
            TaskState.FAILED: ("dismiss_circle", "failed"),
            TaskState.CANCELLED: ("subtract_circle", "pending"),
            TaskState.PAUSED: ("pause", "warning"),
        }.get(task.state, ("arrow_sync_circle", "accent"))
        self.glyph.set(icon, token)

    def _show_figures(self) -> None:
        figures = self.task.progress.transfer
        if figures is not None:
            self._sends = self._sends or figures.connections > 0
            self.figures.show_figures(figures, self.task.speed_limit)
        there = figures is not None and self._sends
        shown = there and self._unfolded
        self.fold.setVisible(there)
        self.fold.set_icon("chevron_up" if shown else "chevron_down")
        self.fold.say(
            "",
            msg("Hide the figures and the limit of speed")
            if shown
            else msg("Show the figures and the limit of speed"),
        )
        self.figures.setVisible(shown)

    def _said(self, now: float) -> str:
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
        return " · ".join(self._going(now))

    def _going(self, now: float) -> Iterator[str]:
        task, progress = self.task, self.task.progress
        figures = progress.transfer
        if task.stopping and not task.ended:
            yield say(msg("Stopping…"))
        if task.state is TaskState.PAUSED:
            yield say(msg("Paused"))
        if progress.total:
            yield self._amount()
        if figures is None and progress.in_bytes and progress.skipped:
            yield say(msg("{size} of empty space left out", size=in_units(progress.skipped)))
        if task.state is not TaskState.RUNNING or not progress.total:
            return
        going = figures.per_second if figures is not None else self._pace.per_second
        left = figures.seconds_left if figures is not None else self._pace.seconds_left(now)
        if progress.in_bytes and going:
            yield speed(going)
        if left is not None and progress.done < progress.total:
            yield say(remaining(left))

    def _amount(self) -> str:
        progress = self.task.progress
        share = f"{min(100, int(100 * progress.done / progress.total))} %"
        if progress.in_bytes:
            words = msg("{done} of {total}", done=in_units(progress.done), total=in_units(progress.total))
            return f"{share} · {say(words)}"
        return say(msg("{done} of {total}", done=progress.done, total=progress.total))

    def _fold(self) -> None:
        self.unfold(not self._unfolded)

    def _pause(self) -> None:
        self.pause_wished.emit(self.task)

    def _resume(self) -> None:
        self.resume_wished.emit(self.task)

    def _cancel(self) -> None:
        self.cancel_wished.emit(self.task)

    def _put_away(self) -> None:
        self.away_wished.emit(self.task)


def _counted(figures: Transfer) -> Iterator[Message]:
    yield msg("{size} allocated in the file", size=in_units(figures.allocated))
    yield msg("{size} of zeros not sent", size=in_units(figures.skipped))
    yield msg("{size} sent", size=in_units(figures.sent))
    yield msg("{size} to do", size=in_units(figures.to_do))
    yield in_use(figures.connections)
    yield tried_again(figures.retries)
