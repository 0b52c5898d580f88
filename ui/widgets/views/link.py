"""An address to hand over: masked until shown, copied with one click."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import column
from ui.widgets.parts.clipboard import SECONDS, copy, secret_clipboard
from ui.widgets.parts.flow import Flow
from ui.widgets.parts.text import Label
from ui.widgets.views.view_widget import ViewCard
from wizard.messages import Message, msg
from wizard.view import Link


class _Address(Label):
    """The address in fixed letters; what is copied out of it while all of it is shown leaves the clipboard again."""

    def __init__(self) -> None:
        super().__init__("", "fixed", selectable=True)
        self.is_secret = False

    def _put(self, text: str) -> None:
        if self.is_secret:
            secret_clipboard().copy_part(text)
        else:
            super()._put(text)


class _Inset(QWidget):
    """A sunken ground for the address."""

    def __init__(self, label: Label) -> None:
        super().__init__()
        column(self, margin=12).addWidget(label)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground of the window, framed."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(THEME.color("outline"), 1))
        painter.setBrush(THEME.color("window"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


class LinkCard(ViewCard):
    """The address in fixed letters; Show and Copy where the whole of it is known."""

    def __init__(self, view: Link) -> None:
        super().__init__(view.title)
        self._view = view
        self._visible = False
        self._copied = False
        self._clipboard = secret_clipboard()
        self._clipboard.cleared.connect(self._was_cleared)
        self.eye = Button(msg("Show"), icon="eye")
        self.eye.clicked.connect(self._toggle)
        self.copy = Button(msg("Copy"), icon="copy")
        self.copy.clicked.connect(self._copy)
        buttons = Flow()
        buttons.addWidget(self.eye)
        buttons.addWidget(self.copy)
        self.head.addLayout(buttons)
        self.text = _Address()
        self.body.addWidget(_Inset(self.text))
        self.hint = Label("", "caption", tone="muted")
        self.body.addWidget(self.hint)
        self.show_view(view)

    def show_view(self, view: Link) -> None:
        """Another address; it is masked again."""
        if view.secret != self._view.secret:
            self._visible = False
        self._view = view
        self.heading.say(view.title)
        self._show()
        self._say(view.hint)

    def _show(self) -> None:
        secret = self._view.secret
        self.eye.setVisible(secret is not None)
        self.eye.say(msg("Hide") if self._visible else msg("Show"))
        self.eye.set_icon("eye_off" if self._visible else "eye")
        self.text.is_secret = secret is not None and self._visible
        self.text.say(secret.reveal() if secret is not None and self._visible else self._view.masked)

    def _toggle(self) -> None:
        self._visible = not self._visible
        self._show()

    def _copy(self) -> None:
        if self._view.secret is None:
            copy(self._view.masked)
            self._say(msg("Copied as shown, without its secret part."))
            return
        self._clipboard.copy(self._view.secret)
        self._copied = True
        self._say(msg("The whole link is copied. It leaves the clipboard in {n} seconds.", n=SECONDS))

    def _was_cleared(self) -> None:
        if self._copied:
            self._copied = False
            self._say(msg("The link was taken out of the clipboard."))

    def _say(self, words: Message | None) -> None:
        self.hint.setVisible(words is not None)
        if words is not None:
            self.hint.say(words)
