"""Chapter `accounts`: users, passwords, sudo and the rights of their files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who can log in. No password hash is ever in it."""
