"""Chapter `boot`: the boot loader and the kernel command line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Boot:
    """GRUB 2 (or another loader) and what it hands to the kernel."""
