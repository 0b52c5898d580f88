"""Chapter `kernel`: kernels, their modules and initial RAM disks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kernel:
    """The kernels that can be started and what they bring."""
