"""What is secret does not stay in the clipboard, whatever becomes of the card that it was copied from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.tools import TIMEOUT
from ui.widgets.parts.clipboard import SECONDS, secret_clipboard
from ui.widgets.views.link import LinkCard
from wizard.messages import msg
from wizard.redaction import MASK, Secret
from wizard.view import Link

ADDRESS = "https://contoso.blob.core.chinacloudapi.cn/vhds/disk.vhd"
LINK = f"{ADDRESS}?sp=rl&sig=YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY%3D"


def words() -> str:
    return QApplication.clipboard().text()


@pytest.fixture(autouse=True)
def _empty(qapp: QApplication) -> Iterator[None]:
    QApplication.clipboard().clear()
    yield
    secret_clipboard().clear()
    QApplication.clipboard().clear()


@pytest.fixture
def card(qtbot: QtBot) -> LinkCard:
    made = LinkCard(Link(msg("SAS URI"), f"{ADDRESS}?sp=rl&sig={MASK}", Secret(LINK)))
    made.resize(600, 200)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def soon() -> Iterator[None]:
    secret_clipboard()._timer.setInterval(0)
    yield
    secret_clipboard()._timer.setInterval(SECONDS * 1000)


def test_it_is_taken_out_after_a_while(card: LinkCard, qtbot: QtBot, soon: None) -> None:
    card.copy.click()
    assert words() == LINK
    qtbot.waitUntil(lambda: words() == "", timeout=TIMEOUT)
    assert "taken out" in card.hint.plain_text()


def test_it_is_taken_out_also_when_the_card_is_gone(qtbot: QtBot, soon: None) -> None:
    gone = LinkCard(Link(msg("SAS URI"), ADDRESS, Secret(LINK)))
    gone.copy.click()
    with qtbot.waitSignal(gone.destroyed, timeout=TIMEOUT):
        gone.deleteLater()
    qtbot.waitUntil(lambda: words() == "", timeout=TIMEOUT)


def test_it_is_taken_out_at_the_end_of_the_program(card: LinkCard, qapp: QApplication) -> None:
    card.copy.click()
    assert words() == LINK
    qapp.aboutToQuit.emit()
    assert words() == ""


def test_what_was_copied_since_stays(card: LinkCard, qtbot: QtBot, soon: None) -> None:
    card.copy.click()
    QApplication.clipboard().setText("something else")
    qtbot.wait(50)
    assert words() == "something else"
    assert "taken out" not in card.hint.plain_text()


def test_another_card_says_nothing_of_it(card: LinkCard, qtbot: QtBot, soon: None) -> None:
    other = LinkCard(Link(msg("To enter in the portal"), ADDRESS, Secret(LINK)))
    qtbot.addWidget(other)
    card.copy.click()
    qtbot.waitUntil(lambda: words() == "", timeout=TIMEOUT)
    assert "taken out" not in other.hint.plain_text()


def test_what_is_selected_while_it_is_shown_is_taken_out_too(
    card: LinkCard, qtbot: QtBot, soon: None
) -> None:
    card.eye.click()
    qtbot.mouseMove(card.text)
    card.text.setSelection(0, len(card.text.text()))
    qtbot.keyClick(card.text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert words() == LINK
    qtbot.waitUntil(lambda: words() == "", timeout=TIMEOUT)


def test_what_is_selected_while_it_is_masked_stays(card: LinkCard, qtbot: QtBot, soon: None) -> None:
    qtbot.mouseMove(card.text)
    card.text.setSelection(0, len(card.text.text()))
    qtbot.keyClick(card.text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(50)
    assert words() == f"{ADDRESS}?sp=rl&sig={MASK}"


def test_windows_is_told_to_keep_it_out_of_its_history(card: LinkCard) -> None:
    card.copy.click()
    formats = QApplication.clipboard().mimeData().formats()
    assert sum("CanIncludeInClipboardHistory" in name for name in formats) == 1


def test_a_program_that_ends_with_a_secret_copied_does_not_crash(qapp: QApplication) -> None:
    """Qt deletes what the clipboard holds after Python's interpreter has ended."""
    program = """
from PySide6.QtWidgets import QApplication
from ui.widgets.parts.clipboard import secret_clipboard
from wizard.redaction import Secret
app = QApplication([])
secret_clipboard().copy(Secret("a key"))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
