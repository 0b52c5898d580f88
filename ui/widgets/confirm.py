"""Asks before something that cannot be undone: object, account and effect, and a verb on the button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.widgets.dialog import Dialog
from ui.widgets.parts.cards import Glyph, row
from ui.widgets.parts.names import name
from ui.widgets.parts.text import Label
from wizard.messages import msg
from wizard.step import Confirmation


class ConfirmDialog(Dialog):
    """The button works only when the name was typed, where one is asked for. Enter alone never does it."""

    def __init__(self, parent: QWidget | None, asked: Confirmation) -> None:
        super().__init__(parent, asked.question, asked.verb, msg("Cancel"), wide=480)
        self._name = asked.type_name
        line = row(gap=12)
        line.addWidget(
            Glyph("warning", "warning", word=msg("Warning"), line=20), 0, Qt.AlignmentFlag.AlignTop
        )
        line.addWidget(Label(asked.effect, selectable=True), 1)
        self.body.addLayout(line)
        self.edit: QLineEdit | None = None
        assert self.accept_button is not None
        self.accept_button.set_kind("danger")
        self.accept_button.setDefault(False)
        self.accept_button.setAutoDefault(False)
        self.refuse.setDefault(True)
        if self._name is not None:
            self.body.addWidget(Label(msg("Type {name} to go on:", name=self._name), selectable=True))
            self.edit = QLineEdit()
            name(self.edit, msg("Name"))
            self.edit.textChanged.connect(self._typed)
            self.body.addWidget(self.edit)
            self.accept_button.setEnabled(False)
        else:
            self.refuse.setFocus()

    def _typed(self, text: str) -> None:
        if self.accept_button is not None:
            self.accept_button.setEnabled(text.strip() == self._name)
