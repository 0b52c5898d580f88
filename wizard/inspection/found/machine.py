"""Chapter `machine`: which processor the system is made for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """The processor by the system's own program files."""
