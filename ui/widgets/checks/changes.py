"""What a check has changed since the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.core.engine import CheckRow
from wizard.messages import Message, msg, plural
from wizard.step import Finding, Outcome

_TROUBLE = (Outcome.FAILED, Outcome.WARNING)


def solved_in_words(n: int) -> Message:
    """That many are solved."""
    return plural("{n} solved", "{n} solved", n=n)


@dataclass(frozen=True, slots=True)
class Changes:
    """The rules whose trouble is gone, and those that have new trouble; `compared`: there was a check before."""

    solved: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    compared: bool = False

    def in_words(self) -> Message | None:
        """The change in one line; None where there is nothing to compare with."""
        if not self.compared:
            return None
        parts: list[Message] = []
        if self.solved:
            parts.append(solved_in_words(len(self.solved)))
        if self.new:
            parts.append(plural("{n} new", "{n} new", n=len(self.new)))
        if not parts:
            return msg("Since the last check: nothing has changed")
        return msg("Since the last check: {changes}", changes=tuple(parts))


class LastCheck:
    """Remembers what the last check found, as long as the page lives."""

    def __init__(self) -> None:
        self._found: dict[str, Finding] = {}
        self.changes = Changes()

    def see(self, rows: Sequence[CheckRow]) -> None:
        """Look at the rows: where they are those of a new check, compare them with the last one."""
        found = {
            line.check.rule: line.finding for line in rows if line.finding is not None and not line.stale
        }
        # Every check makes new findings, also where they say the same.
        is_new = any(self._found.get(rule) is not finding for rule, finding in found.items())
        if not is_new:
            return
        before, self._found = self._found, found
        if before:
            self.changes = Changes(
                frozenset(
                    rule for rule in before.keys() & found.keys() if _solved(before[rule], found[rule])
                ),
                frozenset(rule for rule, finding in found.items() if _is_new(before.get(rule), finding)),
                compared=True,
            )


def _solved(before: Finding, now: Finding) -> bool:
    """What can no longer be judged is not solved."""
    return before.outcome in _TROUBLE and now.outcome is Outcome.PASSED


def _is_new(before: Finding | None, now: Finding) -> bool:
    """A warning that became a failure is new trouble too."""
    if now.outcome not in _TROUBLE:
        return False
    return before is None or before.outcome not in (now.outcome, Outcome.FAILED)
