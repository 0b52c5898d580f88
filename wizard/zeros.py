"""Runs of zeros within data: what a sparse file need not store, and what need not be sent."""

from __future__ import annotations

from typing import Final

SECTOR: Final = 512
SHORTEST_RUN: Final = 64 * 1024
"""Zeros shorter than this count as data, in bytes: to leave them out would cost more than it saves."""

# The usual chunk is compared without making a slice of zeros first.
_CHUNK: Final = bytes(4 * 1024 * 1024)
_RUN: Final = bytes(SHORTEST_RUN)


def parts_with_data(data: bytes) -> list[tuple[int, int]]:
    """First and beyond-last byte of each part between runs of zero sectors of SHORTEST_RUN and more.

    A part begins and ends at a whole sector, but for one that ends with the data. Nothing but zeros: no part.
    """
    # bytes are compared by memcmp, whole slices at once: any look at single bytes would be a hundred times slower.
    if data == (_CHUNK if len(data) == len(_CHUNK) else _CHUNK[: len(data)]):
        return []
    parts: list[tuple[int, int]] = []
    for offset in range(0, len(data), SHORTEST_RUN):
        block = data[offset : offset + SHORTEST_RUN]
        if block == _RUN:
            continue
        filled = len(block.rstrip(b"\0"))
        if not filled:
            continue
        empty = len(block) - len(block.lstrip(b"\0"))
        first = offset + empty // SECTOR * SECTOR
        last = min(offset + -(-filled // SECTOR) * SECTOR, len(data))
        if parts and first - parts[-1][1] < SHORTEST_RUN:
            parts[-1] = parts[-1][0], last
        else:
            parts.append((first, last))
    return parts
