"""How fast work goes and how long it still takes, in figures that are calm enough to be read."""

from __future__ import annotations

from collections import deque
from typing import Final

_SPAN: Final = 30.0  # seconds that the speed is taken over
_FIRST_SPEED: Final = 1.0  # seconds of reports until there is one
_FIRST_LEFT: Final = 4.0  # and until the time left is told
_SAMPLE: Final = 0.25  # seconds between two samples
_GAP: Final = 10.0  # seconds without a report: what was before says nothing of now
_STILL: Final = 15.0  # seconds in which nothing becomes less: nobody knows how long it takes
_STEP: Final = 2.0  # seconds between two looks at the time left
_NEAR: Final = 0.1  # so near to what is told (as a share of it), it goes on counting down
_LED: Final = 0.15  # the part of the way to a new estimate (of its logarithm) that a step goes
_MOST: Final = 1.25  # a step changes it by so many times at the most


class Pace:
    """Speed and time left, from what was moved and what is left at each report. Times are seconds of one steady clock.

    The speed is that of the last 30 seconds, or of all of them in the beginning. The time left is what is left by the pace at
    which it became less in those: it counts down, and is led to a new estimate in small steps.
    """

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int, int]] = deque()  # when, moved, left
        self._left: float | None = None
        self._left_at = 0.0
        self._less_at = 0.0  # when what is left last became less

    def note(self, now: float, moved: int, left: int) -> None:
        """Take a report in: how much was moved so far, how much is left; bytes, or whatever the work counts."""
        samples = self._samples
        if samples and (now - samples[-1][0] > _GAP or samples[-1][2] == 0 < left):
            # The computer slept, say; or only now it is known what there is to do.
            samples.clear()
            self._left = None
        if not samples or left < samples[-1][2]:
            self._less_at = now
        if len(samples) > 1 and now - samples[-2][0] < _SAMPLE:
            samples.pop()
        samples.append((now, moved, left))
        while len(samples) > 2 and now - samples[1][0] >= _SPAN:
            samples.popleft()
        self._lead(now, left)

    @property
    def per_second(self) -> float | None:
        """The speed; None while it cannot be told."""
        if not self._samples:
            return None
        (first, before, _), (last, moved, _) = self._samples[0], self._samples[-1]
        return max(0.0, (moved - before) / (last - first)) if last - first >= _FIRST_SPEED else None

    def seconds_left(self, now: float) -> float | None:
        """How long it still takes; None while nobody knows."""
        return None if self._left is None else max(0.0, self._left - (now - self._left_at))

    def _lead(self, now: float, left: int) -> None:
        """Bring the time left nearer to what the last seconds say."""
        (first, _, before), (last, _, after) = self._samples[0], self._samples[-1]
        if last - first < _FIRST_LEFT:
            return
        if before <= after or now - self._less_at > _STILL:
            self._left = None
            return
        if self._left is not None and now - self._left_at < _STEP:
            return
        fresh = left * (last - first) / (before - after)
        told = self.seconds_left(now)
        if told is None:
            self._left, self._left_at = fresh, now
        elif abs(fresh - told) > max(_NEAR * told, _STEP):
            change = (max(fresh, 1.0) / max(told, 1.0)) ** _LED
            self._left = told * min(max(change, 1 / _MOST), _MOST) if told > _STEP else _STEP * _MOST
            self._left_at = now
