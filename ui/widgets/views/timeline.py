"""A span of time as a line: where it starts and ends, what is reached between, and where now is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.formats import local, utc
from ui.widgets.views.view_widget import ViewCard
from wizard.messages import msg
from wizard.view import Moment, Timeline

_GAP = 12


@dataclass(frozen=True, slots=True)
class _Placed:
    """A moment with the left edge and width of its words, and its point on the line (px)."""

    moment: Moment
    point: float
    left: float
    width: float


class _Line(QWidget):
    """The drawing: names above, dates under, the time that is covered in the accent's colour."""

    def __init__(self, view: Timeline) -> None:
        super().__init__()
        self.view = view
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Two lines of words above or under each other, twice, and the line between."""
        return QSize(THEME.px(300), THEME.px(150 if self._crowded() else 96))

    def minimumSizeHint(self) -> QSize:
        """As high as that."""
        return QSize(THEME.px(120), self.sizeHint().height())

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Narrow lines need a second row of words."""
        self.updateGeometry()

    def retranslate(self) -> None:
        """Read it out."""
        parts = [f"{say(each.label)}: {utc(each.at)}" for each in self._moments()]
        self.setAccessibleName("; ".join([say(self.view.title), *parts]))
        self.setToolTip("\n".join(parts))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        crowded = self._crowded()
        y = self.height() / 2
        self._draw_track(painter, y)
        for number, placed in enumerate(self._placed()):
            # Where words would meet, every other moment has its words under the line, the others above it.
            self._draw_words(painter, placed, y, above=not crowded or number % 2 == 0, split=not crowded)
            self._draw_point(painter, placed, y)
        self._draw_now(painter, y)

    def _moments(self) -> list[Moment]:
        return sorted((self.view.starts, *self.view.between, self.view.ends), key=lambda each: each.at)

    def _x(self, at: datetime) -> float:
        first = min(self.view.starts.at, self.view.now)
        last = max(self.view.ends.at, self.view.now)
        span = (last - first).total_seconds() or 1.0
        inset = 8.0
        return inset + (at - first).total_seconds() / span * (self.width() - 2 * inset)

    def _placed(self) -> list[_Placed]:
        strong = QFontMetrics(THEME.font("caption_strong"))
        plain = QFontMetrics(THEME.font("caption"))
        placed = []
        for moment in self._moments():
            width = max(
                plain.horizontalAdvance(say(moment.label)),
                strong.horizontalAdvance(local(moment.at)),
                plain.horizontalAdvance(utc(moment.at)),
            )
            point = self._x(moment.at)
            left = min(max(0.0, point - width / 2), max(0.0, self.width() - width))
            placed.append(_Placed(moment, point, left, width))
        return placed

    @property
    def _far(self) -> bool:
        """Whether this computer's clock shows another time than UTC."""
        return bool(self.view.now.astimezone().utcoffset())

    def _crowded(self) -> bool:
        placed = self._placed()
        return any(one.left + one.width + _GAP > other.left for one, other in pairwise(placed))

    def _draw_track(self, painter: QPainter, y: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(THEME.color("outline"))
        painter.drawRoundedRect(QRectF(0, y - 4, self.width(), 8), 4, 4)
        starts, ends = self._x(self.view.starts.at), self._x(self.view.ends.at)
        over = self.view.now > self.view.ends.at
        painter.setBrush(THEME.color("failed" if over else "accent"))
        painter.drawRoundedRect(QRectF(starts, y - 4, max(8.0, ends - starts), 8), 4, 4)

    def _draw_point(self, painter: QPainter, placed: _Placed, y: float) -> None:
        painter.setPen(QPen(THEME.color("card"), 2))
        painter.setBrush(THEME.color("failed" if self.view.now > self.view.ends.at else "accent"))
        painter.drawEllipse(QPointF(placed.point, y), 7, 7)

    def _draw_words(self, painter: QPainter, placed: _Placed, y: float, *, above: bool, split: bool) -> None:
        line = THEME.px(17)
        align = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        lines = (
            (say(placed.moment.label), "caption", "muted"),
            (local(placed.moment.at), "caption_strong", "text"),
            (utc(placed.moment.at) if self._far else "", "caption", "muted"),
        )
        if split:
            tops = (y - 12 - line, y + 10, y + 10 + line)
        elif above:
            tops = (y - 10 - 3 * line, y - 10 - 2 * line, y - 10 - line)
        else:
            tops = (y + 10, y + 10 + line, y + 10 + 2 * line)
        for (text, role, token), top in zip(lines, tops, strict=True):
            painter.setFont(THEME.font(role))
            painter.setPen(THEME.color(token))
            painter.drawText(QRectF(placed.left - 2, top, placed.width + 4, line), align, text)

    def _draw_now(self, painter: QPainter, y: float) -> None:
        x = self._x(self.view.now)
        painter.setPen(QPen(THEME.color("text"), 2))
        painter.drawLine(QPointF(x, y - 9), QPointF(x, y + 9))


class TimelineCard(ViewCard):
    """The line in a card; its title says where now is."""

    def __init__(self, view: Timeline) -> None:
        super().__init__(view.title)
        self._line = _Line(view)
        self.body.addWidget(self._line)
        self.show_view(view)

    def show_view(self, view: Timeline) -> None:
        """Another span."""
        self.heading.say(msg("{title} · now {now}", title=view.title, now=local(view.now)))
        self._line.view = view
        self._line.retranslate()
        self._line.updateGeometry()
