"""The checks of a step: which of them apply, what they read, what they found last, and whether that holds anything back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wizard.core.reach import call, wanted
from wizard.step import Check, Finding, Outcome, Step

if TYPE_CHECKING:
    from wizard.core.knowledge import Knowledge


def checking(step: Step) -> tuple[Callable[..., Any], ...]:
    """The functions that a check of the step calls."""
    asked = (step.observe, *(each for check in step.checks for each in (check.judge, check.applies)))
    return tuple(each for each in asked if each is not None)


def applying(known: Knowledge, step: Step, observed: Mapping[str, Any]) -> tuple[Check, ...]:
    """The checks that apply; what was not observed yet is None to those who ask for it."""
    asked = dict.fromkeys(name for each in step.checks if each.applies for name in wanted(each.applies))
    reach = known.reach(step, observed)
    reach = known.reach(step, {**observed, **{name: None for name in asked if name not in reach}})
    return tuple(check for check in step.checks if check.applies is None or call(check.applies, reach))


def found(known: Knowledge, step: Step) -> tuple[Finding, ...]:
    """What the step's own checks found last, where it still holds."""
    stored = known.journey.findings.get(step.id)
    return stored.findings if stored is not None and known.stale_findings(step) is None else ()


def evidence(known: Knowledge, step: Step) -> dict[str, Finding]:
    """Every finding of the earlier steps that apply, where it is not stale, by its rule."""
    earlier = (each for each in known.steps[: known.steps.index(step)] if known.skipped(each) is None)
    return {finding.rule: finding for each in earlier for finding in found(known, each)}


def has_failed(known: Knowledge, step: Step) -> bool:
    """Whether a check of the step that blocks failed, and the finding still holds."""
    failed = {finding.rule for finding in found(known, step) if finding.outcome is Outcome.FAILED}
    return bool(failed - {check.rule for check in step.checks if not check.blocks})
