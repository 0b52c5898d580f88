"""The line to the server: what fails for a passing reason is tried again, by all threads together."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from wizard.errors import Cancelled, WizardError
from wizard.messages import Message, msg, plural
from wizard.transfer.page_blob import Interrupted

T = TypeVar("T")

_TICK = 0.1  # seconds: how soon a wish to stop is heard


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on trying, in seconds: `first` and `longest` wait between two tries, and when to give up.

    `at_first` holds until the server has answered once: an address that never worked is not waited for.
    """

    give_up_after: float = 600.0
    at_first: float = 20.0
    first: float = 1.0
    longest: float = 30.0


class Line:
    """Calls the server again and again until it answers; one state for all threads that use it."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._ever_worked = False
        self._failing_since: float | None = None
        self._tries = 0
        self._next_try = 0.0
        self._busy = False

    def call(self, request: Callable[[], T], *, meanwhile: Callable[[], None] = lambda: None) -> T:
        """The request's answer; while it waits for the next try, `meanwhile` is called every tenth of a second.

        Raises WizardError when patience ends, Cancelled when the line was closed, and whatever else the request raises.
        """
        first_failure: float | None = None
        while True:
            self._wait(meanwhile)
            try:
                answer = request()
            except Interrupted as interrupted:
                first_failure = first_failure or time.monotonic()
                self._failed(interrupted, first_failure)
            else:
                self._worked()
                return answer

    def close(self) -> None:
        """Nobody tries again from now on."""
        self._closed.set()

    def trouble(self) -> Message | None:
        """What to say while it is interrupted, with the seconds until the next try; None while all is well."""
        with self._lock:
            seconds = self._next_try - time.monotonic()
            if self._failing_since is None or seconds <= 0:
                return None
            n = math.ceil(seconds)
            if self._busy:
                return plural(
                    "The server is busy; trying again in {n} second",
                    "The server is busy; trying again in {n} seconds",
                    n=n,
                )
            return plural(
                "The connection is lost; trying again in {n} second",
                "The connection is lost; trying again in {n} seconds",
                n=n,
            )

    def _wait(self, meanwhile: Callable[[], None]) -> None:
        while True:
            if self._closed.is_set():
                raise Cancelled
            with self._lock:
                seconds = self._next_try - time.monotonic() if self._failing_since is not None else 0.0
            if seconds <= 0:
                return
            meanwhile()
            self._closed.wait(min(seconds, _TICK))

    def _worked(self) -> None:
        with self._lock:
            self._ever_worked = True
            self._failing_since = None
            self._tries = 0

    def _failed(self, interrupted: Interrupted, first_failure: float) -> None:
        """`first_failure` of this very request: one that never works ends the work, also where all others do."""
        now = time.monotonic()
        with self._lock:
            if self._failing_since is None:
                self._failing_since = now
            limit = self._patience.give_up_after if self._ever_worked else self._patience.at_first
            if now - min(self._failing_since, first_failure) >= limit:
                raise self._given_up(interrupted) from interrupted
            if now >= self._next_try:  # several threads fail at once: that is one try
                wait = min(self._patience.first * 2**self._tries, self._patience.longest)
                self._tries += 1
                self._next_try = now + max(wait, interrupted.wait or 0.0)
                self._busy = interrupted.busy

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
