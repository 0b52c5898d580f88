"""A copy that the cloud makes by itself: begun once, followed, taken up again, aborted. Nothing goes through this computer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.tasks import Task
from wizard.transfer.page_blob import PAGE_BLOB, BlobState, ConflictError, CopyState, Interrupted, PageBlob
from wizard.transfer.ranges import PAGE, digest
from wizard.transfer.read_back import BlobReading, read_back
from wizard.transfer.resuming.target import exists_already, gone
from wizard.transfer.sending.gauge import Gauge
from wizard.transfer.sending.line import Line, Patience

T = TypeVar("T")

PENDING: Final = "pending"
SUCCESS: Final = "success"
ABORTED: Final = "aborted"
FAILED: Final = "failed"

_TICK: Final = 0.5  # seconds between two reports while nothing is asked
_BEGINNING: Final = msg("Starting the copy in the cloud")
_FOLLOWING: Final = msg("The cloud is copying, and goes on without this program")


class CopyEndedError(WizardError):
    """The copy is not going on any more: it failed, was aborted, or its blob is gone or another one."""


@dataclass(frozen=True, slots=True)
class Polling:
    """How often the server is asked how far it is, in seconds: at first, at the longest, and how the wait grows."""

    first: float = 0.5
    longest: float = 5.0
    growth: float = 1.5


def look_at_source(source: PageBlob, task: Task, *, patience: Patience | None = None) -> BlobReading | None:
    """What the source holds, None where it is not there; raises WizardError where it is no whole page blob."""
    reading = read_back(source, task, patience=patience or Patience(give_up_after=20.0, at_first=3.0))
    if reading is not None:
        problem = _not_fit(reading, source.name)
        if problem is not None:
            raise WizardError(*problem, {"url": source.url, "type": reading.kind})
    return reading


def begin(
    link: Secret,
    url: str,
    source: BlobReading,
    blob: PageBlob,
    task: Task,
    *,
    overwrite: bool = False,
    patience: Patience | None = None,
) -> CopyState:
    """Have the cloud copy the source at `link` (its `url` without a query), and return at once.

    A copy of the same source that is under way, or that was completed and is unchanged, is taken up and not begun again. Another
    blob, or the completed copy where `overwrite`, is replaced only then. Raises WizardError.
    """
    line = Line(patience or Patience())
    task.report(phase=_BEGINNING)
    state = _ask(line, blob.state)
    taken_up = _taken_up(state, url, source, blob, line, overwrite)
    if taken_up is not None:
        return taken_up
    try:
        replaces = state.etag if state is not None else None
        begun = _ask(line, lambda: blob.start_copy(link, replaces=replaces))
    except ConflictError:
        # The answer to our own request may have been lost; then the second try meets the copy that the first began.
        state = _ask(line, blob.state)
        if state is None or state.copy is None or not _same(state.copy.source, url):
            raise
        return state.copy
    return begun


def follow(
    blob: PageBlob,
    copy_id: str,
    task: Task,
    *,
    patience: Patience | None = None,
    polling: Polling | None = None,
) -> BlobState:
    """Wait until the copy has ended well; raises CopyEndedError where it has not, with the server's reason.

    Stopping the task (Cancelled) leaves the copy going on in the cloud.
    """
    line, polling, gauge = Line(patience or Patience()), polling or Polling(), Gauge()
    wait = polling.first
    while True:
        task.check_stop()
        state = _ask(line, blob.state)
        if state is None:
            lost = gone(blob)
            raise CopyEndedError(lost.what, lost.cure, lost.details)
        copy = state.copy
        if copy is None or copy.id != copy_id:
            raise _another(blob)
        if copy.status == SUCCESS:
            _report(task, copy, gauge, line)
            return state
        if copy.status != PENDING:
            raise _ended_badly(copy, blob)
        until = time.monotonic() + wait
        while (left := until - time.monotonic()) > 0:
            _report(task, copy, gauge, line)
            task.sleep(min(left, _TICK))
        wait = min(wait * polling.growth, polling.longest)


def abort(blob: PageBlob, copy_id: str, task: Task, *, patience: Patience | None = None) -> bool:
    """End a pending copy; what was copied is lost. False where it had been completed already, and stays."""
    line = Line(patience or Patience(give_up_after=60.0))
    task.report(phase=msg("Aborting the copy in the cloud"))
    _ask(line, lambda: blob.abort_copy(copy_id))
    state = _ask(line, blob.state)
    copy = state.copy if state is not None else None
    return not (copy is not None and copy.id == copy_id and copy.status == SUCCESS)


def _taken_up(
    state: BlobState | None, url: str, source: BlobReading, blob: PageBlob, line: Line, overwrite: bool
) -> CopyState | None:
    """The copy that is there already; None where one is to be begun. Raises WizardError where none may be."""
    if state is None:
        return None
    copy = state.copy
    ours = copy is not None and _same(copy.source, url)
    if copy is not None and copy.status == PENDING:
        if ours:
            return copy
        raise _in_the_way(blob)
    if copy is not None and ours and copy.status in (ABORTED, FAILED):
        return None  # nothing is lost: an empty blob is all that such a copy leaves
    if overwrite:
        return None
    if copy is not None and ours and copy.status == SUCCESS and _is_equal(state, source, blob, line):
        return copy
    raise exists_already(blob)


def _is_equal(state: BlobState, source: BlobReading, blob: PageBlob, line: Line) -> bool:
    """Whether the blob holds what the source holds, as far as length, page ranges and footer tell."""
    if state.kind != PAGE_BLOB or state.length != source.length:
        return False
    footer = _ask(line, lambda: blob.read(state.length - PAGE, PAGE))
    return footer == source.footer and digest(_ask(line, blob.page_ranges)) == source.ranges_digest


def _not_fit(reading: BlobReading, name: str) -> tuple[Message, Message] | None:
    """Why this blob cannot be published, whoever copies it; None where nothing is known against it."""
    if reading.kind != PAGE_BLOB:
        return (
            msg("{blob} is a block blob, and the marketplace takes page blobs only", blob=name)
            if reading.kind == "BlockBlob"
            else msg(
                "{blob} is a {kind}, and the marketplace takes page blobs only", blob=name, kind=reading.kind
            )
        ), msg(
            "The cloud cannot turn one into the other. Download it and upload it with this wizard; or upload it again with the "
            "tool you used, as a page blob (AzCopy: {option}).",
            option="--blob-type PageBlob",
        )
    if reading.copy_status == PENDING:
        return (
            msg("{blob} is still being copied to where it is", blob=name),
            msg("Wait until that copy is complete, then try again."),
        )
    if reading.copy_status in (ABORTED, FAILED):
        return (
            msg("The copy that should have made {blob} was not completed", blob=name),
            msg("Copy it again from where it came, or choose another blob."),
        )
    if reading.complete is False:
        return (
            msg("{blob} is an unfinished upload", blob=name),
            msg("Finish that upload first: it goes on where it stopped."),
        )
    if not reading.footer:
        return (msg("{blob} is empty", blob=name), msg("Choose the blob that holds the disk."))
    return None


def _report(task: Task, copy: CopyState, gauge: Gauge, line: Line) -> None:
    left = max(0, copy.total - copy.done)
    figures = gauge.read(
        allocated=copy.total,
        skipped=0,
        sent=copy.done,
        moved=copy.done,
        to_do=left,
        connections=0,
        retries=line.retries,
    )
    task.report(copy.done, copy.total, phase=line.trouble() or _FOLLOWING, in_bytes=True, transfer=figures)


def _ask(line: Line, request: Callable[[], T]) -> T:
    """As Line.call; where patience ends, what is said of the copy in the cloud is true."""
    try:
        return line.call(request)
    except WizardError as error:
        if not isinstance(error.__cause__, Interrupted):
            raise
        raise WizardError(
            error.what,
            msg("A copy that was begun goes on in the cloud. Check the network, then try again."),
            error.details,
        ) from error


def _ended_badly(copy: CopyState, blob: PageBlob) -> CopyEndedError:
    details = {"url": blob.url, "copy status": copy.status, "reason": copy.reason, "copied from": copy.source}
    if copy.status == ABORTED:
        return CopyEndedError(
            msg("The copy into {blob} was aborted, here or by another program", blob=blob.name),
            msg("Start it again, if it is wanted."),
            details,
        )
    what, cure = _why_failed(copy.reason)
    return CopyEndedError(what, cure, details)


def _why_failed(reason: str) -> tuple[Message, Message]:
    """The server's reason, like `403 AuthenticationFailed "Copy failed when reading the source."`, in plain words."""
    code = reason.split(maxsplit=1)[0] if reason else ""
    if code in ("401", "403"):
        return (
            msg(
                "The source stopped answering the cloud in the middle of the copy: the link has ended, or was withdrawn"
            ),
            msg(
                "Have a link made that lasts at least a day longer than the copy, then start the copy again."
            ),
        )
    if code == "404":
        return (
            msg("The source was deleted while it was copied"),
            msg("Find out where the disk is now, then copy it from there."),
        )
    if code == "412":
        return (
            msg("The source was changed while it was copied"),
            msg("Stop what writes to it (a virtual machine, an upload), then start the copy again."),
        )
    return (
        msg("The cloud could not finish the copy ({reason})", reason=reason or "?"),
        msg(
            "Start the copy again. If it happens once more, Azure support can find the cause with the details."
        ),
    )


def _in_the_way(blob: PageBlob) -> WizardError:
    return WizardError(
        msg(
            "Another copy into {blob} in the container {container} is under way",
            blob=blob.name,
            container=blob.container,
        ),
        msg("Wait until it has ended, or choose another name."),
        {"url": blob.url},
    )


def _another(blob: PageBlob) -> CopyEndedError:
    return CopyEndedError(
        msg(
            "Another program has replaced the blob {blob} in the container {container}",
            blob=blob.name,
            container=blob.container,
        ),
        msg("Find out who did it, then copy again under another name."),
        {"url": blob.url},
    )


def _same(one: str, other: str) -> bool:
    if not one or not other:
        return False
    left, right = urlsplit(one), urlsplit(other)
    return (left.netloc.lower(), unquote(left.path)) == (right.netloc.lower(), unquote(right.path))
