"""The frame that every field shares."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import THEME


def draw_frame(widget: QWidget, painter: QPainter, *, focused: bool, wrong: bool = False) -> None:
    """The frame of a field: one line, two in the accent's colour where the focus is."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    enabled = widget.isEnabled()
    width = 2 if focused else 1
    token = "accent" if focused else "failed" if wrong else "border" if enabled else "outline"
    painter.setPen(QPen(THEME.color(token), width))
    painter.setBrush(THEME.color("field" if enabled else "disabled_ground"))
    inset = width / 2
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)
