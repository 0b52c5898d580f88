"""A field for the limit of speed of uploads; empty means none."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.parts.cards import row
from ui.widgets.parts.names import name
from ui.widgets.parts.text import Label
from wizard.figures import KIB_PER_SECOND
from wizard.messages import msg
from wizard.settings import LARGEST_LIMIT


class LimitBox(QWidget):
    """Digits with their unit. `changed` gives the limit in KiB per second, 0 for none, once the typing is over."""

    changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._limit = 0
        self.field = QLineEdit()
        self.field.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,8}"), self.field))
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.editingFinished.connect(self._typed)
        line = row(self, gap=8)
        line.addWidget(self.field)
        line.addWidget(Label(KIB_PER_SECOND, wrap=False))
        self.setFocusProxy(self.field)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name(self.field, msg("Limit of the upload speed, in KiB per second; empty for none"))
        LANGUAGE.changed.connect(self._fit)
        THEME.changed.connect(self._fit)
        self._fit()

    @property
    def limit(self) -> int:
        """KiB per second, 0 for none."""
        return self._limit

    def show_limit(self, limit: int) -> None:
        """Show that limit, unless somebody is typing another one."""
        if not self.field.hasFocus() or not self.field.isModified():
            self._limit = limit
            text = str(limit) if limit else ""
            if text != self.field.text():
                self.field.setText(text)

    def _typed(self) -> None:
        limit = min(int(self.field.text() or 0), LARGEST_LIMIT)
        self.field.setModified(False)
        self.field.setText(str(limit) if limit else "")
        if limit != self._limit:
            self._limit = limit
            self.changed.emit(limit)

    def _fit(self) -> None:
        none = say(msg("no limit"))
        self.field.setPlaceholderText(none)
        words = THEME.font("body")
        self.field.setFont(words)
        digits = self.field.fontMetrics().horizontalAdvance("00000000")
        wide = max(digits, self.field.fontMetrics().horizontalAdvance(none))
        self.field.setFixedWidth(wide + THEME.px(28))
