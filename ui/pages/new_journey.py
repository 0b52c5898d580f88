"""Asks for the name of a new journey, and where it is saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from ui.language import say
from ui.widgets.dialog import Dialog
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import column, row
from ui.widgets.parts.names import name as name_widget
from ui.widgets.parts.text import Elided, Label
from wizard.journeys.journey_file import journey_path
from wizard.messages import msg


class NewJourneyDialog(Dialog):
    """A name is enough; the folder is proposed."""

    def __init__(self, parent: QWidget | None, folder: Path, *, practice: bool) -> None:
        title = msg("New practice journey") if practice else msg("New journey")
        super().__init__(parent, title, msg("Start"), msg("Cancel"), wide=480)
        self._folder = folder
        self.edit = QLineEdit()
        self.edit.textChanged.connect(self._show)
        self.place = Elided("", "caption", tone="muted", middle=True)
        change = Button(msg("Change…"))
        change.clicked.connect(self._change)
        name = column(gap=4)
        label = Label(msg("Name"))
        label.setBuddy(self.edit)
        name.addWidget(label)
        name.addWidget(self.edit)
        name.addWidget(
            Label(
                msg("For example the product and its version: Contoso Gateway 2.4"), "caption", tone="muted"
            )
        )
        self.body.addLayout(name)
        where = column(gap=0)
        where.addWidget(Label(msg("Saved as")))
        where.addWidget(self.place)
        line = row(gap=12)
        line.addLayout(where, 1)
        line.addWidget(change)
        self.body.addLayout(line)
        name_widget(self.edit, msg("Name"))
        self.edit.setText(say(msg("Practice")) if practice else "")
        self.edit.selectAll()
        self.edit.setFocus()
        self._show()

    @property
    def name(self) -> str:
        """The name as it was entered."""
        return self.edit.text().strip()

    @property
    def path(self) -> Path:
        """A file that does not exist yet."""
        return journey_path(self._folder, self.name)

    def _show(self) -> None:
        self.place.setText(str(self.path))
        if self.accept_button is not None:
            self.accept_button.setEnabled(bool(self.name))

    def _change(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, say(msg("Folder of the journey")), str(self._folder))
        if chosen:
            self._folder = Path(chosen)
            self._show()
