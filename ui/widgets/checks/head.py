"""The top of a list of checks: what they are about, what they came to, and the button that runs them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.checks.counts import summary
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.text import Label
from wizard.core.engine import CheckRow
from wizard.messages import Message, msg


class CheckHead(QWidget):
    """Title, summary, what has changed since the last check, the button, and why it cannot be pressed."""

    def __init__(self, title: Message | None) -> None:
        super().__init__()
        self.title = Label(title or msg("Checks"), "strong")
        self.summary = Label("", "caption", tone="muted")
        self.since = Label("", "caption", tone="muted")
        self.since.hide()
        self.button = Button(msg("Check"))
        self.reason = Label("", "caption", tone="muted")
        outer = column(self, gap=4)
        outer.setContentsMargins(16, 12, 16, 12)
        line = row(gap=12)
        words = column(gap=0)
        for each in (self.title, self.summary, self.since):
            words.addWidget(each)
        line.addLayout(words, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addLayout(line)
        self._held = QWidget()
        held = row(self._held, gap=6)
        held.addWidget(Glyph("lock_closed", "pending", size=16, line=16), 0, Qt.AlignmentFlag.AlignTop)
        held.addWidget(self.reason, 1)
        outer.addWidget(self._held)

    def show_rows(self, rows: Sequence[CheckRow], running: bool, held: Message | None, *, told: bool) -> None:
        """Show what the checks came to; `held` says why they cannot be run now, `told`: the page has said so already."""
        judged = any(line.finding is not None for line in rows)
        self.summary.say(summary(rows, running))
        self.button.say(msg("Check again") if judged else msg("Check"))
        self.button.setEnabled(held is None and not running)
        if held is not None:
            self.reason.say(held)
        self._held.setVisible(held is not None and not running and not told)

    def show_since(self, words: Message | None) -> None:
        """Say what has changed since the last check, or nothing."""
        if words is not None:
            self.since.say(words)
        self.since.setVisible(words is not None)
