"""One of two or three plain options, side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui.widgets.fields.field import Field
from ui.widgets.parts.buttons import Switch
from ui.widgets.parts.cards import row
from wizard.core.engine import Engine
from wizard.step import Choice, Step


class SwitchField(Field[Choice]):
    """All options are seen at once."""

    def __init__(self, engine: Engine, step: Step, asked: Choice) -> None:
        super().__init__(engine, step, asked)
        self.switch = Switch([(each.value, each.label, None) for each in asked.options], asked.label)
        self.switch.chosen.connect(self.answer)
        line = row(self)
        line.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch(1)

    def refresh(self) -> None:
        """Show the answer."""
        value = self.value
        self.switch.choose(str(value) if value is not None else None)

    def name(self, label: str) -> None:
        """The switch names itself."""

    def focus_target(self) -> Switch:
        """The switch."""
        return self.switch
