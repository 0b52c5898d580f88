"""An input in a form: its label, its field, what it means, and what is wrong with the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.fields import make_field
from ui.widgets.fields.cards_field import CardsField
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.text import Label
from wizard.core.engine import Engine
from wizard.step import Input, Step, Ticks, Verdicts, YesNo

_LABEL = 148
_NARROW = 440


class FormRow(QWidget):
    """Label and field side by side; above each other where there is little room."""

    work_started = Signal(object)

    def __init__(self, engine: Engine, step: Step, asked: Input) -> None:
        super().__init__()
        self._engine, self._step, self.asked = engine, step, asked
        self.field = make_field(engine, step, asked)
        self.field.work_started.connect(self.work_started)
        big = isinstance(asked, Ticks | Verdicts) or isinstance(self.field, CardsField)
        self.label = Label(asked.label, "strong" if big else "body")
        self.help = Label(asked.help or "", "caption", tone="muted")
        self.help.setHidden(asked.help is None)
        self.problem = Label("", "caption", tone="failed", selectable=True)
        self._problem = QWidget()
        wrong = row(self._problem, gap=6)
        wrong.addWidget(Glyph("dismiss_circle", "failed", size=16, line=16), 0, Qt.AlignmentFlag.AlignTop)
        wrong.addWidget(self.problem, 1)
        self._problem.hide()
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        right = column(gap=4)
        if self.field.stacked:
            self._line.setDirection(QBoxLayout.Direction.TopToBottom)
            self._line.setSpacing(4)
            if not isinstance(asked, YesNo):
                self._line.addWidget(self.label)
            if asked.help is not None and not isinstance(asked, YesNo):
                self._line.addWidget(self.help)
                self._line.addSpacing(4)
            right.addWidget(self.field)
        else:
            self._line.addWidget(self.label, 0, Qt.AlignmentFlag.AlignTop)
            right.addWidget(self.field)
        if isinstance(asked, YesNo):
            self.help.setContentsMargins(THEME.px(20) + 12, 0, 0, 0)  # under the words, not under the box
        if not self.field.stacked or isinstance(asked, YesNo):
            right.addWidget(self.help)
        right.addWidget(self._problem)
        self._line.addLayout(right, 1)
        self.retranslate()
        self._rescale()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._rescale)

    def retranslate(self) -> None:
        """Name the field after its label."""
        self.field.name(say(self.asked.label))
        target = self.field.focus_target()
        if target is not None:
            self.label.setBuddy(target)
            if self.asked.help is not None:
                target.setAccessibleDescription(say(self.asked.help))

    def refresh(self) -> bool:
        """Show what the engine holds; returns whether the input is asked for now."""
        applies = self._engine.input_applies(self._step.id, self.asked.id)
        self.setVisible(applies)
        if applies:
            self.field.setEnabled(self._engine.read_only is None)
            self.field.refresh()
            problem = None
            # What is merely not given yet is said beside the button; here stands what was given wrong.
            if self.field.value not in (None, "", []):
                problem = self._engine.problem(self._step.id, self.asked.id)
            self.field.show_problem(problem is not None)
            self._problem.setVisible(problem is not None)
            if problem is not None:
                self.problem.say(problem)
        return applies

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand above each other where it is narrow."""
        super().resizeEvent(event)
        if not self.field.stacked:
            narrow = event.size().width() < THEME.px(_NARROW)
            direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
            if direction != self._line.direction():
                self._line.setDirection(direction)
                self._rescale()

    def _rescale(self) -> None:
        if self.field.stacked:
            return
        beside = self._line.direction() == QBoxLayout.Direction.LeftToRight
        self._line.setSpacing(16 if beside else 4)
        self.label.setMinimumHeight(THEME.px(32) + 2 if beside else 0)
        self.label.setFixedWidth(THEME.px(_LABEL)) if beside else self._free_label()

    def _free_label(self) -> None:
        self.label.setMinimumWidth(1)
        self.label.setMaximumWidth(16777215)
