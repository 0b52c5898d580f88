"""One of two or three options that need a word of explanation: each is a card of its own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.fields.field import Field
from ui.widgets.parts.buttons import choose_none
from ui.widgets.parts.cards import column, row
from ui.widgets.parts.marks import ClickRow, Mark
from ui.widgets.parts.text import Label
from wizard.core.engine import Engine
from wizard.step import Choice, Option, Step


class _Dot(Mark):
    """The dot of a card; the arrow keys go to the next one and choose it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the choice."""
        by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}.get(
            Qt.Key(event.key())
        )
        if by is None:
            super().keyPressEvent(event)
            return
        dots = self.group().buttons()
        following = dots[(dots.index(self) + by) % len(dots)]
        following.setFocus(Qt.FocusReason.TabFocusReason)
        following.click()


class _OptionCard(ClickRow):
    """An option as a card; the chosen one is tinted and framed in the accent's colour."""

    def __init__(self, option: Option) -> None:
        super().__init__(_Dot(dot=True))
        self.option = option
        line = row(self, margin=12, gap=8)
        line.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        words.addWidget(Label(option.label, "strong"))
        if option.detail is not None:
            words.addWidget(Label(option.detail, "caption", tone="muted"))
        line.addLayout(words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.mark.toggled.connect(self.update)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Name the dot after the option."""
        self.mark.setAccessibleName(say(self.option.label))
        if self.option.detail is not None:
            self.mark.setAccessibleDescription(say(self.option.detail))

    def event(self, event: QEvent) -> bool:
        """Redraw under the mouse."""
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground and frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.mark.isChecked()
        painter.setPen(QPen(THEME.color("accent" if on else "outline"), 1))
        painter.setBrush(THEME.color("accent_tint" if on else "hover" if self.underMouse() else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class CardsField(Field[Choice]):
    """Two or three cards under each other."""

    stacked = True

    def __init__(self, engine: Engine, step: Step, asked: Choice) -> None:
        super().__init__(engine, step, asked)
        self._group = QButtonGroup(self)
        self._cards = [_OptionCard(option) for option in asked.options]
        whole = column(self, gap=8)
        for card in self._cards:
            self._group.addButton(card.mark)
            card.mark.clicked.connect(self._clicked)
            whole.addWidget(card)

    def refresh(self) -> None:
        """Show the answer."""
        value = self.value
        for card in self._cards:
            if card.option.value == value and not card.mark.isChecked():
                card.mark.setChecked(True)
        if value is None:
            choose_none(self._group)

    def name(self, label: str) -> None:
        """Name the group."""
        self.setAccessibleName(label)

    def focus_target(self) -> QWidget:
        """The chosen card, or the first."""
        return self._group.checkedButton() or self._cards[0].mark

    def _clicked(self) -> None:
        chosen = next((card for card in self._cards if card.mark.isChecked()), None)
        if chosen is not None:
            self.answer(chosen.option.value)
