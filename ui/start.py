"""The start of the window: an empty frame is on the screen at once, what fills it is loaded behind it.

Nothing else is imported here, on purpose: every import stands between the person's click and the window.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from ui.main_window import MainWindow
from ui.tokens import DARK, LIGHT
from wizard.settings import Settings, load_settings

if TYPE_CHECKING:
    from ui.app import App


class Start(QObject):
    """Shows the frame, then loads the application into it."""

    def __init__(self, settings: Settings, *, practice: bool, journey: Path | None) -> None:
        super().__init__()
        self._settings = settings
        self._wished = (practice, journey)
        self.app: App | None = None
        self.window = MainWindow(_ground(settings))
        self.window.restore(settings.window)
        self.window.painted.connect(self._fill)
        self.window.show()

    def _fill(self) -> None:
        from ui.app import App
        from ui.theme import dress

        gc.enable()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            dress(application, self._settings)
        practice, journey = self._wished
        self.app = App(self._settings, self.window)
        self.app.begin(practice=practice, journey=journey)


def main(*, practice: bool = False, journey: Path | None = None, language: str | None = None) -> int:
    """Open the window and stay until it is closed; the exit status."""
    # With many threads at work the window waits for several of them in turn: let each have a millisecond, not five.
    sys.setswitchinterval(0.001)
    gc.disable()  # nothing to collect yet, and it would look for it again and again; on again behind the first frame
    settings = load_settings()
    if language is not None:
        settings = replace(settings, language=language)
    application = QApplication(sys.argv[:1])
    start = Start(settings, practice=practice, journey=journey)
    status = application.exec()
    del start
    return status


def _ground(settings: Settings) -> str:
    """The colour of the empty frame: the window's in the theme that follows."""
    dark = settings.theme == "dark"
    if settings.theme == "system":
        dark = QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return (DARK if dark else LIGHT).window
