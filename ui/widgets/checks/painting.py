"""What the painted parts of a list of checks share."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import THEME
from ui.widgets.parts.text import breakable

_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


def draw_focus(painter: QPainter, widget: QWidget, *, inset: int = 1) -> None:
    """The ring that shows where the keyboard is."""
    painter.setPen(QPen(THEME.color("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)


def text_height(text: str, role: str, width: int) -> int:
    """How high the text is in that role, wrapped at `width`."""
    room = QRect(0, 0, max(width, 1), 1_000_000)
    return QFontMetrics(THEME.font(role)).boundingRect(room, _WRAPPED, breakable(text)).height()


def draw_text(painter: QPainter, text: str, role: str, token: str, area: QRect) -> None:
    """Draw the text in that role and colour, wrapped at the width of the area."""
    painter.setFont(THEME.font(role))
    painter.setPen(THEME.color(token))
    painter.drawText(area, _WRAPPED, breakable(text))
