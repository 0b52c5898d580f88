"""What a person sets once for all journeys; every change counts at once."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from ui.language import LANGUAGE, NAMES, say
from ui.widgets.dialog import Dialog
from ui.widgets.limit_box import LimitBox
from ui.widgets.parts.buttons import Button, Switch
from ui.widgets.parts.cards import Card, Glyph, column, row
from ui.widgets.parts.names import name
from ui.widgets.parts.text import Elided, Label
from wizard import __version__
from wizard.journeys.journey_log import logs_folder
from wizard.messages import LANGUAGES, Message, msg
from wizard.settings import TEXT_SCALES, Settings


class SettingsDialog(Dialog):
    """`changed` gives the settings after each change; `test_wished` asks to try the connection."""

    changed = Signal(object)
    test_wished = Signal()

    def __init__(self, parent: QWidget | None, settings: Settings) -> None:
        super().__init__(parent, msg("Settings"), None, msg("Close"), wide=560)
        self.settings = settings
        cards = self.body
        self.language = Switch([(code, NAMES[code], None) for code in LANGUAGES], msg("Language"))
        themes = (
            ("system", msg("As Windows"), None),
            ("light", msg("Light"), None),
            ("dark", msg("Dark"), None),
        )
        self.theme = Switch(themes, msg("Theme"))
        self.scale = Switch([(str(each), f"{each} %", None) for each in TEXT_SCALES], msg("Text size"))
        look = _card(cards, msg("Look"))
        look.body.addWidget(_Setting(msg("Language"), self.language))
        look.body.addWidget(_Setting(msg("Theme"), self.theme))
        look.body.addWidget(_Setting(msg("Text size"), self.scale))
        self.language.chosen.connect(self._choose_language)
        self.theme.chosen.connect(self._choose_theme)
        self.scale.chosen.connect(self._choose_scale)
        self.person = QLineEdit(settings.person)
        self.person.editingFinished.connect(self._typed)
        self.folder = Elided(str(settings.journeys), "caption", tone="muted", middle=True)
        self.change = Button(msg("Change…"))
        self.change.clicked.connect(self._choose_folder)
        journeys = _card(cards, msg("Journeys"))
        journeys.body.addWidget(
            _Setting(msg("Your name"), self.person, msg("Proposed where a checklist is signed."))
        )
        where = row(gap=12)
        words = column(gap=0)
        words.addWidget(Label(msg("New journeys are saved in")))
        words.addWidget(self.folder)
        where.addLayout(words, 1)
        where.addWidget(self.change)
        journeys.body.addLayout(where)
        self.proxy = QLineEdit(settings.proxy)
        self.proxy.editingFinished.connect(self._typed)
        network = _card(cards, msg("Network"))
        network.body.addWidget(
            _Setting(
                msg("Proxy"),
                self.proxy,
                msg(
                    "Empty: the system’s own. A password in it holds for this session only and is never saved."
                ),
            )
        )
        self.limit = LimitBox()
        self.limit.changed.connect(self._choose_limit)
        network.body.addWidget(
            _Setting(
                msg("Limit the speed of uploads"),
                self.limit,
                msg("For a line that others need as well. It also holds for an upload that is under way."),
            )
        )
        self.test = Button(msg("Test the connection"))
        self.test.clicked.connect(self.test_wished)
        self._answer = QWidget()
        self._answer_glyph = Glyph("info", "muted", size=16, line=16)
        self._answer_words = Label("", "caption", tone="muted", selectable=True)
        answer = row(self._answer, gap=6)
        answer.addWidget(self._answer_glyph, 0, Qt.AlignmentFlag.AlignTop)
        answer.addWidget(self._answer_words, 1)
        self._answer.hide()
        tried = column(gap=8)
        tried.addWidget(self.test, 0, Qt.AlignmentFlag.AlignLeft)
        tried.addWidget(self._answer)
        network.body.addLayout(tried)
        about = _card(cards, msg("About"))
        about.body.addWidget(Label(msg("Marketplace Image Wizard {version}", version=__version__)))
        about.body.addWidget(
            Label(
                msg(
                    "MIT licence. Icons: Fluent UI System Icons, MIT, © 2020 Microsoft Corporation. Built with Qt, LGPL."
                ),
                "caption",
                tone="muted",
                selectable=True,
            )
        )
        self.logs = Button(msg("Open the folder of the logs"))
        self.logs.clicked.connect(self._open_logs)
        about.body.addWidget(
            Label(
                msg(
                    "The logs tell what was done and what went wrong, without secrets. Send them along when you ask for help."
                ),
                "caption",
                tone="muted",
            )
        )
        about.body.addWidget(self.logs, 0, Qt.AlignmentFlag.AlignLeft)
        cards.addStretch(1)
        name(self.person, msg("Your name"))
        name(self.proxy, msg("Proxy"))
        self._show()
        self._hint()
        LANGUAGE.changed.connect(self._hint)

    def show_answer(self, words: Message, icon: str, token: str) -> None:
        """Say how the test of the connection went."""
        self._answer.show()
        self._answer_glyph.set(icon, token)
        self._answer_words.say(words)
        self.test.setEnabled(token != "accent")

    def _hint(self) -> None:
        self.language.choose(LANGUAGE.code)
        self.proxy.setPlaceholderText(say(msg("for example {proxy}", proxy="http://proxy.example:8080")))

    def _show(self) -> None:
        self.language.choose(self.settings.language)
        self.theme.choose(self.settings.theme)
        self.scale.choose(str(self.settings.text_scale))
        self.folder.setText(str(self.settings.journeys))
        self.limit.show_limit(self.settings.upload_limit)

    def _set(self, settings: Settings) -> None:
        if settings != self.settings:
            self.settings = settings
            self._show()
            self.changed.emit(settings)

    def _choose_language(self, code: str) -> None:
        self._set(replace(self.settings, language=code))

    def _choose_theme(self, theme: str) -> None:
        self._set(replace(self.settings, theme=theme))

    def _choose_scale(self, per_cent: str) -> None:
        self._set(replace(self.settings, text_scale=int(per_cent)))

    def _choose_limit(self, limit: int) -> None:
        self._set(replace(self.settings, upload_limit=limit))

    def _typed(self) -> None:
        self._set(replace(self.settings, person=self.person.text().strip(), proxy=self.proxy.text().strip()))

    def _open_logs(self) -> None:
        folder = logs_folder()
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, say(msg("Folder of new journeys")), str(self.settings.journeys)
        )
        if chosen:
            self._set(replace(self.settings, journeys_folder=str(Path(chosen))))


def _card(cards: QVBoxLayout, title: Message) -> Card:
    cards.addWidget(Label(title, "strong"))
    card = Card()
    cards.addWidget(card)
    return card


class _Setting(QWidget):
    """A setting's name with its control beside it, or under it where there is little room."""

    def __init__(self, words: Message, control: QWidget, help_words: Message | None = None) -> None:
        super().__init__()
        self._label = Label(words)
        self._label.setBuddy(control)
        self._control = control
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(8)
        self._line.addWidget(self._label, 1)
        wide = isinstance(control, QLineEdit)
        beside = Qt.AlignmentFlag(0) if wide else Qt.AlignmentFlag.AlignVCenter
        self._line.addWidget(control, 2 if wide else 0, beside)
        whole = column(self, gap=4)
        whole.addLayout(self._line)
        if help_words is not None:
            whole.addWidget(Label(help_words, "caption", tone="muted"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside or under."""
        super().resizeEvent(event)
        words = self._label.fontMetrics().horizontalAdvance(self._label.text())
        narrow = words + self._control.sizeHint().width() + 16 > event.size().width()
        self._line.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
