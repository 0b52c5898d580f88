"""The window, as a person uses it who has no more than an account's name and its key: after reopening, and with a pasted link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.acceptance.azure_china import AzureChina
from tests.acceptance.journeys import check, choose_image, do, linux_vhd, opened
from tests.ui.conftest import _dressed, _plain, app  # noqa: F401
from tests.ui.tools import TIMEOUT, click, texts
from ui.app import App
from ui.step_page import StepPage
from wizard.redaction import Secret
from wizard.services.connect import azure_china as connect
from wizard.settings import Settings


@pytest.fixture
def yesterday(china: AzureChina, tmp_path: Path) -> tuple[Path, Secret]:
    """A journey that has come as far as its link, and the link; the session is over."""
    path = tmp_path / "real.imagewizard"
    with opened(path, connect(Settings())) as session:
        engine = session.engine
        choose_image(engine, linux_vhd(tmp_path / "gateway.vhd"))
        engine.answer("upload", "key_account", china.account)
        engine.answer("upload", "account_key", china.key)
        do(engine, "upload", "upload")
        check(engine, "container_access")
        do(engine, "sas_uri", "create")
        link = engine.result("sas_uri")
    assert isinstance(link, Secret)
    return path, link


@pytest.fixture
def window(app: App, qtbot: QtBot, yesterday: tuple[Path, Secret]) -> Window:  # noqa: F811
    """The window with that journey open."""
    app.open_journey(str(yesterday[0]))
    qtbot.waitUntil(lambda: app.open is not None and app.open.engine.cloud is not None, timeout=TIMEOUT)
    return Window(app, qtbot)


class Window:
    """What a person does in the window."""

    def __init__(self, app: App, qtbot: QtBot) -> None:  # noqa: F811
        assert app.open is not None
        self.open, self.qtbot = app.open, qtbot

    def page(self, step_id: str) -> StepPage:
        """Open a step, and wait until it has stopped working."""
        self.open.view.open_step(step_id)
        self.settle()
        return self.open.view.current

    def settle(self) -> None:
        engine, step_id = self.open.engine, self.open.view.step_id
        self.qtbot.wait(50)
        self.qtbot.waitUntil(lambda: engine.running(step_id) is None, timeout=TIMEOUT)
        self.qtbot.wait(150)

    def press(self, text: str) -> list[str]:
        """Press the button; returns what the page says then."""
        page = self.open.view.current
        (wanted,) = (
            each for each in page.findChildren(QAbstractButton) if each.isVisible() and each.text() == text
        )
        click(self.qtbot, wanted)
        self.settle()
        return texts(self.open.view.current)

    def field(self, input_id: str) -> Any:
        """The field of an input on the open page."""
        return next(row.field for row in self.open.view.current.rows if row.asked.id == input_id)


def says(page_texts: list[str], words: str) -> bool:
    return any(words in text for text in page_texts)


def test_the_key_is_asked_for_again(
    window: Window, china: AzureChina, yesterday: tuple[Path, Secret]
) -> None:
    window.page("container_access")
    said = window.press("Check again")
    assert says(said, "is not known in this session")
    assert says(said, "Enter it again in the step Upload")

    window.page("upload")
    edit = window.field("account_key").edit
    assert isinstance(edit, QLineEdit)
    assert edit.echoMode() is QLineEdit.EchoMode.Password
    window.qtbot.keyClicks(edit, china.key.reveal())
    window.field("account_key").commit()
    window.qtbot.waitUntil(
        lambda: window.open.engine.options("upload", "container") is not None, timeout=TIMEOUT
    )
    assert says(window.press("Check again"), "is complete, and nobody has changed")

    window.page("container_access")
    assert says(window.press("Check again"), "Private, and proven so")
    window.page("sas_uri")
    window.press("Show the link again")
    window.press("Copy")
    assert QApplication.clipboard().text() == yesterday[1].reveal()


def test_pasted_links_are_looked_at_one_after_the_other(
    window: Window, china: AzureChina, yesterday: tuple[Path, Secret]
) -> None:
    window.open.engine.answer("upload", "account_key", china.key)
    window.page("sas_uri")
    window.press("Look at one I have")
    field = window.field("pasted")
    field.edit.setPlainText(yesterday[1].reveal().replace("&", "&amp;"))
    field.edit.hide_secret()
    window.settle()
    assert says(window.press("Look at the link"), "The link was damaged by copying")

    click(window.qtbot, field.cross)
    field.edit.setPlainText(yesterday[1].reveal().replace("sp=rl", "sp=rwl"))
    field.edit.hide_secret()
    window.settle()
    said = window.press("Look at the link just pasted")
    assert says(said, "rwl")
    assert window.open.engine.status("sas_uri").state.value == "failed"
    assert "Look at the link just pasted" not in said
    for text in said:
        assert yesterday[1].reveal().partition("sig=")[2] not in text
