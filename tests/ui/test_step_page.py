"""A step as it is drawn: its one primary button, what it says, what it asks before it acts."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.small_steps import CHECK, GIVE, LONG, a_giver, a_step, a_taker, do, give_account, nothing, word
from tests.ui.tools import Bench, button, click, texts
from ui.step_page import StepPage
from ui.widgets.confirm import ConfirmDialog
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.results import StorageAccount
from wizard.step import Action, Check, Confirmation, Finding, Fix, State, Step, failed, passed
from wizard.tasks import Task
from wizard.view import Facts, Note, View

FACTS = Facts(msg("What is there"), ((msg("Name"), msg("vhds")),))


def primary(page: StepPage) -> tuple[str, bool]:
    return page.foot.primary.text(), page.foot.primary.isEnabled()


def test_the_primary_button_is_what_the_step_is_for_until_that_is_done(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_giver(), a_taker())
    assert primary(page) == ("Give", True)

    click(qtbot, page.foot.primary)
    bench.until(lambda: primary(page) == ("Continue", True))
    assert page.engine.status("first").state is State.DONE

    click(qtbot, page.foot.primary)
    assert bench.view is not None
    assert bench.view.step_id == "second"


def test_the_last_page_finishes(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_step())
    assert bench.view is not None
    assert primary(page) == ("Finish", True)
    with qtbot.waitSignal(bench.view.finished):
        click(qtbot, page.foot.primary)


def test_a_held_back_action_says_why(bench: Bench) -> None:
    page = bench.show(a_giver(inputs=(word(),)))

    assert primary(page) == ("Give", False)
    assert "Still to be given: Word" in texts(page.foot)


def test_a_locked_step_can_be_read(bench: Bench) -> None:
    bench.show(a_giver(), a_taker())
    assert bench.view is not None
    bench.view.open_step("second")
    page = bench.view.current

    assert "You can read everything here, but not do it yet. First: First." in texts(page)
    assert not page.secondary.buttons["take"].isEnabled()


def test_a_step_that_does_not_apply_says_why(bench: Bench) -> None:
    page = bench.show(
        a_step(skip=lambda: msg("Not for Linux"), checks=(CHECK,), inputs=(word(),)), a_giver("second")
    )

    assert "Not for Linux" in texts(page)
    assert primary(page) == ("Continue", True), "there is nothing to be done here"


def test_what_is_stale_says_so_and_can_be_done_again(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_giver())
    do(page.engine, "first", "give")
    bench.until(lambda: primary(page)[0] == "Finish")
    page.engine.answer("first", "word", "other")
    bench.until(lambda: primary(page) == ("Give", True))

    assert "To be done again: “Word” has changed since." in texts(page)


def test_checks_that_are_due_are_the_primary_button(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_step(inputs=(word(default="good"),), checks=(CHECK,)))
    assert primary(page) == ("Check", True)

    click(qtbot, page.foot.primary)
    bench.until(lambda: primary(page) == ("Finish", True))
    page.engine.answer("first", "word", "other")
    bench.until(lambda: primary(page) == ("Check", True))


def test_a_step_that_checks_itself_does_so_when_it_is_opened(bench: Bench) -> None:
    page = bench.show(a_step(inputs=(word(default="good"),), checks=(CHECK,), auto_check=True))

    bench.until(lambda: page.engine.rows("first")[0].finding is not None)


def test_it_checks_itself_again_when_an_answer_changes(bench: Bench) -> None:
    page = bench.show(a_step(inputs=(word(default="good"),), checks=(CHECK,), auto_check=True))
    bench.until(lambda: page.engine.status("first").state is State.DONE)
    page.engine.answer("first", "word", "failed")
    bench.until(lambda: page.engine.status("first").state is State.FAILED)


def test_an_error_says_what_to_do_and_can_be_tried_again(bench: Bench, qtbot: QtBot) -> None:
    tries: list[int] = []

    def give(word: str | None) -> Mapping[str, Any]:
        tries.append(1)
        if len(tries) == 1:
            raise WizardError(msg("No answer"), msg("Look at the cable."), {"status": "503"})
        return give_account(word)

    page = bench.show(a_giver(actions=(Action("give", msg("Give"), give, gives=("account",), primary=True),)))
    click(qtbot, page.foot.primary)
    bench.until(lambda: page.error.isVisible())
    assert {"No answer", "Look at the cable."} <= set(texts(page.error))

    click(qtbot, page.error.more)
    assert any("status: 503" in text for text in texts(page.error))
    click(qtbot, page.error.copy)
    copied = QApplication.clipboard().text()
    assert "No answer" in copied
    assert "status: 503" in copied
    assert "version: " in copied

    click(qtbot, page.error.again)
    bench.until(lambda: page.engine.status("first").state is State.DONE)
    bench.until(lambda: not page.error.isVisible())


def test_details_hold_no_secret(bench: Bench, qtbot: QtBot) -> None:
    def give() -> Mapping[str, Any]:
        raise WizardError(msg("No"), msg("Try."), {"url": "https://x/?sp=rl&sig=SECRETSIGNATURE"})

    page = bench.show(
        a_giver(inputs=(), actions=(Action("give", msg("Give"), give, gives=("account",), primary=True),))
    )
    click(qtbot, page.foot.primary)
    bench.until(lambda: page.error.isVisible())
    click(qtbot, page.error.copy)
    assert "SECRETSIGNATURE" not in QApplication.clipboard().text()
    assert not any("SECRETSIGNATURE" in text for text in texts(page))


def test_what_can_be_done_besides(bench: Bench, qtbot: QtBot) -> None:
    other = Action("other", msg("Something else"), nothing)
    hidden = Action("hidden", msg("Never"), nothing, applies=lambda: False)
    page = bench.show(a_giver(inputs=(word(),), actions=(GIVE, other, hidden)))

    assert button(page, "Something else").isEnabled()
    assert not page.secondary.buttons["hidden"].isVisible()


def asking(type_name: str | None) -> Step:
    def confirm(word: str | None) -> Confirmation | None:
        if word == "harmless":
            return None
        return Confirmation(
            msg("Make the container public?"),
            msg("Everyone can read vhds in the account contoso."),
            msg("Make public"),
            type_name,
        )

    return a_giver(
        actions=(
            Action("give", msg("Give"), give_account, gives=("account",), primary=True, confirm=confirm),
        )
    )


def dialog_of(page: StepPage) -> ConfirmDialog:
    return page.findChildren(ConfirmDialog)[-1]


def test_what_cannot_be_undone_is_asked_about(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(asking(None))
    click(qtbot, page.foot.primary)
    dialog = dialog_of(page)
    assert {"Make the container public?", "Everyone can read vhds in the account contoso."} <= set(
        texts(dialog)
    )
    click(qtbot, dialog.refuse)
    assert page.engine.result("account") is None

    click(qtbot, page.foot.primary)
    click(qtbot, button(dialog_of(page), "Make public"))
    bench.until(lambda: page.engine.result("account") is not None)


def test_the_worst_asks_for_the_name(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(asking("vhds"))
    click(qtbot, page.foot.primary)
    dialog = dialog_of(page)
    accept = button(dialog, "Make public")
    assert dialog.edit is not None
    assert not accept.isEnabled()
    qtbot.keyClicks(dialog.edit, "vhd")
    assert not accept.isEnabled()
    qtbot.keyClicks(dialog.edit, "s")
    click(qtbot, accept)
    bench.until(lambda: page.engine.result("account") is not None)


def test_what_needs_no_question_is_done_at_once(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(asking(None))
    page.engine.answer("first", "word", "harmless")
    page.refresh()
    click(qtbot, page.foot.primary)
    bench.until(lambda: page.engine.result("account") is not None)


def test_half_typed_words_count_when_the_button_is_pressed(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_giver(inputs=(word(),)))
    qtbot.keyClicks(page.rows[0].field.edit, "typed")
    page.do_primary()
    bench.until(lambda: page.engine.result("account") is not None)

    assert page.engine.result("account") == StorageAccount("typed")


def test_while_it_runs_the_button_waits(bench: Bench, qtbot: QtBot) -> None:
    go_on = threading.Event()

    def give(task: Task) -> Mapping[str, Any]:
        task.report(46, 100)
        assert go_on.wait(LONG)
        return {"account": StorageAccount("a")}

    page = bench.show(
        a_giver(inputs=(), actions=(Action("give", msg("Give"), give, gives=("account",), primary=True),))
    )
    assert bench.view is not None
    click(qtbot, page.foot.primary)
    bench.until(lambda: primary(page) == ("Give", False))
    row = bench.view.stepper.rows["first"]
    bench.until(lambda: "46 %" in row.accessibleName())
    assert "Under way" in row.accessibleName()
    go_on.set()
    bench.until(lambda: primary(page) == ("Finish", True))


def test_views_are_drawn_and_change_in_place(bench: Bench) -> None:
    def views(word: str | None) -> tuple[View, ...]:
        return (Note(msg("Mind the gap")), Facts(msg("What"), ((msg("Word"), msg("{w}", w=word or "")),)))

    page = bench.show(a_step(inputs=(word(default="good"),), views=views))
    assert {"Mind the gap", "good"} <= set(texts(page))
    card = page._views[1][1]
    page.engine.answer("first", "word", "better")
    bench.until(lambda: "better" in texts(page))
    assert page._views[1][1] is card


def test_trouble_comes_before_what_was_made(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(
        a_step(inputs=(word(default="failed"),), checks=(CHECK,), views=lambda: (FACTS,), auto_check=True)
    )
    bench.until(lambda: page.checks.has_trouble)
    bench.until(lambda: page.checks.y() < page._views[0][1].y())
    page.engine.answer("first", "word", "good")
    bench.until(lambda: not page.checks.has_trouble)
    bench.until(lambda: page.checks.y() > page._views[0][1].y())


def fixable(fix: Fix) -> Step:
    def judge(word: str | None) -> Finding:
        return passed(msg("Good")) if word == "good" else failed(msg("Bad"), msg("Mend it."), fix=fix)

    return a_giver(
        inputs=(word(default="bad"),),
        actions=(
            Action(
                "give",
                msg("Give"),
                give_account,
                gives=("account",),
                confirm=lambda: Confirmation(msg("Sure?"), msg("It is done."), msg("Do it")),
            ),
        ),
        checks=(Check("X-01", msg("It is good"), judge),),
        auto_check=True,
    )


@pytest.mark.parametrize("action", ["check", None])
def test_a_cure_can_be_done_with_one_button(bench: Bench, qtbot: QtBot, action: str | None) -> None:
    page = bench.show(fixable(Fix(msg("Take the good word"), {"word": "good"}, action)))
    bench.until(lambda: page.checks.has_trouble)
    bench.settle()
    click(qtbot, button(page, "Take the good word"))
    bench.until(lambda: page.engine.rows("first")[0].finding.outcome == "passed")


def test_a_cure_that_asks_first_does(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(fixable(Fix(msg("Give it"), {"word": "good"}, "give")))
    bench.until(lambda: page.checks.has_trouble)
    bench.until(lambda: page.engine.running("first") is None)
    bench.settle()
    page._fix(page.engine.rows("first")[0].finding.fix)
    bench.until(lambda: page.engine.running("first") is None)
    if not page.findChildren(ConfirmDialog):
        page.run("give")
    click(qtbot, button(dialog_of(page), "Do it"))
    bench.until(lambda: page.engine.result("account") is not None)


def test_read_only_fields_take_nothing(bench: Bench) -> None:
    engine = bench.world.engine(a_giver())
    engine.read_only = msg("Opened for reading only.")
    page = bench.show(engine=engine)

    assert not page.rows[0].field.isEnabled()
    assert primary(page)[1] is False
