"""One line of a list: its words, what they mean, and the rule they come from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from ui.widgets.parts.cards import column
from ui.widgets.parts.text import Label
from wizard.step import Item


def item_words(item: Item) -> QVBoxLayout:
    """The item's label and its detail under it."""
    words = column(gap=2)
    words.addWidget(Label(item.label, selectable=False))
    if item.detail is not None:
        words.addWidget(Label(item.detail, "caption", tone="muted"))
    return words


def rule_label(item: Item) -> Label:
    """The rule's id, quietly."""
    label = Label(item.rule, "caption", tone="muted", wrap=False)
    label.setContentsMargins(0, 4, 0, 0)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return label
