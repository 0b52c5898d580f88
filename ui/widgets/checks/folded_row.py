"""A check in its shortest form: glyph, title, reason, rule. It is painted, so that a list may have many of them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.icons import paint as paint_icon
from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.checks.check_row import has_trouble, row_in_words, rule_id
from ui.widgets.checks.disclosure import FOLDED
from ui.widgets.checks.painting import draw_focus, draw_text, text_height
from ui.widgets.parts.pressable import Pressable
from ui.widgets.states import PENDING, Sign, of_row
from wizard.core.engine import CheckRow
from wizard.messages import Message

_SIDE, _TOP, _GAP, _BETWEEN = 16, 9, 12, 2  # as CheckRowWidget has them, so that nothing moves when it opens


class FoldedRow(Pressable):
    """A row that is clicked to open it; before anything was found there is nothing to open."""

    def __init__(self, line: CheckRow) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._line = line
        self._mark: Message | None = None
        self._title = self._reason = self._marked = ""
        self._heights: dict[int, int] = {}
        self.sign: Sign = PENDING
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._rescale)

    def show_row(self, line: CheckRow, running: bool, mark: Message | None = None) -> None:
        """Show what the check found; `mark` (Solved, New) stands beside it."""
        self._line, self._mark = line, mark
        self.sign = of_row(line, running)
        openable = line.finding is not None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if openable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if openable else Qt.CursorShape.ArrowCursor)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the words of the language in force, and read the whole row out."""
        line = self._line
        self._title = say(line.check.title)
        self._reason = say(line.finding.reason) if line.finding is not None else ""
        self._marked = say(self._mark) if self._mark is not None else ""
        words = row_in_words(line, self.sign, self._mark)
        self.setAccessibleName(f"{words}. {say(FOLDED)}" if line.finding is not None else words)
        self._rescale()

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as its words at that width."""
        if width not in self._heights:
            room = self._words_width(width)
            high = max(THEME.px(20), text_height(self._title, self._role, room))
            if self._reason:
                high += _BETWEEN + text_height(self._reason, "caption", room)
            self._heights[width] = 2 * _TOP + high
        return self._heights[width]

    def sizeHint(self) -> QSize:
        """As high as its words at the usual width."""
        return QSize(THEME.px(400), self.heightForWidth(max(self.width(), THEME.px(400))))

    def minimumSizeHint(self) -> QSize:
        """One line, any width."""
        return QSize(THEME.px(120), THEME.px(20) + 2 * _TOP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Glyph, words, mark, rule, chevron; trouble has a ground of its own."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, opens = self._line, self._line.finding is not None
        trouble = has_trouble(line)
        ground = QRectF(self.rect()).adjusted(6, 3, -6, -3)
        painter.setPen(Qt.PenStyle.NoPen)
        if trouble and line.finding is not None:
            painter.setBrush(THEME.color(f"{line.finding.outcome}_tint"))
            painter.drawRoundedRect(ground, 6, 6)
        elif opens and self.underMouse():
            painter.setBrush(THEME.color("hover"))
            painter.drawRoundedRect(ground, 6, 6)
        side, line_height = THEME.px(20), THEME.px(20)
        paint_icon(painter, self.sign.icon, THEME.color(self.sign.token), QRectF(_SIDE, _TOP, side, side))
        left, room = _SIDE + side + _GAP, self._words_width(self.width())
        title_height = max(line_height, text_height(self._title, self._role, room))
        quiet = not opens or line.stale
        title = QRect(left, _TOP, room, title_height)
        draw_text(painter, self._title, self._role, "muted" if quiet else "text", title)
        if self._reason:
            top = _TOP + title_height + _BETWEEN
            reason = QRect(left, top, room, self.height() - top)
            draw_text(painter, self._reason, "caption", "text" if trouble else "muted", reason)
        self._paint_right(painter, opens)
        if self.hasFocus():
            draw_focus(painter, self, inset=3)

    def _paint_right(self, painter: QPainter, opens: bool) -> None:
        right = self.width() - _SIDE
        side = THEME.px(20)
        if opens:
            inset = (side - THEME.px(16)) / 2
            area = QRectF(right - side + inset, _TOP + inset, THEME.px(16), THEME.px(16))
            paint_icon(painter, "chevron_down", THEME.color("text" if self.underMouse() else "muted"), area)
        right -= side
        for text, role, token in (
            (rule_id(self._line), "caption", "muted"),
            (self._marked, "caption_strong", "accent"),
        ):
            if text:
                wide = _advance(text, role)
                right -= _GAP + wide
                draw_text(painter, text, role, token, QRect(right, _TOP, wide + 1, side))

    @property
    def _role(self) -> str:
        return "strong" if has_trouble(self._line) else "body"

    def _words_width(self, width: int) -> int:
        """The room for title and reason: what glyph, mark, rule and chevron leave."""
        side = THEME.px(20)
        taken = 2 * _SIDE + side + _GAP + side
        for text, role in ((rule_id(self._line), "caption"), (self._marked, "caption_strong")):
            if text:
                taken += _GAP + _advance(text, role)
        return max(width - taken - _GAP, 1)

    def _rescale(self) -> None:
        self._heights.clear()
        self.updateGeometry()
        self.update()


def _advance(text: str, role: str) -> int:
    return QFontMetrics(THEME.font(role)).horizontalAdvance(text)
