"""The whole journey without a window: every step is answered, done and checked in its order, as far as it goes alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wizard.cli.console import Console
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.step import Action, Choice, Confirmation, State, Step

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Walked:
    """How the walk ended: the steps that failed, by title, and those that wait for a person, with what is missing."""

    failed: tuple[Message, ...]
    waiting: tuple[tuple[Message, Message], ...]


def walk_all(engine: Engine, console: Console, answers: Answers, *, agreed: bool = False) -> Walked:
    """Walk all steps. `answers` by step and input; what is not answered has its default or the first option.

    An action that asks for a person's agreement is done only where `agreed` says so. A step that fails does not stop
    the walk: later steps say what they lack, and the last one still writes its report.
    """
    in_trouble = set()
    for step in engine.steps:
        console.say(msg("{number}. {step}", number=engine.steps.index(step) + 1, step=step.title))
        try:
            _do(engine, console, step, answers.get(step.id, {}), agreed)
        except WizardError as error:
            in_trouble.add(step.id)
            console.error(error)
        _show(engine, console, step)
    standing = [(step, engine.status(step.id)) for step in engine.steps]
    # A list that could not be fetched is no failure of its step, and yet the walk has failed there.
    failed = [step for step, at in standing if at.state is State.FAILED or step.id in in_trouble]
    return Walked(
        tuple(step.title for step in failed),
        tuple(
            (step.title, at.why or msg("Not done yet"))
            for step, at in standing
            if at.state in (State.READY, State.LOCKED, State.STALE) and step not in failed
        ),
    )


def _do(engine: Engine, console: Console, step: Step, given: Mapping[str, Any], agreed: bool) -> None:
    if engine.skipped(step) is not None:
        return
    for input_id, value in given.items():
        engine.answer(step.id, input_id, value)
    for asked in step.inputs:
        if isinstance(asked, Choice) and asked.load is not None:
            _choose(engine, console, step, asked)
    action = _primary(engine, step)
    if action is not None:
        held_back = engine.held_back(step.id, action.id)
        if held_back is None:
            confirmation = engine.confirmation(step.id, action.id)
            if confirmation is None or agreed:
                console.work(engine.pool, action.title, lambda task: engine.perform(step.id, action.id, task))
                return
            held_back = _needs_agreement(confirmation)
        console.say(msg("Not done: {reason}", reason=held_back), indent=2)
        if not step.auto_check and any(engine.given(step, name) is None for name in action.gives):
            return  # there is nothing to look at yet
    if step.checks:
        held_back = engine.check_held_back(step.id)
        if held_back is None:
            console.work(engine.pool, step.title, lambda task: engine.check(step.id, task))
            if (
                engine.stale_findings(step) is not None
            ):  # what was seen asks for an answer, and that was given before
                console.work(engine.pool, step.title, lambda task: engine.check(step.id, task))
        elif action is None:
            console.say(msg("Not checked: {reason}", reason=held_back), indent=2)


def _choose(engine: Engine, console: Console, step: Step, asked: Choice) -> None:
    """Load the options and take the first one where nothing was chosen (a free choice keeps its default)."""
    if not engine.input_applies(step.id, asked.id) or engine.unmet(step) is not None:
        return
    options = console.work(
        engine.pool, asked.label, lambda task: engine.load_options(step.id, asked.id, task)
    )
    if not engine.answer_of(step.id, asked.id) and options:
        engine.answer(step.id, asked.id, options[0].value)


def _primary(engine: Engine, step: Step) -> Action | None:
    return next(
        (each for each in step.actions if each.primary and engine.action_applies(step.id, each.id)), None
    )


def _needs_agreement(confirmation: Confirmation) -> Message:
    return msg(
        "{question} {effect} Agree to it with --yes.",
        question=confirmation.question,
        effect=confirmation.effect,
    )


def _show(engine: Engine, console: Console, step: Step) -> None:
    found = [row.finding for row in engine.rows(step.id) if row.finding is not None]
    console.findings(found, {check.rule: check.title for check in step.checks})
    why = engine.status(step.id).why
    if why is not None and engine.error(step.id) is None:
        console.say(why, indent=2)
