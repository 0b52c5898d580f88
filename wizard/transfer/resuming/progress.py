"""How far an upload had come: what was begun, what of it has not been answered, and the plan up to there in one value.

The plan is sent in ascending order. So everything below `frontier` has arrived, was there already or holds no data, except
what is in `pending`: a disk of any size is known by a few numbers.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from wizard.transfer.ranges import LARGEST_PUT, Stretch, merged, without

START: Final = "0"
"""The chain of no piece."""

_ETAGS: Final = 32  # more than there are connections


@dataclass(slots=True)
class Progress:
    """`chain` is that of the plan's pieces below `frontier`. `etags`: the blob's, after each of our last writes.

    `doubted`: what is there may not be what was sent, and has to be compared with the disk.
    """

    frontier: int = 0
    chain: str = START
    pending: list[Stretch] = field(default_factory=list)
    etags: deque[str] = field(default_factory=lambda: deque(maxlen=_ETAGS))
    doubted: bool = False

    def begun(self, stretch: Stretch) -> None:
        """It is going to be sent."""
        self.pending = merged([*self.pending, stretch])

    def done(self, stretch: Stretch, etag: str) -> None:
        """The server has it."""
        self.pending = without(self.pending, [stretch])
        self.etags.append(etag)

    def reached(self, frontier: int, chain: str) -> None:
        """Everything of the plan below `frontier` was begun, or needed nothing."""
        if frontier > self.frontier:
            self.frontier, self.chain = frontier, chain

    def not_trusted(self, piece: Stretch, *, adopted: bool) -> list[Stretch]:
        """What of this piece the server may hold without our knowing that it is right.

        `adopted`: this upload was gone on with without a journal; then what lies beyond the frontier is taken as it is.
        """
        start, length = piece
        end = start + length
        doubtful = [
            (max(at, start), min(at + size, end) - max(at, start))
            for at, size in self.pending
            if at < end and at + size > start
        ]
        if not adopted and end > self.frontier:
            begin = max(start, self.frontier)
            doubtful.append((begin, end - begin))
        return merged(doubtful)


def linked(chain: str, piece: Stretch) -> str:
    """The chain with one more piece of the plan."""
    return hashlib.sha256(b"%b %d %d" % (chain.encode("ascii"), *piece)).hexdigest()[:32]


def pieces(stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    """The pieces that a plan with these stretches has: cut at every multiple of LARGEST_PUT, in order."""
    for start, length in stretches:
        position, end = start, start + length
        while position < end:
            border = min(position - position % LARGEST_PUT + LARGEST_PUT, end)
            yield position, border - position
            position = border
