"""Chapter `leftovers`: histories, keys, logs, caches and other things that a customer must not get."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What was left behind."""
