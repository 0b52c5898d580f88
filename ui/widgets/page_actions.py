"""What a step can do besides its main purpose: buttons, and under them why some cannot be pressed now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.flow import Flow
from ui.widgets.parts.text import Label
from wizard.core.engine import Engine
from wizard.messages import Message, msg
from wizard.step import Step


class SecondaryActions(QWidget):
    """A row of buttons for the actions that are not the primary one. `wished` gives the action's id."""

    wished = Signal(str)

    def __init__(self, engine: Engine, step: Step) -> None:
        super().__init__()
        self._engine, self._step = engine, step
        self.buttons: dict[str, Button] = {}
        buttons = Flow()
        for action in step.actions:
            if not action.primary:
                button = Button(action.title)
                button.setProperty("action", action.id)
                button.clicked.connect(self._clicked)
                self.buttons[action.id] = button
                buttons.addWidget(button)
        self._why = Label("", "caption", tone="muted")
        self._held = QWidget()
        held = row(self._held, gap=6)
        held.addWidget(Glyph("lock_closed", "pending", size=16, line=16), 0, Qt.AlignmentFlag.AlignTop)
        held.addWidget(self._why, 1)
        whole = column(self, gap=6)
        whole.addLayout(buttons)
        whole.addWidget(self._held)

    def refresh(self, *, locked: bool) -> None:
        """Show which actions are offered, and why some are held back; `locked`: the page says why already."""
        held: list[Message] = []
        shown = 0
        for action_id, button in self.buttons.items():
            applies = self._engine.action_applies(self._step.id, action_id)
            button.setVisible(applies)
            if not applies:
                continue
            shown += 1
            why = self._engine.held_back(self._step.id, action_id)
            button.setEnabled(why is None)
            if why is not None and why not in held:
                held.append(why)
        self.setVisible(shown > 0)
        self._held.setVisible(bool(held) and not locked)
        if held:
            self._why.say(msg("{reasons}", reasons=tuple(held)))

    def _clicked(self) -> None:
        self.wished.emit(str(self.sender().property("action")))
