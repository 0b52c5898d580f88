"""Chapter `agent`: the Azure Linux Agent, its configuration and what it left of a provisioning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agent:
    """What is known of waagent."""
