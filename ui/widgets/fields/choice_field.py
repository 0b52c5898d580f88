"""One of several options in a list; they may have to be fetched first, and some lists allow an answer of one's own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.language import LANGUAGE, say
from ui.widgets.fields.field import Field
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, column, row
from ui.widgets.parts.combo_box import DETAIL, ComboBox
from ui.widgets.parts.text import Label
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.step import Choice, Option, Step
from wizard.tasks import Task


class ChoiceField(Field[Choice]):
    """A combo box; under it, while they last: that the options are being fetched, why they could not be, that there are none."""

    def __init__(self, engine: Engine, step: Step, asked: Choice) -> None:
        super().__init__(engine, step, asked)
        self._options: tuple[Option, ...] | None = None
        self._task: Task | None = None
        self._tried: object = None
        self.combo = ComboBox()
        self.combo.allow_typing(asked.free)
        if self.combo.edit is not None:
            self.combo.edit.textEdited.connect(self._typed)
            self.combo.edit.editingFinished.connect(self.commit)
        self.combo.activated.connect(self._activated)
        self.again = Button("", "quiet", icon="arrow_clockwise", name=msg("Fetch the list again"))
        self.again.clicked.connect(self.load)
        self.again.setHidden(asked.load is None)
        self.glyph = Glyph("arrow_sync_circle", "accent", size=16, line=16)
        self.note = Label("", "caption", tone="muted", selectable=True)
        self._note = QWidget()
        beneath = row(self._note, gap=6)
        beneath.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignTop)
        beneath.addWidget(self.note, 1)
        line = row(gap=4)
        line.addWidget(self.combo, 1)
        line.addWidget(self.again)
        whole = column(self, gap=4)
        whole.addLayout(line)
        whole.addWidget(self._note)
        LANGUAGE.changed.connect(self._fill)

    def load(self) -> None:
        """Fetch the options."""
        if self._task is None or self._task.ended:
            self._start()
            self.refresh()

    def refresh(self) -> None:
        """Show the options and the answer; fetch what has not been fetched."""
        options = self.engine.options(self.step.id, self.asked.id)
        error = self.engine.options_error(self.step.id, self.asked.id)
        loading = self._task is not None and not self._task.ended
        if options is None and not loading and self._tried != self._situation() and self._can_load():
            self._start()
            loading = True
        if options != self._options:
            self._options = options
            self._fill()
            self._take_the_only_one()
        self._show_value()
        self._say(options, error, loading)

    def show_problem(self, wrong: bool) -> None:
        """A red frame where the answer is wrong."""
        if self.combo.wrong != wrong:
            self.combo.wrong = wrong
            self.combo.update()

    def name(self, label: str) -> None:
        """Name the list."""
        self.combo.setAccessibleName(label)
        if self.combo.edit is not None:
            self.combo.edit.setAccessibleName(label)
        self.again.setAccessibleDescription(label)

    def focus_target(self) -> QWidget:
        """The list."""
        return self.combo

    def _start(self) -> None:
        self._tried = self._situation()
        self._task = self.engine.start_options(self.step.id, self.asked.id)
        self.work_started.emit(self._task)

    def _can_load(self) -> bool:
        applies = self.engine.input_applies(self.step.id, self.asked.id)
        return applies and self.engine.options_held_back(self.step.id, self.asked.id) is None

    def _situation(self) -> object:
        """What the list may depend on: while this is the same, a list that could not be fetched is not asked for again."""
        others = (each.id for each in self.step.inputs if each.id != self.asked.id)
        return (id(self.engine.cloud), *(self.engine.answer_of(self.step.id, each) for each in others))

    def _fill(self) -> None:
        self.combo.blockSignals(True)
        typed = self.combo.currentText() if self.asked.free else ""
        self.combo.clear()
        for option in self._options or ():
            self.combo.addItem(say(option.label), option.value)
            if option.detail is not None:
                self.combo.setItemData(self.combo.count() - 1, say(option.detail), DETAIL)
        self.combo.setPlaceholderText(say(msg("Choose…")))
        self.combo.setCurrentIndex(-1)
        if self.asked.free:
            self.combo.setEditText(typed)
        self.combo.blockSignals(False)
        self._show_value()

    def _take_the_only_one(self) -> None:
        """Where there is only one to choose, and one has to be chosen, nobody needs to be asked."""
        only = self._options if self.asked.required and not self.asked.free and self.isEnabled() else None
        if self.asked.load is not None and only is not None and len(only) == 1 and self.value is None:
            self.answer(only[0].value)

    def _show_value(self) -> None:
        value = self.value
        index = self.combo.findData(value) if value is not None else -1
        if self.typing:
            return
        if self.asked.free:
            text = self.combo.itemText(index) if index >= 0 else str(value or "")
            if text != self.combo.currentText():
                self.combo.setEditText(text)
        elif index != self.combo.currentIndex():
            self.combo.setCurrentIndex(index)

    def _say(self, options: tuple[Option, ...] | None, error: WizardError | None, loading: bool) -> None:
        words: Message | None = None
        icon, token = "info", "muted"
        if loading:
            words, icon, token = msg("Fetching the list…"), "arrow_sync_circle", "accent"
        elif error is not None:
            words, icon, token = (
                msg("{what}. {cure}", what=error.what, cure=error.cure),
                "dismiss_circle",
                "failed",
            )
        elif options == () and self.asked.empty is not None and self._can_load():
            words = self.asked.empty
        self._note.setVisible(words is not None)
        if words is not None:
            self.note.say(words)
            self.glyph.set(icon, token)
        self.combo.setEnabled(not loading and (bool(options) or self.asked.free))
        self.again.setEnabled(not loading)

    def _activated(self, index: int) -> None:
        value = self.combo.itemData(index, Qt.ItemDataRole.UserRole)
        self.answer(value if value is not None else self.combo.itemText(index))

    def _typed(self, text: str) -> None:
        self.typed(text.strip() or None)
