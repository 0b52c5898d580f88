"""Sends page ranges on several connections at once, with only a few of them in memory."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType
from typing import Final, Self

from wizard.errors import Cancelled
from wizard.transfer.page_blob import Interrupted
from wizard.transfer.ranges import PageRange
from wizard.transfer.sending.connections import Connections
from wizard.transfer.sending.limit import Limit
from wizard.transfer.sending.line import Line

AHEAD: Final = 2
"""Ranges that wait for a free connection. In memory are so many and one for each connection, of 4 MiB at the most."""

_TICK: Final = 0.1  # seconds: how soon a wish to stop is heard
_STOPS_WITHIN: Final = 0.2  # seconds that requests on their way get to hear that they are not wanted any more

Put = Callable[[PageRange, Callable[[int], None]], object]
"""Sends one range, once; its second argument is to be called with each n bytes that go out, and may raise."""


class Sender:
    """Takes ranges one after the other and sends them; `meanwhile` is called often while there is nothing to do but wait.

    What goes wrong in a thread is raised by the next send() or finish(). After the `with` block no thread begins another
    request, and those on their way end as soon as they move: they can only write what belongs there.
    """

    def __init__(
        self,
        put: Put,
        line: Line,
        meanwhile: Callable[[], None],
        *,
        connections: Connections | None = None,
        limit: Limit | None = None,
    ) -> None:
        self._put = put
        self._line = line
        self._meanwhile = meanwhile
        self._limit = limit
        self._lock = threading.RLock()
        # Each is told of what it waits for and of nothing else: with small ranges every needless waking counts.
        self._room = threading.Condition(self._lock)  # who brings ranges, for fewer of them on their way
        self._ready = threading.Condition(self._lock)  # threads that may send, for a range
        self._spare = threading.Condition(
            self._lock
        )  # threads beyond the connections in use, for more of these
        self._turn = threading.Condition(self._lock)  # a range, for a free connection
        self._chosen = connections or Connections(time.monotonic())
        self._waiting: deque[PageRange] = deque()
        self._turns: deque[object] = deque()  # who waits for a connection, the first first
        self._on_their_way = 0  # those that wait included
        self._taken_bytes = 0
        self._ended = False
        self._error: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._work, args=(number,), name=f"upload-{number}", daemon=True)
            for number in range(self._chosen.most)
        ]
        self.connections = 0
        """In use now."""
        self.sent_bytes = 0
        """Bytes of the ranges that have arrived."""
        self.moved_bytes = 0
        """Bytes that went out, those of requests that failed left out."""

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._line.close()
        with self._lock:
            self._ended = True
            self._waiting.clear()
            for each in (self._ready, self._spare, self._turn):
                each.notify_all()
        deadline = time.monotonic() + _STOPS_WITHIN
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    @property
    def bytes_on_their_way(self) -> int:
        """Bytes of the ranges that were taken, without those that went out."""
        with self._lock:
            return max(0, self._taken_bytes - self.moved_bytes)

    def send(self, pages: PageRange) -> None:
        """Take one more range; returns once there was room for it."""
        self._wait_until(lambda: self._on_their_way < self._allowed() + AHEAD)
        with self._lock:
            self._waiting.append(pages)
            self._on_their_way += 1
            self._taken_bytes += pages.length
            self._ready.notify()

    def finish(self) -> None:
        """Return once everything that was taken has arrived."""
        self._wait_until(lambda: self._on_their_way == 0)

    def _wait_until(self, wished: Callable[[], bool]) -> None:
        while True:
            self._meanwhile()
            with self._lock:
                if self._error is not None:
                    raise self._error
                if wished() or self._room.wait_for(lambda: self._error is None and wished(), _TICK):
                    return

    def _allowed(self) -> int:
        """How many connections may be in use now."""
        most = self._limit.connections if self._limit is not None else None
        return self._chosen.count if most is None else min(self._chosen.count, most)

    def _work(self, number: int) -> None:
        while (pages := self._next(number)) is not None:
            try:
                self._line.call(partial(self._send, pages), failed=self._failed)
            except Cancelled:
                return
            except BaseException as error:
                with self._lock:
                    self._error = self._error or error
                    self._room.notify_all()
                return
            with self._lock:
                self._on_their_way -= 1
                self.sent_bytes += pages.length
                self._room.notify()

    def _next(self, number: int) -> PageRange | None:
        """The range that this thread is to send; None at the end. The first threads are those that have connections."""
        with self._lock:
            while not self._ended:
                if number >= self._allowed():
                    self._ready.notify()  # what woke this thread may have been meant for one that has a connection
                    self._spare.wait(_TICK)
                elif self._waiting:
                    return self._waiting.popleft()
                else:
                    self._chosen.starved(time.monotonic())
                    self._ready.wait()
        return None

    def _send(self, pages: PageRange) -> None:
        """Try once to send it."""
        moved = 0

        def has_moved(count: int) -> None:
            nonlocal moved
            moved += count
            with self._lock:
                self.moved_bytes += count
            self._line.moved()
            self._slow_down(count)

        with self._connection():
            began = time.monotonic()
            try:
                self._put(pages, has_moved)
                if moved < pages.length:
                    has_moved(pages.length - moved)
                elif moved > pages.length:  # it was read as well, and counts once
                    with self._lock:
                        self.moved_bytes -= moved - pages.length
            except BaseException:
                with self._lock:
                    self.moved_bytes -= moved
                raise
            with self._lock:
                self._chosen.arrived(began, time.monotonic(), pages.length)

    def _slow_down(self, count: int) -> None:
        if self._ended:
            raise Cancelled
        if self._limit is not None:
            self._limit.take(count, self._line.pause)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[None]:
        """One of the connections that may be in use; requests that are tried again wait for their turn like all others."""
        turn = object()
        with self._lock:
            self._turns.append(turn)
            while self._turns[0] is not turn or self.connections >= self._allowed():
                self._turn.wait(_TICK)
                if self._ended:
                    raise Cancelled
            self._turns.popleft()
            self.connections += 1
            self._next_turn()
        try:
            yield
        finally:
            with self._lock:
                self.connections -= 1
                self._next_turn()

    def _next_turn(self) -> None:
        if self._turns:
            self._turn.notify_all()

    def _failed(self, interrupted: Interrupted) -> None:
        with self._lock:
            self._chosen.failed(time.monotonic(), busy=interrupted.busy)
