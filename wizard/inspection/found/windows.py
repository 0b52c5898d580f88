"""Chapters `release`, `registry` and `files`: a Windows, its settings, and what was left on its drive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowsRelease:
    """Which Windows it is."""


@dataclass(frozen=True, slots=True)
class WindowsRegistry:
    """What its hives say that a rule asks for."""


@dataclass(frozen=True, slots=True)
class WindowsFiles:
    """What lies on its drive that a rule asks for."""
