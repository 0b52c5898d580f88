"""Buttons: one primary, standard ones, quiet ones, links, and the switch between two or three values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.icons import icon as load_icon
from ui.language import LANGUAGE, Words, say
from ui.theme import THEME
from ui.widgets.parts.text import as_tip


class Button(QPushButton):
    """A button of one kind: primary, standard, danger, quiet or link. A mouse click leaves the focus where it was."""

    def __init__(
        self,
        words: Words = "",
        kind: str = "standard",
        *,
        icon: str | None = None,
        name: Words | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`name` is what a screen reader says (and the tooltip) where the button shows only an icon."""
        super().__init__(parent)
        self._words = words
        self._kind = kind
        self._icon = icon
        self._name = name
        self.setProperty("kind", kind)
        # The ring shows where the keyboard is; a click needs none.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.retranslate()
        self._retint()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._retint)

    def say(self, words: Words, name: Words | None = None) -> None:
        """Show these words from now on."""
        if (words, name) != (self._words, self._name):
            self._words, self._name = words, name
            self.retranslate()

    def set_icon(self, name: str | None) -> None:
        """Show that icon from now on."""
        if name != self._icon:
            self._icon = name
            self._retint()

    def set_kind(self, kind: str) -> None:
        """Become a button of another kind."""
        if kind != self._kind:
            self._kind = kind
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
            self._retint()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        shown = say(self._words)
        self.setText(shown)
        named = say(self._name) if self._name is not None else shown
        self.setAccessibleName(named)
        if not shown:
            self.setToolTip(as_tip(named))

    def sizeHint(self) -> QSize:
        """As the style sheet has it, also before it was shown."""
        self.ensurePolished()
        return super().sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, not the page's primary one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _retint(self) -> None:
        if self._icon is None:
            return
        token = {"primary": "on_accent", "danger": "card", "link": "accent"}.get(self._kind, "text")
        self.setIcon(load_icon(self._icon, token))
        side = THEME.px(16 if self._kind == "link" else 20)
        self.setIconSize(QSize(side, side))


class _Segment(QAbstractButton):
    """One value of a Switch."""

    def __init__(self, words: Words, token: str | None) -> None:
        super().__init__()
        self._words = words
        self._token = token
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self.updateGeometry)

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.setText(say(self._words))
        self.setAccessibleName(self.text())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for the words in bold, so that nothing moves when it is chosen."""
        wide = QFontMetrics(THEME.font("strong")).horizontalAdvance(self.text())
        return QSize(wide + THEME.px(24), THEME.px(28))

    def minimumSizeHint(self) -> QSize:
        """Never less than its words."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The chosen one is filled; the focus has a ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(1, 1, -1, -1)
        ground = THEME.color(f"{self._token or 'accent'}_tint")
        if self.isChecked():
            painter.setPen(QPen(THEME.color(self._token or "accent"), 1))
            painter.setBrush(ground)
            painter.drawRoundedRect(area, 3, 3)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(THEME.color("hover"))
            painter.drawRoundedRect(area, 3, 3)
        if self.hasFocus():
            painter.setPen(QPen(THEME.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 3, 3)
        token = (self._token or "accent") if self.isChecked() else "text" if self.isEnabled() else "disabled"
        painter.setPen(THEME.color(token))
        painter.setFont(THEME.font("strong" if self.isChecked() else "body"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())


def choose_none(group: QButtonGroup) -> None:
    """Take the choice back: an exclusive group does not let go of its last one by itself."""
    chosen = group.checkedButton()
    if chosen is not None:
        group.setExclusive(False)
        chosen.setChecked(False)
        group.setExclusive(True)


class Switch(QWidget):
    """Two or three values side by side, one of them chosen (or none yet)."""

    chosen = Signal(str)

    def __init__(self, values: Sequence[tuple[str, Words, str | None]], name: Words) -> None:
        """`values`: value, words, and the token of its colour when chosen (None: accent)."""
        super().__init__()
        self._name = name
        self._group = QButtonGroup(self)
        self._segments: dict[str, _Segment] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for value, words, token in values:
            segment = _Segment(words, token)
            segment.setProperty("value", value)
            self._segments[value] = segment
            self._group.addButton(segment)
            row.addWidget(segment)
        self._group.buttonClicked.connect(self._clicked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(next(iter(self._segments.values())))
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    @property
    def value(self) -> str | None:
        """The chosen value, or None."""
        button = self._group.checkedButton()
        return str(button.property("value")) if button is not None else None

    def choose(self, value: str | None) -> None:
        """Show that value as chosen, without telling anyone."""
        if value in self._segments:
            self._segments[value].setChecked(True)
        else:
            choose_none(self._group)

    def retranslate(self) -> None:
        """Name the values after what they are values of."""
        name = say(self._name)
        self.setAccessibleName(name)
        for segment in self._segments.values():
            segment.setAccessibleDescription(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A frame around the values."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(THEME.color("border"), 1))
        painter.setBrush(THEME.color("card"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)

    def _clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(str(button.property("value")))
