"""Checks that are of some disks only: which are run and shown, and which of them hold back what comes later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.small_steps import State, World, a_giver, a_taker, a_world, check, do, state
from wizard.core.engine import Engine
from wizard.messages import msg
from wizard.step import Check, Finding, failed, passed


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


def fine(word: str | None) -> Finding:
    return passed(msg("Good {word}", word=word or ""))


def is_long(word: str | None, seen: int | None) -> bool:
    return (seen or 0) > 3 or (seen is None and len(word or "") > 3)


ALWAYS = Check("X-01", msg("It is there"), fine)
LONG = Check("X-02", msg("It ends well"), fine, applies=is_long)


def rules(engine: Engine) -> list[tuple[str, bool]]:
    return [(row.check.rule, row.finding is not None) for row in engine.rows("first")]


def test_what_was_seen_decides_and_before_that_the_answers(world: World) -> None:
    engine = world.engine(a_giver(observe=lambda word: {"seen": len(word)}, checks=(ALWAYS, LONG)))
    engine.answer("first", "word", "lo")
    assert rules(engine) == [("X-01", False)]
    engine.answer("first", "word", "long")
    assert rules(engine) == [("X-01", False), ("X-02", False)]

    check(engine, "first")
    assert rules(engine) == [("X-01", True), ("X-02", True)]
    assert rules(world.reopened(engine)) == [("X-01", True), ("X-02", True)]

    engine.answer("first", "word", "lo")
    check(engine, "first")
    assert rules(engine) == [("X-01", True)]


@pytest.mark.parametrize("blocks", [True, False])
def test_a_failure_that_does_not_block_leaves_the_next_step_open(world: World, blocks: bool) -> None:
    bad = Check("X-03", msg("Nothing is left"), lambda: failed(msg("Left"), msg("Go.")), blocks=blocks)
    engine = world.engine(a_giver(checks=(bad,)), a_taker())

    do(engine, "first", "give")

    assert state(engine, "first") is State.FAILED
    assert (engine.held_back("second", "take") is None) is not blocks
