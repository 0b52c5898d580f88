"""What allows requests to one blob: a link that was given, or a short-lived signature that is renewed while the work goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from wizard.redaction import Secret

SIGNED_BEFORE: Final = timedelta(minutes=15)
"""How long before now a signature begins to hold: two servers' clocks may differ (SAS-05)."""
SIGNED_FOR: Final = timedelta(hours=1)
RENEWED_BEFORE: Final = timedelta(minutes=10)
"""How long before its end a signature is not used any more: one request may take that long on a slow line."""

_SAME_CLOCK: Final = timedelta(minutes=1)

Sign = Callable[[datetime, datetime], Secret]
"""Signs from a time to a time (aware, UTC); the query without its question mark. Raises WizardError."""


class Authority(Protocol):
    """Gives the query that a request is allowed by. Several threads may ask."""

    def query(self, ahead: float | None, /) -> Secret:
        """What to send; `ahead`: seconds by which this computer's clock is ahead of the server's, None where not known."""

    def another(self, refused: Secret, ahead: float | None, /) -> bool:
        """Whether there may be a better one than this, which the server refused."""


class Link:
    """A link that a person or the account's owner made; there is no other."""

    def __init__(self, query: Secret) -> None:
        self._query = query

    def query(self, _ahead: float | None) -> Secret:
        """The link's own query."""
        return self._query

    def another(self, _refused: Secret, _ahead: float | None) -> bool:
        """There is none."""
        return False


class Signature:
    """Signed with the account's key, by the server's clock, for this blob alone."""

    def __init__(
        self,
        sign: Sign,
        forget_key: Callable[[], bool],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`forget_key`: called where the server refused what was signed; whether the next `sign` will use another key."""
        self._sign = sign
        self._forget_key = forget_key
        self._clock = clock
        self._lock = threading.Lock()
        self._query: Secret | None = None
        self._signed_at = datetime.min.replace(tzinfo=UTC)

    def query(self, ahead: float | None) -> Secret:
        """The one that was signed, or a new one where it is about to end by the server's clock."""
        now = self._server_time(ahead)
        with self._lock:
            age = now - self._signed_at
            # By a clock that was put back it would hold for longer than it does: then too it is made anew.
            if self._query is None or not -_SAME_CLOCK <= age < SIGNED_FOR - RENEWED_BEFORE:
                self._query = self._sign(now - SIGNED_BEFORE, now + SIGNED_FOR)
                self._signed_at = now
            return self._query

    def another(self, refused: Secret, ahead: float | None) -> bool:
        """Where the clock was wrong, the key was renewed meanwhile, or another thread has signed anew already."""
        now = self._server_time(ahead)
        with self._lock:
            if self._query != refused:
                return True
            wrong_time = not -_SAME_CLOCK <= now - self._signed_at < SIGNED_FOR - _SAME_CLOCK
            if self._forget_key() or wrong_time:
                self._query = None
                return True
            return False

    def _server_time(self, ahead: float | None) -> datetime:
        return self._clock() - timedelta(seconds=ahead or 0.0)
