"""No word is cut off: every page with real findings, both languages, 960x640, text at 100, 150 and 200 %."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Walked
from tests.ui.tools import TIMEOUT, clipped
from ui.app import PRACTICE, App
from ui.clouds import Readiness
from ui.journeys.view import JourneyView
from ui.language import LANGUAGE
from ui.pages.new_journey import NewJourneyDialog
from ui.pages.settings import SettingsDialog
from ui.theme import THEME
from ui.widgets.confirm import ConfirmDialog
from ui.widgets.dialog import Notice
from ui.widgets.error_dialog import ErrorDialog
from wizard.errors import WizardError
from wizard.messages import CHINESE, ENGLISH, msg
from wizard.practice.limits import LIMITS
from wizard.settings import Settings
from wizard.step import Confirmation

SIZES = pytest.mark.parametrize("scale", [100, 150, 200])
LANGUAGES = pytest.mark.parametrize("language", [ENGLISH, CHINESE])


def open_walked(app: App, walked: Walked, qtbot: QtBot, folder: Path) -> JourneyView:
    """A copy of the walked journey, open in the window, with the cloud it was walked in."""
    door = app.doors[PRACTICE]
    door.cloud, door.readiness = walked.cloud, Readiness.READY
    path = folder / walked.path.name
    shutil.copyfile(walked.path, path)
    app.journeys.open(path)
    qtbot.waitUntil(lambda: app.open is not None, timeout=TIMEOUT)
    assert app.open is not None
    return app.open.view


def when_settled(window: QWidget, qtbot: QtBot) -> list[str]:
    """What is cut off once everything that was shown has its place: on a busy machine that takes a moment."""
    for _ in range(40):
        found = clipped(window)
        if not found:
            break
        qtbot.wait(50)
    return found


@LANGUAGES
@SIZES
def test_the_welcome_page(app: App, qtbot: QtBot, language: str, scale: int) -> None:
    LANGUAGE.use(language)
    THEME.apply(text_scale=scale)
    app.window.resize(960, 640)
    for recent in ((), ("/journeys/contoso/gateway/A rather long name of a journey 2.4.imagewizard",)):
        app.window.welcome.show_recent(recent)
        qtbot.wait(30)
        assert clipped(app.window) == []


@LANGUAGES
@SIZES
def test_every_step(
    app: App, walked: Walked, qtbot: QtBot, tmp_path: Path, language: str, scale: int
) -> None:
    LANGUAGE.use(language)
    THEME.apply(text_scale=scale)
    view = open_walked(app, walked, qtbot, tmp_path)
    app.window.resize(960, 640)
    for step in view.engine.steps:
        view.open_step(step.id)
        qtbot.waitUntil(lambda each=step.id: view.engine.running(each) is None, timeout=TIMEOUT)
        qtbot.wait(60)
        assert when_settled(app.window, qtbot) == [], step.id


@LANGUAGES
@SIZES
def test_the_dialogs(qtbot: QtBot, tmp_path: Path, language: str, scale: int) -> None:
    LANGUAGE.use(language)
    THEME.apply(text_scale=scale)
    words = LIMITS[4]
    error = WizardError(words, words)
    for dialog in (
        SettingsDialog(None, Settings(language=language, text_scale=scale)),
        NewJourneyDialog(None, tmp_path, practice=True),
        ConfirmDialog(None, Confirmation(words, words, msg("Make public"), "vhds")),
        Notice(None, msg("This is practice"), LIMITS, points=True),
        ErrorDialog(None, error, msg("Open for reading only")),
    ):
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.wait(30)
        assert clipped(dialog) == [], type(dialog).__name__
        assert dialog.width() <= 960


def test_the_eye_sees_what_is_cut(qtbot: QtBot) -> None:
    from ui.widgets.parts.buttons import Button
    from ui.widgets.parts.text import Label

    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(300, 300)
    wrapped = Label("one two three four five six", parent=holder)
    wrapped.setGeometry(0, 0, 60, 20)
    line = Label("one two three four five six", wrap=False, parent=holder)
    line.setGeometry(0, 40, 60, 20)
    pressed = Button("one two three four five six", parent=holder)
    pressed.setGeometry(0, 80, 60, 32)
    outside = Label("x", parent=holder)
    outside.setGeometry(290, 120, 60, 30)
    holder.show()

    assert len(clipped(holder)) == 4
