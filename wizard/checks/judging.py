"""Judging by many rules at once, outside a journey: each gets what it asks for by the names of its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wizard.step import Check, Finding


def findings(checks: Iterable[Check], in_reach: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What each rule says that applies, in the order of `checks`. Raises KeyError for what a rule asks for and is not there."""
    return tuple(
        check.finding(**_given(check.judge, in_reach))
        for check in checks
        if check.applies is None or check.applies(**_given(check.applies, in_reach))
    )


def _given(function: Callable[..., Any], in_reach: Mapping[str, Any]) -> dict[str, Any]:
    """What the function asks for; a name that starts with `_` is left to its default."""
    asked = inspect.signature(function).parameters
    return {name: in_reach[name] for name in asked if not name.startswith("_")}
