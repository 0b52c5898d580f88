"""A disk as a row of its partitions, with the data and the holes in it, and what each of them is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.cards import clear, column, row
from ui.widgets.parts.text import Label
from ui.widgets.views.disk_bar import DiskBar, in_words, part_colour
from ui.widgets.views.view_widget import ViewCard
from wizard.figures import in_units
from wizard.messages import Message, msg, plural
from wizard.view import DiskMap

# A longer list would push everything else off the page; of a disk with more parts the largest are named.
_NAMED_MOST: Final = 10


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
        if self._kind in ("data", "hole"):
            painter.setBrush(THEME.color("accent" if self._kind == "data" else "window"))
        else:
            painter.setBrush(part_colour(self._kind, self._number))
        painter.drawRoundedRect(area, 2, 2)


class DiskMapCard(ViewCard):
    """The bar, a line about the stretch that is pointed at, and what each stretch is."""

    def __init__(self, view: DiskMap) -> None:
        super().__init__(view.title)
        self._view = view
        self.bar = DiskBar(view)
        self.bar.chosen.connect(self._point)
        self._pointed = Label("", "caption", tone="muted")
        drawing = column(gap=4)
        drawing.addWidget(self.bar)
        drawing.addWidget(self._pointed)
        self.body.addLayout(drawing)
        self._legend = column(gap=4)
        self.body.addLayout(self._legend)
        self.show_view(view)
        LANGUAGE.changed.connect(self._name)

    def show_view(self, view: DiskMap) -> None:
        """Another disk."""
        self._view = view
        self.bar.show_view(view)
        self.heading.say(msg("{title} · {size}", title=view.title, size=in_units(view.size)))
        self._point(None)
        clear(self._legend)
        self._line("data", 0, msg("Data"), self._data_bytes)
        if self._hole_bytes:
            self._line("hole", 0, msg("Holes: zeros, which are not sent"), self._hole_bytes)
        named = self._named()
        for number, part in enumerate(view.parts):
            if number in named:
                self._line(part.kind, number, part.label, part.length, part.detail)
        others = [part for number, part in enumerate(view.parts) if number not in named]
        if others:
            more = plural("{n} more", "{n} more", n=len(others))
            self._line("partition", 0, more, sum(part.length for part in others))
        self._name()

    @property
    def _data_bytes(self) -> int:
        view = self._view
        return sum(length for _, length in view.data) if view.data_bytes is None else view.data_bytes

    @property
    def _hole_bytes(self) -> int:
        footer = sum(part.length for part in self._view.parts if part.kind == "footer")
        return max(self._view.size - footer - self._data_bytes, 0)

    def _named(self) -> frozenset[int]:
        """The numbers of the stretches that have a line of their own."""
        parts = self._view.parts
        if len(parts) <= _NAMED_MOST:
            return frozenset(range(len(parts)))
        largest = sorted(range(len(parts)), key=lambda number: -parts[number].length)
        return frozenset(largest[: _NAMED_MOST - 1])

    def _point(self, place: int | None) -> None:
        self._pointed.say(
            in_words(self._view.parts[place])
            if place is not None
            else msg("Above its partitions, below its data. Point at one to see where it lies.")
        )

    def _name(self) -> None:
        named = self._named()
        parts = [
            ", ".join((say(part.label), in_units(part.length), *((say(part.detail),) if part.detail else ())))
            for number, part in enumerate(self._view.parts)
            if number in named
        ]
        parts.append(f"{say(msg('Data'))}, {in_units(self._data_bytes)}")
        self.bar.setAccessibleName("; ".join([say(self._view.title), *parts]))

    def _line(
        self, kind: str, number: int, label: Message, length: int, detail: Message | None = None
    ) -> None:
        line = row(gap=8)
        line.addWidget(_Swatch(kind, number), 0, Qt.AlignmentFlag.AlignTop)
        words = column(gap=0)
        words.addWidget(Label(label, "caption"))
        if detail is not None:
            words.addWidget(Label(detail, "caption", tone="muted"))
        line.addLayout(words, 1)
        line.addWidget(
            Label(in_units(length), "caption", tone="muted", wrap=False), 0, Qt.AlignmentFlag.AlignTop
        )
        self._legend.addLayout(line)
