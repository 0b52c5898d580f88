"""Chapter `network`: how the network is configured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Network:
    """DHCP, addresses, names and rules of devices."""
