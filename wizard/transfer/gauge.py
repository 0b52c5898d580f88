"""How fast data goes and how long it still takes, in figures that are calm enough to be read."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from wizard.tasks import Transfer

_SPAN: Final = 30.0  # seconds that the speed is taken over
_FIRST_SPEED: Final = 1.0  # seconds of reports until there is one
_FIRST_LEFT: Final = 4.0  # and until the time left is told
_SAMPLE: Final = 0.25  # seconds between two samples
_GAP: Final = 10.0  # seconds without a report: the computer slept, say; what was before says nothing of now
_STEP: Final = 2.0  # seconds between two looks at the time left
_NEAR: Final = 0.1  # so near to what is told (as a share of it), it goes on counting down
_LED: Final = 0.15  # the part of the way to a new estimate (of its logarithm) that a step goes
_MOST: Final = 1.25  # a step changes it by so many times at the most
_CONNECTIONS_SPAN: Final = 2.0  # seconds; a connection between two requests is in use


class Gauge:
    """Gives the figures of a transfer from what has been counted; `now` is a clock in seconds.

    The speed is that of the last 30 seconds, or of all of them in the beginning. The time left is what is left to do by the
    pace at which it became less in those: it counts down, and is led to a new estimate in small steps.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._samples: deque[tuple[float, int, int]] = deque()  # when, bytes moved, bytes to do
        self._connections: deque[tuple[float, int]] = deque()
        self._left: float | None = None
        self._left_at = 0.0

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
        self._note(now, moved, to_do)
        self._lead(now, to_do)
        return Transfer(
            allocated=allocated,
            skipped=skipped,
            sent=sent,
            to_do=to_do,
            per_second=self._speed(),
            seconds_left=self._told(now),
            connections=self._in_use(now, connections),
            retries=retries,
        )

    def _note(self, now: float, moved: int, to_do: int) -> None:
        samples = self._samples
        if samples and now - samples[-1][0] > _GAP:
            samples.clear()
            self._left = None
        if len(samples) > 1 and now - samples[-2][0] < _SAMPLE:
            samples.pop()
        samples.append((now, moved, to_do))
        while len(samples) > 2 and now - samples[1][0] >= _SPAN:
            samples.popleft()

    def _speed(self) -> float | None:
        """Bytes per second."""
        (first, before, _), (last, moved, _) = self._samples[0], self._samples[-1]
        return max(0.0, (moved - before) / (last - first)) if last - first >= _FIRST_SPEED else None

    def _lead(self, now: float, to_do: int) -> None:
        """Bring the time left nearer to what the last seconds say."""
        (first, _, before), (last, _, after) = self._samples[0], self._samples[-1]
        if last - first < _FIRST_LEFT or (self._left is not None and now - self._left_at < _STEP):
            return
        if before <= after:  # nothing moves: nobody knows
            self._left = None
            return
        fresh = to_do * (last - first) / (before - after)
        told = self._told(now)
        if told is None:
            self._left, self._left_at = fresh, now
        elif abs(fresh - told) > max(_NEAR * told, _STEP):
            change = (max(fresh, 1.0) / max(told, 1.0)) ** _LED
            self._left = told * min(max(change, 1 / _MOST), _MOST) if told > _STEP else _STEP * _MOST
            self._left_at = now

    def _told(self, now: float) -> float | None:
        return None if self._left is None else max(0.0, self._left - (now - self._left_at))

    def _in_use(self, now: float, connections: int) -> int:
        kept = self._connections
        kept.append((now, connections))
        while now - kept[0][0] > _CONNECTIONS_SPAN:
            kept.popleft()
        return max(count for _, count in kept)
