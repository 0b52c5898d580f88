"""The steps of the journey, each with its state and the reason for it; narrow windows show the signs alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.names import name
from ui.widgets.parts.pressable import Pressable
from ui.widgets.parts.scroll import ScrollArea
from ui.widgets.parts.text import Label, as_tip
from ui.widgets.states import Sign, of_state
from wizard.core.status import Status
from wizard.messages import Message, msg
from wizard.step import State, Step

WIDTH = 248
COMPACT_WIDTH = 56


class StepRow(Pressable):
    """A step: its sign, its name, and under that why it stands so. `left` asks for the next row or the one before."""

    left = Signal(int)

    def __init__(self, number: int, step: Step) -> None:
        super().__init__()
        self.step = step
        self._number = number
        self._why: Message | None = None
        self._sign: Sign = of_state(State.READY)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._glyph = Glyph("circle", "pending", line=20)
        self._name = Label(step.title)
        self._second = Label("", "caption", tone="muted")
        for each in (self._glyph, self._name, self._second):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = column(gap=0)
        self._words.addWidget(self._name)
        self._words.addWidget(self._second)
        line = self._line = row(self, gap=12)
        line.setContentsMargins(12, 9, 8, 9)
        line.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(self._words, 1)
        self.toggled.connect(self._emphasise)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    def show_status(self, status: Status, progress: str) -> None:
        """Show where the step stands; `progress` (46 %) takes the place of the reason while it runs."""
        self._sign = of_state(status.state)
        self._glyph.set(self._sign.icon, self._sign.token, self._sign.word)
        why = (
            msg("{work} · {progress}", work=status.why, progress=progress)
            if progress and status.why
            else status.why
        )
        self._why = why
        self._second.setVisible(why is not None and self._name.isVisibleTo(self))
        if why is not None:
            self._second.say(why)
        self.retranslate()

    def set_compact(self, compact: bool) -> None:
        """Show the sign alone."""
        self._name.setVisible(not compact)
        self._second.setVisible(not compact and self._why is not None)

    def retranslate(self) -> None:
        """Read the row out."""
        parts = [f"{self._number}. {say(self.step.title)}", say(self._sign.word)]
        if self._why is not None:
            parts.append(say(self._why))
        self.setAccessibleName(". ".join(parts))
        self.setToolTip(as_tip("\n".join(parts)) if self._name.isHidden() else f"Alt+{self._number}")

    def sizeHint(self) -> QSize:
        """As high as its words need at the usual width."""
        return QSize(WIDTH, self.heightForWidth(WIDTH))

    def minimumSizeHint(self) -> QSize:
        """The same height, any width."""
        return QSize(THEME.px(20) + 24, THEME.px(40))

    def hasHeightForWidth(self) -> bool:
        """Words wrap; a sign alone does not."""
        return self._line.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """As high as the words at that width."""
        return max(THEME.px(40), self._line.heightForWidth(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the step; the arrows go up and down."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.left.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The open step is tinted, with a bar at its left."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(THEME.color("accent_tint" if self.isChecked() else "pressed"))
            painter.drawRoundedRect(area, 4, 4)
        if self.isChecked():
            painter.setBrush(THEME.color("accent"))
            painter.drawRoundedRect(QRectF(0, 8, 3, self.height() - 16), 1.5, 1.5)
        if self.hasFocus():
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(THEME.color("accent"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _emphasise(self, on: bool) -> None:
        self._name.set_role("strong" if on else "body")


class Stepper(QWidget):
    """The column of steps. `opened` gives the id of the step a person wants to see."""

    opened = Signal(str)

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__()
        self._compact = False
        self.rows = {step.id: StepRow(number, step) for number, step in enumerate(steps, 1)}
        inside = QWidget()
        lines = column(inside, gap=2)
        lines.setContentsMargins(8, 12, 0, 12)
        for line in self.rows.values():
            line.clicked.connect(self._clicked)
            line.left.connect(self._move)
            lines.addWidget(line)
        lines.addStretch(1)
        column(self).addWidget(ScrollArea(inside))
        name(self, msg("Steps of the journey"))
        self._resize()
        THEME.changed.connect(self._resize)

    def show_status(self, step_id: str, status: Status, progress: str = "") -> None:
        """Show where a step stands."""
        self.rows[step_id].show_status(status, progress)

    def choose(self, step_id: str) -> None:
        """Show that step as the open one."""
        self.rows[step_id].setChecked(True)

    def set_compact(self, compact: bool) -> None:
        """Show signs alone, or signs and words."""
        if compact != self._compact:
            self._compact = compact
            for line in self.rows.values():
                line.set_compact(compact)
            self._resize()

    def _clicked(self) -> None:
        line = self.sender()
        if isinstance(line, StepRow):
            self.opened.emit(line.step.id)

    def _move(self, by: int) -> None:
        lines = list(self.rows.values())
        place = next((place for place, line in enumerate(lines) if line is self.sender()), 0) + by
        if 0 <= place < len(lines):
            lines[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _resize(self) -> None:
        # Words grow faster than the column: above 125 % the second line wraps instead.
        wide = THEME.px(20) + 44 if self._compact else min(THEME.px(WIDTH), 320)
        self.setFixedWidth(wide)
