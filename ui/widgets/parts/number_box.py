"""A spin box drawn by us: under a style sheet Fusion's own loses its arrows."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QSizePolicy, QSpinBox, QWidget

from ui.icons import paint as paint_icon
from ui.theme import THEME
from ui.widgets.parts.frame import draw_frame
from ui.widgets.parts.names import name
from wizard.messages import msg


class NumberBox(QWidget):
    """A whole number with arrows to step it up and down."""

    changed = Signal(int)

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self.wrong = False
        self.spin = _Spin(self)
        self.spin.setRange(-(2**31), 2**31 - 1)
        self._least, self._most = least, most
        self.spin.valueChanged.connect(self.changed)
        self.up = _Arrow("chevron_up", self)
        self.down = _Arrow("chevron_down", self)
        self.up.clicked.connect(self._step_up)
        self.down.clicked.connect(self._step_down)
        self.setFocusProxy(self.spin)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name(self.up, msg("One more"))
        name(self.down, msg("One less"))
        THEME.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Room for six digits and the arrows."""
        return QSize(THEME.px(140), THEME.px(32) + 2)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """The field left, the arrows right."""
        side, high = THEME.px(28), self.height() - 6
        self.down.setGeometry(self.width() - side - 3, 3, side, high)
        self.up.setGeometry(self.width() - 2 * side - 3, 3, side, high)
        self.spin.setGeometry(10, 2, self.width() - 2 * side - 16, self.height() - 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame."""
        draw_frame(self, QPainter(self), focused=self.spin.hasFocus(), wrong=self.wrong)

    def _step_up(self) -> None:
        self.spin.setValue(min(self._most, max(self._least, self.spin.value() + 1)))

    def _step_down(self) -> None:
        self.spin.setValue(max(self._least, min(self._most, self.spin.value() - 1)))


class _Spin(QSpinBox):
    """The digits of a NumberBox: any number can be typed, and what is wrong with it is said beside it."""

    def __init__(self, parent: NumberBox) -> None:
        super().__init__(parent)
        self._box = parent
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setFrame(False)
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.lineEdit().setPalette(palette)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls, not the number."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame's ring."""
        super().focusInEvent(event)
        self._box.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self._box.update()


class _Arrow(QAbstractButton):
    """Steps a number; the keyboard has its own arrows, so it takes no focus."""

    def __init__(self, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoRepeat(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """An icon, on a ground under the mouse."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(THEME.color("pressed"))
            painter.drawRoundedRect(self.rect(), 3, 3)
        side = THEME.px(14)
        area = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_icon(painter, self._icon, THEME.color("muted" if self.isEnabled() else "disabled"), area)
