"""Chapter `mounts`: what is mounted where, and swap."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mounts:
    """/etc/fstab, swap files and what they say."""
