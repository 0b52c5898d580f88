"""Step 1 against the practice cloud: what it sees, and when it is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wizard.core.engine import Engine
from wizard.journeys.journey import Journey
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.cloud import Cloud
from wizard.services.connect import practice_cloud
from wizard.settings import Settings
from wizard.step import Outcome, State
from wizard.steps.prerequisites import STEP
from wizard.tasks import Task, TaskPool


@pytest.fixture
def pool() -> Iterator[TaskPool]:
    pool = TaskPool(1)
    yield pool
    pool.stop()


def engine_with(cloud: Cloud | None, pool: TaskPool) -> Engine:
    return Engine(
        (STEP,), Journey("j", "practice"), cloud=cloud, settings=Settings(), pool=pool, save=lambda _: None
    )


def outcomes(engine: Engine) -> dict[str, Outcome]:
    return {row.check.rule: row.finding.outcome for row in engine.rows(STEP.id) if row.finding is not None}


def test_the_practice_cloud_is_in_reach(cloud: Cloud, pool: TaskPool) -> None:
    engine = engine_with(cloud, pool)
    engine.check(STEP.id, Task(msg("Checking")))
    seen = outcomes(engine)
    assert [seen[rule] for rule in ("PRE-11", "network", "proxy", "other-tools")] == [Outcome.PASSED] * 4
    assert set(seen) == {check.rule for check in STEP.checks}


def test_a_cloud_that_is_not_there_is_a_finding(pool: TaskPool) -> None:
    engine = engine_with(practice_cloud("http://127.0.0.1:9", Secret("no token at all")), pool)
    engine.check(STEP.id, Task(msg("Checking")))
    seen = outcomes(engine)
    assert seen["network"] is Outcome.FAILED
    assert seen["PRE-11"] is Outcome.SKIPPED


def test_it_waits_for_a_cloud_that_is_still_starting(pool: TaskPool) -> None:
    assert engine_with(None, pool).check_held_back(STEP.id) is not None


def test_it_is_done_when_everything_is_confirmed_and_one_base_is_ticked(cloud: Cloud, pool: TaskPool) -> None:
    engine = engine_with(cloud, pool)
    engine.check(STEP.id, Task(msg("Checking")))
    assert str(engine.missing(STEP.id)) == "4 items are not confirmed yet"
    for item in ("china_account", "publisher", "offer_in_time"):
        engine.tick(STEP.id, "account_ready", item, True)
    assert str(engine.missing(STEP.id)) == "1 item is not confirmed yet"
    engine.tick(STEP.id, "account_ready", "linux_base", True)
    assert engine.missing(STEP.id) is None
    assert engine.status(STEP.id).state in (State.DONE, State.WARNING)
    engine.tick(STEP.id, "account_ready", "windows_base", True)
    assert engine.missing(STEP.id) is None
