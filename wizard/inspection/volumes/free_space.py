"""How much of an NTFS is free: no number says so, only a bit for each of its clusters."""

from __future__ import annotations

from typing import Final

from wizard.inspection.volumes.trees.ntfs import NtfsTree

_BITMAP_MOST: Final = 32 * 1024 * 1024  # bytes: a volume of 1 TiB with clusters of 4 KiB
_PIECE: Final = 256 * 1024


def ntfs_free_bytes(tree: NtfsTree, total: int | None) -> int | None:
    """The clusters that $Bitmap calls free, in bytes; None where it is too large to be counted. Raises OSError."""
    cluster = tree.cluster_bytes
    if total is None or cluster <= 0:
        return None
    clusters = total // cluster
    if not 0 < clusters <= _BITMAP_MOST * 8:
        return None
    used, left = 0, clusters
    for offset in range(0, (clusters + 7) // 8, _PIECE):
        piece = tree.bitmap(offset, min(_PIECE, (clusters + 7) // 8 - offset))
        bits = int.from_bytes(piece, "little") & ((1 << min(left, len(piece) * 8)) - 1)
        used += bits.bit_count()
        left -= len(piece) * 8
        if not piece:
            return None
    return (clusters - used) * cluster
