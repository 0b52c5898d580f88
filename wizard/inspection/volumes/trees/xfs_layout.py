"""How XFS lies on a disk: the superblock, inodes, and the extents of a file, however many.

Source: XFS Algorithms and Data Structures (3rd edition), and Linux's fs/xfs/libxfs/xfs_format.h. All numbers are big-endian.
libfsxfs gives up on files of some 1,500 extents, and with them on the folder in which they stand; this does not.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wizard.inspection.volumes.trees.libyal import damaged
from wizard.inspection.volumes.window import Window

LOCAL: Final = 1  # the fork holds the content itself
_EXTENTS: Final = 2
_TREE: Final = 3

_REALTIME: Final = 1 << 0  # of the flags: the content is on another device
_BIG_TIME: Final = 1 << 3  # of the second flags
_MANY_EXTENTS: Final = 1 << 4
_UNWRITTEN: Final = 1 << 63

_READ_MOST: Final = 4 * 1024 * 1024
_EXTENTS_MOST: Final = 400_000  # of one file; more would take too much memory
_TREE_BLOCKS_MOST: Final = 10_000
_LEVELS_MOST: Final = 8
_BIG_TIME_BEGINS: Final = -(2**31)


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch of a file in blocks: where in the file, how long, and where on the volume (None: zeros)."""

    start: int
    count: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Inode:
    """An inode. `fork`: its data fork, a list of extents or the root of their tree, or the content itself."""

    number: int
    mode: int
    owner: int
    size: int
    modified: int
    format: int
    extents: int
    fork: bytes
    realtime: bool


class Layout:
    """An XFS file system's places. Everything raises OSError where the file system is damaged."""

    def __init__(self, window: Window) -> None:
        self._window = window
        head = window.read_at(0, 512)
        if len(head) < 512 or not head.startswith(b"XFSB"):
            raise damaged()
        self.block: int = struct.unpack_from(">I", head, 4)[0]
        self.root: int = struct.unpack_from(">Q", head, 56)[0]
        self._group_blocks, self._groups = struct.unpack_from(">II", head, 84)
        version, _, self._inode_bytes, per_block = struct.unpack_from(">HHHH", head, 100)
        self._block_bits, _, _, self._per_block_bits, self._group_bits = head[120:125]
        features, incompatible = (
            struct.unpack_from(">I", head, 200)[0],
            struct.unpack_from(">I", head, 216)[0],
        )
        self.checked = version & 0xF == 5  # blocks carry a checksum, an owner and so on in a longer header
        self.kinds_in_folders = bool(incompatible & 1) if self.checked else bool(features & 0x200)
        self.folder_block = self.block << min(head[192], 16)
        sound = (
            512 <= self.block <= 65536
            and self.block == 1 << self._block_bits
            and 256 <= self._inode_bytes <= min(self.block, 2048)
            and per_block == 1 << self._per_block_bits == self.block // self._inode_bytes
            and 0 < self._group_blocks <= 1 << self._group_bits <= 1 << 32
            and self.folder_block <= 65536
        )
        if not sound:
            raise damaged()

    def inode(self, number: int) -> Inode:
        """The inode of that number."""
        within = number & ((1 << self._per_block_bits) - 1)
        place = self._byte(number >> self._per_block_bits) + within * self._inode_bytes
        data = self._window.read_at(place, self._inode_bytes)
        if len(data) < self._inode_bytes or data[:2] != b"IN":
            raise damaged()
        mode, version, form = struct.unpack_from(">HBB", data, 2)
        owner = struct.unpack_from(">I", data, 8)[0]
        size, extents = struct.unpack_from(">Q", data, 56)[0], struct.unpack_from(">I", data, 76)[0]
        seconds = struct.unpack_from(">i", data, 40)[0]
        begins, more = (176, struct.unpack_from(">Q", data, 120)[0]) if version == 3 else (100, 0)
        if more & _BIG_TIME:
            seconds = struct.unpack_from(">Q", data, 40)[0] // 1_000_000_000 + _BIG_TIME_BEGINS
        if more & _MANY_EXTENTS:
            extents = struct.unpack_from(">Q", data, 24)[0]
        ends = begins + data[82] * 8 if data[82] else self._inode_bytes
        if size >= 2**63 or not begins <= ends <= self._inode_bytes:
            raise damaged()
        realtime = bool(struct.unpack_from(">H", data, 90)[0] & _REALTIME)
        return Inode(number, mode, owner, size, seconds, form, extents, data[begins:ends], realtime)

    def extents(self, inode: Inode) -> list[Extent]:
        """Where the content lies, in the order of the file."""
        if inode.realtime:
            raise damaged()
        if inode.format == _EXTENTS:
            if inode.extents * 16 > len(inode.fork):
                raise damaged()
            found = list(self._records(inode.fork, 0, inode.extents))
        elif inode.format == _TREE:
            found = list(self._of_tree(inode.fork))
        else:
            raise damaged()
        reached = 0
        for each in found:
            if each.start < reached:
                raise damaged()
            reached = each.start + each.count
        return found

    def read(self, extent: Extent, offset: int, length: int) -> bytes:
        """So many bytes of an extent, from this byte of it on."""
        if extent.place is None:
            return bytes(length)
        pieces = []
        for at in range(offset, offset + length, _READ_MOST):
            wanted = min(_READ_MOST, offset + length - at)
            pieces.append(self._window.read_at(extent.place + at, wanted))
            if len(pieces[-1]) < wanted:
                raise damaged()
        return b"".join(pieces)

    def _byte(self, block: int) -> int:
        """Where on the volume a block begins, whose number is that of its group and that within it."""
        group, within = block >> self._group_bits, block & ((1 << self._group_bits) - 1)
        if group >= self._groups or within >= self._group_blocks:
            raise damaged()
        place: int = (group * self._group_blocks + within) * self.block
        return place

    def _records(self, data: bytes, start: int, count: int) -> Iterator[Extent]:
        if start + count * 16 > len(data):
            raise damaged()
        for high, low in struct.iter_unpack(">QQ", data[start : start + count * 16]):
            block = (high & 0x1FF) << 43 | low >> 21
            place = None if high & _UNWRITTEN else self._byte(block)
            yield Extent(high >> 9 & (1 << 54) - 1, low & 0x1FFFFF, place)

    def _of_tree(self, root: bytes) -> Iterator[Extent]:
        """The extents below the root of a tree; every step down is one level, so that it ends."""
        level, count = struct.unpack_from(">HH", root)
        waiting = [(level - 1, each) for each in self._below(root, 4, count)]
        waiting.reverse()
        if not 0 < level <= _LEVELS_MOST:
            raise damaged()
        header = 72 if self.checked else 24
        blocks = extents = 0
        while waiting:
            level, number = waiting.pop()
            blocks += 1
            data = self._window.read_at(self._byte(number), self.block)
            if len(data) < self.block or data[:4] != (b"BMA3" if self.checked else b"BMAP"):
                raise damaged()
            own_level, count = struct.unpack_from(">HH", data, 4)
            if own_level != level or blocks > _TREE_BLOCKS_MOST:
                raise damaged()
            if level:
                waiting += [(level - 1, each) for each in reversed(self._below(data, header, count))]
                continue
            extents += count
            if extents > _EXTENTS_MOST:
                raise damaged()
            yield from self._records(data, header, count)

    def _below(self, data: bytes, header: int, count: int) -> list[int]:
        """The blocks that a node of a tree names, behind its keys; there is room for as many keys as blocks."""
        room = (len(data) - header) // 16
        if not 0 < count <= room:
            raise damaged()
        return list(struct.unpack_from(f">{count}Q", data, header + room * 8))
