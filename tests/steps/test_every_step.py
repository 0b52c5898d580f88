"""What holds for every step: it asks only for what is in its reach, and what it needs an earlier step gives."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.small_steps import World, a_world
from wizard.core.reach import wanted
from wizard.journeys.journey import Journey
from wizard.messages import CHINESE, Message, render
from wizard.results import TYPES
from wizard.step import Choice, Confirmation, Input, SecretText, Step, Ticks, Verdicts
from wizard.steps import STEPS

# Results that are kept for the session only, so that no type of theirs is in results.TYPES.
SECRETS = {"sas_uri"}

ALWAYS = {"cloud", "settings", "now", "language", "journey_name", "evidence", "findings"}
AT_WORK = {"task", "summary", "journal"}
IN_ACTIONS = {"keep"}

every_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


def input_ids(step: Step) -> set[str]:
    return {each.id for each in step.inputs}


def in_reach(step: Step) -> set[str]:
    return ALWAYS | input_ids(step) | {*step.needs, *step.wants, *step.all_gives, *step.keeps}


def observed(step: Step) -> set[str]:
    """The names in what the step's observation returns, read off its source."""
    if step.observe is None:
        return set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(step.observe)))
    returned = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    assert returned, f"{step.id}: nothing is observed"
    assert all(isinstance(each, ast.Dict) for each in returned), (
        f"{step.id}: write out what observing returns"
    )
    names = {key.value for each in returned for key in each.keys}
    assert all(isinstance(name, str) for name in names)
    return names


Function = Callable[..., Any]


def quick(step: Step) -> Iterator[tuple[str, Function]]:
    """The functions that are asked at any time, with what they are for."""
    for asked in step.inputs:
        for name in ("default", "applies"):
            if callable(getattr(asked, name)):
                yield f"{asked.id}.{name}", getattr(asked, name)
        if isinstance(asked, Ticks | Verdicts) and callable(asked.items):
            yield f"{asked.id}.items", asked.items
    for action in step.actions:
        for name in ("held_back", "confirm", "applies"):
            if getattr(action, name) is not None:
                yield f"{action.id}.{name}", getattr(action, name)
    for name in ("missing", "summary", "skip"):
        if getattr(step, name) is not None:
            yield name, getattr(step, name)


def seeing(step: Step) -> Iterator[tuple[str, Function]]:
    """The functions that also get what was observed."""
    for check in step.checks:
        yield check.rule, check.judge
        if check.applies is not None:
            yield f"{check.rule}.applies", check.applies
    if step.views is not None:
        yield "views", step.views


def working(step: Step) -> Iterator[tuple[str, Function]]:
    """The functions that do long work, without the actions."""
    yield from (
        (each.id, each.load) for each in step.inputs if isinstance(each, Choice) and each.load is not None
    )
    if step.observe is not None:
        yield "observe", step.observe


def asked_beyond(functions: Iterator[tuple[str, Function]], reach: set[str]) -> list[str]:
    return [
        f"{what} asks for {name}"
        for what, function in functions
        for name in wanted(function)
        if name not in reach
    ]


@every_step
def test_functions_ask_only_for_what_is_in_reach(step: Step) -> None:
    assert asked_beyond(quick(step), in_reach(step)) == []
    assert asked_beyond(seeing(step), in_reach(step) | observed(step)) == []
    assert asked_beyond(working(step), in_reach(step) | AT_WORK) == []
    actions = ((action.id, action.run) for action in step.actions)
    assert asked_beyond(actions, in_reach(step) | AT_WORK | IN_ACTIONS) == []


@every_step
def test_no_name_means_two_things(step: Step) -> None:
    results = {*step.needs, *step.wants, *step.all_gives, *step.keeps}
    reserved = ALWAYS | AT_WORK | IN_ACTIONS
    assert not input_ids(step) & (results | reserved)
    assert not observed(step) & (input_ids(step) | reserved | {*step.needs, *step.wants, *step.keeps})
    assert not results & reserved
    assert not {*step.needs, *step.wants} & {*step.all_gives, *step.keeps}
    assert not {*step.all_gives} & {*step.keeps}


@every_step
def test_ids_are_unique_and_name_what_is_there(step: Step) -> None:
    for ids in (
        [each.id for each in step.inputs],
        [each.id for each in step.actions],
        [check.rule for check in step.checks],
        [*step.needs, *step.wants],
    ):
        assert len(ids) == len(set(ids))
    assert {name for action in step.actions for name in action.sets} <= input_ids(step)
    assert set(step.shares) <= input_ids(step)
    assert {asked.signed_by for asked in step.inputs if isinstance(asked, Ticks)} <= input_ids(step) | {None}
    assert not {action.id for action in step.actions} & {"check"}  # a Fix means the checks by that


@every_step
def test_what_it_gives_can_be_kept(step: Step) -> None:
    assert set(step.all_gives) <= set(TYPES) | SECRETS
    assert set(step.keeps) <= set(TYPES)
    assert set(step.gives) <= observed(step)
    assert SECRETS.isdisjoint(TYPES)


@every_step
def test_what_it_needs_an_earlier_step_gives_or_shares(step: Step) -> None:
    earlier = STEPS[: STEPS.index(step)]
    there = {name for each in earlier for name in (*each.all_gives, *each.shares)}
    assert {*step.needs, *step.wants} <= there


def test_every_step_has_its_own_id_and_what_it_shares_or_keeps_to_itself() -> None:
    own = [name for step in STEPS for name in (*step.shares, *step.keeps)]
    given = {name for step in STEPS for name in step.all_gives}
    assert len(own) == len(set(own))
    assert not given & set(own)
    ids = [step.id for step in STEPS]
    assert len(ids) == len(set(ids))


def test_steps_that_give_the_same_say_when_they_are_skipped() -> None:
    """Else nobody could tell which of them is to be done."""
    for name in {name for step in STEPS for name in step.all_gives}:
        givers = [step for step in STEPS if name in step.all_gives]
        assert len(givers) == 1 or all(step.skip is not None for step in givers), name


@every_step
def test_no_answer_depends_on_itself(step: Step) -> None:
    """A default, or whether an input is asked for, may follow from other answers, but not in a circle."""
    inputs = {each.id: each for each in step.inputs}

    def depend(asked: Input) -> set[str]:
        functions = [each for each in (asked.default, asked.applies) if callable(each)]
        return {name for function in functions for name in wanted(function) if name in inputs}

    def follow(path: tuple[str, ...]) -> None:
        for name in depend(inputs[path[-1]]):
            assert name not in path, " -> ".join((*path, name))
            follow((*path, name))

    for name in inputs:
        follow((name,))


@every_step
def test_no_answer_changes_with_time_alone(step: Step) -> None:
    """Else what was made from it would be out of date at once, and a step that checks itself would never rest."""
    for asked in step.inputs:
        for function in (asked.default, asked.applies):
            assert not callable(function) or asked.volatile or "now" not in wanted(function)


@every_step
def test_a_secret_is_never_a_default(step: Step) -> None:
    assert all(asked.default is None for asked in step.inputs if isinstance(asked, SecretText))


def test_an_empty_journey_can_be_shown_before_the_cloud_is_there(world: World) -> None:
    engine = world.engine(*STEPS)
    for _ in range(2):
        for step in STEPS:
            said = list(everything_said(engine, step))
            assert all(render(each, language) for each in said for language in (CHINESE, "en"))
        engine = world.engine(*STEPS, journey=_with_wrong_answers())


def everything_said(engine: Any, step: Step) -> Iterator[Message]:
    """Everything that a window asks the engine about a step, and the sentences in it."""
    status = engine.status(step.id)
    said: list[Message | None] = [
        status.why,
        engine.missing(step.id),
        engine.stale_because(step),
        engine.unmet(step),
    ]
    said.append(engine.check_held_back(step.id))
    for asked in step.inputs:
        engine.answer_of(step.id, asked.id)
        said.append(engine.problem(step.id, asked.id))
        if isinstance(asked, Ticks | Verdicts) and engine.unmet(step) is None:
            said += [item.label for item in engine.items(step.id, asked.id)]
        if isinstance(asked, Choice):
            said += [option.label for option in engine.options(step.id, asked.id) or ()]
    for action in step.actions:
        if engine.action_applies(step.id, action.id):
            said.append(engine.held_back(step.id, action.id))
            if said[-1] is None:
                asks: Confirmation | None = engine.confirmation(step.id, action.id)
                said += [asks.question, asks.effect, asks.verb] if asks is not None else []
    said += [row.check.title for row in engine.rows(step.id)]
    engine.views(step.id)
    yield from (each for each in said if each is not None)


def _with_wrong_answers() -> Journey:
    """What somebody's editor may have left in the file."""
    journey = Journey("A", "practice")
    wrong: Sequence[Any] = (3, -1, 2**40, "odd", [], ["a", 3], {"a": "b"}, {"a": {"by": 3}}, True, 1.5)
    for number, step in enumerate(STEPS):
        journey.answers[step.id] = {
            asked.id: wrong[(number + place) % len(wrong)] for place, asked in enumerate(step.inputs)
        }
    return journey


@pytest.mark.parametrize("shift", range(10))
def test_whatever_stands_in_the_file_every_step_can_be_shown(world: World, shift: int) -> None:
    journey = _with_wrong_answers()
    values = [value for answers in journey.answers.values() for value in answers.values()]
    values = values[shift:] + values[:shift]
    for answers in journey.answers.values():
        for name in answers:
            answers[name] = values.pop()
    engine = world.engine(*STEPS, journey=journey)
    for step in STEPS:
        assert all(isinstance(each, Message) for each in everything_said(engine, step))
