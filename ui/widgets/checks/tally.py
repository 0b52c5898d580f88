"""What the checks of a section came to: a glyph and words for each outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.icons import paint as paint_icon
from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.checks.changes import solved_in_words
from ui.widgets.checks.counts import counted, outcomes
from ui.widgets.states import OUTCOMES, PENDING, RUNNING, STALE
from wizard.core.engine import CheckRow
from wizard.messages import Message, plural

_GAP = 14  # between one count and the next
_NEAR = 5  # between a glyph and its words

Part = tuple[str, str, Message]
"""The icon, the token of its colour, the words."""


def tally(rows: Sequence[CheckRow], running: bool, solved: int) -> tuple[Part, ...]:
    """What there is to say of these rows: their outcomes, or that they are still to be checked (again)."""
    stale = [line for line in rows if line.stale and line.finding is not None]
    unchecked = [line for line in rows if line.finding is None]
    if running and (stale or unchecked):
        return ((RUNNING.icon, RUNNING.token, RUNNING.word),)
    if stale:
        words = plural("{n} to check again", "{n} to check again", n=len(stale))
        return ((STALE.icon, STALE.token, words),)
    counts = outcomes(rows)
    parts: list[Part] = []
    for outcome, sign in OUTCOMES.items():
        if counts[outcome]:
            parts.append((sign.icon, sign.token, counted(outcome, counts[outcome])))
    if unchecked:
        words = plural("{n} not checked yet", "{n} not checked yet", n=len(unchecked))
        parts.append((PENDING.icon, PENDING.token, words))
    if solved:
        parts.append(("", "accent", solved_in_words(solved)))
    return tuple(parts)


class Tally(QWidget):
    """The counts beside each other, going on in the next line where there is no more room."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[Part, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        LANGUAGE.changed.connect(self._rescale)
        THEME.changed.connect(self._rescale)

    def show_parts(self, parts: tuple[Part, ...]) -> None:
        """Show these counts."""
        if parts != self._parts:
            self._parts = parts
            self._rescale()

    @property
    def in_words(self) -> str:
        """All counts, as a screen reader says them."""
        return ", ".join(say(words) for _, _, words in self._parts)

    def hasHeightForWidth(self) -> bool:
        """It wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many lines as it needs."""
        return max((area.bottom() + 1 for _, area in self._places(width)), default=THEME.px(20))

    def sizeHint(self) -> QSize:
        """All in one line."""
        wide = max((area.right() + 1 for _, area in self._places(100_000)), default=0)
        return QSize(wide, THEME.px(20))

    def minimumSizeHint(self) -> QSize:
        """One count."""
        return QSize(max((area.width() for _, area in self._places(100_000)), default=0), THEME.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Glyphs in their colours, words muted."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(THEME.font("caption"))
        side = THEME.px(16)
        for (icon, token, words), area in self._places(self.width()):
            left = area.left()
            if icon:
                top = area.top() + (area.height() - side) / 2
                paint_icon(painter, icon, THEME.color(token), QRectF(left, top, side, side))
                left += side + _NEAR
            painter.setPen(THEME.color("muted" if icon else token))
            text = QRect(left, area.top(), area.right() - left + 2, area.height())
            painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), say(words))

    def _places(self, width: int) -> Iterator[tuple[Part, QRect]]:
        metrics = QFontMetrics(THEME.font("caption"))
        left, top, high = 0, 0, THEME.px(20)
        for part in self._parts:
            wide = metrics.horizontalAdvance(say(part[2])) + (THEME.px(16) + _NEAR if part[0] else 0)
            if left and left + wide > width:
                left, top = 0, top + high
            yield part, QRect(left, top, wide, high)
            left += wide + _GAP

    def _rescale(self) -> None:
        self.updateGeometry()
        self.update()
