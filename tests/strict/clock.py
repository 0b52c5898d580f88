"""The server's clock: as right or wrong as a test wants it, and moved on without waiting."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate


class Clock:
    """`off`: seconds by which it differs from this computer's clock. Leases and SAS go by it."""

    def __init__(self, off: float = 0.0) -> None:
        self.off = off
        self._moved = 0.0

    def move(self, seconds: float) -> None:
        """Let time pass at once, for leases that run out and copies that take hours."""
        self._moved += seconds

    def now(self) -> float:
        """Seconds since 1970 as the server sees it."""
        return time.time() + self.off + self._moved

    def steady(self) -> float:
        """Seconds that only ever pass, whatever `off` is set to."""
        return time.monotonic() + self._moved

    def date(self) -> str:
        """As in a Date header."""
        return formatdate(self.now(), usegmt=True)

    def moment(self) -> str:
        """As in an error's text."""
        return datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
