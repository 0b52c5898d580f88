"""Chapter `cloud_init`: cloud-init, its configuration and what it left of a provisioning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CloudInit:
    """What is known of cloud-init."""
