"""How many checks came to what, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from wizard.core.engine import CheckRow
from wizard.messages import Message, msg, plural
from wizard.step import Outcome

WORST_FIRST: Final = (Outcome.FAILED, Outcome.WARNING, Outcome.PASSED, Outcome.SKIPPED)


def counted(outcome: Outcome, n: int) -> Message:
    """That many of that outcome: "2 problems"."""
    match outcome:
        case Outcome.FAILED:
            return plural("{n} problem", "{n} problems", n=n)
        case Outcome.WARNING:
            return plural("{n} warning", "{n} warnings", n=n)
        case Outcome.PASSED:
            return plural("{n} passed", "{n} passed", n=n)
        case Outcome.SKIPPED:
            return plural("{n} skipped", "{n} skipped", n=n)


def outcomes(rows: Iterable[CheckRow]) -> Counter[Outcome]:
    """How many came to what; what was not checked is left out."""
    return Counter(line.finding.outcome for line in rows if line.finding is not None)


def in_words(counts: Counter[Outcome]) -> tuple[Message, ...]:
    """The counts, worst first, without those that are 0."""
    return tuple(counted(outcome, counts[outcome]) for outcome in WORST_FIRST if counts[outcome])


def summary(rows: Sequence[CheckRow], running: bool) -> Message:
    """All checks in one line."""
    checks = plural("{n} check", "{n} checks", n=len(rows))
    if running:
        return msg("{checks}: under way", checks=checks)
    counts = outcomes(rows)
    if not counts:
        return msg("{checks}: not run yet", checks=checks)
    if any(line.stale for line in rows):
        return msg("{checks}: something has changed since, check again", checks=checks)
    return msg("{checks}: {counts}", checks=checks, counts=in_words(counts))
