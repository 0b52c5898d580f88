"""A file as something to read at offsets, with limits."""

from __future__ import annotations

from typing import BinaryIO, Final

MOST_AT_ONCE: Final = 1024 * 1024


class Window:
    """The first `length` bytes of an open file. Not for several threads: reading moves the file's position."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self.length = length

    def read_at(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes at `offset`, at most 1 MiB; fewer or none where the window or the file ends.

        Raises OSError where the file cannot be read.
        """
        wanted = min(length, MOST_AT_ONCE, self.length - offset)
        if offset < 0 or wanted <= 0:
            return b""
        self._file.seek(offset)
        return self._file.read(wanted)
