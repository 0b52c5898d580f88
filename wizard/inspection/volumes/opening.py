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

# The same of XFS, from Linux's fs/xfs/libxfs/xfs_format.h: ftype, spinodes, meta_uuid, bigtime, nrext64, exchange-range,
# parent. Left out: needsrepair, metadir, and what comes after.
_XFS_READ: Final = 0x1 | 0x2 | 0x4 | 0x8 | 0x20 | 0x40 | 0x80


def _ext(window: Window) -> Tree:
    incompatible, read_only = struct.unpack_from("<II", window.read_at(1024, 1024).ljust(1024, b"\0"), 96)
    if incompatible & ~_EXT_READ or read_only & _EXT_BIGALLOC:
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
    return FatTree(_opened(pyfsfat.volume(), window))


_OPENERS: Final[Mapping[Volume, Callable[[Window], Tree]]] = {
    Volume.EXT: _ext,
    Volume.XFS: _xfs,
    Volume.NTFS: _ntfs,
    Volume.FAT: _fat,
}


def _opened(volume: Any, window: Window) -> Any:
    ask(volume.open_file_object, window)
    return volume
