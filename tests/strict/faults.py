"""What goes wrong on the way, on a schedule that a seed gives: the same seed breaks the same requests in the same way."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tests.strict.asking import Asked


class Kind(StrEnum):
    """Ways to fail."""

    BUSY = "503"
    BUSY_WAIT = "503 with Retry-After"
    INTERNAL = "500"
    BAD_GATEWAY = "502"
    GATEWAY_TIMEOUT = "504"
    TIMEOUT = "408"
    TOO_MANY = "429"
    REFUSED_EARLY = "503 before the body was read, then closed"
    RESET_IN_BODY = "reset in the middle of the request's body"
    LOST_ANSWER = "reset after it took effect, before the answer"
    CUT_ANSWER = "reset in the middle of the answer"
    STALL = "nothing for a while, then goes on"
    SLOW = "the body is taken at a few KB/s"
    CLOSE_AFTER = "closed after a part of the body"
    CLOSE_IDLE = "closed after the answer, without a word"


STATUS: Final = {
    Kind.BUSY: 503,
    Kind.BUSY_WAIT: 503,
    Kind.REFUSED_EARLY: 503,
    Kind.INTERNAL: 500,
    Kind.BAD_GATEWAY: 502,
    Kind.GATEWAY_TIMEOUT: 504,
    Kind.TIMEOUT: 408,
    Kind.TOO_MANY: 429,
}
"""The kinds that are an answer, with its status."""

QUICK: Final = tuple(kind for kind in Kind if kind not in (Kind.STALL, Kind.SLOW))
"""All kinds that cost no time of their own."""


@dataclass(frozen=True)
class Fault:
    """One failure. `after`: the share of the body (or of the answer) that goes through before it, 0 to 1.

    `seconds` is how long a stall lasts, or at the most a slow body; `speed` is that of a slow one in bytes a second;
    `wait` the Retry-After in seconds.
    """

    kind: Kind
    after: float = 0.5
    seconds: float = 0.5
    speed: int = 10_000
    wait: int = 1


Schedule = Callable[[Asked], "Fault | None"]
"""Asked once for each request, before its body is read."""


class Faults:
    """So many of the requests fail: `rate` of 0.1 is every tenth. By number of the request, so that a seed tells all."""

    def __init__(
        self,
        seed: int,
        rate: float = 0.1,
        kinds: Sequence[Kind] = tuple(Kind),
        *,
        seconds: float = 0.2,
        wait: int = 1,
    ) -> None:
        self.seed = seed
        self._rate = rate
        self._kinds = tuple(kinds)
        self._seconds = seconds
        self._wait = wait
        self.met: list[tuple[int, Fault]] = []

    def __call__(self, asked: Asked) -> Fault | None:
        """The fault of this request, or None."""
        numbers = random.Random(f"{self.seed}/{asked.number}")
        if numbers.random() >= self._rate:
            return None
        found = Fault(numbers.choice(self._kinds), numbers.random(), self._seconds, wait=self._wait)
        self.met.append((asked.number, found))
        return found

    def __repr__(self) -> str:
        """As a failed test shows it, to be written into the test and run again."""
        kinds = ", ".join(f"Kind.{each.name}" for each in self._kinds)
        return f"Faults({self.seed}, {self._rate}, [{kinds}], seconds={self._seconds}, wait={self._wait})"


class Once:
    """One fault at the requests that fit: the next `times` after the first `skip`; every one where `times` is None."""

    def __init__(
        self,
        fault: Fault | Kind,
        method: str = "",
        comp: str | None = None,
        *,
        skip: int = 0,
        times: int | None = 1,
    ) -> None:
        self._fault = Fault(fault) if isinstance(fault, Kind) else fault
        self._method = method
        self._comp = comp
        self._skip = skip
        self._left = times
        self._lock = threading.Lock()
        self.met: list[int] = []

    def __call__(self, asked: Asked) -> Fault | None:
        """The fault, where this is one of those requests."""
        if (self._method and asked.method != self._method) or self._comp not in (None, asked.comp):
            return None
        with self._lock:
            if self._skip:
                self._skip -= 1
                return None
            if self._left is not None:
                if not self._left:
                    return None
                self._left -= 1
            self.met.append(asked.number)
        return self._fault
