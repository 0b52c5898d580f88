"""What all fields have in common: the step's input they draw, and the engine that holds its answer."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from wizard.core.engine import Engine
from wizard.step import Input, Step

_Asked = TypeVar("_Asked", bound=Input)

_TYPING_MS = 250


class Field(QWidget, Generic[_Asked]):
    """Draws one input. It gives the engine what the person enters, and shows what the engine holds.

    `stacked`: the label stands above it, not beside it. `work_started` tells of a Task that the field began.
    """

    stacked = False
    work_started = Signal(object)

    def __init__(self, engine: Engine, step: Step, asked: _Asked) -> None:
        super().__init__()
        self.engine = engine
        self.step = step
        self.asked = asked
        self._waiting: Any = None
        self._waits = False
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.commit)

    @property
    def value(self) -> Any:
        """The answer as the engine holds it."""
        return self.engine.answer_of(self.step.id, self.asked.id)

    def refresh(self) -> None:
        """Show what the engine holds, in place; what is being typed stays."""

    def answer(self, value: Any) -> None:
        """Give the engine the answer at once."""
        self._typing.stop()
        self._waits = False
        self.engine.answer(self.step.id, self.asked.id, value)

    def typed(self, value: Any) -> None:
        """Give the engine the answer when the typing rests."""
        self._waiting, self._waits = value, True
        self._typing.start()

    @property
    def typing(self) -> bool:
        """Whether something typed has not been given to the engine yet."""
        return self._waits

    def commit(self) -> None:
        """Give the engine what was typed, now."""
        if self._waits:
            self.answer(self._waiting)

    def show_problem(self, wrong: bool) -> None:
        """Mark the field as wrong, or not."""

    def name(self, label: str) -> None:
        """Take the label as the accessible name."""

    def focus_target(self) -> QWidget | None:
        """The widget that takes the focus for this field."""
        return None


def restyle(widget: QWidget, wrong: bool) -> None:
    """Mark a text field as wrong, or not, where the style sheet sees it."""
    if bool(widget.property("wrong")) != wrong:
        widget.setProperty("wrong", wrong)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
