"""A full comparison of a blob with the disk it was made from: every byte that either of them holds is read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.tasks import Task
from wizard.transfer.page_blob import PAGE_BLOB, BlobState, PageBlob
from wizard.transfer.ranges import LARGEST_PUT, PAGE, PageRange, Stretch, data_ranges, without
from wizard.transfer.resuming.target import changed_by_another, gone
from wizard.transfer.sending.connections import Connections
from wizard.transfer.sending.limit import Limit
from wizard.transfer.sending.line import Line, Patience
from wizard.transfer.sending.sender import Sender
from wizard.transfer.source import Disk, Source
from wizard.transfer.stretches import Stretches, clipped, windows
from wizard.transfer.telling import Telling

_ZEROS: Final = bytes(LARGEST_PUT)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared: the blob as its `etag` says, `compared_bytes` of it were read; everything else is zeros in both.

    `first_difference`: the first byte that is another one, None where all are equal. `length`: of the blob.
    """

    url: str
    etag: str
    length: int
    compared_bytes: int
    first_difference: int | None

    @property
    def is_equal(self) -> bool:
        """Whether the blob is the disk, byte for byte."""
        return self.first_difference is None


def compare(
    disk: Disk,
    blob: PageBlob,
    task: Task,
    *,
    patience: Patience | None = None,
    connections: Connections | None = None,
) -> Comparison:
    """Compare all of the blob with the disk, up to the first difference; raises WizardError, and Cancelled.

    Where somebody writes to the blob meanwhile, ConflictError is raised.
    """
    return _Comparing(Source(disk), blob, task, Line(patience or Patience()), connections).run()


class _Comparing:
    def __init__(
        self, source: Source, blob: PageBlob, task: Task, line: Line, connections: Connections | None
    ) -> None:
        self._source = source
        self._blob = blob
        self._task = task
        self._line = line
        self._connections = connections
        self._tell = Telling(task, line, msg("Comparing every byte with what the server holds"), source.watch)
        self._plan = Stretches(source.length)
        self._first: int | None = None
        self._lock = threading.Lock()

    def run(self) -> Comparison:
        before = self._state()
        extents = self._source.extents(self._tell)
        self._tell.total = extents.bytes
        if before.length == self._source.length:
            limit = Limit(lambda: self._task.speed_limit)
            with Sender(
                self._compare, self._line, self._tell, connections=self._connections, limit=limit
            ) as sender:
                self._tell.sender = sender
                self._compare_data(extents, sender)
                self._compare_the_rest(sender)
        else:
            self._first = min(before.length, self._source.length)
        self._source.check()
        if self._state().etag != before.etag:
            raise changed_by_another(self._blob)
        return Comparison(self._blob.url, before.etag, before.length, self._tell.sent, self._first)

    def _compare_data(self, extents: Stretches, sender: Sender) -> None:
        """What the disk holds."""
        looked_at = self._tell.has_looked_at
        for pages in data_ranges(self._source.read_at, self._source.length, extents, looked_at=looked_at):
            if self._first is not None:
                break
            self._plan.add(*pages.stretch)
            self._tell.planned = self._plan.bytes
            sender.send(pages)
        sender.finish()

    def _compare_the_rest(self, sender: Sender) -> None:
        """What the server holds besides must be zeros, as far as the disk was compared."""
        end = self._source.length if self._first is None else self._first // PAGE * PAGE
        for start, length in windows(end):
            for at, size in without(self._held(start, length), self._plan.within(start, length)):
                for place in range(at, at + size, LARGEST_PUT):
                    if self._first is not None and place >= self._first:
                        break
                    sender.send(PageRange(place, _ZEROS[: min(LARGEST_PUT, at + size - place)]))
        sender.finish()

    def _compare(self, pages: PageRange, _moved: Callable[[int], None]) -> None:
        """In a sender's thread, tried once."""
        held = self._blob.read(pages.start, pages.length)
        with self._lock:
            self._tell.sent += pages.length
        if held != pages.data:
            same = next(
                index for index, (one, other) in enumerate(zip(held, pages.data, strict=True)) if one != other
            )
            with self._lock:
                self._first = min(pages.start + same, pages.end if self._first is None else self._first)

    def _held(self, start: int, length: int) -> list[Stretch]:
        return clipped(self._tell.ask(partial(self._blob.page_ranges, start, length)), start, length)

    def _state(self) -> BlobState:
        state = self._tell.ask(self._blob.state)
        if state is None:
            raise gone(self._blob)
        if state.kind != PAGE_BLOB:
            raise WizardError(
                msg("{blob} is a {kind}, not a page blob", blob=self._blob.name, kind=state.kind),
                msg("Only page blobs can be compared with a disk."),
                {"url": self._blob.url},
            )
        return state
