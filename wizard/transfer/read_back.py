"""What a page blob holds, read back from the server."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial

from wizard.messages import msg
from wizard.tasks import Task
from wizard.transfer.page_blob import PAGE_BLOB, PageBlob
from wizard.transfer.ranges import PAGE
from wizard.transfer.resuming.mark import read_mark
from wizard.transfer.sending.line import Line, Patience
from wizard.transfer.stretches import Stretches, clipped, windows


@dataclass(frozen=True, slots=True)
class BlobReading:
    """What the server says and holds. `footer` are the last 512 bytes; without a page blob, the footer and what follows are empty.

    `complete`: this program compared the blob after it had sent everything; None where another wrote it. `clock_ahead`: by how many
    seconds this computer's clock is ahead of the server's, where that is known.
    """

    kind: str
    length: int
    etag: str
    complete: bool | None
    lease: str
    copy_status: str
    footer: bytes
    footer_digest: str
    ranges_digest: str
    range_count: int
    data_bytes: int
    clock_ahead: float | None = field(default=None, compare=False)


def read_back(blob: PageBlob, task: Task, *, patience: Patience | None = None) -> BlobReading | None:
    """Read the blob's properties, page ranges and last 512 bytes; None where it is not there."""
    line = Line(patience or Patience(give_up_after=20.0))
    reading = msg("Reading back what the server holds")

    def tell() -> None:
        task.report(phase=line.trouble() or reading)

    tell()
    state = line.call(blob.state, meanwhile=tell)
    if state is None:
        return None
    tell()
    mark = read_mark(state.metadata)
    footer, ranges = b"", Stretches(state.length)
    if state.kind == PAGE_BLOB and state.length >= PAGE:
        for start, size in windows(state.length):
            held = line.call(partial(blob.page_ranges, start, size), meanwhile=tell)
            for stretch in clipped(held, start, size):
                ranges.add(*stretch)
        footer = line.call(lambda: blob.read(state.length - PAGE, PAGE), meanwhile=tell)
    return BlobReading(
        kind=state.kind,
        length=state.length,
        etag=state.etag,
        complete=mark.is_complete if mark else None,
        lease=state.lease,
        copy_status=state.copy.status if state.copy else "",
        footer=footer,
        footer_digest=hashlib.sha256(footer).hexdigest() if footer else "",
        ranges_digest=ranges.digest() if footer else "",
        range_count=len(ranges),
        data_bytes=ranges.bytes,
        clock_ahead=blob.clock_ahead,
    )
