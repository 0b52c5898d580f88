"""A list to tick off; what was proven already is ticked with its proof."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.fields.item_row import item_words, rule_label
from ui.widgets.fields.items_field import ItemsField
from ui.widgets.parts.cards import Glyph, row
from ui.widgets.parts.marks import ClickRow, Mark
from ui.widgets.parts.text import Label
from wizard.messages import Message, msg
from wizard.step import Item, Ticks


class _TickRow(ClickRow):
    """A line with its box; once ticked it says who did, and when."""

    def __init__(self, item: Item) -> None:
        super().__init__(Mark())
        self.item = item
        line = row(self, gap=8)
        line.setContentsMargins(0, 6, 0, 6)
        proven = item.proof is not None
        self.mark.setHidden(proven)
        if proven:
            line.addWidget(
                Glyph("checkmark_circle", "passed", word=msg("Proven"), line=24), 0, Qt.AlignmentFlag.AlignTop
            )
            line.addSpacing(THEME.px(4))
        line.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self.words = item_words(item)
        self.words.setContentsMargins(0, 2, 0, 0)
        self.signed = Label("", "caption", tone="muted")
        self.signed.hide()
        if item.proof is not None:
            self.words.addWidget(Label(item.proof, "caption", tone="muted", selectable=True))
        self.words.addWidget(self.signed)
        line.addLayout(self.words, 1)
        if item.rule:
            line.addWidget(rule_label(item), 0, Qt.AlignmentFlag.AlignTop)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Name the box after the line."""
        self.mark.setAccessibleName(say(self.item.label))

    def show_tick(self, tick: dict[str, str] | None) -> None:
        """Tick the box or not, and say who did it."""
        self.mark.setChecked(tick is not None)
        self.signed.setVisible(tick is not None)
        if tick is not None:
            when = _local_time(tick.get("at", ""))
            name = tick.get("by", "")
            self.signed.say(
                msg("Confirmed by {name}, {when}", name=name, when=when)
                if name
                else msg("Confirmed {when}", when=when)
            )


class TicksField(ItemsField[Ticks, _TickRow]):
    """A box for each line, and how many lines are done."""

    def focus_target(self) -> QWidget | None:
        """The first box that is not ticked."""
        boxes = [line.mark for line in self._rows.values() if line.item.proof is None]
        return next((box for box in boxes if not box.isChecked()), boxes[0] if boxes else None)

    def _make(self, item: Item) -> _TickRow:
        line = _TickRow(item)
        line.mark.setProperty("item", item.id)
        line.mark.clicked.connect(self._clicked)
        return line

    def _show(self) -> Message:
        ticks = self.value or {}
        for item_id, line in self._rows.items():
            line.show_tick(ticks.get(item_id))
        done = sum(item.proof is not None or item.id in ticks for item in self._items)
        return msg("{done} of {all} done", done=done, all=len(self._items))

    def _rebuild(self) -> None:
        focused = next((item_id for item_id, line in self._rows.items() if line.mark.hasFocus()), None)
        super()._rebuild()
        if focused in self._rows:
            self._rows[focused].mark.setFocus()

    def _clicked(self) -> None:
        item_id = str(self.sender().property("item"))
        self.engine.tick(self.step.id, self.asked.id, item_id, self._rows[item_id].mark.isChecked())


def _local_time(text: str) -> str:
    try:
        moment = QDateTime.fromSecsSinceEpoch(int(datetime.fromisoformat(text).timestamp()))
    except ValueError:
        return text
    return LANGUAGE.locale.toString(moment.toLocalTime(), QLocale.FormatType.ShortFormat)
