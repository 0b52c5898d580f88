"""What all drawn views have in common: a card with a title."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from ui.widgets.parts.cards import Card
from ui.widgets.parts.text import Label
from wizard.messages import Message


class ViewCard(Card):
    """A card with a title; `show_view` draws another view of the same kind in place."""

    def __init__(self, title: Message) -> None:
        super().__init__()
        self.heading = Label(title, "strong")
        self.head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.head.setSpacing(8)
        self.head.addWidget(self.heading, 1)
        self.body.addLayout(self.head)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons stand under the title where there is little room."""
        super().resizeEvent(event)
        items = (self.head.itemAt(place) for place in range(1, self.head.count()))
        beside = sum(item.sizeHint().width() + 8 for item in items if item is not None)
        words = self.heading.fontMetrics().horizontalAdvance(self.heading.text())
        narrow = self.head.count() > 1 and words + beside + 40 > event.size().width()
        self.head.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    def show_view(self, view: Any) -> None:
        """Draw that view from now on."""
