"""The checks of a step: trouble first and open, the rest quiet and foldable."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.check_row import CheckRowWidget, has_trouble
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Card, Glyph, Rule, column, row
from ui.widgets.parts.text import Label
from wizard.core.engine import CheckRow
from wizard.messages import Message, msg, plural
from wizard.step import Check, Outcome

_FEW = 4  # so many quiet rows are never folded


class CheckList(Card):
    """A card with a summary, a button to check (again), and a row for each check."""

    check_wished = Signal()
    fix_wished = Signal(object)
    guide_wished = Signal(str)

    def __init__(self, checks: Sequence[Check], title: Message | None) -> None:
        super().__init__(margin=0)
        self._folded: bool | None = None  # None: as it comes; else as the person wished
        self._order: list[str] = []
        self._quiet: list[str] = []
        self._foldable = self._is_folded = False
        self.has_trouble = False
        self._rows = {check.rule: CheckRowWidget(CheckRow(check, None, False)) for check in checks}
        self.title = Label(title or msg("Checks"), "strong")
        self.summary = Label("", "caption", tone="muted")
        self.button = Button(msg("Check"))
        self.button.clicked.connect(self.check_wished)
        self.reason = Label("", "caption", tone="muted")
        self.fold = Button(msg("Fold"), "link", icon="chevron_up")
        self.fold.clicked.connect(self._toggle)
        self.body.setSpacing(0)
        self.body.addWidget(self._head())
        self.body.addWidget(Rule())
        self._list = column(gap=0)
        self._list.setContentsMargins(0, 4, 0, 4)
        self.body.addLayout(self._list)
        for line in self._rows.values():
            line.fix_wished.connect(self.fix_wished)
            line.guide_wished.connect(self.guide_wished)
            self._list.addWidget(line)
        foot = row()
        foot.setContentsMargins(12, 2, 16, 4)
        foot.addWidget(self.fold)
        foot.addStretch(1)
        self._list.addLayout(foot)

    def show_rows(
        self, rows: Sequence[CheckRow], running: bool, held: Message | None, *, told: bool = False
    ) -> None:
        """Show what was found; `held` says why it cannot be checked now, `told`: the page has said so already."""
        for line in rows:
            self._rows[line.check.rule].show_row(line, running, held is not None)
        trouble = [line.check.rule for line in rows if has_trouble(line)]
        quiet = [line.check.rule for line in rows if not has_trouble(line)]
        self.has_trouble = bool(trouble)
        self._arrange(trouble, quiet)
        judged = any(line.finding is not None for line in rows)
        self.summary.say(_summary(rows, running))
        self.button.say(msg("Check again") if judged else msg("Check"))
        self.button.setEnabled(held is None and not running)
        if held is not None:
            self.reason.say(held)
        self._held.setVisible(held is not None and not running and not told)
        self._foldable = len(quiet) > _FEW and judged
        self._fold(self._folded if self._folded is not None else bool(trouble))

    def _head(self) -> QWidget:
        head = QWidget()
        outer = column(head, gap=4)
        outer.setContentsMargins(16, 12, 16, 12)
        line = row(gap=12)
        words = column(gap=0)
        words.addWidget(self.title)
        words.addWidget(self.summary)
        line.addLayout(words, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addLayout(line)
        self._held = QWidget()
        held = row(self._held, gap=6)
        held.addWidget(Glyph("lock_closed", "pending", size=16, line=16), 0, Qt.AlignmentFlag.AlignTop)
        held.addWidget(self.reason, 1)
        outer.addWidget(self._held)
        return head

    def _arrange(self, trouble: list[str], quiet: list[str]) -> None:
        """Trouble on top, the rest in the order of the step; nothing is moved that stands right."""
        if [*trouble, "", *quiet] == self._order:
            return
        self._order = [*trouble, "", *quiet]
        self._quiet = quiet
        for place, rule in enumerate([*trouble, *quiet]):
            self._list.insertWidget(place, self._rows[rule])

    def _toggle(self) -> None:
        self._folded = not self._is_folded
        self._fold(self._folded)

    def _fold(self, folded: bool) -> None:
        self._is_folded = folded = folded and self._foldable
        for rule, line in self._rows.items():
            line.setHidden(folded and rule in self._quiet)
        self.fold.setHidden(not self._foldable)
        self.fold.set_icon("chevron_down" if folded else "chevron_up")
        more = plural("Show {n} more", "Show {n} more", n=len(self._quiet))
        self.fold.say(more if folded else msg("Fold what is in order"))


def _summary(rows: Sequence[CheckRow], running: bool) -> Message:
    checks = plural("{n} check", "{n} checks", n=len(rows))
    if running:
        return msg("{checks}: under way", checks=checks)
    judged = [line.finding.outcome for line in rows if line.finding is not None]
    if not judged:
        return msg("{checks}: not run yet", checks=checks)
    if any(line.stale for line in rows):
        return msg("{checks}: something has changed since, check again", checks=checks)
    counts = {outcome: judged.count(outcome) for outcome in Outcome}
    parts: list[Message] = []
    if counts[Outcome.FAILED]:
        parts.append(plural("{n} problem", "{n} problems", n=counts[Outcome.FAILED]))
    if counts[Outcome.WARNING]:
        parts.append(plural("{n} warning", "{n} warnings", n=counts[Outcome.WARNING]))
    if counts[Outcome.PASSED]:
        parts.append(plural("{n} passed", "{n} passed", n=counts[Outcome.PASSED]))
    if counts[Outcome.SKIPPED]:
        parts.append(plural("{n} skipped", "{n} skipped", n=counts[Outcome.SKIPPED]))
    return msg("{checks}: {counts}", checks=checks, counts=tuple(parts))
