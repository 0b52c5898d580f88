"""A list of tests; the person enters how each one ended."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.fields.item_row import item_words, rule_label
from ui.widgets.fields.items_field import ItemsField
from ui.widgets.parts.buttons import Switch
from ui.widgets.parts.cards import row
from wizard.messages import Message, msg
from wizard.step import Item, Outcome, Verdicts


def _words() -> tuple[tuple[str, Message, str], ...]:
    return (
        (Outcome.PASSED.value, msg("Passed"), "passed"),
        (Outcome.WARNING.value, msg("Warning"), "warning"),
        (Outcome.FAILED.value, msg("Failed"), "failed"),
    )


class _VerdictRow(QWidget):
    """A test and the switch for its outcome."""

    def __init__(self, item: Item) -> None:
        super().__init__()
        self.switch = Switch(_words(), item.label)
        line = row(self, gap=12)
        line.setContentsMargins(0, 6, 0, 6)
        line.addLayout(item_words(item), 1)
        if item.rule:
            line.addWidget(rule_label(item), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)


class VerdictsField(ItemsField[Verdicts, _VerdictRow]):
    """A switch for each test, and how many tests have a verdict."""

    def _make(self, item: Item) -> _VerdictRow:
        line = _VerdictRow(item)
        line.switch.setProperty("item", item.id)
        line.switch.chosen.connect(self._chosen)
        return line

    def _show(self) -> Message:
        verdicts = self.value or {}
        for item_id, line in self._rows.items():
            line.switch.choose(verdicts.get(item_id))
        done = sum(item.id in verdicts for item in self._items)
        return msg("{done} of {all} entered", done=done, all=len(self._items))

    def _chosen(self, outcome: str) -> None:
        item_id = str(self.sender().property("item"))
        self.answer({**(self.value or {}), item_id: outcome})
