"""Chapter `ssh`: the SSH server's configuration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ssh:
    """sshd_config with everything it includes, in sshd's own order."""
