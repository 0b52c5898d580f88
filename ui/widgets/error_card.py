"""What went wrong, what to do next, and the details to copy."""

from __future__ import annotations

from PySide6.QtCore import Signal

from ui.language import LANGUAGE, say
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Card, Glyph, column, row
from ui.widgets.parts.clipboard import copy
from ui.widgets.parts.text import Label
from wizard import __version__
from wizard.errors import WizardError
from wizard.messages import ENGLISH, msg, render
from wizard.redaction import redact


class ErrorCard(Card):
    """A red card; hidden while there is no error."""

    again_wished = Signal()

    def __init__(self) -> None:
        super().__init__(tone="failed")
        self._error: WizardError | None = None
        self.what = Label("", "strong", selectable=True)
        self.cure = Label("", selectable=True)
        self.details = Label("", "fixed", tone="muted", selectable=True)
        self.again = Button(msg("Try again"))
        self.again.clicked.connect(self.again_wished)
        self.copy = Button(msg("Copy details"))
        self.copy.clicked.connect(self._copy)
        self.more = Button(msg("Show details"), "link")
        self.more.clicked.connect(self._toggle)
        line = row(gap=12)
        words = column(gap=6)
        glyph = column()
        glyph.addWidget(Glyph("dismiss_circle", "failed", word=msg("Failed"), line=20))
        glyph.addStretch(1)
        line.addLayout(glyph)
        line.addLayout(words, 1)
        words.addWidget(self.what)
        words.addWidget(self.cure)
        words.addWidget(self.details)
        buttons = row(gap=8)
        for button in (self.again, self.copy, self.more):
            buttons.addWidget(button)
        buttons.addStretch(1)
        words.addSpacing(4)
        words.addLayout(buttons)
        self.body.addLayout(line)
        self.hide()

    def show_error(self, error: WizardError | None, *, again: bool) -> None:
        """Show the error, or nothing; `again`: what failed can be tried again."""
        if error is not self._error:
            self._error = error
            self.details.hide()
            self.more.say(msg("Show details"))
            if error is not None:
                self.what.say(error.what)
                self.cure.say(error.cure)
                self.details.say(redact("\n".join(f"{name}: {text}" for name, text in error.details.items())))
        self.again.setVisible(again)
        self.setVisible(error is not None)

    def _toggle(self) -> None:
        shown = self.details.isVisible()
        self.details.setVisible(not shown)
        self.more.say(msg("Show details") if shown else msg("Hide details"))

    def _copy(self) -> None:
        if self._error is not None:
            copy(error_details(self._error))


def error_details(error: WizardError) -> str:
    """The error as text for a colleague or a ticket: in the language shown and in English, without secrets."""
    lines = [say(error.what), say(error.cure)]
    if LANGUAGE.code != ENGLISH:
        lines += [render(error.what, ENGLISH), render(error.cure, ENGLISH)]
    lines += [f"{name}: {text}" for name, text in error.details.items()]
    lines.append(f"version: {__version__}")
    return redact("\n".join(lines))
