"""The drawing of a disk: its partitions side by side, and under them where it holds data."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.text import as_tip
from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.view import DiskMap, DiskPart

_LEAST: Final = 10.0  # px: nothing on the disk is too small to be seen, as long as there is room for all
_SEPARATED: Final = (
    6.0  # px: narrower stretches are not parted by a line, there would be nothing left of them
)
_PARTS: Final = 36  # px at 100 %: the height of the partitions
_DATA: Final = 16  # px at 100 %: the height of the data under them


def part_colour(kind: str, number: int) -> QColor:
    """The ground of a stretch: partitions alternate, free space is pale, the footer stands out."""
    if kind in ("free", "zeros"):
        return THEME.color("outline")
    if kind == "footer":
        return THEME.color("warning")
    ground = THEME.color("accent")
    ground.setAlphaF((0.22, 0.38)[number % 2])
    return ground


def in_words(part: DiskPart) -> Message:
    """What a stretch is, where it begins and how long it is."""
    return msg(
        "{part} · from {start} · {size}",
        part=part.label,
        start=in_units(part.start),
        size=in_units(part.length),
    )


class DiskBar(QWidget):
    """Partitions above, data below. The stretch under the mouse, or the one chosen by the arrow keys, is told by `chosen`."""

    chosen = Signal(object)

    def __init__(self, view: DiskMap) -> None:
        super().__init__()
        self.view = view
        self.current: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        THEME.changed.connect(self.updateGeometry)
        LANGUAGE.changed.connect(self._describe)

    def show_view(self, view: DiskMap) -> None:
        """Another disk."""
        self.view = view
        self._choose(None)
        self.update()

    def sizeHint(self) -> QSize:
        """Two bars, one under the other."""
        return QSize(THEME.px(300), THEME.px(_PARTS + _DATA))

    def minimumSizeHint(self) -> QSize:
        """As high as that."""
        return QSize(THEME.px(80), THEME.px(_PARTS + _DATA))

    def areas(self) -> list[tuple[DiskPart, QRectF]]:
        """Every stretch of the disk with its place in the drawing."""
        parts = self.view.parts
        total = sum(part.length for part in parts) or 1
        least = min(_LEAST, self.width() / 2 / max(len(parts), 1))
        room = self.width() - least * len(parts)
        left, areas = 0.0, []
        for part in parts:
            width = least + room * part.length / total
            areas.append((part, QRectF(left, 0, width, self.height())))
            left += width
        return areas

    def data_in(self, part: DiskPart, area: QRectF) -> list[tuple[float, float]]:
        """Where data of this stretch is drawn: left edge and width."""
        shown: list[tuple[float, float]] = []
        for start, length in self.view.data:
            first, last = max(start, part.start), min(start + length, part.start + part.length)
            if last <= first or not part.length:
                continue
            left = area.left() + (first - part.start) / part.length * area.width()
            width = max((last - first) / part.length * area.width(), 1.0)
            left = min(left, area.right() - width)  # what lies at the very end has its pixel too
            # Thousands of stretches lie on one pixel: those are drawn once.
            if shown and left <= shown[-1][0] + shown[-1][1] + 0.5:
                shown[-1] = (shown[-1][0], max(shown[-1][1], left + width - shown[-1][0]))
            else:
                shown.append((left, width))
        return shown

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The partitions with their names, where there is room for them; under them a strip with the data."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        clip = QPainterPath()
        clip.addRoundedRect(whole, 4, 4)
        painter.setClipPath(clip)
        painter.fillRect(whole, THEME.color("window"))
        areas = self.areas()
        strip = self.height() - THEME.px(_DATA)
        for number, (part, area) in enumerate(areas):
            painter.fillRect(QRectF(area.left(), 0, area.width(), strip), part_colour(part.kind, number))
            self._draw_name(painter, part, QRectF(area.left(), 0, area.width(), strip))
        for part, area in areas:
            for left, width in self.data_in(part, area):
                painter.fillRect(QRectF(left, strip, width, self.height() - strip), THEME.color("accent"))
        painter.fillRect(QRectF(0, strip - 1, self.width(), 1), THEME.color("card"))
        for (_, before), (_, area) in pairwise(areas):
            if min(before.width(), area.width()) >= _SEPARATED:
                painter.fillRect(QRectF(area.left() - 0.5, 0, 1, strip), THEME.color("card"))
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(THEME.color("border"), 1))
        painter.drawRoundedRect(whole, 4, 4)
        self._draw_current(painter, areas, strip)

    def _draw_name(self, painter: QPainter, part: DiskPart, area: QRectF) -> None:
        font = THEME.font("caption")
        inside = area.adjusted(6, 0, -6, 0)
        metrics = QFontMetrics(font)
        if part.kind == "footer" or inside.width() < metrics.horizontalAdvance("0"):
            return
        words = say(part.label)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(inside.width()))
        if shown != words and len(shown) < 5:
            shown = words.split(":")[0] if part.kind == "partition" else ""
            if metrics.horizontalAdvance(shown) > inside.width():
                return
        painter.setFont(font)
        painter.setPen(THEME.color("text"))
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)

    def _draw_current(self, painter: QPainter, areas: list[tuple[DiskPart, QRectF]], strip: int) -> None:
        if self.current is not None and self.current < len(areas):
            area = areas[self.current][1]
            frame = QRectF(area.left(), 0, max(area.width(), 3.0), strip).adjusted(1, 1, -1, -1)
            painter.setPen(QPen(THEME.color("text"), 2))
            painter.drawRoundedRect(frame, 2, 2)
        if self.hasFocus():
            painter.setPen(QPen(THEME.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    # The mouse and the keyboard

    def event(self, event: QEvent) -> bool:
        """A tooltip for each stretch."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(event.pos().x())
            text = "" if place is None else say(in_words(self.view.parts[place]))
            QToolTip.showText(event.globalPos(), as_tip(text), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the mouse."""
        self._choose(self._at(event.position().x()))

    def leaveEvent(self, _event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        if not self.hasFocus():
            self._choose(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go from stretch to stretch."""
        last, at = len(self.view.parts) - 1, self.current
        wished = {
            Qt.Key.Key_Right: 0 if at is None else min(at + 1, last),
            Qt.Key.Key_Left: last if at is None else max(at - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wished is None or last < 0:
            super().keyPressEvent(event)
        else:
            self._choose(wished)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin with the first stretch."""
        super().focusInEvent(event)
        if self.current is None and self.view.parts:
            self._choose(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget what was chosen."""
        super().focusOutEvent(event)
        self._choose(None)

    def _at(self, x: float) -> int | None:
        areas = enumerate(self.areas())
        return next((number for number, (_, area) in areas if area.left() <= x < area.right()), None)

    def _choose(self, place: int | None) -> None:
        if place != self.current:
            self.current = place
            self._describe()
            self.chosen.emit(place)
            self.update()

    def _describe(self) -> None:
        """What a screen reader says of the stretch that is chosen."""
        part = self.view.parts[self.current] if self.current is not None else None
        self.setAccessibleDescription(say(in_words(part)) if part is not None else "")
