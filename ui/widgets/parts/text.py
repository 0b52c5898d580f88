"""Labels that know their role, speak the language in force and give up their text to be copied."""

from __future__ import annotations

import html
import re
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from ui.language import LANGUAGE, Words, say
from ui.theme import THEME
from wizard.messages import msg

# Tone: the palette role that has its colour, so that a change of theme needs no work here.
_TONES: Final = {
    "text": QPalette.ColorRole.WindowText,
    "muted": QPalette.ColorRole.PlaceholderText,
    "accent": QPalette.ColorRole.Link,
    "failed": QPalette.ColorRole.BrightText,
}
_LONG_RUN: Final = re.compile(r"[!-~]{20,}")
_BREAK: Final = "\u200b"


class Label(QLabel):
    """Words in a role of the type scale. They wrap unless told otherwise; `selectable` ones can be copied."""

    def __init__(
        self,
        words: Words = "",
        role: str = "body",
        *,
        tone: str = "text",
        wrap: bool = True,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words: Words = words
        self._role = role
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.set_tone(tone)
        if wrap:
            # As wide as it is given: a long word breaks instead of pushing the page apart.
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            self.setMinimumWidth(1)
        self._selectable = selectable
        if selectable:
            self.setCursor(Qt.CursorShape.IBeamCursor)
        self._refont()
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._refont)

    @property
    def words(self) -> Words:
        """What it says, without a language."""
        return self._words

    def say(self, words: Words) -> None:
        """Show these words from now on."""
        if words != self._words:
            self._words = words
            self._show()

    def set_tone(self, tone: str) -> None:
        """Take the colour of text, muted, accent or failed."""
        self.setForegroundRole(_TONES[tone])

    def set_role(self, role: str) -> None:
        """Take another role of the type scale."""
        if role != self._role:
            self._role = role
            self._refont()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self._refont()
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the role's font: a new parent brings its own where there is a style sheet."""
        super().changeEvent(event)
        self._heights.clear()
        if event.type() == QEvent.Type.FontChange:
            self._refont()

    def plain_text(self) -> str:
        """The text as it is read, without the hidden places where it may break."""
        return self.text().replace(_BREAK, "")

    def minimumSizeHint(self) -> QSize:
        """One line; words that wrap need no width of their own, the layout asks how high they are at its width."""
        if not self.wordWrap():
            return super().minimumSizeHint()
        return QSize(1, self.fontMetrics().height())

    def heightForWidth(self, width: int) -> int:
        """Remembered: layouts ask often, and laying text out is most of the work of a page."""
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    def enterEvent(self, event: QEnterEvent) -> None:
        """What can be selected becomes so under the mouse: a page of such labels would else take twice as long."""
        self._make_selectable()
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy without the hidden breaks."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self._copy(self.selectedText())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy what is selected, or all of it."""
        if not self._selectable:
            super().contextMenuEvent(event)
            return
        self._make_selectable()
        menu = QMenu(self)
        selected = menu.addAction(say(msg("Copy")))
        selected.setEnabled(self.hasSelectedText())
        whole = menu.addAction(say(msg("Copy all of it")))
        chosen = menu.exec(event.globalPos())
        if chosen is selected:
            self._copy(self.selectedText())
        elif chosen is whole:
            self._copy(self.text())

    def _make_selectable(self) -> None:
        by_mouse = Qt.TextInteractionFlag.TextSelectableByMouse
        if self._selectable and not self.textInteractionFlags() & by_mouse:
            self.setTextInteractionFlags(by_mouse)

    def _copy(self, text: str) -> None:
        self._put(text.replace(_BREAK, "").replace("\u2029", "\n"))

    def _put(self, text: str) -> None:
        """Into the clipboard with it."""
        QGuiApplication.clipboard().setText(text)

    def _show(self) -> None:
        text = say(self._words)
        self._heights.clear()
        self.setText(breakable(text) if self.wordWrap() else text)

    def _refont(self) -> None:
        font = THEME.font(self._role)
        if font != self.font():
            self.setFont(font)


class Elided(QLabel):
    """One line of data that ends in … where there is no room; the whole of it is in the tooltip."""

    def __init__(
        self, text: str = "", role: str = "body", *, tone: str = "text", middle: bool = False
    ) -> None:
        super().__init__(text)
        self._role = role
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(_TONES[tone])
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._refont()
        LANGUAGE.changed.connect(self._refont)
        THEME.changed.connect(self._refont)

    def minimumSizeHint(self) -> QSize:
        """A few characters are enough."""
        return QSize(THEME.px(24), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much of it as there is room for."""
        painter = QPainter(self)
        shown = QFontMetrics(self.font()).elidedText(self.text(), self._mode, self.width())
        self.setToolTip(as_tip(self.text()) if shown != self.text() else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)

    def _refont(self) -> None:
        self.setFont(THEME.font(self._role))


def as_tip(text: str) -> str:
    """A tooltip that shows the text as it is; Qt takes what looks like HTML for HTML, and loads the pictures it names."""
    return f"<qt>{html.escape(text)}</qt>" if "<" in text else text


def breakable(text: str) -> str:
    """The text with hidden places where a long run of Latin characters (a path, a link) may break."""
    return _LONG_RUN.sub(_broken, text)


def _broken(found: re.Match[str]) -> str:
    pieces = re.sub(r"([/\\?&=%._,:;@-])", rf"\1{_BREAK}", found.group())
    return re.sub(rf"([^{_BREAK}]{{16}})(?=[^{_BREAK}])", rf"\1{_BREAK}", pieces)
