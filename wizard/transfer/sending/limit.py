"""A limit of speed that all connections share; it may be changed, or lifted, while they wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

_TICK: Final = 0.1  # seconds: how soon a change of the limit is heard
_AT_ONCE: Final = 0.25  # seconds' worth that may go out at once after a quiet while
_WORTH_A_CONNECTION: Final = 128 * 1024
"""Bytes a second. On a narrow way each connection more only makes every request last longer, and the server ends slow ones."""


class Limit:
    """`per_second()` says how many bytes a second may go out now; None or 0: as many as will."""

    def __init__(
        self, per_second: Callable[[], int | None], *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._now = now
        self._lock = threading.Lock()
        self._gone = 0.0  # bytes that went out, of all connections
        self._allowed = 0.0  # bytes that may have gone out by now
        self._counted_at = now()

    @property
    def connections(self) -> int | None:
        """With how many connections the limit is used up well; None where there is no limit."""
        limit = self._per_second()
        return max(1, limit // _WORTH_A_CONNECTION) if limit else None

    def take(self, count: int, wait: Callable[[float], None]) -> None:
        """Say that `count` bytes went out; returns when more may. `wait(seconds)` is called meanwhile and may raise."""
        with self._lock:
            self._count()
            self._gone += count
            mine = self._gone  # those that were here before me go on before me
        while (seconds := self._seconds_until(mine)) > 0:
            wait(min(seconds, _TICK))

    def _seconds_until(self, gone: float) -> float:
        with self._lock:
            limit = self._count()
            missing = gone - self._allowed
            return missing / limit if limit and missing >= 1 else 0.0  # less than a byte is rounding

    def _count(self) -> int | None:
        """Take in the time that has passed; returns the limit in force."""
        limit = self._per_second()
        now = self._now()
        if limit:
            more = self._allowed + limit * (now - self._counted_at)
            self._allowed = min(more, self._gone + _AT_ONCE * limit)
        else:
            self._allowed = self._gone
        self._counted_at = now
        return limit or None
