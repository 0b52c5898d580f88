"""Accessible names that follow the language."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.language import LANGUAGE, Words, say


class _NameTag(QObject):
    """Lives as long as the widget it names."""

    def __init__(self, widget: QWidget, words: Words) -> None:
        super().__init__(widget)
        self._widget, self._words = widget, words
        self._show()
        LANGUAGE.changed.connect(self._show)

    def _show(self) -> None:
        self._widget.setAccessibleName(say(self._words))


def name(widget: QWidget, words: Words) -> None:
    """What a screen reader says for the widget, in whatever language is in force."""
    _NameTag(widget, words)
