"""The language of the window: it can change at any moment, and every widget that shows words follows at once."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal

from wizard.messages import CHINESE, ENGLISH, LANGUAGES, Message, render

# What a widget is given to show: a sentence to be translated, or data (a name, a path) shown as it is.
Words = Message | str

NAMES: Final = {CHINESE: "中文", ENGLISH: "English"}


class Language(QObject):
    """The language in force. `changed` tells every widget to say its words again."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.code = ENGLISH
        self._qt: QTranslator | None = None

    def use(self, code: str) -> None:
        """Speak that language from now on, Qt's own dialogs too."""
        if code not in LANGUAGES or (code == self.code and self._qt is not None):
            return
        self.code = code
        QLocale.setDefault(self.locale)
        self._translate_qt()
        self.changed.emit()

    def say(self, words: Words) -> str:
        """The words as they are shown now."""
        return words if isinstance(words, str) else render(words, self.code)

    @property
    def locale(self) -> QLocale:
        """For dates and numbers."""
        return QLocale(self.code)

    def _translate_qt(self) -> None:
        app = QCoreApplication.instance()
        if app is None:
            return
        if self._qt is not None:
            app.removeTranslator(self._qt)
        self._qt = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self.code != ENGLISH and self._qt.load(f"qtbase_{self.code}", folder):
            app.installTranslator(self._qt)


LANGUAGE: Final = Language()


def say(words: Words) -> str:
    """The words in the language in force."""
    return LANGUAGE.say(words)
