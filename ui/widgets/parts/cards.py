"""Cards, banners and the small helpers that lay widgets out in rows and columns."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.icons import paint as paint_icon
from ui.language import LANGUAGE, Words, say
from ui.theme import THEME
from ui.widgets.parts.text import Label

_Layout = TypeVar("_Layout", bound=QBoxLayout)


def column(parent: QWidget | None = None, *, margin: int = 0, gap: int = 8) -> QVBoxLayout:
    """A column with one margin and one gap."""
    return _laid_out(QVBoxLayout(parent) if parent is not None else QVBoxLayout(), margin, gap)


def row(parent: QWidget | None = None, *, margin: int = 0, gap: int = 8) -> QHBoxLayout:
    """A row with one margin and one gap."""
    return _laid_out(QHBoxLayout(parent) if parent is not None else QHBoxLayout(), margin, gap)


def clear(layout: QLayout) -> None:
    """Take everything out of the layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


class Card(QWidget):
    """A rounded ground for things that belong together. `tone` (passed, warning, failed, accent) tints it."""

    def __init__(self, parent: QWidget | None = None, *, tone: str | None = None, margin: int = 16) -> None:
        super().__init__(parent)
        self._tone = tone
        self.body = column(self, margin=margin, gap=12)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_tone(self, tone: str | None) -> None:
        """Take another tint."""
        self._tone = tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground and its outline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(THEME.color("outline"), 1))
        painter.setBrush(THEME.color(f"{self._tone}_tint" if self._tone else "card"))
        painter.drawRoundedRect(area, 8, 8)


class Glyph(QWidget):
    """An icon in a colour of the theme; `word` is what a screen reader says for it."""

    def __init__(
        self,
        name: str,
        token: str = "text",
        *,
        size: int = 20,
        word: Words | None = None,
        line: int | None = None,
    ) -> None:
        """`line` is the height (px at 100 %) of the line of text beside which it stands, so that both are level."""
        super().__init__()
        self._name, self._token, self._size, self._word = name, token, size, word
        self._line = line
        self._resize()
        self.retranslate()
        THEME.changed.connect(self._resize)
        LANGUAGE.changed.connect(self.retranslate)

    def set(self, name: str, token: str, word: Words | None = None) -> None:
        """Show another icon."""
        if (name, token, word) != (self._name, self._token, self._word):
            self._name, self._token, self._word = name, token, word
            self.retranslate()
            self.update()

    def retranslate(self) -> None:
        """Name it in the language in force."""
        if self._word is not None:
            self.setAccessibleName(say(self._word))
            self.setToolTip(say(self._word))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon at the top of its place."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = THEME.px(self._size)
        top = (self.height() - side) / 2
        token = self._token if self.isEnabled() else "disabled"
        paint_icon(
            painter, self._name, THEME.color(token), QRectF((self.width() - side) / 2, top, side, side)
        )

    def _resize(self) -> None:
        side = THEME.px(self._size)
        self.setFixedSize(side, max(side, THEME.px(self._line)) if self._line else side)


class Banner(Card):
    """A sentence set apart at the top of a page: a glyph, the words, and room for a button."""

    def __init__(self, words: Words, tone: str = "warning", *, icon: str | None = None) -> None:
        super().__init__(tone=None if tone == "info" else tone, margin=12)
        name = icon or {"warning": "warning", "failed": "dismiss_circle", "passed": "checkmark_circle"}.get(
            tone, "info"
        )
        self.glyph = Glyph(name, "accent" if tone in ("info", "accent") else tone, line=20)
        self.label = Label(words, selectable=True)
        self.line = row(gap=12)
        self.line.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignTop)
        self.line.addWidget(self.label, 1)
        self.body.addLayout(self.line)

    def say(self, words: Words) -> None:
        """Show these words from now on."""
        self.label.say(words)


class Rule(QWidget):
    """A thin line between parts of a card."""

    def __init__(self, *, inset: int = 0) -> None:
        super().__init__()
        self._inset = inset
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line in the outline's colour."""
        painter = QPainter(self)
        painter.fillRect(self.rect().adjusted(self._inset, 0, -self._inset, 0), THEME.color("outline"))


def _laid_out(layout: _Layout, margin: int, gap: int) -> _Layout:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(gap)
    return layout
