"""Works out where a step stands. Nothing of this is stored: it follows from the journey every time it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.core.knowledge import Knowledge
from wizard.errors import WizardError
from wizard.messages import Message, msg, plural
from wizard.results import TYPES
from wizard.step import Outcome, State, Step, Ticks, Verdicts


@dataclass(frozen=True, slots=True)
class Status:
    """A step's state and the sentence that says why (None where there is nothing to add)."""

    state: State
    why: Message | None = None


def status(known: Knowledge, step: Step, *, running: Message | None, error: WizardError | None) -> Status:
    """Where the step stands; `running` is the title of its work under way, `error` its last failure."""
    if running is not None:
        return Status(State.RUNNING, running)
    does_not_apply = known.skipped(step)
    if does_not_apply is not None:
        return Status(State.SKIPPED, does_not_apply)
    unmet = known.unmet(step)
    if unmet is not None:
        return Status(State.LOCKED, unmet)
    if error is not None:
        return Status(State.FAILED, error.what)
    stale = known.stale_because(step)
    if stale is not None:
        return Status(State.STALE, stale)
    return _from_findings(known, step)


def missing(known: Knowledge, step: Step) -> Message | None:
    """What is still to be done before the step is done; None where nothing is."""
    for asked in step.inputs:
        if not isinstance(asked, Ticks | Verdicts) and asked.required:
            problem = known.problem(step.id, asked.id)
            if problem is not None:
                return problem
    return known.said(step, step.missing)


def _from_findings(known: Knowledge, step: Step) -> Status:
    stored = known.journey.findings.get(step.id)
    outcomes = [finding.outcome for finding in stored.findings] if stored else []
    failed, warned = outcomes.count(Outcome.FAILED), outcomes.count(Outcome.WARNING)
    if failed:
        return Status(State.FAILED, _counted(failed, warned))
    still = missing(known, step)
    if still is not None or not _made(known, step) or (step.checks and not stored):
        return Status(State.READY, still)
    if warned:
        return Status(State.WARNING, plural("{n} warning", "{n} warnings", n=warned))
    return Status(State.DONE, known.said(step, step.summary))


def _made(known: Knowledge, step: Step) -> bool:
    """Whether every result that outlives the session is there (a secret one does not)."""
    return all(known.given(step, name) is not None for name in step.all_gives if name in TYPES)


def _counted(failed: int, warned: int) -> Message:
    problems = plural("{n} problem", "{n} problems", n=failed)
    if not warned:
        return problems
    return msg(
        "{problems}, {warnings}", problems=problems, warnings=plural("{n} warning", "{n} warnings", n=warned)
    )
