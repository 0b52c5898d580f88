"""Many checks in sections, with a filter above them, and what has changed since the last check."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from ui.language import LANGUAGE, say
from ui.widgets.checks.changes import LastCheck
from ui.widgets.checks.check_row import has_trouble
from ui.widgets.checks.counts import outcomes
from ui.widgets.checks.filter_bar import FilterBar
from ui.widgets.checks.head import CheckHead
from ui.widgets.checks.matching import Matching
from ui.widgets.checks.section import NEW, SOLVED, Section
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Card, Rule, column
from ui.widgets.parts.text import Label
from wizard.core.engine import CheckRow
from wizard.groups import GROUP_TITLES, Group
from wizard.messages import Message, msg, plural
from wizard.step import Check

_OTHERS: Final = msg("Other checks")
NOTHING: Final = msg("Nothing matches the filter.")
_AT_ONCE: Final = 0.012  # seconds of making rows before the window may answer again


class GroupedCheckList(Card):
    """A card with a summary, a button to check (again), a filter, and a section for each group of checks."""

    check_wished = Signal()
    fix_wished = Signal(object)
    guide_wished = Signal(str)

    def __init__(self, checks: Sequence[Check], title: Message | None) -> None:
        super().__init__(margin=0)
        self.has_trouble = False
        self._rows: tuple[CheckRow, ...] = ()
        self._running = self._held = False
        self._last = LastCheck()
        self._matching = Matching()
        self.head = CheckHead(title)
        self.button = self.head.button
        self.button.clicked.connect(self.check_wished)
        self.filter = FilterBar()
        self.filter.hide()
        self.filter.changed.connect(self._filter_anew)
        self.nothing = self._nothing_matches()
        self._line = Rule()
        self.body.setSpacing(0)
        for each in (self.head, self._line, self.filter):
            self.body.addWidget(each)
        present = {check.group for check in checks}
        groups: list[Group | None] = [group for group in Group if group in present]
        if None in present:
            groups.append(None)
        self.sections = {group: self._section(group) for group in groups}
        self.body.addWidget(self.nothing)
        # Rows are made in slices, so that the window answers in between.
        self._builder = QTimer(self)
        self._builder.setSingleShot(True)
        self._builder.timeout.connect(self._build)
        LANGUAGE.changed.connect(self._filter)

    def show_rows(
        self, rows: Sequence[CheckRow], running: bool, held: Message | None, *, told: bool = False
    ) -> None:
        """Show what was found; `held` says why it cannot be checked now, `told`: the page has said so already."""
        self.head.show_rows(rows, running, held, told=told)
        if self._shows(rows, running, held is not None):
            return
        self._rows, self._running, self._held = tuple(rows), running, held is not None
        self.has_trouble = any(map(has_trouble, rows))
        self._last.see(rows)
        self.head.show_since(self._last.changes.in_words())
        counts = outcomes(rows)
        self.filter.show_counts(counts)
        self.filter.setVisible(bool(counts))
        marks = dict.fromkeys(self._last.changes.new, NEW) | dict.fromkeys(self._last.changes.solved, SOLVED)
        for group, section in self.sections.items():
            own = [line for line in rows if line.check.group is group]
            section.show_rows(own, marks, running=running, held=held is not None)
        self._filter()

    def _shows(self, rows: Sequence[CheckRow], running: bool, held: bool) -> bool:
        """Whether it shows just that already. Findings of another check are others, also where they say the same."""
        return (running, held, len(rows)) == (self._running, self._held, len(self._rows)) and all(
            new.check is old.check and new.finding is old.finding and new.stale == old.stale
            for new, old in zip(rows, self._rows, strict=True)
        )

    def _section(self, group: Group | None) -> Section:
        made = Section(GROUP_TITLES[group] if group is not None else _OTHERS)
        made.fix_wished.connect(self.fix_wished)
        made.guide_wished.connect(self.guide_wished)
        made.moved.connect(self._moved)
        self.body.addWidget(made)
        return made

    def _nothing_matches(self) -> QWidget:
        empty = QWidget()
        inside = column(empty, gap=4)
        inside.setContentsMargins(16, 16, 16, 20)
        inside.addWidget(Label(NOTHING))
        clear = Button(msg("Clear the filter"), "link")
        clear.clicked.connect(self._clear_filter)
        inside.addWidget(clear, 0, Qt.AlignmentFlag.AlignLeft)
        empty.hide()
        return empty

    def _filter_anew(self) -> None:
        self._filter(anew=True)

    def _filter(self, *, anew: bool = False) -> None:
        bar = self.filter
        matching: set[str] | None = None
        if bar.is_active and not bar.isHidden():
            words, wished = bar.words, bar.outcomes
            matching = {
                line.check.rule
                for line in self._rows
                if (line.finding is None or line.finding.outcome in wished)
                and self._matching.has(line, words)
            }
        for group, section in self.sections.items():
            own = [line for line in self._rows if line.check.group is group]
            left = None if matching is None else [line for line in own if line.check.rule in matching]
            section.show_matching(left, anew=anew)
        self._show_found(None if matching is None else len(matching), anew=anew)
        self._build()

    def _show_found(self, n: int | None, *, anew: bool) -> None:
        """Say how many checks the filter leaves, to a screen reader too; None: no filter is in force."""
        checks = plural("{n} check", "{n} checks", n=len(self._rows))
        found = msg("{n} of {checks} shown", n=n, checks=checks) if n else None
        self.filter.show_found(found)
        self.nothing.setVisible(n == 0)
        if anew and n is not None:
            words = say(found if found is not None else NOTHING)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _clear_filter(self) -> None:
        self.filter.clear()
        self.filter.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _moved(self) -> None:
        section = self.sender()
        if isinstance(section, Section):
            section.refresh()
        self._build()

    def _build(self) -> None:
        until = time.perf_counter() + _AT_ONCE
        if all(section.build(until) for section in self.sections.values()):
            self._order_focus()
        else:
            self._builder.start(0)

    def _order_focus(self) -> None:
        """Tab goes from top to bottom, also through rows that were made later."""
        before: QWidget = self.button
        following = [self.filter.edit, *self.filter.chips.values()]
        for section in self.sections.values():
            following += section.focusables()
        for each in following:
            QWidget.setTabOrder(before, each)
            before = each
