"""Uploading a disk as a page blob: only its data, resumed inside the file, compared at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from wizard.awake import awake
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.tasks import Task
from wizard.transfer.clock import clock_notice
from wizard.transfer.page_blob import ConflictError, PageBlob
from wizard.transfer.ranges import LARGEST_PUT, PAGE, PageRange, Stretch, data_ranges, without
from wizard.transfer.resuming.journal import Journal
from wizard.transfer.resuming.keeper import Keeper
from wizard.transfer.resuming.lease import Lease, Leasing
from wizard.transfer.resuming.mark import Mark, read_mark
from wizard.transfer.resuming.progress import START, linked
from wizard.transfer.resuming.resume import CLEARED, Resumed, first_place, no_journal, phase_of, repaired
from wizard.transfer.resuming.target import Target, changed_by_another, exists_already, gone, prepare
from wizard.transfer.sending.connections import Connections
from wizard.transfer.sending.limit import Limit
from wizard.transfer.sending.line import Line, Patience
from wizard.transfer.sending.sender import Sender
from wizard.transfer.source import Disk, Source
from wizard.transfer.stretches import Stretches, clipped, windows
from wizard.transfer.telling import Telling

T = TypeVar("T")

_ROUNDS: Final = 4  # comparisons at the end; after each but the last, what is missing is sent again
_RELEASED_WITHIN: Final = 5.0  # seconds, at the end
_RELEASED_QUICKLY: Final = 0.5  # seconds, where the work is stopped


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A whole blob. Bytes: `length` of the blob, `data_bytes` of it that hold data, `sent_bytes` sent in this run.

    `range_count` and `ranges_digest` are over the page ranges, `footer_digest` over the last 512 bytes, as in
    wizard.results.VhdBlob; `resumed`: an earlier upload was gone on with. `compared_bytes`: of what was there before, so much was
    read back and compared with the disk. `notices`: what a person should know of it.
    """

    url: str
    length: int
    etag: str
    data_bytes: int
    sent_bytes: int
    range_count: int
    ranges_digest: str
    footer_digest: str
    resumed: bool
    compared_bytes: int = 0
    notices: tuple[Message, ...] = ()


class _There(PageRange):
    """A range that the server has already, to be compared with what it holds."""


def upload(
    disk: Disk,
    blob: PageBlob,
    task: Task,
    *,
    overwrite: bool = False,
    journal: Path | None = None,
    patience: Patience | None = None,
    connections: Connections | None = None,
    leasing: Leasing | None = None,
) -> Uploaded:
    """Send the disk and return once the server holds exactly it; raises WizardError, and Cancelled where the task is stopped.

    A blob that holds a part of this very disk is gone on with, a whole one is only compared (where not `overwrite`);
    any other is replaced where `overwrite`, else refused. With a `journal`, a file of this one upload, nothing is sent twice but
    what was on its way. Raises JournalInUseError where another program uses that.
    """
    line = Line(patience or Patience())
    notes = Journal(journal) if journal is not None else None
    try:
        known = notes.head if notes is not None else None
        lease = Lease(blob, leasing or Leasing(), known.lease if known and known.url == blob.url else "")
        source = Source(disk)
        work = _Upload(source, blob, task, line, lease, notes, connections)
        try:
            with awake(), Keeper(lease, notes):
                done = work.run(overwrite)
        except BaseException:
            lease.release(_RELEASED_QUICKLY)
            raise
        lease.release(_RELEASED_WITHIN)
        return done
    finally:
        if notes is not None:
            notes.close()


class _Upload:
    def __init__(
        self,
        source: Source,
        blob: PageBlob,
        task: Task,
        line: Line,
        lease: Lease,
        journal: Journal | None,
        connections: Connections | None,
    ) -> None:
        self._source = source
        self._blob = blob
        self._task = task
        self._line = line
        self._lease = lease
        self._journal = journal
        self._connections = connections
        self._tell = Telling(task, line, msg("Looking into the container"), self._watch)
        self._journaling = False  # and nobody was told yet that it fails
        self._compared_bytes = 0
        self._repaired = 0
        self._lock = threading.Lock()
        self._notices: list[Message] = []
        self._extents = source.extents(self._tell)
        self._tell.total = self._extents.bytes
        self._plan = Stretches(source.length)  # where the disk holds data

    def run(self, overwrite: bool) -> Uploaded:
        target = prepare(self._blob, self._source.identity, overwrite, self._tell.ask, self._take_lease)
        self._note(clock_notice(self._blob.clock_ahead))
        resumed = Resumed(target, self._journal, self._get_ranges)
        self._notices += resumed.notices
        self._tell.phase = phase_of(target, resumed)
        if not target.mark.is_complete:
            self._journaling = True
            resumed.write_down(self._journal, target, self._source, self._blob, self._lease.id)
        limit = Limit(lambda: self._task.speed_limit)
        put = partial(self._put, target.mark)
        with Sender(put, self._line, self._tell, connections=self._connections, limit=limit) as sender:
            self._tell.sender = sender
            self._send_what_is_missing(target, resumed, sender)
            etag = self._compare_whole() if target.mark.is_complete else self._finish(target.mark, sender)
        self._end_journal(target.mark)
        return Uploaded(
            url=self._blob.url,
            length=self._source.length,
            etag=etag,
            data_bytes=self._plan.bytes,
            sent_bytes=self._tell.sent,
            range_count=len(self._plan),
            ranges_digest=self._plan.digest(),
            footer_digest=self._source.identity.footer_digest,
            resumed=target.resumed,
            compared_bytes=self._compared_bytes,
            notices=tuple(self._notices),
        )

    def _send_what_is_missing(self, target: Target, resumed: Resumed, sender: Sender) -> None:
        """Work the plan out and send what the target has not got of it; a whole blob is not written to."""
        whole, compares = target.mark.is_complete, resumed.doubted
        frontier, chain = 0, START
        known = None if whole else resumed.known_plan(self._source.length)
        if known is not None:
            self._plan, again = known
            self._tell.planned = self._plan.bytes
            frontier, chain = resumed.progress.frontier, resumed.progress.chain
            self._tell.looked_at = sum(
                size for _, size in self._extents.each_within(0, first_place(frontier))
            )
            for start, length in again:
                self._send_again(start, length, sender)
        for pages in self._pieces(first_place(frontier)):
            if pages.end <= frontier:
                continue
            if pages.start < frontier:
                raise self._source.changed()  # the same bytes always have the same plan
            self._plan.add(*pages.stretch)
            self._tell.planned = self._plan.bytes
            chain = linked(chain, pages.stretch)
            missing = [] if whole else resumed.missing(pages.stretch)
            if self._journal is not None and not whole:
                self._journal.begin(missing, pages.end, chain)
            for stretch in missing:
                sender.send(PageRange(stretch[0], _part(pages, stretch)))
            if compares:
                for stretch in without([pages.stretch], missing):
                    sender.send(_There(stretch[0], _part(pages, stretch)))
        sender.finish()
        if self._repaired:
            self._note(repaired(self._repaired))

    def _pieces(self, begin: int) -> Iterator[PageRange]:
        extents = self._extents.each_within(begin, self._source.length - begin)
        return data_ranges(
            self._source.read_at, self._source.length, extents, looked_at=self._tell.has_looked_at
        )

    def _finish(self, mark: Mark, sender: Sender) -> str:
        """Compare what the server holds, send again what it lost, and call the blob whole; returns its ETag."""
        self._tell.phase = msg("Comparing with what the server holds")
        cleared = False
        for _ in range(_ROUNDS):
            clean = True
            for start, length in windows(self._source.length):
                missing, foreign = self._differences(start, length)
                clean = clean and not missing and not foreign
                for stretch in missing:
                    self._send_again(*stretch, sender)
                for stretch in foreign:
                    self._clear(mark, *stretch)
                    cleared = True
            sender.finish()
            if clean and self._footer_is_there():
                self._source.check()
                if cleared:
                    self._note(CLEARED)
                return self._call_whole(mark)
            if clean:
                self._send_again(self._source.length - PAGE, PAGE, sender)
                sender.finish()
        raise WizardError(
            msg("The server does not hold what was sent to the blob {name}", name=self._blob.name),
            msg(
                "Start the upload again. If it happens once more, make another container or storage account."
            ),
            {"url": self._blob.url},
        )

    def _compare_whole(self) -> str:
        """A blob that an earlier upload called whole must be it still; returns its ETag."""
        state = self._tell.ask(self._blob.state)
        if state is None or not self._footer_is_there():
            raise exists_already(self._blob)
        if any(any(self._differences(*window)) for window in windows(self._source.length)):
            raise exists_already(self._blob)
        self._source.check()
        return state.etag

    def _differences(self, start: int, length: int) -> tuple[list[Stretch], list[Stretch]]:
        """What the server lacks in this part of the disk, and what it holds there that is not of the disk."""
        held, wanted = self._get_ranges(start, length), self._plan.within(start, length)
        return without(wanted, held), without(held, wanted)

    def _send_again(self, start: int, length: int, sender: Sender) -> None:
        for at in range(start, start + length, LARGEST_PUT):
            size = min(LARGEST_PUT, start + length - at)
            data = self._source.read_at(at, size)
            if self._journal is not None:
                self._journal.begin([(at, size)], 0, START)
            sender.send(PageRange(at, data))

    def _clear(self, mark: Mark, start: int, length: int) -> None:
        request = partial(self._blob.clear_pages, start, length, fence=mark.fence)
        self._tell.ask(partial(self._write, request))
        state = self._tell.ask(self._blob.state)
        if self._journal is not None and state is not None:
            self._journal.wrote(state.etag)

    def _call_whole(self, mark: Mark) -> str:
        """Write into the blob's metadata that it is whole; returns its ETag."""
        state = self._tell.ask(self._blob.state)
        if state is None:
            raise gone(self._blob)
        if read_mark(state.metadata) != mark:
            raise changed_by_another(self._blob)
        whole = mark.completed(self._source.identity)
        try:
            request = partial(self._blob.set_metadata, whole.to_metadata(), etag=state.etag)
            return self._tell.ask(partial(self._write, request))
        except ConflictError:
            # The answer to our own request may have been lost; then the second try meets what the first has written.
            state = self._tell.ask(self._blob.state)
            if state is None or read_mark(state.metadata) != whole:
                raise
            return state.etag

    def _footer_is_there(self) -> bool:
        return (
            self._tell.ask(partial(self._blob.read, self._source.length - PAGE, PAGE)) == self._source.footer
        )

    def _put(self, mark: Mark, pages: PageRange, moved: Callable[[int], None]) -> None:
        """Send a range, or compare one; in a sender's thread, tried once."""
        if isinstance(pages, _There):
            if self._blob.read(pages.start, pages.length, moved=moved) == pages.data:
                with self._lock:
                    self._compared_bytes += pages.length
                return
            if mark.is_complete:
                raise exists_already(self._blob)
            if self._journal is not None:
                self._journal.begin([pages.stretch], 0, START)
            with self._lock:
                self._repaired += 1
        etag = self._write(
            partial(self._blob.put_pages, pages.start, pages.data, fence=mark.fence, moved=moved)
        )
        with self._lock:
            self._tell.sent += pages.length
        if self._journal is not None:
            self._journal.done(pages.stretch, etag)

    def _write(self, request: Callable[[], T]) -> T:
        """Make a request that writes; where the lease had run out meanwhile (the computer slept), once more with a new one."""
        try:
            return request()
        except ConflictError as error:
            if not self._lease.take_again(error):
                self._lease.check()
                raise
            return request()

    def _end_journal(self, mark: Mark) -> None:
        """The journal of a whole blob is not needed any more."""
        journal = self._journal
        if journal is None:
            return
        if journal.head is None or journal.head.upload == mark.upload:
            journal.finish()

    def _take_lease(self) -> None:
        phase = self._tell.phase
        self._lease.take(self._tell.ask, self._tell.say)
        self._tell.phase = phase

    def _get_ranges(self, start: int, length: int) -> list[Stretch]:
        length = min(length, self._source.length - start)
        return clipped(self._tell.ask(partial(self._blob.page_ranges, start, length)), start, length)

    def _note(self, notice: Message | None) -> None:
        if notice is not None:
            self._notices.append(notice)

    def _watch(self) -> None:
        self._source.watch()
        self._lease.check()
        if self._journaling and self._journal is not None and self._journal.trouble is not None:
            self._journaling = False
            self._tell.phase = no_journal(self._journal.trouble)
            self._note(self._tell.phase)


def _part(pages: PageRange, stretch: Stretch) -> bytes:
    start, length = stretch
    return pages.data[start - pages.start : start - pages.start + length]
