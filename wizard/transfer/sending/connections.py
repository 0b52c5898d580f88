"""How many connections to use: more while more of them bring more, fewer where the server or the line has too much."""

from __future__ import annotations

from typing import Final

FIRST: Final = 4
MOST: Final = 8

_MEASURED: Final = 2.0  # seconds that a number of connections is measured for, at the least
_CLEARLY: Final = 1.05  # so many times the speed is clearly more
_REST: Final = 10.0  # seconds without a new try after one that brought nothing; doubles up to the longest
_LONGEST_REST: Final = 60.0
_AFTER_BUSY: Final = 3.0  # seconds until one more is tried after there were made fewer
_NOT_ABOVE: Final = (
    30.0  # seconds that a number is kept away from where the server was busy as soon as it was reached
)
_ONE_EVENT: Final = 2.0  # seconds in which several connections meet the same trouble
_ONE_SPELL: Final = 10.0  # seconds in which a busy answer now and then is no new reason
_OFTEN: Final = 0.25  # this share of failed requests is more than now and then


class Connections:
    """`count` is how many to use now, 1 to `most`. Times are seconds of one steady clock; every call is told what it is now.

    It begins with `first`. Each number is measured for two seconds or more: what each connection carried, times their number.
    One more is then tried, kept where that brought over 5 % more, and given up otherwise. After a busy answer it goes on with
    half of them, after many lost connections with one fewer, and comes back by the same tries.
    Not for several threads at once: whoever uses it has a lock.
    """

    def __init__(self, now: float, *, first: int = FIRST, most: int = MOST) -> None:
        self.count = min(first, most)
        self.most = most
        self._first = first
        self._before: float | None = (
            None  # bytes per second with one connection fewer, while one more is tried
        )
        self._rest = _REST
        self._not_before = now  # no try of one more until then
        self._knee = most + 1  # not so many until then
        self._knee_until = now
        self._cut_at = -_ONE_SPELL
        self._restart(now)

    def arrived(self, began: float, now: float, size: int) -> None:
        """A request that was begun at `began` has brought `size` bytes to the server."""
        self._answers += 1
        if began >= self._since:
            self._requests += 1
            self._bytes += size
            self._seconds += now - began
        if now - self._since >= _MEASURED and self._requests >= self.count and self._seconds > 0:
            self._judge(now, self.count * self._bytes / self._seconds)

    def failed(self, now: float, *, busy: bool) -> None:
        """A request has failed; `busy`: the server had too much to do."""
        self._answers += 1
        self._failures += 1
        often = self._failures > _OFTEN * self._answers
        if busy:
            apart = now - self._cut_at
            if apart >= _ONE_SPELL or (often and apart >= _ONE_EVENT):
                if self._before is not None and self.count > 2:
                    self._knee, self._knee_until = self.count, now + _NOT_ABOVE
                self._cut_at = now
                self._change(now, max(1, self.count // 2))
                self._not_before = now + _AFTER_BUSY
        elif often and self._failures > 1 and now - self._since >= _ONE_EVENT:
            self._change(now, max(1, self.count - 1))
            self._not_before = now + _AFTER_BUSY

    def starved(self, now: float) -> None:
        """A connection had nothing to send: what is measured now says nothing about the line."""
        self._restart(now)

    def _judge(self, now: float, speed: float) -> None:
        if self._before is not None and speed <= _CLEARLY * self._before:
            self._change(now, self.count - 1)
            self._not_before = now + self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)
            return
        if self._before is not None:
            self._before, self._rest = None, _REST
        beyond = self.count + 1
        held = beyond > self.most or (beyond >= self._knee and now < self._knee_until)
        if held or now < self._not_before:
            self._restart(now)
        else:
            self._change(now, beyond)
            self._before = speed

    def _change(self, now: float, count: int) -> None:
        self.count = count
        self._before = None
        self._restart(now)

    def _restart(self, now: float) -> None:
        """Measure from now on."""
        self._since = now
        self._requests = self._bytes = self._answers = self._failures = 0
        self._seconds = 0.0
