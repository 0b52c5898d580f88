"""Small steps to test the core with, and the world that they are done in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from wizard.core.engine import Engine
from wizard.journeys.journey import Journey
from wizard.journeys.journey_format import decode, encode
from wizard.messages import msg
from wizard.results import ContainerAccess, StorageAccount
from wizard.settings import Settings
from wizard.step import (
    Action,
    Check,
    Finding,
    State,
    Step,
    Text,
    failed,
    passed,
    warning,
)
from wizard.tasks import Task, TaskPool

LONG = 20.0
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACCOUNT = StorageAccount("acc")


class Cloud:
    """A cloud that is there; the engine itself asks it nothing."""

    is_practice = True


class World:
    """Engines over one journey, and what they saved."""

    def __init__(self) -> None:
        self.pool = TaskPool()
        self.now = NOW
        self.saved: list[str] = []
        self.told = 0

    def engine(self, *steps: Step, journey: Journey | None = None, cloud: Any = None) -> Engine:
        engine = Engine(
            steps,
            journey if journey is not None else Journey("A", "practice"),
            cloud=cloud,
            settings=Settings(person="李"),
            pool=self.pool,
            save=lambda journey: self.saved.append(encode(journey)),
            clock=lambda: self.now,
        )
        engine.listen(self._tell)
        return engine

    def reopened(self, engine: Engine) -> Engine:
        """The same journey after closing the program."""
        return self.engine(*engine.steps, journey=decode(encode(engine.journey))[0], cloud=engine.cloud)

    def _tell(self) -> None:
        self.told += 1


@contextmanager
def a_world() -> Iterator[World]:
    """A world that ends with the test."""
    world = World()
    yield world
    assert world.pool.stop(LONG)


def a_step(step_id: str = "first", **more: Any) -> Step:
    return Step(id=step_id, title=msg(step_id.capitalize()), guide="1", purpose=msg("Do it."), **more)


def word(**more: Any) -> Text:
    return Text("word", msg("Word"), **more)


def give_account(word: str | None) -> Mapping[str, Any]:
    return {"account": StorageAccount(word or "")}


def judge_word(word: str | None) -> Finding:
    """Passed, warning or failed, as the word says."""
    if word == "warning":
        return warning(msg("So so"), msg("Look."))
    return (
        failed(msg("Bad {word}", word=word or ""), msg("Choose."))
        if word == "failed"
        else passed(msg("Good"))
    )


CHECK = Check("X-01", msg("It is good"), judge_word)
GIVE = Action("give", msg("Give"), give_account, gives=("account",), primary=True)


def a_giver(step_id: str = "first", **more: Any) -> Step:
    return a_step(step_id, **{"inputs": (word(default="good"),), "actions": (GIVE,), **more})


def take_account(account: StorageAccount) -> Mapping[str, Any]:
    return {"container_access": ContainerAccess(account.name, "private", None)}


TAKE = Action("take", msg("Take"), take_account, gives=("container_access",))


def a_taker(step_id: str = "second", **more: Any) -> Step:
    return a_step(step_id, **{"needs": ("account",), "actions": (TAKE,), **more})


def do(engine: Engine, step_id: str, action_id: str) -> Task:
    task = engine.start(step_id, action_id)
    assert task.wait(LONG)
    return task


def check(engine: Engine, step_id: str) -> Task:
    task = engine.start_check(step_id)
    assert task.wait(LONG)
    return task


def state(engine: Engine, step_id: str) -> State:
    return engine.status(step_id).state


def why(engine: Engine, step_id: str) -> str:
    return str(engine.status(step_id).why)


def nothing() -> Mapping[str, Any]:
    return {}


GIVE_NOTHING = Action("nothing", msg("Nothing"), nothing)
CHECK_NOTHING = Check("N-01", msg("x"), lambda: passed(msg("x")))


def wait_until_idle(pool: TaskPool) -> None:
    while pool.running:
        for task in pool.running:
            assert task.wait(LONG)
