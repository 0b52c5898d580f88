"""The window's tests: dressed as the program dresses itself, offscreen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from tests.cloud import *  # noqa: F403
from tests.small_steps import World, a_world
from tests.ui.tools import Bench
from tests.ui.walked import walk
from ui.app import App
from ui.language import LANGUAGE
from ui.main_window import MainWindow
from ui.theme import THEME, dress
from wizard.messages import ENGLISH
from wizard.practice.actions import with_practice
from wizard.services.cloud import Cloud
from wizard.settings import Settings
from wizard.steps import STEPS


@pytest.fixture(scope="session")
def _dressed(qapp: QApplication) -> None:
    dress(qapp, Settings(theme="light"))


@pytest.fixture(autouse=True)
def _plain(_dressed: None, qtbot: QtBot) -> Iterator[None]:
    """Every test begins in English, light, at 100 %."""
    LANGUAGE.use(ENGLISH)
    THEME.apply("light", 100)
    yield
    LANGUAGE.use(ENGLISH)
    THEME.apply("light", 100)


@pytest.fixture
def world() -> Iterator[World]:
    """Engines over small steps."""
    with a_world() as made:
        yield made


@pytest.fixture
def bench(world: World, qtbot: QtBot) -> Iterator[Bench]:
    """Shows small steps in a journey's view."""
    made = Bench(world, qtbot)
    yield made
    made.close()


@pytest.fixture
def app(qtbot: QtBot) -> Iterator[App]:
    """The whole application, its window shown, with settings of its own."""
    window = MainWindow("#F3F3F3")
    qtbot.addWidget(window)
    made = App(Settings(theme="light"), window)
    window.show()
    yield made
    for dialog in window.findChildren(QDialog):
        dialog.close()
    made.end()


@dataclass(frozen=True)
class Walked:
    """A journey that was really walked in the practice cloud, and the cloud."""

    path: Path
    cloud: Cloud


@pytest.fixture(scope="session")
def walked(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """One walked journey for all tests of the run; open a copy of it."""
    folder = tmp_path_factory.mktemp("walked")
    return Walked(walk(with_practice(STEPS, folder), cloud, folder), cloud)
