"""What was read of a disk lately, kept for a while: readers of file systems ask for many small pieces, again and again."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from wizard.disk.recognise import ReadAt

BLOCK: Final = 16 * 1024
_KEPT: Final = 2048  # blocks: 32 MiB
_AHEAD: Final = 16  # blocks read at once where reading goes on in order: 256 KiB
_STREAMS: Final = 16  # places that are read in order at the same time: a folder, its inodes, a file
_DIRECT: Final = 256 * 1024  # so much at once is a file's content, which nobody asks for again


class BlockCache:
    """A disk's bytes in blocks. Each stands for a round trip over a pipe, maybe for a request over the network."""

    def __init__(self, read_at: ReadAt, size: int) -> None:
        self._read_at, self._size = read_at, size
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._streams: OrderedDict[int, int] = OrderedDict()

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, fewer where the disk ends; none for a place that no disk has."""
        length = min(length, self._size - offset)
        if offset < 0 or length <= 0:
            return b""
        first, start = divmod(offset, BLOCK)
        if start + length <= BLOCK:
            return self._block(first, first)[start : start + length]
        if length >= _DIRECT:
            return self._read_at(offset, length)
        last = (offset + length - 1) // BLOCK
        whole = b"".join(self._block(each, last) for each in range(first, last + 1))
        return whole[start : start + length]

    def _block(self, block: int, wanted: int) -> bytes:
        """A block; where it is not there, it is read with those up to `wanted`, or more where reading goes on in order."""
        kept = self._blocks.get(block)
        if kept is not None:
            self._blocks.move_to_end(block)
            return kept
        ahead = min(self._streams.pop(block, 0) * 2, _AHEAD)
        end = block + 1
        while end < block + max(wanted - block + 1, ahead) and end not in self._blocks:
            end += 1
        data = self._read_at(block * BLOCK, min((end - block) * BLOCK, self._size - block * BLOCK))
        self._streams[end] = max(end - block, 1)
        for each in range(block, end):
            self._blocks[each] = data[(each - block) * BLOCK : (each - block + 1) * BLOCK]
        while len(self._blocks) > _KEPT:
            self._blocks.popitem(last=False)
        while len(self._streams) > _STREAMS:
            self._streams.popitem(last=False)
        return data[:BLOCK]
