"""An open journey: its engine, its file and its saving work together, by many threads at once."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.small_steps import CHECK, GIVE, LONG, World, a_step, a_world, do, state, wait_until_idle, word
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys import autosave
from wizard.journeys.journey_file import SUFFIX, JourneyFile, JourneyLockedError
from wizard.journeys.journey_format import VERSION, decode
from wizard.messages import msg
from wizard.reports.summary import JourneySummary
from wizard.results import StorageAccount
from wizard.session import Session
from wizard.settings import Settings
from wizard.step import Action, State, Text, Ticks
from wizard.tasks import Task


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / f"a{SUFFIX}"


STEPS = (a_step(inputs=(word(default="good"),), actions=(GIVE,), checks=(CHECK,)),)


def a_session(world: World, file: JourneyFile, *, cloud_id: str = "practice") -> Session:
    return Session(file, STEPS, cloud_id=cloud_id, cloud=None, settings=Settings(), pool=world.pool)


def on_disk(path: Path) -> Mapping[str, Any]:
    return decode(path.read_text(encoding="utf-8"))[0].answers.get("first", {})


def test_a_journey_goes_on_where_it_was(world: World, path: Path) -> None:
    session = a_session(world, JourneyFile.create(path, "A", "practice"))
    session.engine.answer("first", "word", "warning")
    do(session.engine, "first", "give")
    session.flush()
    assert session.saved
    assert session.close()

    session = a_session(world, JourneyFile.open(path))
    assert session.engine.answer_of("first", "word") == "warning"
    assert session.engine.result("account") == StorageAccount("warning")
    assert state(session.engine, "first") is State.WARNING
    assert session.close()


def test_every_change_is_saved_without_asking(world: World, path: Path) -> None:
    session = a_session(world, JourneyFile.create(path, "A", "practice"))
    session.engine.answer("first", "word", "last")
    assert session.close()
    assert on_disk(path) == {"word": "last"}


def test_a_journey_of_another_cloud_is_refused_and_let_go(world: World, path: Path) -> None:
    file = JourneyFile.create(path, "A", "practice")
    with pytest.raises(WizardError, match="another cloud"):
        a_session(world, file, cloud_id="AzureChinaCloud")
    JourneyFile.open(path).close()


def test_the_journal_of_its_upload_lies_beside_it(world: World, path: Path) -> None:
    session = a_session(world, JourneyFile.create(path, "A", "practice"))
    assert session.engine.extras["journal"]() == path.with_name(f".{path.name}.upload")
    session.close()


def test_an_open_journey_is_held_and_then_let_go(world: World, path: Path) -> None:
    session = a_session(world, JourneyFile.create(path, "A", "practice"))
    with pytest.raises(JourneyLockedError):
        JourneyFile.open(path)
    session.close()
    JourneyFile.open(path).close()


def test_a_full_disk_stops_no_work_is_shown_and_is_over_when_there_is_room(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "_RETRY_SECONDS", 0.02)
    session = a_session(world, JourneyFile.create(path, "A", "practice"))
    shown: list[bool] = []

    def listen() -> None:
        if bool(session.save_error) not in shown[-1:]:
            shown.append(bool(session.save_error))

    fsync, full = os.fsync, [True]

    def writing(descriptor: int) -> None:
        if full[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", writing)
    session.engine.answer("first", "word", "warning")
    with pytest.raises(WizardError, match="The disk is full"):
        session.flush()
    session.engine.listen(listen)
    assert session.save_error is not None
    assert not session.saved
    do(session.engine, "first", "give")
    assert state(session.engine, "first") is State.WARNING
    assert on_disk(path) == {}

    full[0] = False
    session.flush()
    assert session.save_error is None
    assert session.saved
    assert on_disk(path) == {"word": "warning"}
    assert session.close()
    assert shown[-1] is False


def test_a_disk_that_stays_full_is_said_at_the_end(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_session(world, JourneyFile.create(path, "A", "practice"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "fsync", full)
    session.engine.answer("first", "word", "lost")
    assert not session.close()
    monkeypatch.undo()
    assert on_disk(path) == {}
    JourneyFile.open(path).close()


def test_a_newer_journey_is_shown_and_never_written(world: World, path: Path) -> None:
    JourneyFile.create(path, "A", "practice").close()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": VERSION + 1}), encoding="utf-8")
    newer = path.read_bytes()
    session = a_session(world, JourneyFile.open(path))
    assert "newer version" in str(session.engine.held_back("first", "give"))
    session.engine.answer("first", "word", "x")
    session.flush()
    assert session.close()
    assert path.read_bytes() == newer


def test_a_report_can_ask_for_the_whole_journey(world: World, path: Path) -> None:
    seen: list[JourneySummary] = []
    ask = Action("ask", msg("Ask"), lambda summary: seen.append(summary) or {})
    steps = (replace(STEPS[0], actions=(ask,), checks=()),)
    file = JourneyFile.create(path, "A", "practice")
    session = Session(file, steps, cloud_id="practice", cloud=None, settings=Settings(), pool=world.pool)
    do(session.engine, "first", "ask")
    assert [(each.name, each.is_practice) for each in seen] == [("A", True)]
    assert session.close()


def test_answers_from_many_threads_while_work_goes_on_and_everything_is_saved(
    world: World, path: Path
) -> None:
    def work(word: str, task: Task) -> Mapping[str, Any]:
        for done in range(20):
            task.report(done, 20)
        return {"account": StorageAccount(word)}

    inputs = (word(default=""), *(Text(f"t{n}", msg("T")) for n in range(4)), Ticks("ticks", msg("Ticks")))
    one = a_step("one", inputs=inputs, actions=(replace(GIVE, run=work),), checks=(CHECK,))
    two = a_step(
        "two", inputs=inputs, actions=(replace(GIVE, run=lambda task: {}, gives=()),), checks=(CHECK,)
    )
    file = JourneyFile.create(path, "A", "practice")
    session = Session(file, (one, two), cloud_id="practice", cloud=None, settings=Settings(), pool=world.pool)
    engine = session.engine
    engine.listen(lambda: [engine.status(step.id) for step in engine.steps])
    wrong: list[BaseException] = []

    def hammer(number: int) -> None:
        try:
            for count in range(60):
                _change(engine, ("one", "two")[count % 2], number, count)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=hammer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG * 3)
        assert not thread.is_alive()
    wait_until_idle(world.pool)

    assert wrong == []
    session.flush()
    assert decode(path.read_text(encoding="utf-8"))[0] == engine.journey
    for step_id, last in (("one", 58), ("two", 59)):
        answers = engine.journey.answers[step_id]
        assert [answers[f"t{n}"] for n in range(4)] == [f"{n}-{last}" for n in range(4)]
        assert len(answers["ticks"]) == 120
    assert session.close()


def _change(engine: Engine, step_id: str, number: int, count: int) -> None:
    """What one person does in one of many windows."""
    engine.answer(step_id, f"t{number}", f"{number}-{count}")
    engine.tick(step_id, "ticks", f"{number}-{count}", True)
    engine.answer(step_id, "word", ("good", "warning", "failed")[count % 3])
    if number == 0 and engine.held_back(step_id, "give") is None:
        engine.start(step_id, "give")
