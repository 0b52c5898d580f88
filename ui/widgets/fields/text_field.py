"""A line of text, or several."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.fields.field import Field, restyle
from ui.widgets.parts.cards import row
from ui.widgets.parts.scroll import thin_bars
from wizard.core.engine import Engine
from wizard.step import Step, Text


class Lines(QPlainTextEdit):
    """Several lines; Tab leaves them, Ctrl+Enter is left to the page. `left` tells that the focus went."""

    left = Signal()

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self.setTabChangesFocus(True)
        thin_bars(self)
        self._resize()
        THEME.changed.connect(self._resize)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell it."""
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter means the page's button."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _resize(self) -> None:
        self.setFont(THEME.font("body"))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + 22)


class TextField(Field[Text]):
    """One line of text, or a larger field where the input asks for lines."""

    def __init__(self, engine: Engine, step: Step, asked: Text) -> None:
        super().__init__(engine, step, asked)
        self._shown = ""
        self.edit: QLineEdit | Lines
        if asked.lines > 1:
            self.edit = Lines(asked.lines)
            self.edit.textChanged.connect(self._edited)
            self.edit.left.connect(self.commit)
            self.stacked = True
        else:
            self.edit = QLineEdit()
            self.edit.textEdited.connect(self._edited)
            self.edit.editingFinished.connect(self.commit)
        row(self).addWidget(self.edit, 1)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """The hint in the empty field."""
        if self.asked.placeholder is not None:
            self.edit.setPlaceholderText(say(self.asked.placeholder))

    def refresh(self) -> None:
        """Show the answer, unless another is being typed."""
        text = str(self.value or "")
        if self.typing or text == self._shown:
            return
        self._shown = text
        if text != self._text():
            self.edit.blockSignals(True)
            if isinstance(self.edit, Lines):
                self.edit.setPlainText(text)
            else:
                self.edit.setText(text)
            self.edit.blockSignals(False)

    def show_problem(self, wrong: bool) -> None:
        """A red frame where the answer is wrong."""
        restyle(self.edit, wrong)

    def name(self, label: str) -> None:
        """Name the field."""
        self.edit.setAccessibleName(label)

    def focus_target(self) -> QLineEdit | Lines:
        """The field itself."""
        return self.edit

    def _text(self) -> str:
        return self.edit.toPlainText() if isinstance(self.edit, Lines) else self.edit.text()

    def _edited(self) -> None:
        self._shown = self._text()
        self.typed(self._shown)
