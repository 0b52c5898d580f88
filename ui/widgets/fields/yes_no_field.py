"""A box to tick, with its words beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.fields.field import Field
from ui.widgets.parts.cards import column, row
from ui.widgets.parts.marks import ClickRow, Mark
from ui.widgets.parts.text import Label
from wizard.core.engine import Engine
from wizard.step import Step, YesNo


class YesNoField(Field[YesNo]):
    """The label is part of it, so the form shows none beside it."""

    stacked = True

    def __init__(self, engine: Engine, step: Step, asked: YesNo) -> None:
        super().__init__(engine, step, asked)
        self.mark = Mark()
        self.mark.clicked.connect(self._clicked)
        line = ClickRow(self.mark)
        inside = row(line, gap=8)
        inside.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(Label(asked.label), 1, Qt.AlignmentFlag.AlignVCenter)
        column(self).addWidget(line)

    def refresh(self) -> None:
        """Show the answer."""
        self.mark.setChecked(bool(self.value))

    def name(self, label: str) -> None:
        """Name the box."""
        self.mark.setAccessibleName(label)

    def focus_target(self) -> QWidget:
        """The box."""
        return self.mark

    def _clicked(self) -> None:
        self.answer(self.mark.isChecked())
