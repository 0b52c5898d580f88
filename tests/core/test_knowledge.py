"""What has gone out of date since it was made, and what earlier steps are evidence of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from inspect import Parameter, Signature
from typing import Any, get_origin, get_type_hints

import pytest

from tests.small_steps import (
    ACCOUNT,
    CHECK,
    CHECK_NOTHING,
    GIVE,
    LONG,
    NOW,
    TAKE,
    Cloud,
    World,
    a_giver,
    a_step,
    a_taker,
    check,
    do,
    give_account,
    state,
    why,
    word,
)
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import TYPES, ContainerAccess, DiskImage, StorageAccount
from wizard.settings import Settings
from wizard.step import (
    Action,
    Check,
    Finding,
    Outcome,
    SecretText,
    State,
    Text,
    passed,
)
from wizard.tasks import Task, TaskState


def test_a_result_is_stale_when_an_answer_it_was_made_from_changed(world: World) -> None:
    engine = world.engine(a_giver())
    do(engine, "first", "give")
    engine.answer("first", "word", "other")
    assert (state(engine, "first"), why(engine, "first")) == (State.STALE, "“Word” has changed since")
    assert str(engine.stale_result("account")) == "“Word” has changed since"
    engine.answer("first", "word", "good")
    assert state(engine, "first") is State.DONE
    engine.answer("first", "word", "other")
    do(engine, "first", "give")
    assert state(engine, "first") is State.DONE
    assert engine.result("account") == StorageAccount("other")


def test_another_default_is_another_answer(world: World) -> None:
    engine = world.engine(
        a_step(inputs=(Text("old", msg("Old"), default="a"),), shares=("old",)),
        a_giver("second", wants=("old",), inputs=(word(default=lambda old: old),)),
    )
    do(engine, "second", "give")
    assert engine.result("account") == StorageAccount("a")
    engine.answer("first", "old", "b")
    assert state(engine, "second") is State.STALE


def test_a_default_that_only_the_cloud_knows_is_no_other_answer_while_it_is_not_there(world: World) -> None:
    step = a_giver(inputs=(word(default=lambda cloud: "practice" if cloud.is_practice else "real"),))
    engine = world.engine(step, cloud=Cloud())
    do(engine, "first", "give")
    assert engine.result("account") == StorageAccount("practice")
    engine = world.engine(step, journey=engine.journey)
    assert engine.answer_of("first", "word") is None
    assert engine.stale_because(step) is None


def test_findings_are_stale_when_what_they_judged_changed(world: World) -> None:
    engine = world.engine(
        a_step(inputs=(word(default="good"), Text("other", msg("Other"), required=False)), checks=(CHECK,))
    )
    check(engine, "first")
    engine.answer("first", "other", "not read by any check")
    assert state(engine, "first") is State.DONE
    engine.answer("first", "word", "failed")
    assert state(engine, "first") is State.STALE
    assert [row.stale for row in engine.rows("first")] == [True]
    assert not engine.has_failed(engine.step("first"))


def test_staleness_goes_on_to_what_was_made_from_it(world: World) -> None:
    last = a_step(
        "third",
        needs=("container_access",),
        actions=(
            Action(
                "end",
                msg("End"),
                lambda container_access: {"disk_image": DiskImage("", 0, 0, 0, "", None)},
                gives=("disk_image",),
            ),
        ),
    )
    engine = world.engine(a_giver(), a_taker(), last)
    for step_id, action_id in (("first", "give"), ("second", "take"), ("third", "end")):
        do(engine, step_id, action_id)
    assert [state(engine, each.id) for each in engine.steps] == [State.DONE] * 3
    engine.answer("first", "word", "other")
    assert [state(engine, each.id) for each in engine.steps] == [State.STALE, State.LOCKED, State.LOCKED]
    assert engine.stale_result("container_access") is not None
    assert engine.stale_result("disk_image") is not None
    assert why(engine, "third") == "Second has to be done again first"
    do(engine, "first", "give")
    assert [state(engine, each.id) for each in engine.steps] == [State.DONE, State.STALE, State.LOCKED]
    assert why(engine, "second") == "First has changed since"


def test_what_comes_out_equal_when_made_again_makes_nothing_stale(world: World) -> None:
    def give_length(word: str) -> Mapping[str, Any]:
        return {"account": StorageAccount(str(len(word)))}

    engine = world.engine(a_giver(actions=(replace(GIVE, run=give_length),)), a_taker())
    do(engine, "first", "give")
    do(engine, "second", "take")
    engine.answer("first", "word", "ways")
    assert state(engine, "second") is State.LOCKED
    do(engine, "first", "give")
    assert state(engine, "second") is State.DONE
    assert engine.stale_result("container_access") is None


def test_a_wanted_result_that_appears_later_makes_stale(world: World) -> None:
    taker = a_taker(
        needs=(),
        wants=("account",),
        actions=(
            replace(
                TAKE,
                run=lambda account: {
                    "container_access": ContainerAccess(account.name if account else "", "private", None)
                },
            ),
        ),
    )
    engine = world.engine(a_giver(), taker)
    do(engine, "second", "take")
    assert state(engine, "second") is State.DONE
    do(engine, "first", "give")
    assert (state(engine, "second"), why(engine, "second")) == (State.STALE, "First has changed since")


def test_a_changed_shared_answer_makes_stale(world: World) -> None:
    engine = world.engine(
        a_step(inputs=(word(default="a"),), shares=("word",)),
        a_step("second", needs=("word",), actions=(GIVE,)),
    )
    do(engine, "second", "give")
    engine.answer("first", "word", "b")
    assert (state(engine, "second"), why(engine, "second")) == (State.STALE, "First has changed since")


@pytest.mark.parametrize("shared", [False, True])
def test_a_volatile_answer_makes_nothing_stale(world: World, shared: bool) -> None:
    asked = word(default="a", volatile=True)
    steps = (
        (a_step(inputs=(asked,), shares=("word",)), a_step("second", needs=("word",), actions=(GIVE,)))
        if shared
        else (a_step("second", inputs=(asked,), actions=(GIVE,)),)
    )
    engine = world.engine(*steps)
    do(engine, "second", "give")
    engine.answer(steps[0].id, "word", "b")
    assert state(engine, "second") is State.DONE


def test_a_secret_answer_makes_nothing_stale(world: World) -> None:
    def give(key: Secret | None) -> Mapping[str, Any]:
        return {"account": StorageAccount(str(len(key.reveal()) if key else 0))}

    engine = world.engine(
        a_giver(inputs=(SecretText("key", msg("Key")),), actions=(replace(GIVE, run=give),))
    )
    engine.answer("first", "key", "geheim-geheim")
    do(engine, "first", "give")
    assert engine.result("account") == StorageAccount("13")
    engine.answer("first", "key", "anderes-geheimnis")
    assert engine.stale_because(engine.step("first")) is None
    engine.answer("first", "key", None)
    assert engine.stale_because(engine.step("first")) is None


def test_an_answer_changed_during_the_work_makes_its_result_stale(world: World) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def slow(word: str, task: Task) -> Mapping[str, Any]:
        begun.set()
        assert let_go.wait(LONG)
        return give_account(word)

    engine = world.engine(a_giver(actions=(replace(GIVE, run=slow),)), a_taker())
    task = engine.start("first", "give")
    assert begun.wait(LONG)
    engine.answer("first", "word", "meanwhile")
    let_go.set()
    assert task.wait(LONG)
    assert engine.result("account") == StorageAccount("good")
    assert state(engine, "first") is State.STALE
    assert state(engine, "second") is State.LOCKED


def test_an_answer_changed_during_a_check_makes_its_findings_stale(world: World) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def observe(word: str, task: Task) -> Mapping[str, Any]:
        begun.set()
        assert let_go.wait(LONG)
        return {"seen": word}

    judge = Check("X-01", msg("x"), lambda seen: passed(msg("{seen}", seen=seen)))
    engine = world.engine(a_step(inputs=(word(default="a"),), observe=observe, checks=(judge,)))
    task = engine.start_check("first")
    assert begun.wait(LONG)
    engine.answer("first", "word", "b")
    let_go.set()
    assert task.wait(LONG)
    assert [row.stale for row in engine.rows("first")] == [True]


def test_an_action_may_read_the_answer_that_it_sets(world: World) -> None:
    give = replace(
        GIVE, run=lambda word: {"word": word.lower(), **give_account(word.lower())}, sets=("word",)
    )
    engine = world.engine(a_giver(actions=(give,)))
    engine.answer("first", "word", "UPPER")
    do(engine, "first", "give")
    assert engine.answer_of("first", "word") == "upper"
    assert engine.result("account") == StorageAccount("upper")
    assert state(engine, "first") is State.DONE


def test_a_result_made_from_another_of_the_same_step_goes_stale_with_it(world: World) -> None:
    second = replace(TAKE, id="take")
    engine = world.engine(a_giver(actions=(GIVE, second)))
    do(engine, "first", "give")
    do(engine, "first", "take")
    assert state(engine, "first") is State.DONE
    engine.answer("first", "word", "other")
    do(engine, "first", "give")
    assert engine.stale_result("account") is None
    assert engine.stale_result("container_access") is not None
    assert state(engine, "first") is State.STALE


def test_an_action_that_reads_its_own_last_result_is_not_stale_for_it(world: World) -> None:
    def count(account: StorageAccount | None) -> Mapping[str, Any]:
        return {"account": StorageAccount(f"{account.name if account else ''}x")}

    engine = world.engine(a_giver(actions=(replace(GIVE, run=count),)))
    do(engine, "first", "give")
    do(engine, "first", "give")
    assert engine.result("account") == StorageAccount("xx")
    assert state(engine, "first") is State.DONE


def test_an_observation_that_reads_its_own_last_result_is_not_stale_for_it(world: World) -> None:
    def observe(account: StorageAccount | None) -> Mapping[str, Any]:
        return {"account": StorageAccount(f"{account.name if account else ''}x")}

    engine = world.engine(
        a_step(
            observe=observe,
            gives=("account",),
            checks=(Check("X-01", msg("x"), lambda account: passed(msg("x"))),),
        )
    )
    check(engine, "first")
    check(engine, "first")
    assert engine.result("account") == StorageAccount("xx")
    assert state(engine, "first") is State.DONE


def test_findings_about_a_result_are_stale_until_it_is_checked_again(world: World) -> None:
    judge = Check("X-01", msg("x"), lambda account: passed(msg("{n}", n=account.name if account else "")))
    engine = world.engine(a_giver(checks=(judge,)))
    do(engine, "first", "give")
    assert state(engine, "first") is State.DONE
    journey = engine.journey
    journey.results["account"] = replace(journey.results["account"], value=StorageAccount("by another way"))
    assert (state(engine, "first"), why(engine, "first")) == (
        State.STALE,
        "Not checked since it was last done",
    )


# Evidence


def test_evidence_is_what_earlier_steps_found_and_still_holds(world: World) -> None:
    seen: list[dict[str, Outcome]] = []

    def collect(evidence: Mapping[str, Finding]) -> Finding:
        seen.append({rule: finding.outcome for rule, finding in evidence.items()})
        return passed(msg("x"))

    facts: dict[str, Message | None] = {"skip": None}
    first = a_step(inputs=(word(default="good"),), checks=(CHECK,))
    second = a_step("second", checks=(CHECK_NOTHING,), skip=lambda: facts["skip"])
    collector = a_step("third", checks=(Check("E-01", msg("x"), collect),))
    later = a_step("fourth", checks=(Check("L-01", msg("x"), lambda: passed(msg("x"))),))
    engine = world.engine(first, second, collector, later)
    for step in engine.steps:
        check(engine, step.id)
    assert seen == [{"X-01": Outcome.PASSED, "N-01": Outcome.PASSED}]
    assert state(engine, "third") is State.DONE

    engine.answer("first", "word", "warning")
    assert (state(engine, "third"), why(engine, "third")) == (
        State.STALE,
        "Something in an earlier step has changed since",
    )
    check(engine, "third")
    check(engine, "first")
    assert state(engine, "third") is State.STALE
    check(engine, "third")
    facts["skip"] = msg("Not now")
    check(engine, "third")
    assert seen[1:] == [
        {"N-01": Outcome.PASSED},
        {"X-01": Outcome.WARNING, "N-01": Outcome.PASSED},
        {"X-01": Outcome.WARNING},
    ]


def test_evidence_of_equal_outcome_makes_nothing_stale(world: World) -> None:
    engine = world.engine(
        a_step(inputs=(word(default="a"),), checks=(CHECK,)),
        a_step("second", checks=(Check("E-01", msg("x"), lambda evidence: passed(msg("x"))),)),
    )
    check(engine, "first")
    check(engine, "second")
    engine.answer("first", "word", "b")
    check(engine, "first")
    assert state(engine, "second") is State.DONE


def test_functions_get_what_is_always_in_reach(world: World) -> None:
    seen: dict[str, Any] = {}

    def run(
        now: datetime,
        language: str,
        settings: Settings,
        journey_name: str,
        task: Task,
        extra: int,
        _rest: int = 5,
    ) -> Mapping[str, Any]:
        seen.update(
            now=now,
            language=language,
            person=settings.person,
            name=journey_name,
            task=task,
            extra=extra,
            rest=_rest,
        )
        return {"account": ACCOUNT}

    engine = world.engine(a_step(actions=(replace(GIVE, run=run),)))
    engine.extras["extra"] = lambda: 42
    task = do(engine, "first", "give")
    assert seen == {
        "now": NOW,
        "language": "en",
        "person": "李",
        "name": "A",
        "task": task,
        "extra": 42,
        "rest": 5,
    }
    assert engine.journey.results["account"].made_from == {}
    world.now += timedelta(days=100)
    assert state(engine, "first") is State.DONE


# Cost


def test_what_many_steps_lead_to_is_looked_at_once(world: World) -> None:
    """Each step is made from all before it: without remembering, the last would ask the first again and again."""
    asked: list[str] = []

    def default() -> str:
        asked.append("word")
        return "x"

    names = list(TYPES)
    steps = [
        a_step(
            name,
            needs=tuple(names[:number]),
            inputs=(word(default=default),),
            actions=(replace(GIVE, run=_giving(name, (*names[:number], "word")), gives=(name,)),),
        )
        for number, name in enumerate(names)
    ]
    engine = world.engine(*steps)
    for step in steps:
        assert do(engine, step.id, "give").state is TaskState.DONE
    asked.clear()
    assert state(engine, names[-1]) is State.DONE
    assert len(asked) < 3 * len(steps)


def _giving(name: str, reads: Sequence[str]) -> Callable[..., Mapping[str, Any]]:
    """An action that reads so much and gives an empty record of that name."""

    def run(**_: Any) -> Mapping[str, Any]:
        return {name: _empty(TYPES[name])}

    run.__signature__ = Signature([Parameter(each, Parameter.KEYWORD_ONLY) for each in reads])
    return run


def _empty(kind: Any) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _empty(hints[field.name]) for field in fields(kind)})
    return {str: "", int: 0, bool: False}.get(kind, () if get_origin(kind) is tuple else None)
