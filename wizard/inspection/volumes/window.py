"""A volume of a disk as a file to read from, wherever its pieces lie."""

from __future__ import annotations

import bisect
import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wizard.disk.recognise import ReadAt

_MOST_AT_ONCE: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a volume: where it begins in the volume, how long it is, and where it lies on the disk; in bytes."""

    start: int
    length: int
    place: int


class Window:
    """The volume. Read it by place, or as the file that libyal's readers want.

    What no piece covers raises OSError: nobody knows what stands there.
    """

    def __init__(self, read_at: ReadAt, pieces: Sequence[Piece]) -> None:
        """`pieces` in the order of the volume."""
        self._read_at, self._pieces = read_at, tuple(pieces)
        self._starts = [each.start for each in self._pieces]
        self._position = 0
        self.size = max((each.start + each.length for each in self._pieces), default=0)

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, fewer where the volume or the disk ends."""
        length = min(length, self.size - offset, _MOST_AT_ONCE)
        if offset < 0 or length <= 0:
            return b""
        found = []
        while length > 0:
            piece = self._pieces[max(bisect.bisect_right(self._starts, offset) - 1, 0)]
            within = offset - piece.start
            wanted = min(length, piece.length - within)
            if within < 0 or wanted <= 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            data = self._read_at(piece.place + within, wanted)
            found.append(data)
            if len(data) < wanted:
                break
            offset, length = offset + wanted, length - wanted
        return found[0] if len(found) == 1 else b"".join(found)

    # As a file object. libyal moves the position before each read, and sizes are what the image says.

    def read(self, length: int = -1) -> bytes:
        """The next bytes."""
        data = self.read_at(self._position, length if length >= 0 else _MOST_AT_ONCE)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the position; raises OSError for one before the beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """The position."""
        return self._position

    get_offset = tell

    def get_size(self) -> int:
        """How long the volume is, in bytes."""
        return self.size
