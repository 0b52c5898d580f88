"""The foot of a page: back, and the one primary button with the reason why it cannot be pressed."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.language import LANGUAGE
from ui.next_move import Move
from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, row
from ui.widgets.parts.text import Label
from wizard.messages import msg


class PageFoot(QWidget):
    """Stays at the bottom while the page scrolls."""

    def __init__(self, *, first: bool) -> None:
        super().__init__()
        self.back = Button(msg("Back"))
        self.back.setHidden(first)
        self.primary = Button(msg("Continue"), "primary")
        self.why = Label("", "caption", tone="muted")
        self._glyph = Glyph("lock_closed", "pending", size=16)
        self._line = row(self, gap=8)
        self._line.addWidget(self.back)
        self._line.addStretch(1)
        self._line.addWidget(self._glyph)
        self._line.addWidget(self.why)
        self._line.addSpacing(4)
        self._line.addWidget(self.primary)
        self.set_margin(24)
        self._glyph.hide()
        LANGUAGE.changed.connect(self._fit)
        THEME.changed.connect(self._fit)

    def show_move(self, move: Move) -> None:
        """Show what the button does and, beside it, why not now or what is still open."""
        self.primary.say(move.words)
        self.primary.setEnabled(move.enabled)
        self.why.say(move.why if move.why is not None else "")
        self._glyph.setVisible(move.why is not None)
        self._glyph.set("lock_closed" if move.locked and not move.enabled else "info", "pending")
        self.primary.setAccessibleDescription(self.why.plain_text())
        self._fit()

    def set_margin(self, side: int) -> None:
        """Stand under the page's text."""
        self._line.setContentsMargins(side, 12, side, 12)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The reason gets what the buttons leave."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A label that wraps asks for an odd width of its own: it is told how wide its words are, or how much room there is.
        margins = self._line.contentsMargins()
        buttons = self.primary.sizeHint().width() + (
            0 if self.back.isHidden() else self.back.sizeHint().width()
        )
        room = self.width() - margins.left() - margins.right() - buttons - THEME.px(16) - 60
        words = self.why.fontMetrics().horizontalAdvance(self.why.text()) + 4
        self.why.setFixedWidth(max(1, min(words, room)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line above it."""
        QPainter(self).fillRect(0, 0, self.width(), 1, THEME.color("outline"))
