"""A disk as a row of its partitions, with the stretches that hold data."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.cards import clear, column, row
from ui.widgets.parts.text import Label
from ui.widgets.views.view_widget import ViewCard
from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.view import DiskMap, DiskPart

_LEAST = 10.0  # px: nothing on the disk is too small to be seen


def part_colour(kind: str, number: int) -> QColor:
    """The ground of a stretch: partitions alternate, free space is pale, the footer stands out."""
    if kind == "free":
        return THEME.color("outline")
    if kind == "footer":
        return THEME.color("warning")
    ground = THEME.color("accent")
    ground.setAlphaF((0.30, 0.46)[number % 2])
    return ground


class _Bar(QWidget):
    """The drawing."""

    def __init__(self, view: DiskMap) -> None:
        super().__init__()
        self.view = view
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """A bar."""
        return QSize(THEME.px(300), THEME.px(40))

    def minimumSizeHint(self) -> QSize:
        """As high as that."""
        return QSize(THEME.px(80), THEME.px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Parts side by side; data as bars in full colour at the bottom."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        clip = QPainterPath()
        clip.addRoundedRect(whole, 4, 4)
        painter.setClipPath(clip)
        painter.fillRect(whole, THEME.color("window"))
        areas = self._areas()
        for number, (part, area) in enumerate(areas):
            painter.fillRect(area, part_colour(part.kind, number))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(THEME.color("accent"))
        band = self.height() * 0.34
        for part, area in areas:
            for left, width in self._data_in(part, area):
                painter.drawRect(QRectF(left, self.height() - band, max(1.0, width), band))
        painter.setClipping(False)
        painter.setPen(QPen(THEME.color("card"), 2))
        for _, area in areas[1:]:
            painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.setPen(QPen(THEME.color("border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(whole, 4, 4)

    def _areas(self) -> list[tuple[DiskPart, QRectF]]:
        total = sum(part.length for part in self.view.parts) or 1
        room = self.width() - _LEAST * len(self.view.parts)
        left, areas = 0.0, []
        for part in self.view.parts:
            width = _LEAST + room * part.length / total
            areas.append((part, QRectF(left, 0, width, self.height())))
            left += width
        return areas

    def _data_in(self, part: DiskPart, area: QRectF) -> list[tuple[float, float]]:
        shown: list[tuple[float, float]] = []
        for start, length in self.view.data:
            first, last = max(start, part.start), min(start + length, part.start + part.length)
            if last > first and part.length:
                left = area.left() + (first - part.start) / part.length * area.width()
                width = (last - first) / part.length * area.width()
                # Thousands of stretches lie on one pixel: those are drawn once.
                if shown and left <= shown[-1][0] + shown[-1][1] + 0.5:
                    shown[-1] = (shown[-1][0], max(shown[-1][1], left + width - shown[-1][0]))
                else:
                    shown.append((left, max(1.0, width)))
        return shown


class _Swatch(QWidget):
    """The colour of a stretch, beside its name."""

    def __init__(self, kind: str, number: int) -> None:
        super().__init__()
        self._kind, self._number = kind, number
        self.setFixedSize(THEME.px(12), THEME.px(16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A small square."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        area = QRectF(0.5, (self.height() - side) / 2 + 0.5, side - 1, side - 1)
        painter.setPen(QPen(THEME.color("border"), 1))
        colour = THEME.color("accent") if self._kind == "data" else part_colour(self._kind, self._number)
        painter.setBrush(colour)
        painter.drawRoundedRect(area, 2, 2)


class DiskMapCard(ViewCard):
    """The bar, and what each stretch is."""

    def __init__(self, view: DiskMap) -> None:
        super().__init__(view.title)
        self._view = view
        self._bar = _Bar(view)
        self.body.addWidget(self._bar)
        self._legend = column(gap=4)
        self.body.addLayout(self._legend)
        self.show_view(view)
        LANGUAGE.changed.connect(self._name)

    def show_view(self, view: DiskMap) -> None:
        """Another disk."""
        self._view = view
        self._bar.view = view
        self._bar.update()
        self.heading.say(msg("{title} · {size}", title=view.title, size=in_units(view.size)))
        clear(self._legend)
        for number, part in enumerate(view.parts):
            self._line(part.kind, number, part.label, part.length)
        if view.data:
            self._line("data", 0, msg("Data"), sum(length for _, length in view.data))
        self._name()

    def _name(self) -> None:
        parts = [f"{say(part.label)}, {in_units(part.length)}" for part in self._view.parts]
        self._bar.setAccessibleName("; ".join([say(self._view.title), *parts]))

    def _line(self, kind: str, number: int, label: Message, length: int) -> None:
        line = row(gap=8)
        line.addWidget(_Swatch(kind, number), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Label(label, "caption"), 1)
        line.addWidget(
            Label(in_units(length), "caption", tone="muted", wrap=False), 0, Qt.AlignmentFlag.AlignTop
        )
        self._legend.addLayout(line)
