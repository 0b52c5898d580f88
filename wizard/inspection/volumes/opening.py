"""From a volume to its tree, where a reader for it is at hand and can be trusted with it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

import pyfsext
import pyfsfat
import pyfsntfs

from wizard.disk.partitions.volumes import Volume
from wizard.inspection.tree import Tree
from wizard.inspection.volumes.trees.ext import ExtTree
from wizard.inspection.volumes.trees.fat import FatTree
from wizard.inspection.volumes.trees.libyal import ask
from wizard.inspection.volumes.trees.ntfs import NtfsTree
from wizard.inspection.volumes.trees.xfs import XfsTree
from wizard.inspection.volumes.window import Window


class UnreadableError(Exception):
    """A file system that is sound as far as anybody knows, and that no reader here can be trusted with."""


def open_tree(kind: Volume, window: Window) -> Tree:
    """The volume's tree; raises UnreadableError where there is no reader for it, OSError where it is damaged."""
    opener = _OPENERS.get(kind)
    if opener is None:
        raise UnreadableError(kind.value)
    return opener(window)


# Features that change how ext is laid out, as in Linux's fs/ext4/ext4.h: filetype, recover, extents, 64bit, mmp, flex_bg,
# csum_seed, casefold. Left out: a journal device, meta_bg, ea_inode, dirdata, largedir and encrypt, which libfsext refuses;
# compression, which nobody has; and inline_data, whose files it reads wrongly.
_EXT_READ: Final = 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200 | 0x2000 | 0x20000
_EXT_BIGALLOC: Final = 0x200  # of the features that a writer has to know
# Of those that a reader need not know, libfsext knows these; it refuses sparse_super2, fast_commit and stable_inodes.
_EXT_COMPATIBLE: Final = 0x1 | 0x4 | 0x8 | 0x10 | 0x20 | 0x1000

# The same of XFS, from Linux's fs/xfs/libxfs/xfs_format.h: ftype, spinodes, meta_uuid, bigtime, nrext64, exchange-range,
# parent. Left out: needsrepair, metadir, and what comes after.
_XFS_READ: Final = 0x1 | 0x2 | 0x4 | 0x8 | 0x20 | 0x40 | 0x80


def _ext(window: Window) -> Tree:
    head = window.read_at(1024, 1024).ljust(1024, b"\0")
    compatible, incompatible, read_only = struct.unpack_from("<III", head, 92)
    if compatible & ~_EXT_COMPATIBLE or incompatible & ~_EXT_READ or read_only & _EXT_BIGALLOC:
        raise UnreadableError("ext")
    return ExtTree(_opened(pyfsext.volume(), window))


def _xfs(window: Window) -> Tree:
    head = window.read_at(0, 512).ljust(512, b"\0")
    version, incompatible = (
        struct.unpack_from(">H", head, 100)[0] & 0xF,
        struct.unpack_from(">I", head, 216)[0],
    )
    if version not in (4, 5) or (version == 5 and incompatible & ~_XFS_READ):
        raise UnreadableError("xfs")
    return XfsTree(window)


def _ntfs(window: Window) -> Tree:
    return NtfsTree(_opened(pyfsntfs.volume(), window))


def _fat(window: Window) -> Tree:
    # libfsfat takes the largest of FAT12 for FAT16, and follows their chains of clusters wrongly.
    if 4074 <= _clusters(window.read_at(0, 512).ljust(512, b"\0")) < 4085:
        raise UnreadableError("fat")
    return FatTree(_opened(pyfsfat.volume(), window))


def _clusters(head: bytes) -> int:
    """How many clusters a FAT12 or FAT16 has (Microsoft's FAT32 specification 1.03, "FAT type determination"); 0 for others."""
    sector, cluster, reserved, tables, entries, small = struct.unpack_from("<HBHBHH", head, 11)
    table, large = struct.unpack_from("<H8xI", head, 22)
    if not (table and sector and cluster):
        return 0
    folder = -(-entries * 32 // sector)
    return int(((small or large) - reserved - tables * table - folder) // cluster)


_OPENERS: Final[Mapping[Volume, Callable[[Window], Tree]]] = {
    Volume.EXT: _ext,
    Volume.XFS: _xfs,
    Volume.NTFS: _ntfs,
    Volume.FAT: _fat,
}


def _opened(volume: Any, window: Window) -> Any:
    ask(volume.open_file_object, window)
    return volume
