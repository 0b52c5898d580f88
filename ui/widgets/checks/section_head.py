"""The heading of a section of checks: it says what they came to, and folds or opens them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.checks.disclosure import FOLDED, OPEN
from ui.widgets.checks.painting import draw_focus
from ui.widgets.checks.tally import Tally, tally
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.pressable import Pressable
from ui.widgets.parts.text import Label
from wizard.core.engine import CheckRow
from wizard.messages import Message


class SectionHead(Pressable):
    """A chevron, the title, the counts; below them why all were skipped."""

    def __init__(self, title: Message) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._words = title
        self._is_open = False
        self._chevron = Glyph("chevron_right", "muted", size=16, line=20)
        self._title = Label(title, "strong", wrap=False)
        self._tally = Tally()
        self._why = Label("", "caption", tone="muted")
        self._why.hide()
        line = row(gap=12)
        line.addWidget(self._title, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._tally, 1, Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        words.addLayout(line)
        words.addWidget(self._why)
        self._line = row(self, gap=14)
        self._line.setContentsMargins(18, 11, 16, 11)
        self._line.addWidget(self._chevron, 0, Qt.AlignmentFlag.AlignTop)
        self._line.addLayout(words, 1)
        for each in (self._chevron, self._title, self._tally, self._why):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._rescale()
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._rescale)

    def show_rows(
        self, rows: Sequence[CheckRow], running: bool, solved: int, why: Message | None, *, is_open: bool
    ) -> None:
        """Show what these rows came to, why there is nothing more to say of them, and whether they stand open below."""
        self._is_open = is_open
        self._chevron.set("chevron_down" if is_open else "chevron_right", "muted")
        self._tally.show_parts(tally(rows, running, solved))
        self._why.setVisible(why is not None)
        if why is not None:
            self._why.say(why)
        self.retranslate()

    def retranslate(self) -> None:
        """Read the heading out, and whether it is open."""
        parts = [say(self._words), self._tally.in_words]
        if not self._why.isHidden():
            parts.append(say(self._why.words))
        parts.append(say(OPEN if self._is_open else FOLDED))
        self.setAccessibleName(". ".join(part for part in parts if part))

    def sizeHint(self) -> QSize:
        """As high as its words need at the usual width."""
        return QSize(THEME.px(400), self.heightForWidth(max(self.width(), THEME.px(400))))

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(self._line.minimumSize().width(), THEME.px(42))

    def hasHeightForWidth(self) -> bool:
        """The counts wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as its words at that width."""
        return max(THEME.px(42), self._line.heightForWidth(width))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A ground under the mouse, a ring where the keyboard is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(THEME.color("hover"))
            painter.drawRoundedRect(self.rect().adjusted(4, 3, -4, -3), 6, 6)
        if self.hasFocus():
            draw_focus(painter, self, inset=3)

    def _rescale(self) -> None:
        self._title.setMinimumWidth(THEME.px(96))  # the counts of all sections begin below each other
