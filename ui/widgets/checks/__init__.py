"""How the checks of a step are shown: one list, or sections with a filter where the checks are in groups."""

from __future__ import annotations

from collections.abc import Sequence

from ui.widgets.checks.check_list import CheckList
from ui.widgets.checks.grouped_list import GroupedCheckList
from wizard.messages import Message
from wizard.step import Check


def make_check_list(checks: Sequence[Check], title: Message | None) -> CheckList | GroupedCheckList:
    """The card for these checks."""
    if any(check.group is not None for check in checks):
        return GroupedCheckList(checks, title)
    return CheckList(checks, title)
