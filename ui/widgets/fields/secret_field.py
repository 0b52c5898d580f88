"""A key or a signed link: masked until the person asks to see it, known to this session only."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.fields.field import Field, restyle
from ui.widgets.fields.text_field import Lines
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import row
from wizard.core.engine import Engine
from wizard.messages import msg
from wizard.redaction import Secret, redact
from wizard.step import SecretText, Step


class _SecretLines(Lines):
    """Several lines that hide their signature as soon as they were pasted or left."""

    entered = Signal(str)

    def __init__(self, lines: int) -> None:
        super().__init__(lines)
        self.secret = ""
        self._hidden = False
        self.setFont(THEME.font("fixed"))
        self.left.connect(self.hide_secret)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 (Qt's name)
        """What is pasted is hidden at once."""
        super().insertFromMimeData(source)
        self.hide_secret()

    def hide_secret(self) -> None:
        """Show it masked, and tell what was entered."""
        if not self._hidden and not self.isReadOnly():
            text = self.toPlainText()
            if text != self.secret:
                self.secret = text
                self.entered.emit(text)
            self.show_text(text, hidden=True)

    def show_text(self, text: str, *, hidden: bool) -> None:
        """Show the text, masked and not to be edited where `hidden`."""
        self.secret = text
        self._hidden = hidden and bool(text)
        self.setReadOnly(self._hidden)
        self.setPlainText(redact(text) if self._hidden else text)


class SecretField(Field[SecretText]):
    """One masked line, or several whose signature is masked; the eye shows it, the cross empties it."""

    def __init__(self, engine: Engine, step: Step, asked: SecretText) -> None:
        super().__init__(engine, step, asked)
        self._visible = False
        self._label = ""
        self.stacked = asked.lines > 1
        self.edit: QLineEdit | _SecretLines
        if asked.lines > 1:
            self.edit = _SecretLines(asked.lines)
            self.edit.entered.connect(self.answer)
        else:
            self.edit = QLineEdit()
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
            self.edit.textEdited.connect(self.typed)
            self.edit.editingFinished.connect(self.commit)
        self.eye = Button("", "quiet", icon="eye", name=msg("Show it"))
        self.eye.clicked.connect(self._toggle)
        self.cross = Button("", "quiet", icon="dismiss", name=msg("Empty the field"))
        self.cross.clicked.connect(self._empty)
        line = row(self, gap=4)
        line.addWidget(self.edit, 1)
        line.addWidget(self.eye, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.cross, 0, Qt.AlignmentFlag.AlignTop)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """The hint in the empty field."""
        if self.asked.placeholder is not None:
            self.edit.setPlaceholderText(say(self.asked.placeholder))

    def refresh(self) -> None:
        """Show the secret of this session, masked."""
        held = self.value
        text = held.reveal() if isinstance(held, Secret) else ""
        if isinstance(self.edit, _SecretLines):
            if text != self.edit.secret and not self.edit.hasFocus():
                self.edit.show_text(text, hidden=not self._visible)
        elif not self.typing and text != self.edit.text():
            self.edit.setText(text)
        self.eye.setVisible(bool(text))
        self.cross.setVisible(bool(text))

    def show_problem(self, wrong: bool) -> None:
        """A red frame where the answer is wrong."""
        restyle(self.edit, wrong)

    def name(self, label: str) -> None:
        """Name the field and its two buttons."""
        self.edit.setAccessibleName(label)
        self.eye.setAccessibleDescription(label)
        self.cross.setAccessibleDescription(label)

    def focus_target(self) -> QWidget:
        """The field itself."""
        return self.edit

    def _toggle(self) -> None:
        self._visible = not self._visible
        if isinstance(self.edit, _SecretLines):
            self.edit.show_text(self.edit.secret, hidden=not self._visible)
        else:
            mode = QLineEdit.EchoMode.Normal if self._visible else QLineEdit.EchoMode.Password
            self.edit.setEchoMode(mode)
        self.eye.set_icon("eye_off" if self._visible else "eye")
        self.eye.say("", msg("Hide it") if self._visible else msg("Show it"))

    def _empty(self) -> None:
        self.answer(None)
        if isinstance(self.edit, _SecretLines):
            self.edit.show_text("", hidden=False)
        else:
            self.edit.clear()
        self.edit.setFocus()
