"""Uploading a fixed VHD as a page blob: only its data, resumable at any moment, compared at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.tasks import Task
from wizard.transfer.limit import Limit
from wizard.transfer.line import Line, Patience
from wizard.transfer.mark import Mark, read_mark
from wizard.transfer.page_blob import ConflictError, PageBlob
from wizard.transfer.ranges import LARGEST_PUT, PAGE, PageRange, Stretch, data_ranges, digest, merged, without
from wizard.transfer.sender import Sender
from wizard.transfer.source import Source
from wizard.transfer.target import Target, changed_by_another, exists_already, gone, prepare

T = TypeVar("T")
Extents = Callable[[BinaryIO, int], Iterable[Stretch]]

_ROUNDS: Final = 4  # comparisons at the end; after each but the last, what is missing is sent again


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A whole blob. Bytes: `length` of the blob, `data_bytes` of it that hold data, `sent_bytes` sent in this run.

    `range_count` and `ranges_digest` are over the page ranges, `footer_digest` over the last 512 bytes, as in
    wizard.results.VhdBlob; `resumed`: an earlier upload was gone on with.
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


def upload(
    path: Path,
    blob: PageBlob,
    task: Task,
    *,
    extents: Extents,
    overwrite: bool = False,
    patience: Patience | None = None,
) -> Uploaded:
    """Send the VHD and return once the server holds exactly it; raises WizardError, and Cancelled where the task is stopped.

    A blob that holds a part of this very file is gone on with, a whole one is only compared (where not `overwrite`);
    any other is replaced where `overwrite`, else refused. `extents` says where the file may hold data, as
    wizard.disk.extents does.
    """
    with Source(path) as source:
        return _Upload(source, blob, task, extents, Line(patience or Patience())).run(overwrite)


class _Upload:
    def __init__(self, source: Source, blob: PageBlob, task: Task, extents: Extents, line: Line) -> None:
        self._source = source
        self._blob = blob
        self._task = task
        self._line = line
        self._phase = msg("Looking into the container")
        self._extents = merged((*extents(source.file, source.length), (source.length - PAGE, PAGE)))
        self._total = sum(length for _, length in self._extents)
        self._looked_at = 0  # bytes of the extents that were read
        self._taken = 0  # bytes of them that were given to the sender
        self._done = 0
        self._plan: list[Stretch] = []  # where the disk holds data
        self._sender: Sender | None = None

    def run(self, overwrite: bool) -> Uploaded:
        self._report()
        target = prepare(self._blob, self._source.identity, overwrite, self._line, self._report)
        put = partial(self._put, target.mark.fence)
        limit = Limit(lambda: self._task.speed_limit)
        with Sender(put, self._line, self._report, limit=limit) as sender:
            self._sender = sender
            self._send_what_is_missing(target, sender)
            etag = self._compare_whole() if target.mark.is_complete else self._finish(target.mark, sender)
        return Uploaded(
            url=self._blob.url,
            length=self._source.length,
            etag=etag,
            data_bytes=sum(length for _, length in self._plan),
            sent_bytes=sender.sent_bytes,
            range_count=len(self._plan),
            ranges_digest=digest(self._plan),
            footer_digest=self._source.identity.footer_digest,
            resumed=target.resumed,
        )

    def _send_what_is_missing(self, target: Target, sender: Sender) -> None:
        """Work the plan out and send what the target has not got of it; a whole blob is not written to."""
        if target.mark.is_complete:
            self._phase = msg("The disk is there already; comparing")
        elif target.resumed:
            self._phase = msg("Going on where the upload stopped")
        else:
            self._phase = msg("Uploading")
        ranges = data_ranges(
            self._source.read_at, self._source.length, self._extents, looked_at=self._has_looked_at
        )
        for pages in ranges:
            self._plan.append(pages.stretch)
            if target.mark.is_complete:
                continue
            for start, length in without([pages.stretch], target.present):
                part = pages.data[start - pages.start : start - pages.start + length]
                self._taken += length
                sender.send(PageRange(start, part))
        sender.finish()
        self._plan = merged(self._plan)

    def _finish(self, mark: Mark, sender: Sender) -> str:
        """Compare what the server holds, send again what it lost, and call the blob whole; returns its ETag."""
        self._phase = msg("Comparing with what the server holds")
        for _ in range(_ROUNDS):
            held = self._ask(self._blob.page_ranges)
            missing, foreign = without(self._plan, held), without(held, self._plan)
            if not missing and not self._footer_is_there():
                missing = [(self._source.length - PAGE, PAGE)]
            if not missing and not foreign:
                self._source.check()
                return self._call_whole(mark)
            for start, length in missing:
                for at in range(start, start + length, LARGEST_PUT):
                    size = min(LARGEST_PUT, start + length - at)
                    sender.send(PageRange(at, self._source.read_at(at, size)))
            for start, length in foreign:
                self._ask(partial(self._blob.clear_pages, start, length, fence=mark.fence))
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
        state = self._ask(self._blob.state)
        if state is None or self._ask(self._blob.page_ranges) != self._plan or not self._footer_is_there():
            raise exists_already(self._blob)
        self._source.check()
        return state.etag

    def _call_whole(self, mark: Mark) -> str:
        """Write into the blob's metadata that it is whole; returns its ETag."""
        state = self._ask(self._blob.state)
        if state is None:
            raise gone(self._blob)
        if read_mark(state.metadata) != mark:
            raise changed_by_another(self._blob)
        whole = mark.completed()
        try:
            return self._ask(partial(self._blob.set_metadata, whole.to_metadata(), etag=state.etag))
        except ConflictError:
            # The answer to our own request may have been lost; then the second try meets what the first has written.
            state = self._ask(self._blob.state)
            if state is None or read_mark(state.metadata) != whole:
                raise
            return state.etag

    def _footer_is_there(self) -> bool:
        return self._ask(partial(self._blob.read, self._source.length - PAGE, PAGE)) == self._source.footer

    def _put(self, fence: int, pages: PageRange, moved: Callable[[int], None]) -> None:
        self._blob.put_pages(pages.start, pages.data, fence=fence, moved=moved)

    def _ask(self, request: Callable[[], T]) -> T:
        self._report()
        return self._line.call(request, meanwhile=self._report)

    def _has_looked_at(self, length: int) -> None:
        self._looked_at += length
        self._report()

    def _report(self) -> None:
        """Tell how far it is; this is also where a wish to stop and a change of the file are noticed."""
        self._source.watch()
        waiting = self._sender.bytes_on_their_way if self._sender else 0
        self._done = max(self._done, self._looked_at - waiting)
        self._task.report(
            min(self._done, self._total),
            self._total,
            phase=self._line.trouble() or self._phase,
            skipped=max(0, self._looked_at - self._taken),
            in_bytes=True,
        )
