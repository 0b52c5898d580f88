"""Chapter `services`: what starts at boot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Services:
    """systemd units (or older scripts) that are enabled."""
