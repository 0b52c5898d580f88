"""What an upload that is gone on with has already: the journal and what the server holds, brought together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wizard.messages import Message, msg, plural
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.ranges import LARGEST_PUT, Stretch, merged, without
from wizard.transfer.resuming.identity import Likeness
from wizard.transfer.resuming.journal import Head, Journal
from wizard.transfer.resuming.progress import START, Progress, linked, pieces
from wizard.transfer.resuming.target import Target
from wizard.transfer.source import Source
from wizard.transfer.stretches import WINDOW, Stretches, clipped, windows

GetRanges = Callable[[int, int], list[Stretch]]
"""Page ranges of this part of the blob, from the server."""

COPIED_OR_TOUCHED: Final = msg(
    "The file has another date or size than when the upload was begun; all that was sent before is compared with it"
)
ANOTHER_WROTE: Final = msg(
    "Another program wrote to the blob since the upload was interrupted; all that was sent before is compared with the file"
)
JOURNAL_DAMAGED: Final = msg(
    "The upload’s journal was damaged and was set aside; what the server holds is taken from the server"
)

CLEARED: Final = msg("The blob held data that is not of this disk; it was removed")


class Held:
    """What the server holds, asked for part by part where it is wanted; for one place after the other, ascending."""

    def __init__(self, get_ranges: GetRanges) -> None:
        self._get_ranges = get_ranges
        self._window = -1
        self._ranges: list[Stretch] = []
        self._from = 0

    def within(self, start: int, length: int) -> list[Stretch]:
        """The page ranges in this stretch, cut off at its borders; it does not cross a multiple of LARGEST_PUT."""
        window = start - start % WINDOW
        if window != self._window:
            self._ranges = self._get_ranges(window, WINDOW)
            self._window = window
            self._from = 0
        ranges = self._ranges
        # The places ascend, so what lies before is not looked at again.
        while self._from < len(ranges) and sum(ranges[self._from]) <= start:
            self._from += 1
        found = self._from
        while found < len(ranges) and ranges[found][0] < start + length:
            found += 1
        return clipped(ranges[self._from : found], start, length)


class Resumed:
    """Says of each piece of the plan what of it is still to be sent, and whether the rest is to be compared.

    Trusted is what the server holds and the journal calls done. What was begun and not answered, and what the server holds though
    it was never begun, is sent again. Without a journal the mark and its fence vouch for what is there.
    """

    def __init__(self, target: Target, journal: Journal | None, get_ranges: GetRanges) -> None:
        self._resumed = target.resumed
        self._held = Held(get_ranges)
        self._get_ranges = get_ranges
        self.notices: list[Message] = []
        self._known = _is_of(journal, target)
        self.progress = journal.progress if journal is not None and self._known else Progress()
        self._adopted = journal.head.adopted if journal is not None and journal.head and self._known else True
        if journal is not None and journal.damaged:
            self.notices.append(JOURNAL_DAMAGED)
        self.doubted = self.progress.doubted
        if target.like is Likeness.TOUCHED:
            self._doubt(COPIED_OR_TOUCHED)
        if self._was_written_by_another(target):
            self._doubt(ANOTHER_WROTE)

    def write_down(
        self, journal: Journal | None, target: Target, source: Source, blob: PageBlob, lease: str
    ) -> None:
        """Begin the journal, or go on with it."""
        if journal is None:
            return
        if not self._known or journal.head is None:
            journal.progress = self.progress
        self.progress.doubted = self.doubted
        adopted = self._resumed if not self._known else self._adopted
        journal.start(Head(target.mark.upload, blob.url, lease, source.identity, adopted))

    def missing(self, piece: Stretch) -> list[Stretch]:
        """What of this piece of the plan is to be sent."""
        if not self._resumed:
            return [piece]
        held = self._held.within(*piece)
        return merged([*without([piece], held), *self.progress.not_trusted(piece, adopted=self._adopted)])

    def known_plan(self, length: int) -> tuple[Stretches, list[Stretch]] | None:
        """The plan up to the journal's frontier without reading the disk, and what of it is to be sent again.

        None where the server does not hold exactly what the journal says: then the disk tells.
        """
        frontier = self.progress.frontier
        if not (self._resumed and self._known) or self.doubted or not frontier:
            return None
        plan, again, chain = Stretches(length), list[Stretch](), START
        for start, size in windows(frontier):
            held = clipped(self._get_ranges(start, WINDOW), start, size)
            pending = clipped(self.progress.pending, start, size)
            for piece in pieces(merged([*held, *pending])):
                plan.add(*piece)
                chain = linked(chain, piece)
            again += pending
        return (plan, again) if chain == self.progress.chain and plan.end == frontier else None

    def _doubt(self, why: Message) -> None:
        self.doubted = True
        self.notices.append(why)

    def _was_written_by_another(self, target: Target) -> bool:
        """Where no request was on its way when it stopped, the blob's ETag is one that we were told."""
        progress = self.progress
        if not (self._known and progress.etags) or progress.pending:
            return False
        return target.etag not in progress.etags


def first_place(frontier: int) -> int:
    """Where to begin to read the disk, so that the plan from the frontier on comes out as in one go."""
    return (frontier - 1) // LARGEST_PUT * LARGEST_PUT if frontier else 0


def _is_of(journal: Journal | None, target: Target) -> bool:
    """Whether the journal is this upload's."""
    if journal is None or journal.head is None or not target.resumed:
        return False
    return journal.head.upload == target.mark.upload


def phase_of(target: Target, resumed: Resumed) -> Message:
    """What is being done with it."""
    if target.mark.is_complete:
        return msg("The disk is there already; comparing")
    if resumed.notices:
        return resumed.notices[-1]
    if target.resumed:
        return msg("Going on where the upload stopped")
    return msg("Uploading")


def no_journal(error: OSError) -> Message:
    """What to say where the journal could not be written."""
    return msg(
        "The upload’s journal cannot be written ({error}); the upload goes on, but if it is interrupted, more than needed is "
        "sent again",
        error=error.strerror or type(error).__name__,
    )


def repaired(count: int) -> Message:
    """What to say of pieces that were not as in the file."""
    return plural(
        "{n} piece that was sent before was not as in the file; it was sent again",
        "{n} pieces that were sent before were not as in the file; they were sent again",
        n=count,
    )
