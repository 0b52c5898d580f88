"""The language changes at once and in place: answers, focus and scroll position stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from tests.small_steps import a_step
from tests.ui.tools import Bench, click, texts
from ui.app import App
from ui.language import LANGUAGE, say
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.text import Label
from wizard.messages import CHINESE, ENGLISH, msg
from wizard.step import Text


def test_words_follow(qtbot: QtBot) -> None:
    label, button = Label(msg("Settings")), Button(msg("Cancel"), name=msg("Settings"))
    for widget in (label, button):
        qtbot.addWidget(widget)
    before = label.text(), button.text(), button.accessibleName()

    LANGUAGE.use(CHINESE)
    there = label.text(), button.text(), button.accessibleName()
    LANGUAGE.use(ENGLISH)

    assert before == ("Settings", "Cancel", "Settings")
    assert there == (say_in_chinese("Settings"), say_in_chinese("Cancel"), say_in_chinese("Settings"))
    assert (label.text(), button.text(), button.accessibleName()) == before


def say_in_chinese(text: str) -> str:
    from wizard.messages import Message, render

    return render(Message(text), CHINESE)


def test_names_and_paths_are_shown_as_they_are(qtbot: QtBot) -> None:
    label = Label("Settings")
    qtbot.addWidget(label)
    LANGUAGE.use(CHINESE)

    assert label.text() == "Settings"


def test_an_unknown_language_changes_nothing() -> None:
    LANGUAGE.use("tlh")

    assert LANGUAGE.code == ENGLISH


def test_nothing_is_lost(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(
        a_step(inputs=tuple(Text(f"t{n}", msg("Line {n}", n=n)) for n in range(30))), size=(960, 500)
    )
    field = page.rows[20].field.edit
    page.engine.answer("first", "t3", "kept")
    page.refresh()
    qtbot.wait(30)
    field.setFocus()
    qtbot.keyClicks(field, "half a wo")
    bar = page.area.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value() / bar.maximum()

    LANGUAGE.use(CHINESE)
    qtbot.wait(30)

    assert page.window().focusWidget() is field
    assert field.text() == "half a wo"
    assert page.rows[3].field.edit.text() == "kept"
    assert abs(bar.value() / bar.maximum() - place) < 0.1


def test_the_switch_in_the_header(app: App, qtbot: QtBot) -> None:
    click(qtbot, app.window.header.language._segments[CHINESE])

    assert LANGUAGE.code == CHINESE
    assert app.settings.language == CHINESE
    assert app.window.header.language.value == CHINESE
    assert say(msg("New journey")) in texts(app.window)


def test_qt_itself_speaks_chinese(qtbot: QtBot) -> None:
    def cancel() -> str:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        qtbot.addWidget(box)
        return box.buttons()[0].text()

    assert "Cancel" in cancel()
    LANGUAGE.use(CHINESE)
    assert "取消" in cancel()


@pytest.mark.parametrize("order", [(CHINESE, ENGLISH), (ENGLISH, CHINESE, ENGLISH, CHINESE)])
def test_back_and_forth(order: tuple[str, ...]) -> None:
    heard: list[str] = []
    listener: Callable[[], None] = lambda: heard.append(LANGUAGE.code)  # noqa: E731
    LANGUAGE.changed.connect(listener)
    for code in order:
        LANGUAGE.use(code)
    LANGUAGE.changed.disconnect(listener)

    assert heard == [
        code for place, code in enumerate(order) if code != (order[place - 1] if place else ENGLISH)
    ]
