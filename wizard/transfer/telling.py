"""Tells a task how far a transfer is, and asks the server while doing so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from wizard.messages import Message
from wizard.tasks import Task
from wizard.transfer.sending.gauge import Gauge
from wizard.transfer.sending.line import Line
from wizard.transfer.sending.sender import Sender

T = TypeVar("T")


class Telling:
    """Call it often: it is also where a wish to stop is heard, and whatever `watch` raises.

    Bytes: `total` of the extents, `looked_at` of them so far, `planned` of those hold data; `sent` have arrived.
    """

    def __init__(self, task: Task, line: Line, phase: Message, watch: Callable[[], None]) -> None:
        self.phase = phase
        self.total = self.looked_at = self.planned = self.sent = 0
        self.sender: Sender | None = None
        self._task = task
        self._line = line
        self._watch = watch
        self._gauge = Gauge()
        self._done = 0

    def __call__(self) -> None:
        """Tell how far it is."""
        self._watch()
        sender = self.sender
        waiting = sender.bytes_on_their_way if sender is not None else 0
        self._done = min(max(self._done, self.looked_at - waiting), self.total)
        skipped = max(0, self.looked_at - self.planned)
        figures = self._gauge.read(
            allocated=self.total,
            skipped=skipped,
            sent=self.sent,
            moved=sender.moved_bytes if sender is not None else 0,
            to_do=self.total - self._done,
            connections=sender.connections if sender is not None else 0,
            retries=self._line.retries,
        )
        self._task.report(
            self._done,
            self.total,
            phase=self._line.trouble() or self.phase,
            skipped=skipped,
            in_bytes=True,
            transfer=figures,
        )

    def has_looked_at(self, length: int) -> None:
        """So many bytes more of the extents were read."""
        self.looked_at += length
        self()

    def say(self, phase: Message) -> None:
        """From now on this is what is being done."""
        self.phase = phase
        self()

    def ask(self, request: Callable[[], T]) -> T:
        """The server's answer, however often it has to be asked."""
        self()
        return self._line.call(request, meanwhile=self)
