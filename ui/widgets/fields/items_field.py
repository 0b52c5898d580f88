"""A list of lines to be dealt with one by one, and how many of them are."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from ui.widgets.fields.field import Field
from ui.widgets.parts.cards import Rule, clear, column
from ui.widgets.parts.text import Label
from wizard.core.engine import Engine
from wizard.messages import Message
from wizard.step import Input, Item, Step

_Asked = TypeVar("_Asked", bound=Input)
_Line = TypeVar("_Line", bound=QWidget)


class ItemsField(Field[_Asked], Generic[_Asked, _Line]):
    """The lines are made anew when the items change; whoever draws them says how in `_make` and `_show`."""

    stacked = True

    def __init__(self, engine: Engine, step: Step, asked: _Asked) -> None:
        super().__init__(engine, step, asked)
        self._items: tuple[Item, ...] = ()
        self._rows: dict[str, _Line] = {}
        self._count = Label("", "caption", tone="muted")
        self._list = column(gap=0)
        whole = column(self, gap=4)
        whole.addWidget(self._count)
        whole.addLayout(self._list)

    def refresh(self) -> None:
        """Show the list and its answers."""
        items = self.engine.items(self.step.id, self.asked.id)
        if items != self._items:
            self._items = items
            self._rebuild()
        self._count.say(self._show())

    def name(self, label: str) -> None:
        """Name the list."""
        self.setAccessibleName(label)

    def _make(self, item: Item) -> _Line:
        """The line of an item."""
        raise TypeError(f"{type(self).__name__} makes no line for {item.id}")

    def _show(self) -> Message:
        """Show the answers in the lines; how many there are, in words."""
        raise TypeError(f"{type(self).__name__} shows nothing")

    def _rebuild(self) -> None:
        clear(self._list)
        self._rows = {}
        for item in self._items:
            if self._rows:
                self._list.addWidget(Rule())
            self._rows[item.id] = self._make(item)
            self._list.addWidget(self._rows[item.id])
