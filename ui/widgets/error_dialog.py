"""An error with nothing else to stand on: what happened, what to do next, details to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.language import Words
from ui.widgets.dialog import Dialog
from ui.widgets.error_card import error_details
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, row
from ui.widgets.parts.clipboard import copy
from ui.widgets.parts.text import Label
from wizard.errors import WizardError
from wizard.messages import msg


class ErrorDialog(Dialog):
    """`way_out`, where there is one, is the accepting button."""

    def __init__(self, parent: QWidget | None, error: WizardError, way_out: Words | None = None) -> None:
        super().__init__(parent, error.what, way_out, msg("Close"), wide=480)
        self._error = error
        line = row(gap=12)
        line.addWidget(
            Glyph("dismiss_circle", "failed", word=msg("Failed"), line=20), 0, Qt.AlignmentFlag.AlignTop
        )
        line.addWidget(Label(error.cure, selectable=True), 1)
        self.body.addLayout(line)
        details = Button(msg("Copy details"), "link", icon="copy")
        details.setAutoDefault(False)
        details.clicked.connect(self._copy)
        self.buttons.insertWidget(0, details)

    def _copy(self) -> None:
        copy(error_details(self._error))
