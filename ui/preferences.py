"""What a person set, in force: language and theme change at once, and all of it is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ui.language import LANGUAGE
from ui.theme import THEME
from wizard.settings import Settings, save_settings


class Preferences(QObject):
    """`changed` gives the settings as they were and as they are."""

    changed = Signal(object, object)

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self.settings = settings
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.timeout.connect(self.save)

    def use(self, settings: Settings) -> None:
        """Take these settings on and keep them."""
        before, self.settings = self.settings, settings
        if settings.language != before.language:
            LANGUAGE.use(settings.language)
        if (settings.theme, settings.text_scale) != (before.theme, before.text_scale):
            THEME.apply(settings.theme, settings.text_scale)
        self._saving.start()
        self.changed.emit(before, settings)

    def save(self) -> None:
        """Write them down now."""
        save_settings(self.settings)

    def use_language(self, code: str) -> None:
        """Speak that language."""
        self.use(replace(self.settings, language=code))

    def open_guide(self, shown: bool) -> None:
        """Show the guide beside the steps, or not, from now on."""
        self.use(replace(self.settings, guide_open=shown))

    def opened(self, path: Path) -> None:
        """That journey is the newest of the recent ones."""
        self.use(self.settings.opened(path))

    def forget(self, path: str) -> None:
        """That journey is not there any more."""
        recent = tuple(each for each in self.settings.recent if each != path)
        self.use(replace(self.settings, recent=recent))
