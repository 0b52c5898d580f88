"""Every state as shape, colour and word: of a check, of a step, of a task."""

from __future__ import annotations

from typing import Final, NamedTuple

from wizard.core.engine import CheckRow
from wizard.messages import Message, msg
from wizard.step import Outcome, State


class Sign(NamedTuple):
    """The icon, the token of its colour, and its word for a screen reader."""

    icon: str
    token: str
    word: Message


PENDING: Final = Sign("circle", "pending", msg("Not checked yet"))
RUNNING: Final = Sign("arrow_sync_circle", "accent", msg("Under way"))
STALE: Final = Sign("arrow_clockwise", "pending", msg("No longer true"))

OUTCOMES: Final = {
    Outcome.FAILED: Sign("dismiss_circle", "failed", msg("Failed")),
    Outcome.WARNING: Sign("warning", "warning", msg("Warning")),
    Outcome.PASSED: Sign("checkmark_circle", "passed", msg("Passed")),
    Outcome.SKIPPED: Sign("subtract_circle", "pending", msg("Skipped")),
}
"""Worst first."""

_STATES: Final = {
    State.SKIPPED: Sign("subtract_circle", "pending", msg("Does not apply")),
    State.LOCKED: Sign("lock_closed", "pending", msg("Held back")),
    State.READY: Sign("circle", "pending", msg("To do")),
    State.RUNNING: RUNNING,
    State.WARNING: Sign("warning", "warning", msg("Done, with a warning")),
    State.FAILED: Sign("dismiss_circle", "failed", msg("Has a problem")),
    State.STALE: Sign("arrow_clockwise", "warning", msg("To be done again")),
    State.DONE: Sign("checkmark_circle", "passed", msg("Done")),
}


def of_row(line: CheckRow, running: bool) -> Sign:
    """The sign of a check: what it found, unless that no longer holds."""
    if running and (line.finding is None or line.stale):
        return RUNNING
    if line.finding is None:
        return PENDING
    return STALE if line.stale else OUTCOMES[line.finding.outcome]


def of_state(state: State) -> Sign:
    """The sign of a step."""
    return _STATES[state]
