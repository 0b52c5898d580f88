"""A certificate for 127.0.0.1 that vouches for itself."""

from __future__ import annotations

from pathlib import Path

from tests import certificates
from tests.certificates import server_context

__all__ = ["make_certificate", "server_context"]


def make_certificate(folder: Path) -> Path:
    """Write it with its key into one file of the folder; whoever trusts that file trusts the server."""
    return certificates.make_certificate(folder, name="Strict blob server").whole
