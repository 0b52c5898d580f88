"""Calls a step's function with what it asks for by the names of its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Supplier = Callable[[], Any]


class NotInReachError(LookupError):
    """A function asks for something that its step neither has nor named in `needs` or `wants`: a mistake in the step."""


@lru_cache(maxsize=1024)
def wanted(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names a function asks for; those with a default it can do without are left out if they start with `_`."""
    return tuple(name for name in inspect.signature(function).parameters if not name.startswith("_"))


def call(function: Callable[..., Any], reach: Mapping[str, Supplier]) -> Any:
    """The function's answer, given what it asks for; raises NotInReachError."""
    given = {}
    for name in wanted(function):
        if name not in reach:
            who = getattr(function, "__qualname__", repr(function))
            raise NotInReachError(f"{function.__module__}.{who} asks for {name}")
        given[name] = reach[name]()
    return function(**given)
