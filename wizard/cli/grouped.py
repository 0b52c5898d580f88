"""Very many findings on the command line: in groups, what is wrong first, and their number at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from wizard.cli.console import Console
from wizard.groups import GROUP_TITLES, Group
from wizard.messages import Message, msg, plural
from wizard.step import Check, Finding, Outcome

# In the window's words (ui/widgets/checks/grouped_list.py).
_WORST_FIRST: Final = (Outcome.FAILED, Outcome.WARNING, Outcome.SKIPPED, Outcome.PASSED)


def say_in_groups(console: Console, found: Sequence[Finding], checks: Iterable[Check]) -> None:
    """Say the findings of these checks; those of checks without a group stand with the disk's format."""
    checks = tuple(checks)
    titles = {check.rule: check.title for check in checks}
    groups = {check.rule: check.group for check in checks}
    for group in Group:
        here = [each for each in found if (groups.get(each.rule) or Group.FORMAT) is group]
        if here:
            console.plain("")
            console.say(GROUP_TITLES[group])
            console.findings(
                sorted(here, key=lambda each: _WORST_FIRST.index(each.outcome)), titles, short=True
            )
    console.plain("")
    console.say(_counted(found))


def _counted(found: Sequence[Finding]) -> Message:
    outcomes = [each.outcome for each in found]
    failed, warned = outcomes.count(Outcome.FAILED), outcomes.count(Outcome.WARNING)
    return msg(
        "{failed} failed, {warnings}, {passed} passed, {skipped} not judged.",
        failed=failed,
        warnings=plural("{n} warning", "{n} warnings", n=warned),
        passed=outcomes.count(Outcome.PASSED),
        skipped=outcomes.count(Outcome.SKIPPED),
    )
