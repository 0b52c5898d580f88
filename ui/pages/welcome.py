"""The first page: start a journey, open one, practise, or go on with a recent one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from ui.icons import paint as paint_icon
from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Card, Glyph, Rule, clear, column, row
from ui.widgets.parts.pressable import Pressable
from ui.widgets.parts.scroll import WIDTH as SCROLL_BAR
from ui.widgets.parts.scroll import ScrollArea
from ui.widgets.parts.text import Elided, Label
from wizard.messages import Message, msg

_TEXT_WIDTH = 760


class _Tile(Pressable):
    """A large button: an icon, what it does, and a sentence on it."""

    def __init__(self, title: Message, detail: Message, icon: str, tone: str) -> None:
        super().__init__()
        self._title, self._detail, self._icon, self._tone = title, detail, icon, tone
        words = self._lines = column(self, gap=4)
        for label in (Label(title, "strong"), Label(detail, "caption", tone="muted")):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            words.addWidget(label)
        words.addStretch(1)
        self._rescale()
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._rescale)

    def retranslate(self) -> None:
        """Name it."""
        self.setAccessibleName(say(self._title))
        self.setAccessibleDescription(say(self._detail))

    def sizeHint(self) -> QSize:
        """As its words need."""
        return self._lines.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self._lines.minimumSize()

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the words at that width."""
        return self._lines.heightForWidth(width)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card with an icon on a tinted ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        focused = self.hasFocus()
        painter.setPen(QPen(THEME.color("accent" if focused else "outline"), 2 if focused else 1))
        ground = "pressed" if self.isDown() else "hover" if self.underMouse() else "card"
        painter.setBrush(THEME.color(ground))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5) if focused else area, 8, 8)
        side = THEME.px(40)
        plate = QRectF(16, 16, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(THEME.color(f"{self._tone}_tint"))
        painter.drawRoundedRect(plate, 8, 8)
        inset = side * 0.22
        paint_icon(painter, self._icon, THEME.color(self._tone), plate.adjusted(inset, inset, -inset, -inset))

    def _rescale(self) -> None:
        self._lines.setContentsMargins(16, 16 + THEME.px(40) + 12, 16, 16)
        self.updateGeometry()


class _Recent(Pressable):
    """A journey that was open before."""

    def __init__(self, path: Path) -> None:
        super().__init__(QSizePolicy.Policy.Fixed)
        self.path = path
        line = self._lines = row(self, gap=12)
        line.setContentsMargins(16, 9, 16, 9)
        line.addWidget(Glyph("history", "muted", line=20), 0, Qt.AlignmentFlag.AlignVCenter)
        words = column(gap=0)
        for label in (Elided(path.stem), Elided(str(path.parent), "caption", tone="muted", middle=True)):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            words.addWidget(label)
        line.addLayout(words, 1)
        line.addWidget(Glyph("chevron_right", "muted", size=16), 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(path.stem)
        self.setAccessibleDescription(str(path))

    def sizeHint(self) -> QSize:
        """As its words need."""
        return self._lines.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A ground under the mouse, a ring with the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(5, 2, -5, -2)
        painter.setPen(QPen(THEME.color("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(THEME.color("hover") if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 6, 6)


class WelcomePage(QWidget):
    """Three tiles and the recent journeys."""

    new_wished = Signal()
    open_wished = Signal()
    practice_wished = Signal()
    recent_wished = Signal(str)

    def __init__(self, recent: Sequence[str]) -> None:
        super().__init__()
        self._content = QWidget()
        self._column = column(self._content, gap=12)
        self._column.addWidget(Label(msg("From a VHD to a proven address"), "page_title"))
        self._column.addWidget(
            Label(
                msg(
                    "This wizard takes one virtual machine image to the Azure China Marketplace, step by step: "
                    "it checks the disk, uploads it, creates the link for the portal and proves that it works."
                ),
                tone="muted",
            )
        )
        self._column.addSpacing(8)
        self._tiles = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._tiles.setSpacing(12)
        self.new = _Tile(msg("New journey"), msg("Start with an image of your own."), "add", "accent")
        self.open = _Tile(msg("Open a journey…"), msg("Go on where you stopped."), "folder_open", "accent")
        self.practice = _Tile(
            msg("Practise"),
            msg(
                "Walk the whole way on this computer, with a sample image. Nothing is real, nothing can break."
            ),
            "beaker",
            "warning",
        )
        for tile, signal in (
            (self.new, self.new_wished),
            (self.open, self.open_wished),
            (self.practice, self.practice_wished),
        ):
            tile.clicked.connect(signal)
            self._tiles.addWidget(tile, 1)
        self._column.addLayout(self._tiles)
        self._column.addSpacing(8)
        self._card = Card(margin=0)
        self._card.body.setSpacing(0)
        self._column.addWidget(Label(msg("Recent journeys"), "strong"))
        self._column.addWidget(self._card)
        self._column.addStretch(1)
        column(self).addWidget(ScrollArea(self._content))
        self.show_recent(recent)

    def show_recent(self, recent: Sequence[str]) -> None:
        """Show these journeys, newest first."""
        clear(self._card.body)
        self._card.body.setContentsMargins(0, 4, 0, 4)
        paths = [Path(each) for each in recent]
        if not paths:
            empty = row(gap=12)
            empty.setContentsMargins(16, 12, 16, 12)
            empty.addWidget(Label(msg("No journeys yet."), tone="muted"), 1)
            start = Button(msg("Start the first one"))
            start.clicked.connect(self.new_wished)
            empty.addWidget(start)
            self._card.body.addLayout(empty)
            return
        for number, path in enumerate(paths):
            if number:
                self._card.body.addWidget(Rule(inset=16))
            line = _Recent(path)
            line.clicked.connect(self._clicked)
            self._card.body.addWidget(line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page keeps a width that reads well; narrow ones have the tiles above each other."""
        super().resizeEvent(event)
        room = event.size().width()
        side = max(32, (room - round(_TEXT_WIDTH * min(THEME.scale, 1.25))) // 2)
        self._column.setContentsMargins(side, 40, side - SCROLL_BAR, 32)
        narrow = room / THEME.scale < 560
        self._tiles.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    def _clicked(self) -> None:
        line = self.sender()
        if isinstance(line, _Recent):
            self.recent_wished.emit(str(line.path))
