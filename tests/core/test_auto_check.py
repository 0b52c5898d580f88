"""Checks that start by themselves, once for each change, and cures that are done at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.small_steps import (
    CHECK,
    CHECK_NOTHING,
    LONG,
    World,
    a_giver,
    a_step,
    check,
    do,
    state,
    wait_until_idle,
    word,
)
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.results import StorageAccount
from wizard.step import (
    Fix,
    SecretText,
    State,
    passed,
)
from wizard.tasks import Task


def test_a_step_checks_itself_when_it_is_due(world: World) -> None:
    engine = world.engine(
        a_step(inputs=(word(default="good"),), checks=(CHECK,), auto_check=True), a_step("second")
    )
    task = engine.auto_check("first")
    assert task is not None
    assert task.wait(LONG)
    assert engine.auto_check("first") is None
    engine.answer("first", "word", "failed")
    task = engine.auto_check("first")
    assert task is not None
    assert task.wait(LONG)
    assert engine.auto_check("first") is None
    assert engine.auto_check("second") is None


@pytest.mark.parametrize("ends", ["fails", "cancelled"])
def test_a_check_that_fails_or_is_stopped_does_not_start_itself_again(world: World, ends: str) -> None:
    runs: list[str] = []

    def observe(word: str, task: Task) -> Mapping[str, Any]:
        runs.append(word)
        if word == "good":
            return {}
        if ends == "fails":
            raise WizardError(msg("Broken"), msg("Mend it."))
        task.cancel()
        task.check_stop()
        return {}

    engine = world.engine(
        a_step(
            inputs=(word(default="bad"), SecretText("key", msg("Key"), required=False)),
            observe=observe,
            checks=(CHECK_NOTHING,),
            auto_check=True,
        )
    )
    engine.listen(lambda: engine.auto_check("first"))
    engine.changed()
    wait_until_idle(world.pool)
    assert runs == ["bad"]
    engine.answer("first", "word", "worse")
    wait_until_idle(world.pool)
    assert runs == ["bad", "worse"]
    # A secret leaves no mark, but may be what was wrong.
    engine.answer("first", "key", "geheim-geheim")
    wait_until_idle(world.pool)
    assert runs == ["bad", "worse", "worse"]
    assert check(engine, "first").ended
    engine.answer("first", "word", "good")
    wait_until_idle(world.pool)
    assert runs[-1] == "good"
    assert state(engine, "first") is State.DONE
    number = len(runs)
    engine.changed()
    wait_until_idle(world.pool)
    assert len(runs) == number


def test_a_check_that_failed_is_due_again_when_what_it_reads_changed(world: World) -> None:
    def observe(account: StorageAccount) -> Mapping[str, Any]:
        if account.name == "bad":
            raise WizardError(msg("Broken"), msg("Mend it."))
        return {}

    engine = world.engine(
        a_giver(),
        a_step("second", needs=("account",), observe=observe, checks=(CHECK_NOTHING,), auto_check=True),
    )
    assert engine.auto_check("second") is None
    engine.answer("first", "word", "bad")
    do(engine, "first", "give")
    task = engine.auto_check("second")
    assert task is not None
    assert task.wait(LONG)
    assert engine.auto_check("second") is None
    engine.answer("first", "word", "fine")
    do(engine, "first", "give")
    task = engine.auto_check("second")
    assert task is not None
    assert task.wait(LONG)
    assert state(engine, "second") is State.DONE


# Fixes


def test_a_fix_sets_answers_and_runs_its_action(world: World) -> None:
    engine = world.engine(a_giver(checks=(CHECK,)))
    engine.answer("first", "word", "failed")
    assert engine.apply_fix("first", Fix(msg("Mend"), {"word": "warning"})) is None
    assert engine.answer_of("first", "word") == "warning"
    task = engine.apply_fix("first", Fix(msg("Mend"), {"word": "good"}, "check"))
    assert task is not None
    assert task.wait(LONG)
    assert engine.rows("first")[0].finding == replace(passed(msg("Good")), rule="X-01")
    task = engine.apply_fix("first", Fix(msg("Mend"), {"word": "fixed"}, "give"))
    assert task is not None
    assert task.wait(LONG)
    assert engine.result("account") == StorageAccount("fixed")
    engine.read_only = msg("Only for reading")
    assert engine.apply_fix("first", Fix(msg("Mend"), {}, "give")) is None
    assert engine.apply_fix("first", Fix(msg("Mend"), {}, "check")) is None
