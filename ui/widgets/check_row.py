"""One check: what was checked, what was seen, its rule; a failed one also says what to do."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.clipboard import copy
from ui.widgets.parts.text import Label
from ui.widgets.states import PENDING, Sign, of_row
from wizard.core.engine import CheckRow
from wizard.messages import ENGLISH, msg, render
from wizard.redaction import redact
from wizard.step import Finding, Fix, Outcome

_RULE_ID = re.compile(r"[A-Z]+-\d+")  # other checks are named by a plain word, which says nothing to a person
_TROUBLE = (Outcome.FAILED, Outcome.WARNING)


def has_trouble(line: CheckRow) -> bool:
    """Whether a person has to look at it."""
    return line.finding is not None and not line.stale and line.finding.outcome in _TROUBLE


class CheckRowWidget(QWidget):
    """A row of the check list. `fix_wished` asks for the cure to be done, `guide_wished` for the guide's text on the rule."""

    fix_wished = Signal(object)
    guide_wished = Signal(str)

    def __init__(self, line: CheckRow) -> None:
        super().__init__()
        self._line = line
        self._tint: str | None = None
        self._cure: QWidget | None = None
        self._links: list[Button] = []
        self.sign: Sign = PENDING
        self._finding: Finding | None = None
        self.glyph = Glyph("circle", "pending", line=20)
        self.title = Label(line.check.title)
        self.reason = Label("", "caption", tone="muted", selectable=True)
        self.reason.hide()
        rule = Label(line.check.rule, "caption", tone="muted", wrap=False)
        rule.setHidden(_RULE_ID.fullmatch(line.check.rule) is None)
        self._words = column(gap=2)
        self._words.addWidget(self.title)
        self._words.addWidget(self.reason)
        whole = row(self, gap=12)
        whole.setContentsMargins(16, 9, 16, 9)
        whole.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(self._words, 1)
        whole.addWidget(rule, 0, Qt.AlignmentFlag.AlignTop)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    def show_row(self, line: CheckRow, running: bool, held: bool) -> None:
        """Show what the check found; `held`: its cure cannot be done now."""
        self._line = line
        self.sign = of_row(line, running)
        self.glyph.set(self.sign.icon, self.sign.token, self.sign.word)
        finding = line.finding
        self.reason.setVisible(finding is not None)
        if finding is not None:
            self.reason.say(finding.reason)
        trouble = has_trouble(line)
        self.title.set_role("strong" if trouble else "body")
        self.title.set_tone("muted" if finding is None or line.stale else "text")
        self.reason.set_tone("text" if trouble else "muted")
        shown = finding if trouble else None
        if shown != self._finding:
            self._finding = shown
            self._show_cure()
        self._tint = f"{finding.outcome}_tint" if trouble and finding is not None else None
        if self._cure is not None:
            self._cure.setEnabled(not held)
        self.update()
        self.retranslate()

    def retranslate(self) -> None:
        """Read the whole row out."""
        parts = [say(self._line.check.title), say(self.sign.word)]
        if self._line.finding is not None:
            parts.append(say(self._line.finding.reason))
        self.setAccessibleName(". ".join(parts))
        for link in self._links:
            link.setAccessibleDescription(parts[0])

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Trouble has a ground of its own."""
        if self._tint is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(THEME.color(self._tint))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(6, 3, -6, -3), 6, 6)

    def _show_cure(self) -> None:
        if self._cure is not None:
            self._words.removeWidget(self._cure)
            self._cure.hide()
            self._cure.deleteLater()
            self._cure = None
            self._links = []
        finding = self._finding
        if finding is None:
            return
        self._cure = QWidget()
        inside = column(self._cure, gap=6)
        inside.setContentsMargins(0, 4, 0, 2)
        if finding.cure is not None:
            inside.addWidget(Label(finding.cure, selectable=True))
        buttons = row(gap=8)
        if isinstance(finding.fix, Fix):
            fix = Button(finding.fix.label)
            fix.clicked.connect(self._fix)
            buttons.addWidget(fix)
        for words, slot in ((msg("In the guide"), self._guide), (msg("Copy details"), self._copy)):
            link = Button(words, "link")
            link.clicked.connect(slot)
            self._links.append(link)
            buttons.addWidget(link)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        self._words.addWidget(self._cure)

    def _fix(self) -> None:
        if self._finding is not None and self._finding.fix is not None:
            self.fix_wished.emit(self._finding.fix)

    def _guide(self) -> None:
        self.guide_wished.emit(self._line.check.rule)

    def _copy(self) -> None:
        if self._finding is not None:
            copy(finding_details(self._line.check.rule, say(self._line.check.title), self._finding))


def finding_details(rule: str, title: str, finding: Finding) -> str:
    """A finding as text for a colleague or a ticket, in the language shown and in English, without secrets."""
    lines = [f"{rule}: {title}", f"{finding.outcome}: {say(finding.reason)}"]
    if LANGUAGE.code != ENGLISH:
        lines.append(render(finding.reason, ENGLISH))
    if finding.cure is not None:
        lines.append(say(finding.cure))
    lines += [f"{name}: {value}" for name, value in finding.facts.items()]
    return redact("\n".join(lines))
