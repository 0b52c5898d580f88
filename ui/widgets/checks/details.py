"""What a finding says beyond its reason: where it was seen, the cure with its commands, and who asks for the rule."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.clipboard import copy
from ui.widgets.parts.text import Label
from wizard.messages import ENGLISH, Message, msg, plural, render
from wizard.redaction import redact
from wizard.step import Check, Finding, Fix
from wizard.where import Where

_PLACES_MOST: Final = 5


def place_in_words(seen: Where) -> Message:
    """The place as it is shown: path, line, text."""
    if not seen.line:
        return msg("{path}: {text}", path=seen.path, text=seen.text) if seen.text else _plain(seen.path)
    if not seen.text:
        return msg("{path} line {n}", path=seen.path, n=seen.line)
    return msg("{path} line {n}: {text}", path=seen.path, n=seen.line, text=seen.text)


def finding_details(check: Check, finding: Finding) -> str:
    """A finding as text for a colleague or a ticket, in the language shown and in English, without secrets."""
    lines = [f"{check.rule}: {say(check.title)}", f"{finding.outcome}: {say(finding.reason)}"]
    if LANGUAGE.code != ENGLISH:
        lines.append(render(finding.reason, ENGLISH))
    lines += [say(place_in_words(seen)) for seen in finding.seen_at]
    if finding.cure is not None:
        lines.append(say(finding.cure))
    lines += finding.commands
    lines += [f"{name}: {value}" for name, value in finding.facts.items()]
    return redact("\n".join(lines))


class RowDetails(QWidget):
    """The lower part of a row that is open; made when it is opened first. `asked_by`: the sources of the rule."""

    fix_wished = Signal(object)
    guide_wished = Signal(str)

    def __init__(self, check: Check, finding: Finding, asked_by: tuple[Message, ...] = ()) -> None:
        super().__init__()
        self._check, self._finding = check, finding
        self.fix: Button | None = None
        inside = self._inside = column(self, gap=6)
        self.set_indent(0)
        if finding.seen_at:
            inside.addWidget(Places(finding.seen_at))
        if finding.cure is not None:
            inside.addWidget(Label(finding.cure, selectable=True))
        if finding.commands:
            inside.addWidget(Commands(finding.commands, check.title))
        if asked_by:
            inside.addLayout(_sources(asked_by))
        buttons = row(gap=8)
        if isinstance(finding.fix, Fix):
            self.fix = Button(finding.fix.label)
            self.fix.clicked.connect(self._fix)
            buttons.addWidget(self.fix)
        self._links = []
        for words, slot in ((msg("In the guide"), self._guide), (msg("Copy details"), self._copy)):
            link = Button(words, "link")
            link.clicked.connect(slot)
            self._links.append(link)
            buttons.addWidget(link)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Say which check the links belong to."""
        for link in self._links:
            link.setAccessibleDescription(say(self._check.title))

    def set_indent(self, left: int) -> None:
        """Begin so far to the right."""
        self._inside.setContentsMargins(left, 4, 0, 2)

    def set_held(self, held: bool) -> None:
        """Its cure cannot be done now, or can again."""
        if self.fix is not None:
            self.fix.setEnabled(not held)

    def _fix(self) -> None:
        self.fix_wished.emit(self._finding.fix)

    def _guide(self) -> None:
        self.guide_wished.emit(self._check.rule)

    def _copy(self) -> None:
        copy(finding_details(self._check, self._finding))


class Places(QWidget):
    """Places inside the image, each in a line of its own; of many the first few, until the rest is asked for."""

    def __init__(self, places: tuple[Where, ...]) -> None:
        super().__init__()
        self._inside = column(self, gap=2)
        self._add(places[:_PLACES_MOST])
        self._rest = places[_PLACES_MOST:]
        if self._rest:
            self.more = Button(plural("and {n} more", "and {n} more", n=len(self._rest)), "link")
            self.more.clicked.connect(self._show_all)
            self._inside.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def _add(self, places: tuple[Where, ...]) -> None:
        for seen in places:
            line = row(gap=6)
            line.addWidget(Glyph("document", "muted", size=14, line=16), 0, Qt.AlignmentFlag.AlignTop)
            shown = place_in_words(Where(redact(seen.path), seen.line, redact(seen.text)))
            line.addWidget(Label(shown, "fixed", tone="muted", selectable=True), 1)
            self._inside.addLayout(line)

    def _show_all(self) -> None:
        self.more.hide()
        self._add(self._rest)


class Commands(QWidget):
    """Lines to copy into the machine's own shell; a long one goes on indented below its beginning."""

    def __init__(self, commands: tuple[str, ...], title: Message) -> None:
        super().__init__()
        self._commands, self._title = commands, title
        self.copy = Button(msg("Copy commands"), "link", icon="copy")
        self.copy.clicked.connect(self._copy)
        inside = column(self, gap=4)
        inside.setContentsMargins(12, 6, 12, 10)
        head = row(gap=8)
        head.addWidget(Label(msg("Run inside the machine, as an administrator"), "caption", tone="muted"), 1)
        head.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(head)
        for command in commands:
            line = row(gap=8)
            mark = Label("›", "fixed", tone="muted", wrap=False)  # no sign of one of the two shells
            line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(redact(command), "fixed", selectable=True), 1)
            inside.addLayout(line)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Say which check the commands belong to."""
        self.copy.setAccessibleDescription(say(self._title))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A ground of its own."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(THEME.color("outline"), 1))
        painter.setBrush(THEME.color("card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _copy(self) -> None:
        copy(redact("\n".join(self._commands)) + "\n")


def _sources(asked_by: tuple[Message, ...]) -> QHBoxLayout:
    line = row(gap=6)
    line.addWidget(
        Label(msg("Asked for by:"), "caption", tone="muted", wrap=False), 0, Qt.AlignmentFlag.AlignTop
    )
    names = column(gap=0)
    for source in asked_by:
        names.addWidget(Label(source, "caption", tone="muted", selectable=True))
    line.addLayout(names, 1)
    return line


def _plain(text: str) -> Message:
    return msg("{text}", text=text)
