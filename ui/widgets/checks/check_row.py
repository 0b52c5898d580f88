"""One check: what was checked, what was seen, its rule; a failed one also says where, and what to do."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.checks.details import RowDetails
from ui.widgets.checks.disclosure import Disclosure
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.text import Label
from ui.widgets.states import PENDING, Sign, of_row
from wizard.core.engine import CheckRow
from wizard.messages import Message
from wizard.rule_sources import asked_by
from wizard.step import Finding, Outcome

_RULE_ID = re.compile(r"[A-Z]+-\d+")  # other checks are named by a plain word, which says nothing to a person
_TROUBLE = (Outcome.FAILED, Outcome.WARNING)


def has_trouble(line: CheckRow) -> bool:
    """Whether a person has to look at it."""
    return line.finding is not None and not line.stale and line.finding.outcome in _TROUBLE


def rule_id(line: CheckRow) -> str:
    """The rule as a person is told it; "" where its name is for the program only."""
    return line.check.rule if _RULE_ID.fullmatch(line.check.rule) else ""


class CheckRowWidget(QWidget):
    """A row of the check list. `fix_wished` asks for the cure to be done, `guide_wished` for the guide's text on the rule.

    `foldable`: it stands open, whatever was found, and says who asks for the rule; `fold_wished` asks to fold it.
    """

    fix_wished = Signal(object)
    guide_wished = Signal(str)
    fold_wished = Signal()

    def __init__(self, line: CheckRow, *, foldable: bool = False) -> None:
        super().__init__()
        self._line = line
        self._foldable = foldable
        self._tint: str | None = None
        self._details: RowDetails | None = None
        self.sign: Sign = PENDING
        self._finding: Finding | None = None
        self._mark: Message | None = None
        self.glyph = Glyph("circle", "pending", line=20)
        self.title = Label(line.check.title)
        self.reason = Label("", "caption", tone="muted", selectable=True)
        self.reason.hide()
        rule = Label(line.check.rule, "caption", tone="muted", wrap=False)
        if not rule_id(line):
            rule.hide()
        self._words = column(gap=2)
        self._words.addWidget(self.title)
        self._words.addWidget(self.reason)
        self._whole = column(self, gap=2)
        self._whole.setContentsMargins(16, 9, 16, 9)
        whole = row(gap=12)
        self._whole.addLayout(whole)
        whole.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(self._words, 1)
        self.mark = Label("", "caption_strong", tone="accent", wrap=False)
        self.mark.hide()
        whole.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        whole.addWidget(rule, 0, Qt.AlignmentFlag.AlignTop)
        self.disclosure: Disclosure | None = None
        if foldable:
            self.disclosure = Disclosure()
            self.disclosure.clicked.connect(self.fold_wished)
            whole.addWidget(self.disclosure, 0, Qt.AlignmentFlag.AlignTop)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._indent)

    def show_row(self, line: CheckRow, running: bool, held: bool, mark: Message | None = None) -> None:
        """Show what the check found; `held`: its cure cannot be done now; `mark` (Solved, New) stands beside it."""
        self._line, self._mark = line, mark
        self.sign = of_row(line, running)
        self.glyph.set(self.sign.icon, self.sign.token, self.sign.word)
        finding = line.finding
        self.reason.setVisible(finding is not None)
        if finding is not None:
            self.reason.say(finding.reason)
        self.mark.setVisible(mark is not None)
        if mark is not None:
            self.mark.say(mark)
        trouble = has_trouble(line)
        self.title.set_role("strong" if trouble else "body")
        self.title.set_tone("muted" if finding is None or line.stale else "text")
        self.reason.set_tone("text" if trouble else "muted")
        shown = finding if trouble or self._foldable else None
        if shown != self._finding:
            self._finding = shown
            self._show_details()
        self._tint = f"{finding.outcome}_tint" if trouble and finding is not None else None
        if self._details is not None:
            self._details.set_held(held)
        self.update()
        self.retranslate()

    def retranslate(self) -> None:
        """Read the whole row out."""
        self.setAccessibleName(row_in_words(self._line, self.sign, self._mark))
        if self.disclosure is not None:
            self.disclosure.name_after(self._line.check.title)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Trouble has a ground of its own."""
        if self._tint is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(THEME.color(self._tint))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(6, 3, -6, -3), 6, 6)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click beside or on the title folds the row; below it, texts are selected."""
        in_title = 0 <= event.position().y() <= self.title.geometry().bottom()
        if self._foldable and event.button() == Qt.MouseButton.LeftButton and in_title:
            self.fold_wished.emit()
        super().mouseReleaseEvent(event)

    def _show_details(self) -> None:
        if self._details is not None:
            self._below().removeWidget(self._details)
            self._details.hide()
            self._details.deleteLater()
            self._details = None
        if self._finding is None:
            return
        check = self._line.check
        self._details = RowDetails(check, self._finding, asked_by(check.rule) if self._foldable else ())
        self._details.fix_wished.connect(self.fix_wished)
        self._details.guide_wished.connect(self.guide_wished)
        self._below().addWidget(self._details)
        self._indent()

    def _indent(self) -> None:
        """The details begin where the words do."""
        if self._details is not None and self._foldable:
            self._details.set_indent(THEME.px(20) + 12)

    def _below(self) -> QVBoxLayout:
        """Where the details are: below the words, or where a row may stand open also below the rule and the chevron."""
        return self._whole if self._foldable else self._words


def row_in_words(line: CheckRow, sign: Sign, mark: Message | None) -> str:
    """The whole row, as a screen reader says it."""
    parts = [say(line.check.title), say(sign.word)]
    if mark is not None:
        parts.append(say(mark))
    if line.finding is not None:
        parts.append(say(line.finding.reason))
    return ". ".join(parts)
