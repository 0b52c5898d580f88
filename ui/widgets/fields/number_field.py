"""A whole number with its unit, and what it means in words."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.widgets.fields.field import Field
from ui.widgets.parts.cards import row
from ui.widgets.parts.number_box import NumberBox
from ui.widgets.parts.text import Label
from wizard.core.engine import Engine
from wizard.step import Number, Step


class NumberField(Field[Number]):
    """A number box; unit and note stand behind it."""

    def __init__(self, engine: Engine, step: Step, asked: Number) -> None:
        super().__init__(engine, step, asked)
        self.box = NumberBox(asked.least, asked.most)
        self.box.changed.connect(self.typed)
        self.box.spin.editingFinished.connect(self.commit)
        self.note = Label("", "caption", tone="muted")
        line = row(self, gap=12)
        line.addWidget(self.box)
        if asked.unit is not None:
            line.addWidget(Label(asked.unit, wrap=False))
        line.addWidget(self.note, 1)

    def refresh(self) -> None:
        """Show the answer, unless another is being typed."""
        value = self.value
        if isinstance(value, int) and not self.typing and value != self.box.spin.value():
            self.box.spin.blockSignals(True)
            self.box.spin.setValue(value)
            self.box.spin.blockSignals(False)
        if self.asked.note is not None and isinstance(value, int):
            self.note.say(self.asked.note(value, self.engine.clock()))

    def show_problem(self, wrong: bool) -> None:
        """A red frame where the number is wrong."""
        if self.box.wrong != wrong:
            self.box.wrong = wrong
            self.box.update()

    def name(self, label: str) -> None:
        """Name the field."""
        self.box.spin.setAccessibleName(label)

    def focus_target(self) -> QWidget:
        """The digits."""
        return self.box.spin
