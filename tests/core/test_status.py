"""Where a step stands: its state, what it needs, and why it says so."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from tests.small_steps import (
    CHECK,
    CHECK_NOTHING,
    GIVE_NOTHING,
    LONG,
    World,
    a_giver,
    a_step,
    a_taker,
    check,
    do,
    state,
    why,
    word,
)
from wizard.core.reach import NotInReachError
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.results import ContainerAccess, StorageAccount
from wizard.step import (
    Action,
    Check,
    State,
    Text,
    YesNo,
    failed,
    warning,
)
from wizard.tasks import Task, TaskState


def test_a_step_that_asks_for_nothing_is_done(world: World) -> None:
    assert state(world.engine(a_step()), "first") is State.DONE


def test_a_step_is_ready_until_its_required_answers_are_there(world: World) -> None:
    engine = world.engine(a_step(inputs=(word(), Text("more", msg("More"), required=False))))
    assert state(engine, "first") is State.READY
    assert why(engine, "first") == "Still to be given: Word"
    engine.answer("first", "word", "x")
    assert state(engine, "first") is State.DONE
    engine.answer("first", "word", None)
    assert state(engine, "first") is State.READY


def test_a_step_is_ready_until_its_results_are_there(world: World) -> None:
    engine = world.engine(a_giver(summary=lambda account: msg("It is {name}", name=account.name)))
    assert engine.status("first").state is State.READY
    assert engine.status("first").why is None
    do(engine, "first", "give")
    assert state(engine, "first") is State.DONE
    assert why(engine, "first") == "It is good"


def test_a_step_is_ready_until_it_says_that_nothing_is_missing(world: World) -> None:
    engine = world.engine(
        a_step(inputs=(word(required=False),), missing=lambda word: None if word else msg("A word"))
    )
    assert (state(engine, "first"), why(engine, "first")) == (State.READY, "A word")
    assert str(engine.missing("first")) == "A word"
    engine.answer("first", "word", "x")
    assert state(engine, "first") is State.DONE
    assert engine.missing("first") is None


@pytest.mark.parametrize(
    ("answered", "expected", "said"),
    [
        ("good", State.DONE, "None"),
        ("warning", State.WARNING, "1 warning"),
        ("failed", State.FAILED, "1 problem"),
    ],
)
def test_checks_decide_the_state(world: World, answered: str, expected: State, said: str) -> None:
    engine = world.engine(a_step(inputs=(word(),), checks=(CHECK,)))
    engine.answer("first", "word", answered)
    assert state(engine, "first") is State.READY
    check(engine, "first")
    assert (state(engine, "first"), why(engine, "first")) == (expected, said)
    assert [row.finding.outcome for row in engine.rows("first") if row.finding] != []


def test_problems_and_warnings_are_counted(world: World) -> None:
    bad = [Check(f"B-{n}", msg("x"), lambda: failed(msg("x"), msg("x"))) for n in range(2)]
    odd = [Check(f"O-{n}", msg("x"), lambda: warning(msg("x"), msg("x"))) for n in range(3)]
    engine = world.engine(a_step(checks=(*bad, *odd)))
    check(engine, "first")
    assert why(engine, "first") == "2 problems, 3 warnings"


def test_what_is_missing_comes_before_warnings_but_after_failures(world: World) -> None:
    engine = world.engine(a_step(inputs=(word(),), checks=(CHECK,), missing=lambda: msg("More")))
    engine.answer("first", "word", "warning")
    check(engine, "first")
    assert (state(engine, "first"), why(engine, "first")) == (State.READY, "More")
    engine.answer("first", "word", "failed")
    check(engine, "first")
    assert state(engine, "first") is State.FAILED


def test_a_step_that_does_not_apply_is_skipped(world: World) -> None:
    skip = a_step(
        "second",
        wants=("word",),
        skip=lambda word: msg("Not for {w}", w=word) if word == "x" else None,
        actions=(GIVE_NOTHING,),
        checks=(CHECK_NOTHING,),
        auto_check=True,
    )
    engine = world.engine(a_step(inputs=(word(),), shares=("word",)), skip)
    assert state(engine, "second") is State.READY
    check(engine, "second")
    assert state(engine, "second") is State.DONE
    engine.answer("first", "word", "x")
    assert (state(engine, "second"), why(engine, "second")) == (State.SKIPPED, "Not for x")
    assert str(engine.held_back("second", "nothing")) == "Not for x"
    assert str(engine.check_held_back("second")) == "Not for x"
    assert engine.auto_check("second") is None


def test_states_in_their_order(world: World) -> None:
    """running, skipped, locked, failed by an error, stale, failed by a check."""
    begun, let_go = threading.Event(), threading.Event()
    facts = {"skip": None, "fails": False}

    def work(word: str, task: Task) -> Mapping[str, Any]:
        begun.set()
        let_go.wait(LONG)
        if facts["fails"]:
            raise WizardError(msg("Broken"), msg("Mend it."))
        return {"container_access": ContainerAccess("c", "private", None)}

    engine = world.engine(
        a_giver(),
        a_step(
            "second",
            needs=("account",),
            inputs=(word(default="failed"),),
            actions=(Action("work", msg("Work"), work, gives=("container_access",)),),
            checks=(CHECK,),
            skip=lambda: facts["skip"],
        ),
    )
    assert state(engine, "second") is State.LOCKED
    do(engine, "first", "give")
    let_go.set()
    do(engine, "second", "work")
    assert (state(engine, "second"), why(engine, "second")) == (State.FAILED, "1 problem")

    engine.answer("second", "word", "good")
    assert (state(engine, "second"), why(engine, "second")) == (State.STALE, "“Word” has changed since")

    facts["fails"] = True
    do(engine, "second", "work")
    assert (state(engine, "second"), why(engine, "second")) == (State.FAILED, "Broken")

    engine.answer("first", "word", "other")
    assert (state(engine, "second"), why(engine, "second")) == (
        State.LOCKED,
        "First has to be done again first",
    )

    facts["skip"] = msg("Not now")
    assert (state(engine, "second"), why(engine, "second")) == (State.SKIPPED, "Not now")

    begun.clear()
    let_go.clear()
    task = engine.start("second", "work")
    assert begun.wait(LONG)
    assert (state(engine, "second"), why(engine, "second")) == (State.RUNNING, "Work")
    assert engine.running("second") is task
    let_go.set()
    assert task.wait(LONG)
    assert state(engine, "second") is State.SKIPPED


# What a step needs


def test_a_step_waits_for_what_it_needs(world: World) -> None:
    engine = world.engine(a_giver(), a_taker())
    assert (state(engine, "second"), why(engine, "second")) == (State.LOCKED, "First: First")
    assert str(engine.held_back("second", "take")) == "First: First"
    do(engine, "first", "give")
    assert state(engine, "second") is State.READY
    assert engine.held_back("second", "take") is None
    do(engine, "second", "take")
    assert engine.result("container_access") == ContainerAccess("good", "private", None)


@pytest.mark.parametrize(("blocking", "expected"), [(True, State.LOCKED), (False, State.READY)])
def test_a_giver_with_a_problem_holds_back_what_needs_it(
    world: World, blocking: bool, expected: State
) -> None:
    engine = world.engine(a_giver(checks=(CHECK,), blocking=blocking), a_taker())
    engine.answer("first", "word", "failed")
    do(engine, "first", "give")
    assert state(engine, "first") is State.FAILED
    assert state(engine, "second") is expected
    if blocking:
        assert why(engine, "second") == "First has problems to be solved first"
    engine.answer("first", "word", "warning")
    do(engine, "first", "give")
    assert state(engine, "second") is State.READY


def test_a_shared_answer_is_needed_like_a_result(world: World) -> None:
    sharer = a_step(
        inputs=(word(valid=lambda value: msg("Odd") if value == "odd" else None),), shares=("word",)
    )
    seen: list[str] = []
    reader = a_step(
        "second", needs=("word",), actions=(Action("see", msg("See"), lambda word: seen.append(word) or {}),)
    )
    engine = world.engine(sharer, reader)
    for value in (None, "", "odd"):
        engine.answer("first", "word", value)
        assert (state(engine, "second"), why(engine, "second")) == (State.LOCKED, "First: First")
    engine.answer("first", "word", "x")
    assert state(engine, "second") is State.DONE
    do(engine, "second", "see")
    assert seen == ["x"]


def test_a_shared_answer_that_does_not_apply_is_none(world: World) -> None:
    sharer = a_step(
        inputs=(YesNo("on", msg("On"), default=True), word(applies=lambda on: on, default="x")),
        shares=("word",),
    )
    engine = world.engine(sharer, a_step("second", needs=("word",)))
    assert engine.result("word") == "x"
    engine.answer("first", "on", False)
    assert engine.result("word") is None
    assert state(engine, "second") is State.LOCKED


def test_what_is_only_wanted_may_be_missing(world: World) -> None:
    seen: list[Any] = []
    wanting = a_step(
        "second",
        wants=("account",),
        actions=(Action("see", msg("See"), lambda account: seen.append(account) or {}),),
    )
    engine = world.engine(a_giver(), wanting)
    assert state(engine, "second") is State.DONE
    do(engine, "second", "see")
    do(engine, "first", "give")
    do(engine, "second", "see")
    assert seen == [None, StorageAccount("good")]


def test_nothing_else_is_in_reach(world: World) -> None:
    engine = world.engine(
        a_giver(),
        a_step("second", actions=(Action("steal", msg("Steal"), lambda account: {"account": account}),)),
    )
    do(engine, "first", "give")
    task = do(engine, "second", "steal")
    assert task.state is TaskState.FAILED
    assert task.error is not None
    assert NotInReachError.__name__ in task.error.details["error"]
