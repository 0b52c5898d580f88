"""The journey's view: it folds where there is no room, shows the guide, says what stands in the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from tests.small_steps import a_giver, a_step, a_taker
from tests.ui.tools import Bench, click, texts
from ui.language import LANGUAGE
from ui.theme import THEME
from ui.widgets.guide_pane import guide_text
from ui.widgets.states import of_state
from wizard.messages import CHINESE, ENGLISH, msg
from wizard.step import State
from wizard.steps import STEPS


@pytest.mark.parametrize(
    ("width", "scale", "guide", "words"),
    [
        (1180, 100, True, True),
        (1099, 100, False, True),
        (960, 100, False, True),
        (1180, 125, False, True),
        (960, 150, False, False),
        (960, 200, False, False),
        (2400, 200, True, True),
    ],
)
def test_what_folds(bench: Bench, qtbot: QtBot, width: int, scale: int, guide: bool, words: bool) -> None:
    THEME.apply(text_scale=scale)
    bench.show(a_step(), size=(width, 640))
    view = bench.view
    assert view is not None

    assert view.guide.isVisible() is guide
    assert view.stepper.rows["first"]._name.isVisible() is words


def test_a_folded_guide_opens_over_the_page(bench: Bench, qtbot: QtBot) -> None:
    bench.show(a_step(), size=(960, 640))
    view = bench.view
    assert view is not None
    page_width = view.current.width()
    view.toggle_guide()
    assert view.guide.isVisible()
    assert view.current.width() == page_width
    assert view.guide.geometry().right() == view.width() - 1
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.guide.isVisible()


def test_putting_the_guide_away_lasts(bench: Bench, qtbot: QtBot) -> None:
    bench.show(a_step())
    view = bench.view
    assert view is not None
    with qtbot.waitSignal(view.guide_toggled) as told:
        click(qtbot, view.guide.away)
    assert told.args == [False]
    view.resize(900, 640)
    view.resize(1400, 640)
    assert not view.guide.isVisible()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_every_step_has_its_guide_in_both_languages(step: object) -> None:
    step_id = getattr(step, "id", "")
    english, chinese = guide_text(step_id, ENGLISH), guide_text(step_id, CHINESE)

    assert english
    assert chinese
    assert english != chinese


def test_the_guide_follows_step_and_language(bench: Bench, qtbot: QtBot) -> None:
    bench.show(engine=bench.world.engine(*STEPS[:2]))
    view = bench.view
    assert view is not None
    english = view.guide.page.toPlainText()
    assert len(english) > 100
    LANGUAGE.use(CHINESE)
    assert view.guide.page.toPlainText() not in ("", english)
    LANGUAGE.use(ENGLISH)
    view.open_step(STEPS[1].id)
    assert view.guide.page.toPlainText() not in ("", english)


def test_links_of_the_guide_open_in_the_browser(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    bench.show(a_step())
    view = bench.view
    assert view is not None
    view.guide.page.anchorClicked.emit(QUrl("https://docs.azure.cn/"))
    view.guide.page.anchorClicked.emit(QUrl("file:///etc/passwd"))

    assert opened == ["https://docs.azure.cn/"]


def test_a_rule_is_found_in_the_guide(bench: Bench) -> None:
    bench.show(engine=bench.world.engine(*STEPS[:1]))
    view = bench.view
    assert view is not None
    view.guide.page.setMarkdown("\n\n".join(f"Paragraph {n}" for n in range(200)) + "\n\nAbout VHD-03.")
    view.guide.find_rule("VHD-03")

    assert view.guide.page.textCursor().selectedText() == "VHD-03"
    assert view.guide.page.verticalScrollBar().value() > 0


def test_the_stepper_says_where_everything_stands(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_giver(), a_taker())
    view = bench.view
    assert view is not None
    second = view.stepper.rows["second"]
    assert second.accessibleName() == "2. Second. Held back. First: First"
    click(qtbot, page.foot.primary)
    bench.until(lambda: second.accessibleName().startswith("2. Second. To do"))
    assert view.stepper.rows["first"].accessibleName().startswith("1. First. Done")
    click(qtbot, second)
    assert view.step_id == "second"


def test_every_state_has_a_sign_of_its_own() -> None:
    signs = {state: of_state(state) for state in State}

    assert len({(sign.icon, sign.token) for sign in signs.values()}) == len(signs)
    assert len({str(sign.word) for sign in signs.values()}) == len(signs)


def test_banners_come_and_go(bench: Bench, qtbot: QtBot) -> None:
    bench.show(a_step())
    view = bench.view
    assert view is not None
    view.show_banner("a", msg("First"), "failed")
    view.show_banner("b", msg("Second"))
    view.show_banner("a", msg("First, again"), "failed")
    qtbot.wait(20)
    assert {"First, again", "Second"} <= set(texts(view))
    view.show_banner("a", None)
    assert "First, again" not in texts(view)


def test_it_opens_at_the_first_step_that_is_not_done(bench: Bench) -> None:
    engine = bench.world.engine(a_step(), a_giver("second"))
    bench.show(engine=engine)
    view = bench.view
    assert view is not None
    view.open_first_open()
    assert view.step_id == "second"


def test_going_on_and_back_passes_over_what_does_not_apply(bench: Bench) -> None:
    engine = bench.world.engine(
        a_step(), a_step("second", skip=lambda: msg("Not for Linux")), a_step("third")
    )
    bench.show(engine=engine)
    view = bench.view
    assert view is not None
    view.go_on()
    assert view.step_id == "third"
    view.go_back()
    assert view.step_id == "first"
    view.open_step("second")
    assert view.step_id == "second", "who chooses it may read it"
