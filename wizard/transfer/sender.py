"""Sends page ranges on several connections at once, with only a few of them in memory."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Final, Self

from wizard.errors import Cancelled
from wizard.transfer.line import Line
from wizard.transfer.ranges import PageRange

THREADS: Final = 6
_AHEAD: Final = 2  # ranges that wait for a free connection
_TICK: Final = 0.1  # seconds: how soon a wish to stop is heard


class Sender:
    """Takes ranges one after the other and sends them; `meanwhile` is called often while there is nothing to do but wait.

    What goes wrong in a thread is raised by the next send() or finish(). After the `with` block no thread begins another
    request, but those on their way are not waited for: they can only write what belongs there.
    """

    def __init__(
        self,
        put: Callable[[PageRange], None],
        line: Line,
        meanwhile: Callable[[], None],
        *,
        threads: int = THREADS,
    ) -> None:
        self._put = put
        self._line = line
        self._meanwhile = meanwhile
        self._changed = threading.Condition()
        self._waiting: deque[PageRange] = deque()
        self._on_their_way = 0  # those that wait included
        self._most = threads + _AHEAD
        self._ended = False
        self._error: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._work, name=f"upload-{number}", daemon=True)
            for number in range(threads)
        ]
        self.sent_bytes = 0
        self.bytes_on_their_way = 0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._line.close()
        with self._changed:
            self._ended = True
            self._waiting.clear()
            self._changed.notify_all()

    def send(self, pages: PageRange) -> None:
        """Take one more range; returns once there was room for it."""
        self._wait_until_at_most(self._most - 1)
        with self._changed:
            self._waiting.append(pages)
            self._on_their_way += 1
            self.bytes_on_their_way += pages.length
            self._changed.notify_all()

    def finish(self) -> None:
        """Return once everything that was taken has arrived."""
        self._wait_until_at_most(0)

    def _wait_until_at_most(self, count: int) -> None:
        while True:
            self._meanwhile()
            with self._changed:
                if self._error is not None:
                    raise self._error
                if self._on_their_way <= count or self._changed.wait_for(
                    lambda: self._error is None and self._on_their_way <= count, _TICK
                ):
                    return

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._waiting)
                if self._ended:
                    return
                pages = self._waiting.popleft()
            try:
                self._line.call(partial(self._put, pages))
            except Cancelled:
                return
            except BaseException as error:
                with self._changed:
                    self._error = self._error or error
                    self._changed.notify_all()
                return
            with self._changed:
                self._on_their_way -= 1
                self.bytes_on_their_way -= pages.length
                self.sent_bytes += pages.length
                self._changed.notify_all()
