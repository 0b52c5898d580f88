"""Names come from servers, files and other people: a tooltip shows them as they are."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from ui.widgets.parts.buttons import Button
from ui.widgets.parts.text import Elided, as_tip
from wizard.messages import msg

EVIL = r"<img src='file://elsewhere/share/x.png'> & <b>bold</b>"


@pytest.mark.parametrize("text", [EVIL, "a < b", "<qt>", "&amp;", "a & b", "C:\\images\\a.vhd"])
def test_a_tip_shows_the_text_as_it_is(text: str) -> None:
    tip = as_tip(text)
    document = QTextDocument()
    if tip.startswith("<qt>"):
        document.setHtml(tip)
    else:
        assert "<" not in tip
        document.setPlainText(tip)
    assert document.toPlainText() == text


def test_a_name_that_is_cut_off(qtbot: QtBot) -> None:
    name = Elided(EVIL)
    qtbot.addWidget(name)
    name.resize(40, 20)
    name.show()
    name.grab()
    assert name.toolTip() == as_tip(EVIL)
    assert "<img" not in name.toolTip()


def test_a_button_named_after_a_file(qtbot: QtBot) -> None:
    away = Button("", "quiet", icon="dismiss", name=msg("Take {name} away", name=EVIL))
    qtbot.addWidget(away)
    assert "<img" not in away.toolTip()
    assert away.accessibleName() == f"Take {EVIL} away"
