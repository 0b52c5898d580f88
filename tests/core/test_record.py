"""What gets into the journey: answers, results and findings that can be kept, and no secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.small_steps import (
    ACCOUNT,
    GIVE,
    LONG,
    NOW,
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
from wizard.core.engine import Engine
from wizard.journeys.autosave import Autosave
from wizard.journeys.journey_file import SUFFIX, JourneyFile
from wizard.journeys.journey_format import decode
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.settings import Settings
from wizard.step import (
    Action,
    Check,
    Choice,
    File,
    Finding,
    Fix,
    Item,
    Number,
    Option,
    SecretText,
    State,
    Text,
    Ticks,
    Verdicts,
    YesNo,
    failed,
    passed,
)
from wizard.tasks import TaskState


def test_an_equal_answer_is_no_change(world: World) -> None:
    ticks = Ticks("done", msg("Done"), items=(Item("a", msg("A")),))
    engine = world.engine(a_step(inputs=(word(), ticks, SecretText("key", msg("Key")))))
    for input_id, value in (("word", "x"), ("done", {"a": {"by": "li", "at": ""}}), ("key", "geheim-geheim")):
        engine.answer("first", input_id, value)
        saved, told = len(world.saved), world.told
        engine.answer("first", input_id, value)
        assert (len(world.saved), world.told) == (saved, told)
        engine.answer("first", input_id, None)
        assert world.told == told + 1
        engine.answer("first", input_id, None)
        assert world.told == told + 1


@pytest.mark.parametrize(
    ("asked", "good", "bad"),
    [
        (word(), "x", 3),
        (word(), "x", Path("x")),
        (Number("word", msg("N")), 3, "3"),
        (Number("word", msg("N")), 3, 3.0),
        (Number("word", msg("N")), 3, True),
        (YesNo("word", msg("N")), False, 0),
        (Choice("word", msg("N"), options=(Option("a", msg("a")),)), "a", ["a"]),
        (File("word", msg("N")), "a", ["a"]),
        (File("word", msg("N"), many=True), ["a"], "a"),
        (File("word", msg("N"), many=True), ("a",), [1]),
        (Ticks("word", msg("N")), {"a": {"by": ""}}, {"a": True}),
        (Verdicts("word", msg("N")), {"a": "passed"}, ["a"]),
        (SecretText("word", msg("N")), "geheim", 3),
    ],
)
def test_an_answer_is_of_the_kind_that_is_asked_for(world: World, asked: Any, good: Any, bad: Any) -> None:
    engine = world.engine(a_step(inputs=(asked,)))
    engine.answer("first", "word", good)
    before = engine.answer_of("first", "word")
    with pytest.raises(TypeError):
        engine.answer("first", "word", bad)
    assert engine.answer_of("first", "word") == before
    if not isinstance(asked, SecretText):
        # A file that was edited by hand may hold anything.
        engine.journey.answers["first"] = {"word": bad if not isinstance(bad, Path) else [1]}
        assert engine.answer_of("first", "word") == asked.default
        assert engine.status("first")


def test_an_answer_is_kept_as_it_was_given(world: World) -> None:
    engine = world.engine(a_step(inputs=(File("files", msg("Files"), many=True),)))
    files = ["a"]
    engine.answer("first", "files", files)
    files.append("b")
    assert engine.answer_of("first", "files") == ["a"]


@pytest.mark.parametrize(
    ("asked", "value", "problem"),
    [
        (Number("n", msg("Days"), least=21, most=365), 20, "Days: from 21 to 365"),
        (Number("n", msg("Days"), least=21, most=365), 21, "None"),
        (Number("n", msg("Days"), least=21, most=365), 365, "None"),
        (Number("n", msg("Days"), least=21, most=365), 366, "Days: from 21 to 365"),
        (Number("n", msg("Days"), least=0), 0, "None"),
        (Text("n", msg("Name")), "", "Still to be given: Name"),
        (Text("n", msg("Name"), required=False), "", "None"),
        (Text("n", msg("Name"), valid=lambda value: msg("{v}!", v=value)), "x", "x!"),
        (File("n", msg("Files"), many=True), [], "Still to be given: Files"),
        (YesNo("n", msg("On")), False, "None"),
        (Choice("n", msg("Way"), options=(Option("a", msg("A")),)), "b", "Way: choose one of the list"),
        (Choice("n", msg("Way"), options=(Option("a", msg("A")),), free=True), "b", "None"),
        (Choice("n", msg("Way"), load=lambda: ()), "b", "None"),
        (Ticks("n", msg("Ticks")), {}, "None"),
    ],
)
def test_what_is_wrong_with_an_answer(world: World, asked: Any, value: Any, problem: str) -> None:
    engine = world.engine(a_step(inputs=(asked,), actions=(Action("go", msg("Go"), lambda n: {}),)))
    engine.answer("first", "n", value)
    assert str(engine.problem("first", "n")) == problem
    assert str(engine.held_back("first", "go")) == problem


def test_an_input_that_does_not_apply_is_not_asked_for(world: World) -> None:
    seen: list[Any] = []
    engine = world.engine(
        a_step(
            inputs=(YesNo("on", msg("On"), default=True), word(applies=lambda on: on)),
            actions=(Action("go", msg("Go"), lambda word: seen.append(word) or {}),),
        )
    )
    engine.answer("first", "word", "x")
    engine.answer("first", "on", False)
    assert not engine.input_applies("first", "word")
    assert engine.problem("first", "word") is None
    do(engine, "first", "go")
    engine.answer("first", "on", True)
    do(engine, "first", "go")
    assert seen == [None, "x"]


def test_ticks_are_signed(world: World) -> None:
    items = (Item("a", msg("A")), Item("b", msg("B")))
    engine = world.engine(
        a_step(
            inputs=(Text("person", msg("You")), Ticks("done", msg("Done"), items=items, signed_by="person"))
        ),
        a_step("second", inputs=(Ticks("more", msg("More"), items=lambda: items),)),
    )
    engine.answer("first", "person", "王")
    engine.tick("first", "done", "a", True)
    engine.tick("second", "more", "b", True)
    assert engine.answer_of("first", "done") == {"a": {"by": "王", "at": "2026-11-21T12:00:00Z"}}
    assert engine.answer_of("second", "more")["b"]["by"] == "李"
    assert engine.is_ticked("first", "done", "a")
    assert not engine.is_ticked("first", "done", "b")
    assert engine.items("second", "more") == items
    engine.tick("first", "done", "a", False)
    assert not engine.is_ticked("first", "done", "a")
    with pytest.raises(TypeError):
        engine.items("first", "person")


# What is given


@pytest.mark.parametrize(
    "given",
    [
        {"unknown": 1},
        {"account": "acc"},
        {"account": {"name": "acc"}},
        {"account": StorageAccount(Path("x"))},
        {"account": StorageAccount(Secret("geheim-geheim"))},
        {"word": 3},
        3,
        None,
    ],
)
def test_what_cannot_be_kept_is_refused_and_spoils_nothing(world: World, given: Any) -> None:
    engine = world.engine(a_giver(actions=(replace(GIVE, run=lambda: given, sets=("word",)),)))
    engine.answer("first", "word", "before")
    task = do(engine, "first", "give")
    assert task.state is TaskState.FAILED
    assert state(engine, "first") is State.FAILED
    assert engine.result("account") is None
    assert engine.answer_of("first", "word") == "before"
    engine.answer("first", "word", "after")
    assert decode(world.saved[-1])[0].answers["first"]["word"] == "after"


@pytest.mark.parametrize(
    "finding",
    [
        passed(msg("x"), seen=Path("x")),
        passed(msg("x"), seen=Secret("geheim-geheim")),
        passed(msg("x"), seen=NOW),
        passed(msg("{x}", x=None)),
        passed(msg("{x}", x=NOW)),
        failed(msg("x"), msg("x"), fix=Fix(msg("x"), {"word": Path("x")})),
    ],
)
def test_a_finding_that_cannot_be_kept_is_refused_and_spoils_nothing(world: World, finding: Finding) -> None:
    engine = world.engine(
        a_step(inputs=(word(default=""),), checks=(Check("X-01", msg("x"), lambda: finding),))
    )
    assert check(engine, "first").state is TaskState.FAILED
    assert engine.rows("first")[0].finding is None
    engine.answer("first", "word", "after")
    assert decode(world.saved[-1])[0].answers["first"]["word"] == "after"


def test_none_takes_a_result_away(world: World) -> None:
    given: dict[str, Any] = {"account": ACCOUNT}
    engine = world.engine(a_giver(actions=(replace(GIVE, run=lambda: given),)))
    for value, kept in ((ACCOUNT, True), (None, False), (Secret("geheim-geheim"), True), (None, False)):
        given["account"] = value
        do(engine, "first", "give")
        assert (engine.result("account") is not None) is kept
    given["account"] = Secret("geheim-geheim")
    do(engine, "first", "give")
    given["account"] = ACCOUNT
    do(engine, "first", "give")
    assert engine.result("account") == ACCOUNT


def test_what_an_action_does_not_give_stays(world: World) -> None:
    given: dict[str, Any] = {"account": ACCOUNT}
    engine = world.engine(a_giver(actions=(replace(GIVE, run=lambda: given),)))
    do(engine, "first", "give")
    given.clear()
    do(engine, "first", "give")
    assert engine.result("account") == ACCOUNT


def test_an_observation_gives_takes_away_and_may_give_a_secret(world: World) -> None:
    seen: dict[str, Any] = {"account": ACCOUNT, "link": Secret("geheim-geheim"), "note": "x"}
    judge = Check(
        "X-01", msg("x"), lambda account, link, note: passed(msg("{note}", note=note), known=bool(link))
    )
    engine = world.engine(a_step(observe=lambda: seen, gives=("account", "link"), checks=(judge,)), a_taker())
    check(engine, "first")
    assert engine.result("account") == ACCOUNT
    assert engine.result("link") == Secret("geheim-geheim")
    assert state(engine, "first") is State.DONE
    assert state(engine, "second") is State.READY
    assert "geheim" not in world.saved[-1]
    seen["account"] = None
    del seen["link"]
    check_task = engine.start_check("first")
    assert check_task.wait(LONG)
    assert engine.result("account") is None
    assert engine.result("link") is None
    assert state(engine, "second") is State.LOCKED


# Secrets


def test_secrets_are_never_in_the_journey_s_file(world: World, tmp_path: Path) -> None:
    link = "https://acc.blob.core.chinacloudapi.cn/c/d.vhd?sv=1&sig=c2lnbmF0dXJl%3D&se=2"

    def sign(key: Secret, pasted: str) -> Mapping[str, Any]:
        return {"sas": Secret(link), "account": StorageAccount(key.reveal()), "pasted": pasted}

    judge = Check(
        "X-01",
        msg("x"),
        lambda key, pasted: failed(msg("{k} {p}", k=key.reveal(), p=pasted), msg("x"), p=pasted),
    )
    step = a_step(
        inputs=(SecretText("key", msg("Key")), Text("pasted", msg("Pasted"))),
        actions=(Action("sign", msg("Sign"), sign, gives=("sas", "account"), sets=("pasted",)),),
        checks=(judge,),
    )
    path = tmp_path / f"a{SUFFIX}"
    file = JourneyFile.create(path, link, "practice")
    saving = Autosave(file)
    engine = Engine((step,), file.journey, cloud=None, settings=Settings(), pool=world.pool, save=saving)
    engine.answer("first", "key", "ein-ganz-geheimer-schluessel")
    engine.answer("first", "pasted", link)
    assert do(engine, "first", "sign").state is TaskState.DONE
    assert saving.flush(LONG)
    assert engine.result("sas") == Secret(link)
    assert saving.close()
    file.close()
    for written in tmp_path.iterdir():
        text = written.read_text(encoding="utf-8")
        assert "geheimer" not in text
        assert "c2lnbmF0dXJl" not in text
    opened = JourneyFile.open(path)
    assert opened.journey.answers["first"]["pasted"].startswith("https://acc.blob")
    opened.close()


def test_a_secret_is_gone_after_reopening_and_the_step_stays_done(world: World) -> None:
    give = replace(
        GIVE, run=lambda key: {"account": ACCOUNT, "sas": Secret("geheim-geheim")}, gives=("account", "sas")
    )
    engine = world.engine(
        a_giver(inputs=(SecretText("key", msg("Key"), required=False),), actions=(give,)),
        a_step("second", needs=("sas",)),
    )
    engine.answer("first", "key", "schluessel-schluessel")
    assert engine.answer_of("first", "key") == Secret("schluessel-schluessel")
    do(engine, "first", "give")
    assert state(engine, "second") is State.DONE
    engine = world.reopened(engine)
    assert engine.answer_of("first", "key") is None
    assert engine.result("sas") is None
    assert state(engine, "first") is State.DONE
    assert (state(engine, "second"), why(engine, "second")) == (State.LOCKED, "First: First")


def test_an_action_may_set_a_secret_answer(world: World) -> None:
    action = Action("set", msg("Set"), lambda: {"key": Secret("geheim-geheim")}, sets=("key",))
    engine = world.engine(a_step(inputs=(SecretText("key", msg("Key")),), actions=(action,)))
    do(engine, "first", "set")
    assert engine.answer_of("first", "key") == Secret("geheim-geheim")
    assert "geheim" not in world.saved[-1]
