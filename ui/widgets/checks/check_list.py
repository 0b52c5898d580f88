"""The checks of a step: trouble first and open, the rest quiet and foldable."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from ui.widgets.checks.check_row import CheckRowWidget, has_trouble
from ui.widgets.checks.head import CheckHead
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Card, Rule, column, row
from wizard.core.engine import CheckRow
from wizard.messages import Message, msg, plural
from wizard.step import Check

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
        self.head = CheckHead(title)
        self.button = self.head.button
        self.button.clicked.connect(self.check_wished)
        self.fold = Button(msg("Fold"), "link", icon="chevron_up")
        self.fold.clicked.connect(self._toggle)
        self.body.setSpacing(0)
        self.body.addWidget(self.head)
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
        self.head.show_rows(rows, running, held, told=told)
        judged = any(line.finding is not None for line in rows)
        self._foldable = len(quiet) > _FEW and judged
        self._fold(self._folded if self._folded is not None else bool(trouble))

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
            line.setHidden(rule not in self._order or (folded and rule in self._quiet))
        self.fold.setHidden(not self._foldable)
        self.fold.set_icon("chevron_down" if folded else "chevron_up")
        more = plural("Show {n} more", "Show {n} more", n=len(self._quiet))
        self.fold.say(more if folded else msg("Fold what is in order"))
