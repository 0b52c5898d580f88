"""A dialog in our look: a title, what it is about, and buttons with verbs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ui.language import LANGUAGE, Words, say
from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import column, row
from ui.widgets.parts.scroll import WIDTH as SCROLL_BAR
from ui.widgets.parts.scroll import ScrollArea
from ui.widgets.parts.text import Label
from wizard.messages import msg


class Dialog(QDialog):
    """`body` takes the content. The primary button accepts, Escape and the other one refuse."""

    def __init__(
        self, parent: QWidget | None, title: Words, accept: Words | None, refuse: Words, *, wide: int = 440
    ) -> None:
        super().__init__(parent)
        self._title = title
        self.setModal(True)
        self._wide = wide
        self.heading = Label(title, "card_title")
        self._content = QWidget()
        self.body: QVBoxLayout = column(self._content, gap=12)
        self.body.setContentsMargins(24, 4, 24 - SCROLL_BAR, 16)
        self._area = ScrollArea(self._content)
        self._head = QWidget()
        head = column(self._head)
        head.setContentsMargins(24, 24, 24, 8)
        head.addWidget(self.heading)
        whole = column(self, gap=0)
        whole.addWidget(self._head)
        whole.addWidget(self._area, 1)
        self._foot = _Foot()
        self.buttons = row(self._foot, gap=8)
        self.buttons.setContentsMargins(24, 16, 24, 16)
        self.buttons.addStretch(1)
        self.refuse = Button(refuse)
        self.refuse.clicked.connect(self.reject)
        self.refuse.setAutoDefault(False)
        self.accept_button: Button | None = None
        if accept is not None:
            self.accept_button = Button(accept, "primary")
            self.accept_button.clicked.connect(self.accept)
            self.accept_button.setDefault(True)
            self.buttons.addWidget(self.accept_button)
        self.buttons.addWidget(self.refuse)
        whole.addWidget(self._foot)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        LANGUAGE.changed.connect(self.fit)
        THEME.changed.connect(self.fit)

    def retranslate(self) -> None:
        """Name the window."""
        self.setWindowTitle(say(self._title))
        self.setAccessibleName(say(self._title))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card's ground."""
        QPainter(self).fillRect(self.rect(), THEME.color("card"))

    def showEvent(self, event: QShowEvent) -> None:
        """Words that wrap have their height only now."""
        self.fit()
        super().showEvent(event)

    @property
    def most_height(self) -> int:
        """As high as the window behind it, and never higher than a small screen."""
        parent = self.parentWidget()
        return max(480, min(720, parent.height() - 24 if parent is not None else 720))

    def fit(self) -> None:
        """Take the size that the words need; where there is no room for it, the body scrolls."""
        for each in self.findChildren(QWidget):
            each.ensurePolished()  # the style sheet gives fields and buttons their heights
        wide = max(
            min(THEME.px(self._wide), 760),
            self._content.minimumSizeHint().width() + SCROLL_BAR,
            self._foot.minimumSizeHint().width(),
        )
        around = self._head.heightForWidth(wide) + self._foot.sizeHint().height()
        inside = wide - SCROLL_BAR
        need = self._content.heightForWidth(inside)
        high = min(need if need >= 0 else self._content.sizeHint().height(), self.most_height - around)
        self.setMinimumWidth(wide)
        self._area.setMinimumHeight(high)
        self.resize(wide, around + high)


class _Foot(QWidget):
    """The ground of the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The window's ground with a line above it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), THEME.color("window"))
        painter.fillRect(0, 0, self.width(), 1, THEME.color("outline"))


class Notice(Dialog):
    """A title and a few paragraphs to be read and closed; `points`: all after the first are points of a list."""

    def __init__(
        self, parent: QWidget | None, title: Words, paragraphs: tuple[Words, ...], *, points: bool = False
    ) -> None:
        super().__init__(parent, title, None, msg("Close"), wide=560)
        for place, words in enumerate(paragraphs):
            line = row(gap=10)
            if points and place:
                line.addWidget(Label("•", tone="muted", wrap=False), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(words, selectable=True), 1)
            self.body.addLayout(line)
        self.body.addStretch(1)
