"""A screen reader finds a name for everything that takes the focus, and for every sign."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Walked
from tests.ui.test_clipping import open_walked
from tests.ui.tools import TIMEOUT, focusable
from ui.app import App
from ui.language import LANGUAGE
from ui.pages.new_journey import NewJourneyDialog
from ui.pages.settings import SettingsDialog
from ui.widgets.confirm import ConfirmDialog
from ui.widgets.parts.cards import Glyph
from wizard.messages import CHINESE, ENGLISH, msg
from wizard.settings import Settings
from wizard.step import Confirmation


def nameless(widget: QWidget) -> list[str]:
    found = []
    for each in focusable(widget):
        reader = QAccessible.queryAccessibleInterface(each)
        said = reader.text(QAccessible.Text.Name) if reader is not None else each.accessibleName()
        if not said.strip():
            found.append(f"{type(each).__name__} in {type(each.parentWidget()).__name__}")
    return found


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_the_welcome_page(app: App, language: str) -> None:
    LANGUAGE.use(language)

    assert nameless(app.window) == []


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_every_step(app: App, walked: Walked, qtbot: QtBot, tmp_path: Path, language: str) -> None:
    LANGUAGE.use(language)
    view = open_walked(app, walked, qtbot, tmp_path)
    for step in view.engine.steps:
        view.open_step(step.id)
        qtbot.waitUntil(lambda each=step.id: view.engine.running(each) is None, timeout=TIMEOUT)
        qtbot.wait(20)
        assert nameless(app.window) == [], step.id


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_the_dialogs(qtbot: QtBot, tmp_path: Path, language: str) -> None:
    LANGUAGE.use(language)
    asked = Confirmation(msg("Copy"), msg("Copy"), msg("Copy"), "vhds")
    for dialog in (
        SettingsDialog(None, Settings()),
        NewJourneyDialog(None, tmp_path, practice=False),
        ConfirmDialog(None, asked),
    ):
        qtbot.addWidget(dialog)
        dialog.show()
        assert nameless(dialog) == [], type(dialog).__name__


def test_every_sign_of_a_state_has_a_word(app: App, walked: Walked, qtbot: QtBot, tmp_path: Path) -> None:
    view = open_walked(app, walked, qtbot, tmp_path)
    for row in view.stepper.rows.values():
        glyphs = row.findChildren(Glyph)
        assert all(glyph.accessibleName() for glyph in glyphs)
        assert row.accessibleName().startswith(tuple("123456789"))
