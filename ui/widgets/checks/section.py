"""The checks of one group: trouble first and open, what is in order folded; rows are made when they are first seen."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.checks.check_row import CheckRowWidget, has_trouble
from ui.widgets.checks.counts import in_words, outcomes
from ui.widgets.checks.folded_row import FoldedRow
from ui.widgets.checks.section_head import SectionHead
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Rule, column, row
from wizard.core.engine import CheckRow
from wizard.messages import Message, msg, plural
from wizard.step import Outcome

_Row = FoldedRow | CheckRowWidget
SOLVED = msg("Solved")
NEW = msg("New")


class Section(QWidget):
    """A heading and its rows. `moved`: it was opened or folded, and has rows to build."""

    fix_wished = Signal(object)
    guide_wished = Signal(str)
    moved = Signal()

    def __init__(self, title: Message) -> None:
        super().__init__()
        self._rows: tuple[CheckRow, ...] = ()
        self._shown: tuple[CheckRow, ...] | None = None  # what a filter leaves of them
        self._marks: Mapping[str, Message] = {}
        self._running = self._held = False
        # As the person wished it; what nobody touched stands as the findings have it.
        self._open: bool | None = None
        self._filtered_open = True
        self._quiet_open = False
        self._unfolded: dict[str, bool] = {}
        self._made: dict[tuple[str, bool], _Row] = {}
        self._wanted: list[tuple[CheckRow, bool]] = []
        self._placed: list[_Row] = []
        self.head = SectionHead(title)
        self.head.clicked.connect(self._toggle)
        self.more = Button("", "link")
        self.more.clicked.connect(self._toggle_quiet)
        self._body = QWidget()
        self._body.hide()
        self._list = column(self._body, gap=0)
        self._list.setContentsMargins(0, 0, 0, 8)
        foot = row()
        foot.setContentsMargins(12, 2, 16, 0)
        foot.addWidget(self.more)
        foot.addStretch(1)
        self._list.addLayout(foot)
        whole = column(self, gap=0)
        whole.addWidget(Rule())
        whole.addWidget(self.head)
        whole.addWidget(self._body)

    @property
    def is_open(self) -> bool:
        """Whether its rows are to be seen."""
        if self._shown is not None:
            return self._filtered_open
        return self._open if self._open is not None else any(map(has_trouble, self._rows))

    def show_rows(
        self, rows: Sequence[CheckRow], marks: Mapping[str, Message], *, running: bool, held: bool
    ) -> None:
        """Take these rows; `marks` stand beside some of them, `held`: cures cannot be done now."""
        self._rows, self._marks, self._running, self._held = tuple(rows), marks, running, held
        gone = {rule for rule, _ in self._made} - {line.check.rule for line in rows}
        for key in [key for key in self._made if key[0] in gone]:
            self._let_go(self._made.pop(key))

    def show_matching(self, rows: Sequence[CheckRow] | None, *, anew: bool) -> None:
        """Show these rows alone, open; None: no filter is in force. `anew`: the filter is another one."""
        self._shown = None if rows is None else tuple(rows)
        self._filtered_open = self._filtered_open or anew
        self.setHidden(not (self._rows if rows is None else rows))
        self.refresh()

    def refresh(self) -> None:
        """Work out what is to be seen. `build` makes it."""
        rows = self._rows if self._shown is None else self._shown
        solved = sum(self._marks.get(line.check.rule) == SOLVED for line in rows)
        why = None if self.is_open else _common_reason(self._rows)
        self.head.show_rows(rows, self._running, solved, why, is_open=self.is_open)
        first = [line for line in rows if has_trouble(line)]
        first.sort(key=lambda line: line.finding is None or line.finding.outcome is not Outcome.FAILED)
        cured = [line for line in rows if self._marks.get(line.check.rule) == SOLVED]
        standing = {line.check.rule for line in (*first, *cured)}
        quiet = [line for line in rows if line.check.rule not in standing]
        folds = bool(first) and bool(quiet) and self._shown is None
        self.more.setHidden(not folds)
        self.more.say(_fold_quiet() if self._quiet_open else _show_quiet(quiet))
        self.more.set_icon("chevron_up" if self._quiet_open else "chevron_down")
        seen = [*first, *cured, *(quiet if self._quiet_open or not folds else ())] if self.is_open else []
        self._wanted = [(line, self._is_unfolded(line)) for line in seen]

    def build(self, until: float) -> bool:
        """Make the rows that are to be seen, and show them when all are there; False where the time was up before."""
        rows: list[_Row] = []
        has_made = False
        for line, unfolded in self._wanted:
            widget = self._made.get((line.check.rule, unfolded))
            if widget is None:
                has_made = True
                if time.perf_counter() > until:
                    return False
                widget = self._made[line.check.rule, unfolded] = self._make(line, unfolded)
            mark = self._marks.get(line.check.rule)
            if isinstance(widget, CheckRowWidget):
                widget.show_row(line, self._running, self._held, mark)
            else:
                widget.show_row(line, self._running, mark)
            rows.append(widget)
        if has_made and time.perf_counter() > until:
            return False  # showing them is work of its own
        self._place(rows)
        return True

    def focusables(self) -> list[QWidget]:
        """What the keyboard comes to here, from top to bottom."""
        found: list[QWidget] = [self.head]
        for widget in self._placed:
            if isinstance(widget, FoldedRow):
                found.append(widget)
            else:
                found += [each for each in (widget.disclosure,) if each is not None]
                found += widget.findChildren(Button)
        return [*found, self.more]

    def _place(self, rows: list[_Row]) -> None:
        """Show these rows, in this order; nothing is touched where they stand so already."""
        if rows != self._placed:
            # A row that is shown in a visible layout settles the whole page: while it is off, they settle it once.
            self._list.setEnabled(False)
            for widget in self._placed:
                if widget not in rows:
                    widget.hide()
            for place, widget in enumerate(rows):
                if self._list.indexOf(widget) != place:
                    self._list.insertWidget(place, widget)
                if widget.isHidden() or not self._body.isHidden():
                    widget.show()
            self._list.setEnabled(True)
            self._list.invalidate()
            self._placed = rows
        self._body.setVisible(bool(rows))

    def _make(self, line: CheckRow, unfolded: bool) -> _Row:
        widget: _Row
        if unfolded:
            widget = CheckRowWidget(line, foldable=True)
            widget.fix_wished.connect(self.fix_wished)
            widget.guide_wished.connect(self.guide_wished)
            widget.fold_wished.connect(self._fold_row)
        else:
            widget = FoldedRow(line)
            widget.clicked.connect(self._unfold_row)
        widget.setProperty("rule", line.check.rule)
        return widget

    def _is_unfolded(self, line: CheckRow) -> bool:
        if line.finding is None:
            return False
        return self._unfolded.get(line.check.rule, has_trouble(line))

    def _toggle(self) -> None:
        if self._shown is not None:
            self._filtered_open = not self._filtered_open
        else:
            self._open = not self.is_open
        self.moved.emit()

    def _toggle_quiet(self) -> None:
        self._quiet_open = not self._quiet_open
        self.moved.emit()

    def _unfold_row(self) -> None:
        self._set_unfolded(str(self.sender().property("rule")), True)

    def _fold_row(self) -> None:
        self._set_unfolded(str(self.sender().property("rule")), False)

    def _set_unfolded(self, rule: str, unfolded: bool) -> None:
        if not any(line.check.rule == rule and line.finding is not None for line in self._rows):
            return
        had_focus = _focus_of(self._made[rule, not unfolded]).hasFocus()
        self._unfolded[rule] = unfolded
        self.moved.emit()
        if had_focus and (rule, unfolded) in self._made:
            _focus_of(self._made[rule, unfolded]).setFocus(Qt.FocusReason.OtherFocusReason)

    def _let_go(self, widget: _Row) -> None:
        if widget in self._placed:
            self._placed.remove(widget)
        self._list.removeWidget(widget)
        widget.hide()
        widget.deleteLater()


def _focus_of(widget: _Row) -> QWidget:
    """What of a row has the focus."""
    return widget if isinstance(widget, FoldedRow) else widget.disclosure or widget


def _show_quiet(quiet: Sequence[CheckRow]) -> Message:
    if any(line.finding is None or line.stale for line in quiet):
        return plural("Show {n} more", "Show {n} more", n=len(quiet))
    return msg("Show {counts}", counts=in_words(outcomes(quiet)))


def _fold_quiet() -> Message:
    return msg("Fold what is in order")


def _common_reason(rows: Sequence[CheckRow]) -> Message | None:
    """Why all were skipped, where it is the same for each."""
    found = [line.finding for line in rows if not line.stale]
    reasons = [each.reason for each in found if each is not None and each.outcome is Outcome.SKIPPED]
    if not reasons or len(reasons) < len(rows) or any(reason != reasons[0] for reason in reasons):
        return None
    return reasons[0]
