"""CRC-32C (Castagnoli), the checksum of VHDX: RFC 3720, appendix B.4.

What it guards has at most 64 KiB and is mostly zeros, so a table in Python and a leap over zeros are quick enough (under
a millisecond); no package is needed for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_POLYNOMIAL: Final = 0x82F63B78  # reflected
_LEAP: Final = 1024
_ZEROS: Final = bytes(_LEAP)


def crc32c(data: bytes) -> int:
    """The CRC-32C of these bytes."""
    table, leap = _table(), _leap()
    crc = 0xFFFFFFFF
    for start in range(0, len(data), _LEAP):
        piece = data[start : start + _LEAP]
        if piece == _ZEROS:
            crc = (
                leap[0][crc & 0xFF]
                ^ leap[1][crc >> 8 & 0xFF]
                ^ leap[2][crc >> 16 & 0xFF]
                ^ leap[3][crc >> 24]
            )
            continue
        for byte in piece:
            crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


@lru_cache(maxsize=1)
def _table() -> tuple[int, ...]:
    entries = []
    for entry in range(256):
        for _ in range(8):
            entry = (entry >> 1) ^ (_POLYNOMIAL if entry & 1 else 0)
        entries.append(entry)
    return tuple(entries)


@lru_cache(maxsize=1)
def _leap() -> tuple[tuple[int, ...], ...]:
    """For each byte of a state what it becomes after `_LEAP` zeros; the four together (a CRC is linear) are the new state."""
    table = _table()
    of_bit = []
    for bit in range(32):
        state = 1 << bit
        for _ in range(_LEAP):
            state = table[state & 0xFF] ^ (state >> 8)
        of_bit.append(state)
    tables = []
    for byte in range(4):
        entries = [0] * 256
        for value in range(1, 256):
            lowest = value & -value
            entries[value] = entries[value ^ lowest] ^ of_bit[byte * 8 + lowest.bit_length() - 1]
        tables.append(tuple(entries))
    return tuple(tables)
