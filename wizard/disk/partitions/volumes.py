"""What lies in a partition, by the marks that file systems and encryption leave at its beginning."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

VOLUME_HEAD: Final = 4096 * 2
"""How many bytes of a partition are enough to know it, but for Btrfs, which is asked for by itself."""

BTRFS_MARK: Final = (0x10040, b"_BHRfS_M")


class Volume(StrEnum):
    """What a partition holds; UNKNOWN where nothing says so."""

    NTFS = "ntfs"
    FAT = "fat"
    EXFAT = "exfat"
    REFS = "refs"
    BITLOCKER = "bitlocker"
    EXT = "ext"
    XFS = "xfs"
    BTRFS = "btrfs"
    LVM = "lvm"
    LUKS = "luks"
    SWAP = "swap"
    EMPTY = "empty"
    UNKNOWN = "unknown"


# The order counts: BitLocker sits on what still looks like a boot sector.
_MARKS: Final = (
    (3, b"-FVE-FS-", Volume.BITLOCKER),
    (0, b"LUKS\xba\xbe", Volume.LUKS),
    (3, b"NTFS    ", Volume.NTFS),
    (3, b"EXFAT   ", Volume.EXFAT),
    (3, b"ReFS", Volume.REFS),
    (82, b"FAT32   ", Volume.FAT),
    (54, b"FAT1", Volume.FAT),
    (0, b"XFSB", Volume.XFS),
    (512, b"LABELONE", Volume.LVM),
    (4086, b"SWAPSPACE2", Volume.SWAP),
    (1080, b"\x53\xef", Volume.EXT),
)


def volume_of(head: bytes) -> Volume:
    """What these first bytes of a partition belong to; raises nothing."""
    for offset, mark, volume in _MARKS:
        if head[offset : offset + len(mark)] == mark:
            return volume
    return Volume.EMPTY if not any(head) else Volume.UNKNOWN
