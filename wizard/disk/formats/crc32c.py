"""CRC-32C (Castagnoli), the checksum of VHDX: RFC 3720, appendix B.4.

What it guards has at most 64 KiB and is mostly zeros, so a table in Python and a leap over zeros are quick enough (under
a millisecond); no package is needed for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_POLYNOMIAL: Final = 0x82F63B78  # reflected
_PAGE: Final = bytes(1024)
_LINE: Final = bytes(64)


def crc32c(data: bytes) -> int:
    """The CRC-32C of these bytes."""
    table = _table()
    crc = 0xFFFFFFFF
    for start in range(0, len(data), len(_PAGE)):
        page = data[start : start + len(_PAGE)]
        if page == _PAGE:
            crc = _after_zeros(crc, len(_PAGE))
            continue
        for at in range(0, len(page), len(_LINE)):
            line = page[at : at + len(_LINE)]
            if line == _LINE:
                crc = _after_zeros(crc, len(_LINE))
                continue
            for byte in line:
                crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _after_zeros(crc: int, count: int) -> int:
    """What the state becomes after so many zeros. A CRC is linear: each byte of the state may go its own way."""
    first, second, third, fourth = _leap(count)
    return first[crc & 0xFF] ^ second[crc >> 8 & 0xFF] ^ third[crc >> 16 & 0xFF] ^ fourth[crc >> 24]


@lru_cache(maxsize=1)
def _table() -> tuple[int, ...]:
    entries = []
    for entry in range(256):
        for _ in range(8):
            entry = (entry >> 1) ^ (_POLYNOMIAL if entry & 1 else 0)
        entries.append(entry)
    return tuple(entries)


@lru_cache(maxsize=2)
def _leap(count: int) -> tuple[tuple[int, ...], ...]:
    """For each of a state's four bytes and each value of it what `count` zeros make of that."""
    table = _table()
    of_bit = []
    for bit in range(32):
        state = 1 << bit
        for _ in range(count):
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
