"""The line to the server: what fails for a passing reason is tried again, alone while others work, else by all together."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from wizard.errors import Cancelled, WizardError
from wizard.messages import Message, msg, plural
from wizard.transfer.page_blob import Interrupted

T = TypeVar("T")

_TICK: Final = 0.1  # seconds: how soon a wish to stop is heard
_DOWN_AFTER: Final = (
    3  # failures of one request with no success of any since its first: nothing works any more
)
_LONG_WAIT: Final = 2.0  # seconds; so long a wait is said, where nothing else is under way
_STILL_AFTER: Final = 10.0  # seconds without a byte, after which it is said


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on trying, in seconds: `first` and `longest` wait between two tries, and when to give up.

    `at_first` holds until the server has answered once: an address that never worked is not waited for.
    """

    give_up_after: float = 600.0
    at_first: float = 20.0
    first: float = 0.4
    longest: float = 30.0


@dataclass(slots=True, eq=False)
class _Failures:
    """Those of one request. Times of the monotonic clock, in seconds."""

    since: float = 0.0
    count: int = 0
    next_try: float = 0.0
    asked_until: float = 0.0  # the server asked to be left alone until then
    recoveries: int = 0  # of the line, when it failed
    long: bool = False
    busy: bool = False

    @property
    def until(self) -> float:
        """When it may be tried again, where the line has not come back meanwhile."""
        return max(self.next_try, self.asked_until)


class Line:
    """Calls the server again and again until it answers; one state for all threads that use it.

    A request that fails waits by itself, a little longer each time. Where nothing works any more, all wait together, and
    `trouble` says so. Waits vary by a quarter, so that many who failed together do not come back together.
    """

    def __init__(self, patience: Patience, *, chance: Callable[[], float] = random.random) -> None:
        """`chance` gives numbers from 0 to 1 for the variation."""
        self._patience = patience
        self._chance = chance
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._ever_worked = False
        self._failing_since: float | None = None  # the first failure since the last success
        self._down = self._busy = False
        self._next_try = 0.0  # for all, while it is down
        self._recoveries = 0
        self._under_way = 0
        self._waiting: list[_Failures] = []
        self._moved_at = 0.0
        self.retries = 0
        """Requests that were tried again, or will be."""

    def call(
        self,
        request: Callable[[], T],
        *,
        meanwhile: Callable[[], None] | None = None,
        failed: Callable[[Interrupted], None] = lambda _: None,
    ) -> T:
        """The request's answer. `failed` is told of each failure that passes.

        With `meanwhile` the request is made in a thread beside this one, and `meanwhile` is called every tenth of a second until
        it is answered: what that raises is heard at once, also where the server is slow; the request is then left to itself.
        Raises WizardError when patience ends, Cancelled when the line was closed, and whatever else the request raises.
        """
        failures = _Failures()
        while True:
            self._wait(failures, meanwhile)
            self._begin()
            try:
                answer = request() if meanwhile is None else _beside(request, meanwhile)
            except Interrupted as interrupted:
                failed(interrupted)
                self._failed(interrupted, failures)
            else:
                self._worked()
                return answer
            finally:
                with self._lock:
                    self._under_way -= 1

    def close(self) -> None:
        """Nobody tries again from now on."""
        self._closed.set()

    def pause(self, seconds: float) -> None:
        """Wait in the middle of a request because one wants to: nothing stands still. Raises Cancelled once it is closed."""
        self.moved()
        if self._closed.wait(seconds):
            raise Cancelled

    def moved(self) -> None:
        """Something went out or came in."""
        self._moved_at = time.monotonic()

    def trouble(self) -> Message | None:
        """What to say while it is interrupted or stands still, with seconds; None while all is well."""
        with self._lock:
            now = time.monotonic()
            if self._down:
                return _lost(math.ceil(self._next_try - now), self._busy)
            if not self._under_way and any(each.long for each in self._waiting):
                soonest = min(self._waiting, key=lambda each: each.until)
                return _lost(math.ceil(soonest.until - now), soonest.busy)
            still = math.floor(now - self._moved_at)
            if self._under_way and still >= _STILL_AFTER:
                return plural(
                    "Nothing has moved for {n} second; waiting for the line",
                    "Nothing has moved for {n} seconds; waiting for the line",
                    n=still,
                )
            return None

    def _begin(self) -> None:
        with self._lock:
            if not self._under_way:
                self.moved()
            self._under_way += 1

    def _wait(self, failures: _Failures, meanwhile: Callable[[], None] | None) -> None:
        with self._lock:
            self._waiting.append(failures)
        try:
            while (seconds := self._seconds_to_wait(failures)) > 0:
                if meanwhile is not None:
                    meanwhile()
                self._closed.wait(min(seconds, _TICK))
        finally:
            with self._lock:
                self._waiting.remove(failures)

    def _seconds_to_wait(self, failures: _Failures) -> float:
        if self._closed.is_set():
            raise Cancelled
        with self._lock:
            until = max(failures.asked_until, self._next_try if self._down else 0.0)
            if self._recoveries == failures.recoveries:
                until = max(until, failures.next_try)  # else: what it failed for has passed
            return until - time.monotonic()

    def _worked(self) -> None:
        with self._lock:
            self._recoveries += self._down
            self._ever_worked, self._down = True, False
            self._failing_since = None
            self.moved()

    def _failed(self, interrupted: Interrupted, failures: _Failures) -> None:
        """Also one request that never works ends the work, where all others do."""
        now = time.monotonic()
        with self._lock:
            self.moved()
            self._failing_since = now if self._failing_since is None else self._failing_since
            failures.since = failures.since or now
            limit = self._patience.give_up_after if self._ever_worked else self._patience.at_first
            if now - min(self._failing_since, failures.since) >= limit:
                raise self._given_up(interrupted) from interrupted
            self.retries += 1
            own = min(self._patience.first * 2**failures.count, self._patience.longest)
            own *= 0.75 + 0.5 * self._chance()
            wait = max(own, interrupted.wait or 0.0)
            failures.count += 1
            failures.next_try = now + own
            failures.asked_until = now + (interrupted.wait or 0.0)
            failures.recoveries = self._recoveries
            failures.long, failures.busy = wait >= _LONG_WAIT, interrupted.busy
            if failures.count >= _DOWN_AFTER and self._failing_since <= failures.since:
                if not self._down or now >= self._next_try:  # several threads fail at once: that is one try
                    self._next_try = now + wait
                    self._busy = interrupted.busy
                self._down = True

    def _given_up(self, interrupted: Interrupted) -> WizardError:
        error = interrupted.error
        if not self._ever_worked:
            return error
        return WizardError(
            error.what,
            msg(
                "The connection did not come back. What was sent is kept: check the network, then start again, and the "
                "upload goes on where it stopped."
            ),
            error.details,
        )


def _lost(seconds: int, busy: bool) -> Message:
    if seconds <= 0:
        return (
            msg("The server is busy; trying again") if busy else msg("The connection is lost; trying again")
        )
    if busy:
        return plural(
            "The server is busy; trying again in {n} second",
            "The server is busy; trying again in {n} seconds",
            n=seconds,
        )
    return plural(
        "The connection is lost; trying again in {n} second",
        "The connection is lost; trying again in {n} seconds",
        n=seconds,
    )


def _beside(request: Callable[[], T], meanwhile: Callable[[], None]) -> T:
    """Make the request in another thread; `meanwhile` is called until it has ended, and may leave it alone by raising."""
    ended = threading.Event()
    answers: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            answers.append(request())
        except BaseException as error:
            errors.append(error)
        finally:
            ended.set()

    threading.Thread(target=work, name="request", daemon=True).start()
    while not ended.wait(_TICK):
        meanwhile()
    if errors:
        raise errors[0]
    return answers[0]
