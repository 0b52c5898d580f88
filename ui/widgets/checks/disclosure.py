"""The chevron that folds a row, and the words for open and folded."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.icons import paint as paint_icon
from ui.language import say
from ui.theme import THEME
from ui.widgets.checks.painting import draw_focus
from ui.widgets.parts.pressable import Pressable
from wizard.messages import Message, msg

OPEN: Final = msg("Expanded")
FOLDED: Final = msg("Collapsed")


class Disclosure(Pressable):
    """A chevron at the end of an open row."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self.updateGeometry)

    def name_after(self, title: Message) -> None:
        """Say what it folds, and that this is open."""
        self.setAccessibleName(f"{say(title)}. {say(OPEN)}")

    def sizeHint(self) -> QSize:
        """The chevron and its focus ring."""
        side = THEME.px(20)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A chevron that points up."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = THEME.px(16)
        area = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_icon(painter, "chevron_up", THEME.color("text" if self.underMouse() else "muted"), area)
        if self.hasFocus():
            draw_focus(painter, self)
