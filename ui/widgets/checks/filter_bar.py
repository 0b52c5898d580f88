"""What narrows a long list of checks: words, and the outcomes that are wished for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from ui.icons import icon as load_icon
from ui.icons import paint as paint_icon
from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.checks.painting import draw_focus
from ui.widgets.parts.cards import column
from ui.widgets.parts.flow import Flow
from ui.widgets.parts.pressable import Pressable
from ui.widgets.parts.text import Label
from ui.widgets.states import OUTCOMES
from wizard.messages import Message, msg
from wizard.step import Outcome

_NAMES: Final = {
    Outcome.FAILED: msg("Problems"),
    Outcome.WARNING: msg("Warnings"),
    Outcome.PASSED: msg("Passed"),
    Outcome.SKIPPED: msg("Skipped"),
}


class Words(QLineEdit):
    """The words to look for. Escape empties it; Enter stays here, it is not the page's."""

    def __init__(self) -> None:
        super().__init__()
        self._glass = QAction(self)
        self._cross = QAction(self)
        self._cross.triggered.connect(self.clear)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.addAction(self._cross, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(self._show_cross)
        self._show_cross()
        self.retranslate()
        self._retint()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._retint)

    def retranslate(self) -> None:
        """The hint in the empty field, and names for a screen reader."""
        hint = say(msg("Filter by rule, words or path"))
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setToolTip("Ctrl+F")
        self._cross.setText(say(msg("Clear")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the field."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _show_cross(self) -> None:
        self._cross.setVisible(bool(self.text()))

    def _retint(self) -> None:
        self._glass.setIcon(load_icon("search", "muted"))
        self._cross.setIcon(load_icon("dismiss", "muted"))


class Chip(Pressable):
    """An outcome that can be asked for, with how many checks came to it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome
        self._sign = OUTCOMES[outcome]
        self._count = 0
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self.updateGeometry)

    def show_count(self, count: int) -> None:
        """So many; where there are none, there is nothing to ask for."""
        self._count = count
        self.setEnabled(bool(count) or self.isChecked())
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        name = say(_NAMES[self.outcome])
        self.setText(f"{name} {self._count}")
        self.setAccessibleName(f"{name}: {self._count}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Glyph and words."""
        wide = QFontMetrics(THEME.font("caption_strong")).horizontalAdvance(self.text())
        return QSize(wide + THEME.px(16) + 6 + 2 * THEME.px(10), THEME.px(28))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A capsule; the chosen ones are tinted in the colour of the outcome."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token, usable, chosen = self._sign.token, self.isEnabled(), self.isChecked()
        tint = "pressed" if token == "pending" else f"{token}_tint"
        ground = tint if chosen else "hover" if self.underMouse() and usable else "card"
        edge = token if chosen else "border" if usable else "outline"
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(THEME.color(edge), 1))
        painter.setBrush(THEME.color(ground))
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        side, left = THEME.px(16), THEME.px(10)
        glyph = QRectF(left, (self.height() - side) / 2, side, side)
        paint_icon(painter, self._sign.icon, THEME.color(token if usable else "disabled"), glyph)
        painter.setFont(THEME.font("caption_strong" if chosen else "caption"))
        painter.setPen(THEME.color("text" if usable else "disabled"))
        words = self.rect().adjusted(left + side + 6, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.hasFocus():
            draw_focus(painter, self)


class FilterBar(QWidget):
    """A field for words and a chip for each outcome. `changed`: another filter is in force."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.edit = Words()
        self.chips = {outcome: Chip(outcome) for outcome in OUTCOMES}
        self.found = Label("", "caption", tone="muted")
        self.found.hide()
        inside = column(self, gap=8)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(self.edit)
        line = Flow(gap=6)
        for chip in self.chips.values():
            chip.toggled.connect(self.changed)
            line.addWidget(chip)
        inside.addLayout(line)
        inside.addWidget(self.found)
        self.edit.textChanged.connect(self.changed)
        # In force only as long as it can be seen: of the open page alone.
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self._focus)

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for, without upper case."""
        return tuple(self.edit.text().casefold().split())

    @property
    def outcomes(self) -> frozenset[Outcome]:
        """The outcomes asked for; all where there is none."""
        chosen = frozenset(outcome for outcome, chip in self.chips.items() if chip.isChecked())
        return chosen or frozenset(Outcome)

    @property
    def is_active(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.words) or any(chip.isChecked() for chip in self.chips.values())

    def show_counts(self, counts: Mapping[Outcome, int]) -> None:
        """How many checks came to what."""
        for outcome, chip in self.chips.items():
            chip.show_count(counts.get(outcome, 0))

    def show_found(self, words: Message | None) -> None:
        """Say how many checks the filter leaves; None where that is said elsewhere."""
        if words is not None:
            self.found.say(words)
        self.found.setVisible(words is not None)

    def clear(self) -> None:
        """Leave nothing out any more."""
        self.blockSignals(True)
        self.edit.clear()
        for chip in self.chips.values():
            chip.setChecked(False)
        self.blockSignals(False)
        self.changed.emit()

    def _focus(self) -> None:
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()
