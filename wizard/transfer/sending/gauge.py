"""The figures of a transfer, for whoever watches it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from wizard.pace import Pace
from wizard.tasks import Transfer

_IN_USE_WITHIN: Final = 2.0  # seconds; a connection between two requests is in use


class Gauge:
    """Makes the figures from what has been counted; `now` is a clock in seconds. One for each run of a transfer."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._pace = Pace()
        self._connections: deque[tuple[float, int]] = deque()

    def read(
        self,
        *,
        allocated: int,
        skipped: int,
        sent: int,
        moved: int,
        to_do: int,
        connections: int,
        retries: int,
    ) -> Transfer:
        """The figures now; call it at every report. Bytes; `moved`: went out so far, also of what has not arrived whole."""
        now = self._now()
        self._pace.note(now, moved, to_do)
        return Transfer(
            allocated=allocated,
            skipped=skipped,
            sent=sent,
            to_do=to_do,
            per_second=self._pace.per_second,
            seconds_left=self._pace.seconds_left(now),
            connections=self._in_use(now, connections),
            retries=retries,
        )

    def _in_use(self, now: float, connections: int) -> int:
        """The most within the last seconds. Kept falling, so that the first is the most: this is called thousands of times."""
        kept = self._connections
        while kept and kept[-1][1] <= connections:
            kept.pop()
        kept.append((now, connections))
        while now - kept[0][0] > _IN_USE_WITHIN:
            kept.popleft()
        return kept[0][1]
