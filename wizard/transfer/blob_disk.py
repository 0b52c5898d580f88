"""The disk in a page blob, read over the network as little as it takes: pieces, each of them once, and no holes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from wizard.messages import Message
from wizard.tasks import Task
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.sending.line import Line, Patience
from wizard.transfer.stretches import Stretches, clipped

T = TypeVar("T")

PIECE: Final = 16 * 1024
"""What is fetched and kept at once, in bytes: a few blocks of a file system, where the next ones are likely to be wanted."""

_KEPT_MOST: Final = 512  # pieces: 8 MiB; a reader of file systems keeps its own
_AHEAD_MOST: Final = 64  # pieces that are fetched at once where a reader goes on and on: 1 MiB
_READERS_MOST: Final = 16  # places where somebody may go on to read
_WINDOW: Final = 4 * 1024**3
"""Page ranges are asked for in windows of so many bytes, where something is read."""

_ZEROS: Final = bytes(PIECE)


class BlobDisk:
    """Reads what a page blob holds. For one thread.

    `size`: how far it reads, in bytes; all of the blob, until whoever has read its footer says how large the disk is.
    `fetched`: how many of its bytes came over the network.
    """

    def __init__(self, blob: PageBlob, length: int, task: Task, *, patience: Patience | None = None) -> None:
        """`length`: of the blob, in bytes."""
        self.size = length
        self.fetched = 0
        self._blob, self._length, self._task = blob, length, task
        self._line = Line(patience or Patience(give_up_after=60.0))
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._held: dict[int, Stretches] = {}
        self._ahead: OrderedDict[int, int] = OrderedDict()
        self._before_trouble: Message | None = None

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, fewer where the disk ends. Raises WizardError where they cannot be had, and Cancelled."""
        end = min(offset + length, self.size)
        if not 0 <= offset < end:
            return b""
        first, beyond = offset // PIECE, -(-end // PIECE)
        content = b"".join(self._pieces(first, beyond))
        return content[offset - first * PIECE : end - first * PIECE]

    def is_still(self, etag: str) -> bool:
        """Whether nobody has written to the blob since it had this ETag; raises as `read_at`."""
        state = self._asked(self._blob.state)
        return state is not None and state.etag == etag

    def _pieces(self, first: int, beyond: int) -> list[bytes]:
        """The pieces with these numbers."""
        pieces: list[bytes] = []
        while (number := first + len(pieces)) < beyond:
            if number in self._kept:
                self._kept.move_to_end(number)
                pieces.append(self._kept[number])
            elif self._is_hole(number):
                pieces.append(_ZEROS)
            else:
                pieces += self._fetched(number, beyond)[: beyond - number]
        return pieces

    def _fetched(self, number: int, beyond: int) -> list[bytes]:
        """The piece with this number and what is wanted behind it, or likely to be wanted, fetched at once."""
        ahead = min(self._ahead.pop(number, 0) * 2, _AHEAD_MOST) or 1
        last = min(max(beyond - number, ahead), _AHEAD_MOST) + number
        end = number + 1
        while end < last and end * PIECE < self._length and end not in self._kept and not self._is_hole(end):
            end += 1
        self._ahead[end] = ahead
        if len(self._ahead) > _READERS_MOST:
            self._ahead.popitem(last=False)
        start = number * PIECE
        size = min(end * PIECE, self._length) - start
        content = self._asked(partial(self._blob.read, start, size))
        self.fetched += size
        pieces = [content[at : at + PIECE] for at in range(0, size, PIECE)]
        for index, piece in enumerate(pieces):
            self._kept[number + index] = piece
        while len(self._kept) > _KEPT_MOST:
            self._kept.popitem(last=False)
        return pieces

    def _is_hole(self, number: int) -> bool:
        """Whether nothing was ever written there, so that it is zeros."""
        start = number * PIECE
        window = start // _WINDOW
        if window not in self._held:
            at = window * _WINDOW
            size = min(_WINDOW, self._length - at)
            held = Stretches(self._length)
            for stretch in clipped(self._asked(partial(self._blob.page_ranges, at, size)), at, size):
                held.add(*stretch)
            self._held[window] = held
        return not self._held[window].within(start, PIECE)

    def _asked(self, request: Callable[[], T]) -> T:
        self._task.check_stop()
        answer = self._line.call(request, meanwhile=self._tell)
        if self._before_trouble is not None:
            self._say(self._before_trouble)
            self._before_trouble = None
        return answer

    def _tell(self) -> None:
        """Say what the line is waiting for; raises Cancelled where that is not wanted any more."""
        self._task.check_stop()
        trouble = self._line.trouble()
        if trouble is not None:
            self._before_trouble = self._before_trouble or self._task.progress.phase
            self._say(trouble)

    def _say(self, phase: Message) -> None:
        """Another phase of the same work."""
        progress = self._task.progress
        self._task.report(progress.done, progress.total, phase=phase, in_bytes=progress.in_bytes)
