"""A short table: what it is called, what it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.language import say
from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import clear, column, row
from ui.widgets.parts.text import Label
from ui.widgets.views.view_widget import ViewCard
from wizard.messages import Message, msg
from wizard.view import Facts

_NARROW = 400
_NAME = 0.3  # of the width


class _Fact(QWidget):
    """The name with its value beside it, or under it where there is little room; an address opens in the browser."""

    def __init__(self, name: Message, value: Message) -> None:
        super().__init__()
        self._name = Label(name, tone="muted")
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        right = row(gap=4)
        right.addWidget(Label(value, selectable=True), 1, Qt.AlignmentFlag.AlignTop)
        self._address = _address(value)
        if self._address is not None:
            opener = Button("", "link", icon="open", name=msg("Open {address}", address=self._address))
            opener.clicked.connect(self._open)
            right.addWidget(opener, 0, Qt.AlignmentFlag.AlignTop)
        self._line.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside or under."""
        super().resizeEvent(event)
        wide = event.size().width()
        narrow = wide < THEME.px(_NARROW)
        self._line.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._line.setSpacing(0 if narrow else 16)
        self._name.setFixedWidth(wide if narrow else round(wide * _NAME))

    def _open(self) -> None:
        if self._address is not None:
            QDesktopServices.openUrl(QUrl(self._address))


class FactsCard(ViewCard):
    """A row for each fact."""

    def __init__(self, view: Facts) -> None:
        super().__init__(view.title)
        self._rows = column(gap=6)
        self.body.addLayout(self._rows)
        self.show_view(view)

    def show_view(self, view: Facts) -> None:
        """Other rows."""
        self.heading.say(view.title)
        clear(self._rows)
        for name, value in view.rows:
            self._rows.addWidget(_Fact(name, value))


def _address(value: Message) -> str | None:
    text = say(value)
    return text if text.startswith("https://") and " " not in text else None
