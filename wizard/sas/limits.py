"""The figures of the SAS rules, from resources/rules/sas_limits.json."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache

from wizard.rules_data import load


@dataclass(frozen=True, slots=True)
class SasLimits:
    """Figures by the names they have in the file; days are whole days of 24 hours."""

    permissions: str
    scope: str
    start_days_back: int
    least_days: int
    default_days: int
    most_days: int
    oldest_version: str
    reminder_days: int

    @property
    def start_back(self) -> timedelta:
        """How long before its creation a link starts (SAS-04)."""
        return timedelta(days=self.start_days_back)

    @property
    def least(self) -> timedelta:
        """How long after its creation a link must end at the earliest (SAS-05)."""
        return timedelta(days=self.least_days)


@cache
def sas_limits() -> SasLimits:
    """The figures as shipped."""
    figures = load("sas_limits")["figures"]
    return SasLimits(**{field.name: figures[field.name]["value"] for field in fields(SasLimits)})
