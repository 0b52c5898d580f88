"""Files that were made: open them, or see them in their folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, clear, column, row
from ui.widgets.parts.text import Elided
from ui.widgets.views.view_widget import ViewCard
from wizard.messages import msg
from wizard.view import Files


class FilesCard(ViewCard):
    """A row for each file."""

    def __init__(self, view: Files) -> None:
        super().__init__(view.title)
        self._rows = column(gap=8)
        self.body.addLayout(self._rows)
        self.show_view(view)

    def show_view(self, view: Files) -> None:
        """Other files."""
        self.heading.say(view.title)
        clear(self._rows)
        for path in view.paths:
            line = row(gap=10)
            line.addWidget(Glyph("document", "accent", line=20), 0, Qt.AlignmentFlag.AlignTop)
            words = column(gap=0)
            words.addWidget(Elided(path.name, "strong", middle=True))
            words.addWidget(Elided(str(path.parent), "caption", tone="muted", middle=True))
            line.addLayout(words, 1)
            buttons = ((msg("Open"), self._open), (msg("Show in folder"), self._show))
            for text, slot in buttons if view.may_open else buttons[1:]:
                button = Button(text)
                button.setAccessibleDescription(path.name)
                button.setProperty("path", str(path))
                button.clicked.connect(slot)
                line.addWidget(button)
            self._rows.addLayout(line)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.sender().property("path")))

    def _show(self) -> None:
        show_in_folder(Path(self.sender().property("path")))


def show_in_folder(path: Path) -> None:
    """Open the file manager at that file."""
    if sys.platform == "win32":
        # Explorer takes its words apart itself, at commas too: they go to it as one text. Its place is named, for Windows
        # looks for programs in the current folder first.
        windows = os.environ.get("SYSTEMROOT", r"C:\Windows")
        subprocess.Popen(rf'"{windows}\explorer.exe" /select,"{path}"')
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
