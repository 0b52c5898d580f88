"""Several steps may give the same result: which one counts, who is named, and what is kept of the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.small_steps import GIVE, World, a_giver, a_step, a_taker, do, give_account, state, why, word
from wizard.journeys.journey import StoredResult
from wizard.journeys.journey_format import decode, encode
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.step import Action, Check, State, Step, passed


def _unless(way: str) -> Any:
    def skip(way_chosen: str | None) -> Message | None:
        return None if way_chosen == way else msg("Another way was chosen")

    return skip


def two_ways() -> tuple[Step, ...]:
    """A choice, a step for either way that gives an account, and one that takes it."""
    chosen = a_step("choice", inputs=(replace(word(default="a"), id="way_chosen"),), shares=("way_chosen",))
    judge = Check("X-01", msg("x"), lambda account: passed(msg("{n}", n=account.name if account else "")))
    ways = tuple(
        a_giver(
            f"way_{name}",
            wants=("way_chosen",),
            skip=_unless(name),
            inputs=(word(default=f"by-{name}"),),
            checks=(judge,),
        )
        for name in ("a", "b")
    )
    return chosen, *ways, a_taker("taker")


def test_the_step_that_applies_is_the_one_to_do_first(world: World) -> None:
    engine = world.engine(*two_ways())
    assert why(engine, "taker") == "First: Way_a"
    engine.answer("choice", "way_chosen", "b")
    assert why(engine, "taker") == "First: Way_b"
    assert state(engine, "way_a") is State.SKIPPED


def test_what_a_skipped_step_gave_does_not_count_and_is_not_lost(world: World) -> None:
    engine = world.engine(*two_ways())
    do(engine, "way_a", "give")
    assert engine.result("account") == StorageAccount("by-a")
    engine.answer("choice", "way_chosen", "b")
    assert engine.result("account") is None
    assert (state(engine, "taker"), why(engine, "taker")) == (State.LOCKED, "First: Way_b")

    do(engine, "way_b", "give")
    assert engine.result("account") == StorageAccount("by-b")
    assert state(engine, "way_b") is State.DONE
    assert state(engine, "taker") is State.READY

    engine = world.reopened(engine)
    engine.answer("choice", "way_chosen", "a")
    assert engine.result("account") == StorageAccount("by-a")
    assert state(engine, "way_a") is State.DONE, "its own result and findings are still there"
    engine.answer("choice", "way_chosen", "b")
    assert engine.result("account") == StorageAccount("by-b")


def test_what_was_made_from_it_is_stale_once_another_step_gave_it(world: World) -> None:
    engine = world.engine(*two_ways())
    do(engine, "way_a", "give")
    do(engine, "taker", "take")
    engine.answer("choice", "way_chosen", "b")
    do(engine, "way_b", "give")
    assert (state(engine, "taker"), why(engine, "taker")) == (State.STALE, "Way_b has changed since")
    engine.answer("choice", "way_chosen", "a")
    assert state(engine, "taker") is State.DONE


def test_staleness_is_judged_by_the_step_that_gave_it(world: World) -> None:
    engine = world.engine(*two_ways())
    do(engine, "way_a", "give")
    engine.answer("choice", "way_chosen", "b")
    do(engine, "way_b", "give")
    engine.answer("way_a", "word", "something else")
    assert engine.stale_result("account") is None
    engine.answer("way_b", "word", "something else")
    assert str(engine.stale_result("account")) == "“Word” has changed since"
    assert why(engine, "taker") == "Way_b has to be done again first"


def test_of_two_steps_that_apply_the_last_to_give_counts(world: World) -> None:
    engine = world.engine(
        a_giver(inputs=(word(default="one"),)),
        a_giver("second", inputs=(word(default="two"),)),
        a_taker("third"),
    )
    do(engine, "first", "give")
    do(engine, "second", "give")
    assert engine.result("account") == StorageAccount("two")
    assert engine.given(engine.step("first"), "account") == StorageAccount("one")
    assert [state(engine, each) for each in ("first", "second")] == [State.DONE] * 2
    do(engine, "first", "give")
    assert engine.result("account") == StorageAccount("one")


def test_what_a_step_takes_back_lets_the_other_count_again(world: World) -> None:
    take_back = Action("undo", msg("Undo"), lambda: {"account": None}, gives=("account",))
    engine = world.engine(
        a_giver(), a_giver("second", inputs=(word(default="two"),), actions=(GIVE, take_back))
    )
    do(engine, "first", "give")
    do(engine, "second", "give")
    do(engine, "second", "undo")
    assert engine.result("account") == StorageAccount("good")
    assert engine.journey.set_aside.keys() <= {"account"}
    assert engine.given(engine.step("second"), "account") is None
    assert world.reopened(engine).result("account") == StorageAccount("good")


def test_a_secret_of_a_skipped_step_does_not_count(world: World) -> None:
    chosen, one, other, _ = two_ways()

    def give_secret(word: str) -> Mapping[str, Any]:
        return {"account": Secret(word)}

    one, other = (replace(each, actions=(replace(GIVE, run=give_secret),)) for each in (one, other))
    engine = world.engine(chosen, one, other)
    do(engine, "way_a", "give")
    assert engine.result("account") == Secret("by-a")
    engine.answer("choice", "way_chosen", "b")
    assert engine.result("account") is None
    do(engine, "way_b", "give")
    assert engine.result("account") == Secret("by-b")


@pytest.mark.parametrize(("step", "counts"), [("", True), ("way_a", True), ("way_b", False), ("gone", True)])
def test_older_files_do_not_say_who_gave_it_there_it_was_the_first(
    world: World, step: str, counts: bool
) -> None:
    engine = world.engine(*two_ways())
    engine.journey.results["account"] = StoredResult(StorageAccount("old"), {}, "2026-01-01T00:00:00Z", step)
    engine = world.reopened(engine)
    assert (engine.result("account") == StorageAccount("old")) is counts
    do(engine, "way_a", "give")
    assert engine.result("account") == StorageAccount("by-a")


def test_what_was_set_aside_comes_back_from_the_file(world: World) -> None:
    engine = world.engine(*two_ways())
    do(engine, "way_a", "give")
    engine.answer("choice", "way_chosen", "b")
    do(engine, "way_b", "give")
    journey = decode(encode(engine.journey))[0]
    assert journey == engine.journey
    assert journey.set_aside["account"]["way_a"].value == StorageAccount("by-a")
    assert journey.results["account"].step == "way_b"


# Work that goes on elsewhere


def begin(word: str, keep: Any) -> Mapping[str, Any]:
    """Start something that goes on elsewhere, and be stopped."""
    keep(container_access=None, account=None)
    keep(begun=StorageAccount(word))
    raise RuntimeError("stopped")


BEGIN = Action("begin", msg("Begin"), begin, gives=("account",))


def go_on(begun: StorageAccount | None) -> Mapping[str, Any]:
    return {**give_account(begun.name if begun else ""), "begun": None}


@pytest.fixture
def beginner(monkeypatch: pytest.MonkeyPatch) -> Step:
    """A step that notes down what it began, and finishes it in another action."""
    from wizard import results

    monkeypatch.setitem(results.TYPES, "begun", StorageAccount)  # type: ignore[index]
    return a_giver(
        keeps=("begun",),
        actions=(
            replace(BEGIN, gives=("account", "container_access")),
            Action("go_on", msg("Go on"), go_on, gives=("account",)),
        ),
    )


def test_what_was_begun_is_kept_although_the_work_was_stopped(world: World, beginner: Step) -> None:
    engine = world.engine(beginner)
    do(engine, "first", "begin")
    engine = world.reopened(engine)
    assert engine.given(beginner, "begun") == StorageAccount("good")
    assert state(engine, "first") is State.READY
    do(engine, "first", "go_on")
    assert engine.result("account") == StorageAccount("good")
    assert engine.given(beginner, "begun") is None


def test_what_is_made_from_unfinished_work_is_made_from_what_that_was_begun_with(
    world: World, beginner: Step
) -> None:
    engine = world.engine(replace(beginner, actions=beginner.actions[1:] + beginner.actions[:1]))
    do(engine, "first", "begin")
    engine.answer("first", "word", "changed meanwhile")
    do(engine, "first", "go_on")
    assert engine.result("account") == StorageAccount("good")
    assert str(engine.stale_result("account")) == "“Word” has changed since"
    engine.answer("first", "word", "good")
    assert engine.stale_result("account") is None


def test_only_what_the_step_keeps_or_the_action_gives_may_be_kept(world: World) -> None:
    def run(keep: Any) -> Mapping[str, Any]:
        keep(anything=StorageAccount("x"))
        return {}

    engine = world.engine(a_giver(actions=(replace(GIVE, run=run),)))
    do(engine, "first", "give")
    error = engine.error("first")
    assert error is not None
    assert "anything" in str(error.details)


def test_findings_about_what_was_taken_back_are_forgotten(world: World) -> None:
    judge = Check("X-01", msg("x"), lambda account: passed(msg("{n}", n=account.name if account else "")))
    take_back = Action("undo", msg("Undo"), lambda: {"account": None}, gives=("account",))
    engine = world.engine(a_giver(actions=(GIVE, take_back), checks=(judge,), check_held_back=_nothing_yet))
    do(engine, "first", "give")
    assert state(engine, "first") is State.DONE
    do(engine, "first", "undo")
    assert state(engine, "first") is State.READY
    assert [row.finding for row in engine.rows("first")] == [None]


def _nothing_yet(account: StorageAccount | None) -> Message | None:
    return msg("Nothing yet") if account is None else None
