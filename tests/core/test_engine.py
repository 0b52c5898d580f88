"""Actions and checks: what holds them back, how they run, how they end, and what there is to see."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.small_steps import (
    ACCOUNT,
    CHECK,
    CHECK_NOTHING,
    GIVE,
    LONG,
    NOW,
    Cloud,
    World,
    a_giver,
    a_step,
    check,
    do,
    nothing,
    state,
    why,
    word,
)
from wizard.core.reach import NotInReachError
from wizard.errors import WizardError
from wizard.journeys.journey_format import decode, encode
from wizard.messages import msg
from wizard.results import StorageAccount
from wizard.step import (
    Action,
    Check,
    Choice,
    Confirmation,
    Fix,
    Option,
    State,
    Step,
    Text,
    Ticks,
    passed,
)
from wizard.tasks import Task, TaskState
from wizard.view import Note


def test_an_action_waits_for_the_answers_it_uses_and_for_no_others(world: World) -> None:
    engine = world.engine(
        a_step(
            inputs=(word(), Text("other", msg("Other"))),
            actions=(Action("go", msg("Go"), lambda word: {}),),
            checks=(Check("X-01", msg("x"), lambda other: passed(msg("x"))),),
        )
    )
    assert str(engine.held_back("first", "go")) == "Still to be given: Word"
    assert str(engine.check_held_back("first")) == "Still to be given: Other"
    engine.answer("first", "word", "x")
    assert engine.held_back("first", "go") is None
    assert engine.check_held_back("first") is not None
    do(engine, "first", "go")
    assert engine.rows("first")[0].finding is None


def test_an_action_has_its_own_say(world: World) -> None:
    engine = world.engine(
        a_step(
            inputs=(word(default="no"),),
            actions=(
                Action(
                    "go",
                    msg("Go"),
                    nothing,
                    held_back=lambda word: msg("Not {word}", word=word) if word == "no" else None,
                    applies=lambda word: word != "never",
                    confirm=lambda word: (
                        Confirmation(msg("Sure?"), msg("Gone."), msg("Go")) if word == "sure" else None
                    ),
                ),
            ),
        )
    )
    assert str(engine.held_back("first", "go")) == "Not no"
    assert engine.confirmation("first", "go") is None
    engine.answer("first", "word", "sure")
    assert engine.held_back("first", "go") is None
    assert engine.confirmation("first", "go") == Confirmation(msg("Sure?"), msg("Gone."), msg("Go"))
    assert engine.action_applies("first", "go")
    engine.answer("first", "word", "never")
    assert not engine.action_applies("first", "go")


def test_without_its_cloud_a_step_waits(world: World) -> None:
    step = a_step(
        inputs=(
            word(
                default=lambda cloud: "practice" if cloud.is_practice else "real", applies=lambda cloud: True
            ),
            Text("plain", msg("Plain"), default="x"),
        ),
        actions=(
            Action(
                "run", msg("Run"), lambda cloud, word: {"account": StorageAccount(word)}, gives=("account",)
            ),
            Action(
                "ask",
                msg("Ask"),
                nothing,
                confirm=lambda cloud: Confirmation(msg("x"), msg("x"), msg("x")),
            ),
            Action("held", msg("Held"), nothing, held_back=lambda cloud: None),
            Action("hidden", msg("Hidden"), nothing, applies=lambda cloud: True),
            Action("free", msg("Free"), nothing),
        ),
        checks=(Check("X-01", msg("x"), lambda word: passed(msg("x"))),),
        observe=lambda cloud: {"seen": 1},
        auto_check=True,
        views=lambda cloud: (Note(msg("x")),),
        missing=lambda cloud: msg("Missing"),
        skip=lambda cloud: None,
        summary=lambda cloud: msg("Summary"),
    )
    engine = world.engine(step)
    coming = "The cloud is not ready yet; it is being started."
    for action_id in ("run", "ask", "held"):
        assert str(engine.held_back("first", action_id)) == coming
    assert engine.held_back("first", "free") is None
    assert not engine.action_applies("first", "hidden")
    assert str(engine.check_held_back("first")) == coming
    assert engine.auto_check("first") is None
    assert engine.answer_of("first", "word") is None
    assert not engine.input_applies("first", "word")
    assert engine.views("first") == ()
    assert state(engine, "first") is State.READY
    assert coming in str(do(engine, "first", "run").error)
    assert coming in str(check(engine, "first").error)
    assert engine.error("first") is None

    engine.use_cloud(Cloud())
    assert engine.held_back("first", "run") is None
    assert do(engine, "first", "run").state is TaskState.DONE
    assert engine.views("first") == (Note(msg("x")),)

    # What only the cloud can tell is not out of date while it is not there.
    reopened = world.engine(*engine.steps, journey=decode(encode(engine.journey))[0])
    assert reopened.stale_because(reopened.step("first")) is None


def test_a_read_only_journey_can_be_looked_at(world: World) -> None:
    engine = world.engine(a_giver(checks=(CHECK,), auto_check=True))
    engine.read_only = msg("Only for reading")
    assert str(engine.held_back("first", "give")) == "Only for reading"
    assert str(engine.check_held_back("first")) == "Only for reading"
    assert engine.auto_check("first") is None
    engine.answer("first", "word", "x")
    assert world.saved == []
    assert world.told == 1


# Work


def test_one_work_at_a_time_for_a_step_and_others_beside_it(world: World) -> None:
    begun, let_go = threading.Barrier(3), threading.Event()

    def slow(task: Task) -> Mapping[str, Any]:
        begun.wait(LONG)
        assert let_go.wait(LONG)
        return {}

    steps = [
        a_step(each, actions=(Action("go", msg("Go"), slow),), checks=(CHECK_NOTHING,))
        for each in ("one", "two")
    ]
    engine = world.engine(*steps)
    tasks = [engine.start(step.id, "go") for step in steps]
    begun.wait(LONG)
    assert [state(engine, step.id) for step in steps] == [State.RUNNING] * 2
    assert str(engine.held_back("one", "go")) == "Under way: Go"
    assert str(engine.check_held_back("one")) == "Under way: Go"
    with pytest.raises(WizardError, match="Under way"):
        engine.start("one", "go")
    with pytest.raises(WizardError, match="Under way"):
        engine.check("one", Task(msg("x")))
    assert engine.running("one") is tasks[0]
    let_go.set()
    assert all(task.wait(LONG) for task in tasks)
    assert [state(engine, step.id) for step in steps] == [State.DONE] * 2
    assert engine.running("one") is None


@pytest.mark.parametrize(("wish", "expected"), [("cancel", TaskState.CANCELLED), ("pause", TaskState.PAUSED)])
def test_stopped_work_is_no_failure(world: World, wish: str, expected: TaskState) -> None:
    begun = threading.Event()

    def slow(task: Task) -> Mapping[str, Any]:
        begun.set()
        task.sleep(LONG * 10)
        return {}

    engine = world.engine(a_giver(actions=(replace(GIVE, run=slow, can_pause=True),)))
    task = engine.start("first", "give")
    assert task.can_pause
    assert begun.wait(LONG)
    getattr(task, wish)()
    assert task.wait(LONG)
    assert task.state is expected
    assert engine.error("first") is None
    assert state(engine, "first") is State.READY
    assert engine.held_back("first", "give") is None


def test_work_cancelled_before_it_began_leaves_the_step_free(world: World) -> None:
    let_go = threading.Event()
    blockers = [Task(msg("x")) for _ in range(4)]
    for blocker in blockers:
        world.pool.start(blocker, lambda _: let_go.wait(LONG))
    engine = world.engine(a_giver())
    task = engine.start("first", "give")
    assert state(engine, "first") is State.RUNNING
    task.cancel()
    let_go.set()
    assert task.wait(LONG)
    assert state(engine, "first") is State.READY
    assert do(engine, "first", "give").state is TaskState.DONE


def test_an_error_stays_until_something_changes(world: World) -> None:
    fails = [True]

    def give(word: str) -> Mapping[str, Any]:
        if fails[0]:
            raise PermissionError(13, "", "/d/a.vhd")
        return {"account": ACCOUNT}

    engine = world.engine(a_giver(actions=(replace(GIVE, run=give),)))
    task = do(engine, "first", "give")
    assert str(task.error) == str(engine.error("first"))
    assert why(engine, "first") == "/d/a.vhd may not be read or written"
    engine.answer("first", "word", "other")
    assert engine.error("first") is None
    assert state(engine, "first") is State.READY
    do(engine, "first", "give")
    fails[0] = False
    do(engine, "first", "give")
    assert engine.error("first") is None
    assert state(engine, "first") is State.DONE


def test_after_an_action_the_step_is_checked(world: World) -> None:
    engine = world.engine(a_giver(checks=(CHECK,)))
    engine.answer("first", "word", "warning")
    do(engine, "first", "give")
    assert state(engine, "first") is State.WARNING


def test_a_check_that_fails_after_an_action_leaves_its_result(world: World) -> None:
    def observe() -> Mapping[str, Any]:
        raise WizardError(msg("No answer"), msg("Wait."))

    engine = world.engine(a_giver(observe=observe, checks=(CHECK_NOTHING,)))
    assert do(engine, "first", "give").state is TaskState.FAILED
    assert engine.result("account") == StorageAccount("good")
    assert why(engine, "first") == "No answer"


def test_the_synchronous_doors_raise_what_was_raised(world: World) -> None:
    def give() -> Mapping[str, Any]:
        raise WizardError(msg("Broken"), msg("Mend it."))

    engine = world.engine(a_giver(actions=(replace(GIVE, run=give),), checks=(CHECK,)))
    with pytest.raises(WizardError, match="Broken"):
        engine.perform("first", "give", Task(msg("x")))
    engine.check("first", Task(msg("x")))
    assert engine.rows("first")[0].finding is not None


def test_a_listener_that_raises_spoils_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("the window is gone")

    engine = world.engine(a_giver(checks=(CHECK,)))
    engine.listen(broken)
    engine.answer("first", "word", "warning")
    assert do(engine, "first", "give").state is TaskState.DONE
    assert state(engine, "first") is State.WARNING
    assert "the window is gone" in caplog.text


def test_listeners_are_told_outside_the_lock(world: World) -> None:
    """A listener may wait for another thread that wants the journey."""
    engine = world.engine(
        a_giver(checks=(CHECK,), inputs=(word(default="a"), Ticks("t", msg("T"), required=False)))
    )

    def listen() -> None:
        thread = threading.Thread(target=lambda: engine.status("first"))
        thread.start()
        thread.join(LONG)
        assert not thread.is_alive()

    told: list[bool] = []
    engine.listen(lambda: told.append(listen() is None))
    engine.answer("first", "word", "x")
    engine.tick("first", "t", "a", True)
    do(engine, "first", "give")
    engine.refresh_files()
    assert len(told) >= 4


# Views


def test_views_see_what_was_observed_and_do_without_it_after_reopening(world: World) -> None:
    def views(seen: int | None, account: StorageAccount | None) -> Sequence[Note]:
        return (Note(msg("{seen} {name}", seen=str(seen), name=account.name if account else "-")),)

    engine = world.engine(
        a_giver(
            observe=lambda: {"seen": 7},
            checks=(Check("X-01", msg("x"), lambda seen: passed(msg("x"))),),
            views=views,
        )
    )
    assert engine.views("first") == (Note(msg("{seen} {name}", seen="None", name="-")),)
    do(engine, "first", "give")
    assert engine.views("first") == (Note(msg("{seen} {name}", seen="7", name="good")),)
    assert world.reopened(engine).views("first") == (Note(msg("{seen} {name}", seen="None", name="good")),)
    assert world.engine(a_step()).views("first") == ()


def test_views_see_the_result_as_it_is_now(world: World) -> None:
    engine = world.engine(
        a_step(
            inputs=(word(default="acted"),),
            actions=(GIVE,),
            observe=lambda: {"account": StorageAccount("observed")},
            gives=("account",),
            views=lambda account: (Note(msg("{n}", n=account.name)),),
        )
    )
    check(engine, "first")
    do(engine, "first", "give")
    assert engine.views("first") == (Note(msg("{n}", n="acted")),)


def test_what_was_observed_is_for_checks_and_views_alone(world: World) -> None:
    engine = world.engine(
        a_step(observe=lambda: {"seen": 7}, checks=(CHECK_NOTHING,), missing=lambda seen: None)
    )
    check(engine, "first")
    with pytest.raises(NotInReachError):
        engine.missing("first")


def test_a_list_waits_for_the_answer_it_depends_on(world: World) -> None:
    step = Step(
        id="upload",
        title=msg("Upload"),
        guide="1",
        purpose=msg("Upload"),
        inputs=(
            Text("subscription", msg("Subscription")),
            Choice("account", msg("Account"), load=lambda subscription: [Option(subscription, msg("A"))]),
        ),
    )
    engine = world.engine(step)
    assert str(engine.options_held_back("upload", "account")) == "Still to be given: Subscription"
    engine.answer("upload", "subscription", "one")
    assert engine.options_held_back("upload", "account") is None


def test_a_fix_never_skips_the_confirmation_of_its_action(world: World) -> None:
    done: list[str] = []
    step = Step(
        id="access",
        title=msg("Access"),
        guide="1",
        purpose=msg("Access"),
        inputs=(Text("level", msg("Level")),),
        actions=(
            Action(
                "open",
                msg("Open"),
                lambda level: done.append(level) or {},
                confirm=lambda level: Confirmation(msg("Open it?"), msg("Anyone can read it"), msg("Open")),
            ),
        ),
    )
    engine = world.engine(step)
    assert engine.apply_fix("access", Fix(msg("Open it"), {"level": "blob"}, "open")) is None
    assert engine.answer_of("access", "level") == "blob"
    assert not done


def test_what_was_judged_by_the_time_is_out_of_date_on_the_next_day(world: World) -> None:
    step = Step(
        id="link",
        title=msg("Link"),
        guide="1",
        purpose=msg("Link"),
        checks=(Check("SAS-05", msg("It lasts"), lambda now: passed(msg("It lasts"))),),
    )
    engine = world.engine(step)
    check(engine, "link")
    world.now = NOW.replace(hour=23, minute=59)
    assert engine.status("link").state is State.DONE
    world.now = NOW + timedelta(days=1)
    assert engine.status("link").state is State.STALE
    check(engine, "link")
    assert engine.status("link").state is State.DONE
