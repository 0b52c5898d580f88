"""A scroll area with thin scroll bars that stay out of the way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QScrollArea,
    QScrollBar,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from ui.theme import THEME

WIDTH = 12


class ScrollBar(QScrollBar):
    """A rounded handle without a groove; wider while the mouse is over it."""

    def __init__(self, orientation: Qt.Orientation) -> None:
        super().__init__(orientation)
        self._over = False

    def sizeHint(self) -> QSize:
        """Thin."""
        hint = super().sizeHint()
        if self.orientation() == Qt.Orientation.Vertical:
            return QSize(WIDTH, hint.height())
        return QSize(hint.width(), WIDTH)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wider under the mouse."""
        self._over = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Thin again."""
        self._over = False
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Only the handle, where the style has it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = QRectF(
            self.style().subControlRect(
                QStyle.ComplexControl.CC_ScrollBar, option, QStyle.SubControl.SC_ScrollBarSlider, self
            )
        )
        if self.maximum() <= self.minimum():
            return
        thick = 6.0 if self._over or self.isSliderDown() else 3.0
        if self.orientation() == Qt.Orientation.Vertical:
            handle = QRectF(self.width() - thick - 3, handle.top(), thick, handle.height())
        else:
            handle = QRectF(handle.left(), self.height() - thick - 3, handle.width(), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(THEME.color("border"))
        painter.drawRoundedRect(handle, thick / 2, thick / 2)


def thin_bars(area: QAbstractScrollArea) -> None:
    """Give the area the thin scroll bars."""
    area.setVerticalScrollBar(ScrollBar(Qt.Orientation.Vertical))
    area.setHorizontalScrollBar(ScrollBar(Qt.Orientation.Horizontal))


class ScrollArea(QScrollArea):
    """Scrolls one widget up and down; it is as wide as the area."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        thin_bars(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        # Always there, drawn only where there is something to scroll: the text does not jump when it comes.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The window's own ground shows through.
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
