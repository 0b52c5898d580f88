"""Chapter `packages`: installed packages and versions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Packages:
    """The package database, as far as rules need it."""
