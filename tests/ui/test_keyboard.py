"""Everything without a mouse: steps by number, Enter, F1, the order of the focus, a ring that shows where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.small_steps import GIVE, a_giver, a_step, nothing, word
from tests.ui.tools import TIMEOUT, Bench, activate
from ui.app import PRACTICE, App
from ui.language import LANGUAGE
from ui.widgets.parts.buttons import Button, Switch
from wizard.messages import CHINESE, msg
from wizard.step import Action, State, Text


@pytest.fixture
def journey(app: App, qtbot: QtBot, tmp_path: Path) -> App:
    """The application with a journey open."""
    app.journeys.create(tmp_path / "Mine.imagewizard", "Mine", "AzureChinaCloud")
    qtbot.waitUntil(lambda: app.open is not None, timeout=TIMEOUT)
    activate(qtbot, app.window)
    return app


def test_alt_and_a_number_opens_a_step(journey: App, qtbot: QtBot) -> None:
    view = journey.window.journey
    assert view is not None
    for number, step in enumerate(view.engine.steps, 1):
        qtbot.keyClick(journey.window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.AltModifier)
        assert view.step_id == step.id


def test_alt_and_the_arrows_go_on_and_back(journey: App, qtbot: QtBot) -> None:
    view = journey.window.journey
    assert view is not None
    view.open_number(2)
    qtbot.keyClick(journey.window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert view.step_id == view.engine.steps[2].id
    qtbot.keyClick(journey.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert view.step_id == view.engine.steps[1].id
    view.open_number(len(view.engine.steps))
    qtbot.keyClick(journey.window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert journey.open is not None  # the last step is not left by the arrows


def test_f1_is_the_guide(journey: App, qtbot: QtBot) -> None:
    view = journey.window.journey
    assert view is not None
    assert view.guide.isVisible()
    qtbot.keyClick(journey.window, Qt.Key.Key_F1)
    assert not view.guide.isVisible()
    assert journey.settings.guide_open is False
    qtbot.keyClick(journey.window, Qt.Key.Key_F1)
    assert view.guide.isVisible()


def test_ctrl_l_changes_the_language(journey: App, qtbot: QtBot) -> None:
    qtbot.keyClick(journey.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)

    assert LANGUAGE.code == CHINESE


def test_enter_does_what_the_primary_button_says(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_giver(inputs=(word(),)))
    field = page.rows[0].field.edit
    qtbot.keyClicks(field, "good")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    bench.until(lambda: page.engine.status("first").state is State.DONE)


def test_enter_on_a_button_presses_that_button(bench: Bench, qtbot: QtBot) -> None:
    other = Action("other", msg("Other"), nothing)
    page = bench.show(a_giver(actions=(GIVE, other)))
    with qtbot.waitSignal(page.secondary.wished) as wished:
        qtbot.keyClick(page.secondary.buttons["other"], Qt.Key.Key_Return)

    assert wished.args == ["other"]
    bench.until(lambda: page.engine.running("first") is None)
    assert page.engine.result("account") is None


def test_enter_in_a_large_field_is_a_new_line(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_giver(inputs=(Text("word", msg("Word"), lines=3),)))
    field = page.rows[0].field.edit
    qtbot.keyClicks(field, "good")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert page.engine.running("first") is None
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    bench.until(lambda: page.engine.result("account") is not None)


def test_tab_goes_from_the_open_step_to_the_page_to_its_foot(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_step(inputs=(word(), Text("more", msg("More")))), a_step("second"))
    view = bench.view
    assert view is not None
    activate(qtbot, view)
    order: list[QWidget] = []
    view.stepper.rows["first"].setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(8):
        order.append(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)

    wished = [
        view.stepper.rows["first"],
        page.rows[0].field.edit,
        page.rows[1].field.edit,
        page.foot.primary,
    ]
    assert [each for each in dict.fromkeys(order) if each in wished] == wished


def test_the_arrows_go_along_a_switch(qtbot: QtBot) -> None:
    switch = Switch([("a", "A", None), ("b", "B", None)], "Which")
    qtbot.addWidget(switch)
    switch.choose("a")
    switch.show()
    activate(qtbot, switch)
    first = switch._segments["a"]
    first.setFocus()
    with qtbot.waitSignal(switch.chosen) as chosen:
        qtbot.keyClick(first, Qt.Key.Key_Right)

    assert chosen.args == ["b"]
    assert switch.value == "b"


def test_the_arrows_go_along_the_steps(bench: Bench, qtbot: QtBot) -> None:
    bench.show(a_step(), a_step("second"))
    view = bench.view
    assert view is not None
    activate(qtbot, view)
    first, second = view.stepper.rows["first"], view.stepper.rows["second"]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is second
    qtbot.keyClick(second, Qt.Key.Key_Return)
    assert view.step_id == "second"


def test_a_click_leaves_the_focus_where_it_was(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_giver())
    field = page.rows[0].field.edit
    field.setFocus()
    qtbot.mouseClick(page.foot.primary, Qt.MouseButton.LeftButton)

    assert page.window().focusWidget() is field


def test_the_focus_can_be_seen(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_giver(inputs=(word(),)), a_step("second"))
    view = bench.view
    assert view is not None
    activate(qtbot, view)
    seen: list[QWidget] = [page.rows[0].field.edit, view.stepper.rows["second"]]
    seen += [each for each in page.findChildren(Button) if each.isVisible() and each.isEnabled()]
    for widget in seen:
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.grab().toImage() != before, f"{type(widget).__name__} {widget.accessibleName()}"
        QApplication.sendEvent(widget, QFocusEvent(QFocusEvent.Type.FocusOut))


def test_practice_too(app: App, qtbot: QtBot) -> None:
    app.begin(practice=True)
    qtbot.waitUntil(lambda: app.open is not None, timeout=TIMEOUT)

    assert app.open is not None
    assert app.open.file.journey.cloud == PRACTICE
