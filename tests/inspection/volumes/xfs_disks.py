"""An XFS laid out by hand, as no mkfs makes it: a file in more pieces than an inode's tree of two levels can hold."""

from __future__ import annotations

import struct

BLOCK = 1024
INODE = 512
GROUP_BITS = 14
INODES = 8  # the block where the inodes lie
TREE = 16  # and the blocks of the tree
DATA = 1024  # every second block from here on holds data

_IN_LEAF = (BLOCK - 72) // 16


def xfs_of_many_pieces(count: int, *, name: bytes = b"big", level: int = 2) -> dict[int, bytes]:
    """The pieces of a version 5 file system whose root holds one file: every second block of it is there, `count` in all."""
    leaves = [range(first, min(first + _IN_LEAF, count)) for first in range(0, count, _IN_LEAF)]
    pieces = {0: _superblock(), INODES * BLOCK: _folder(name) + _file(count, level)}
    first_leaf = TREE + 1
    pieces[TREE * BLOCK] = _node(1, [(2 * leaf[0], first_leaf + index) for index, leaf in enumerate(leaves)])
    for index, leaf in enumerate(leaves):
        records = b"".join(_record(2 * each, DATA + 2 * each) for each in leaf)
        pieces[(first_leaf + index) * BLOCK] = _header(0, len(leaf)) + records
    for each in range(count):
        pieces[(DATA + 2 * each) * BLOCK] = struct.pack(">I", each) * (BLOCK // 4)
    return pieces


def content(count: int) -> bytes:
    """What stands in that file."""
    return b"".join(struct.pack(">I", each) * (BLOCK // 4) + bytes(BLOCK) for each in range(count))


def _superblock() -> bytes:
    block = bytearray(512)
    struct.pack_into(">4sIQ", block, 0, b"XFSB", BLOCK, 1 << GROUP_BITS)
    struct.pack_into(">Q", block, 56, INODES << 1)
    struct.pack_into(">II", block, 84, 1 << GROUP_BITS, 1)
    struct.pack_into(">HHHH", block, 100, 0xB4B5, 512, INODE, BLOCK // INODE)
    block[120:125] = bytes((10, 9, 9, 1, GROUP_BITS))
    struct.pack_into(">I", block, 216, 1)
    return bytes(block)


def _inode(mode: int, form: int, size: int, fork: bytes) -> bytes:
    core = bytearray(176)
    struct.pack_into(">HHBB", core, 0, 0x494E, mode, 3, form)
    struct.pack_into(">i", core, 40, 1_700_000_000)
    struct.pack_into(">Q", core, 56, size)
    return (bytes(core) + fork).ljust(INODE, b"\0")


def _folder(name: bytes) -> bytes:
    fork = struct.pack(">BBI", 1, 0, INODES << 1) + bytes((len(name), 0, 0x60)) + name + b"\1"
    return _inode(0o40755, 1, len(fork), fork + struct.pack(">I", (INODES << 1) + 1))


def _file(count: int, level: int) -> bytes:
    room = (INODE - 176 - 4) // 16
    fork = struct.pack(">HHQ", level, 1, 0).ljust(4 + room * 8, b"\0") + struct.pack(">Q", TREE)
    return _inode(0o100644, 3, 2 * count * BLOCK, fork)


def _header(level: int, count: int) -> bytes:
    return struct.pack(">4sHH", b"BMA3", level, count).ljust(72, b"\0")


def _node(level: int, below: list[tuple[int, int]]) -> bytes:
    room = (BLOCK - 72) // 16
    keys = b"".join(struct.pack(">Q", start) for start, _ in below).ljust(room * 8, b"\0")
    return _header(level, len(below)) + keys + b"".join(struct.pack(">Q", place) for _, place in below)


def _record(start: int, place: int) -> bytes:
    return struct.pack(">QQ", start << 9 | place >> 43, (place << 21 | 1) & (2**64 - 1))
