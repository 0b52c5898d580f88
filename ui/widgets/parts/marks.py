"""The box of a tick and the dot of a choice, and the row that belongs to them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.icons import paint as paint_icon
from ui.theme import THEME


class Mark(QAbstractButton):
    """The box of a tick, or the dot of a choice. The words stand beside it, so that they can wrap."""

    def __init__(self, *, dot: bool = False) -> None:
        super().__init__()
        self._dot = dot
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """The mark, and room for its focus ring."""
        side = THEME.px(20) + 4
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks; Enter is the page's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Empty, or filled with the accent's colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = THEME.px(18)
        area = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        on, usable = self.isChecked(), self.isEnabled()
        line = "accent" if on else "border"
        painter.setPen(QPen(THEME.color(line if usable else "disabled"), 1))
        ground = "accent" if on else "hover" if self.underMouse() else "field"
        painter.setBrush(THEME.color(ground if usable else "disabled" if on else "disabled_ground"))
        inner = area.adjusted(0.5, 0.5, -0.5, -0.5)
        if self._dot:
            painter.drawEllipse(inner)
            if on:
                painter.setBrush(THEME.color("on_accent"))
                quarter = side * 0.28
                painter.drawEllipse(inner.adjusted(quarter, quarter, -quarter, -quarter))
        else:
            painter.drawRoundedRect(inner, 4, 4)
            if on:
                paint_icon(painter, "checkmark", THEME.color("on_accent"), area.adjusted(1, 1, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(THEME.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawEllipse(ring) if self._dot else painter.drawRoundedRect(ring, 5, 5)


class ClickRow(QWidget):
    """A row whose whole width ticks its mark."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the row counts."""
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside and self.mark.isEnabled():
            self.mark.click()
        super().mouseReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow being enabled or not."""
        super().changeEvent(event)
        self.update()
