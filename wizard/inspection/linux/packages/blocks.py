"""A large file of an image that is read here and there: whole blocks are fetched, and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from wizard.inspection.system_files import Content

_BLOCK: Final = 16 * 1024
_KEPT: Final = 256


class Blocks:
    """The content of a file; OSError and TooMuchError pass through."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    @property
    def size(self) -> int:
        """The file's length in bytes, by the file system's word."""
        return self._content.size

    def read(self, offset: int, length: int) -> bytes:
        """These bytes, fewer where the file ends."""
        if offset < 0 or length <= 0 or offset >= self.size:
            return b""
        first, last = offset // _BLOCK, (min(offset + length, self.size) - 1) // _BLOCK
        data = b"".join(self._block(number) for number in range(first, last + 1))
        return data[offset - first * _BLOCK :][:length]

    def _block(self, number: int) -> bytes:
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        block = self._content.read_at(number * _BLOCK, _BLOCK)
        self._kept[number] = block
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return block
