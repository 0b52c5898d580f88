"""What a volume says of itself at its beginning: label, UUID, size, free space.

Sources: Linux's fs/ext4/ext4.h, XFS Algorithms and Data Structures, Microsoft's FAT specification (fatgen103), the NTFS and
exFAT boot sectors, btrfs on-disk format, LUKS1 and LUKS2 on-disk formats, mkswap(8). UUIDs are written as blkid(8) does.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from wizard.disk.partitions.volumes import Volume
from wizard.inspection.volumes.window import Window

_BTRFS_AT: Final = 0x10000
_NOT_KNOWN: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Facts:
    """`total`, `free` in bytes, None where the volume does not say."""

    label: str = ""
    uuid: str = ""
    total: int | None = None
    free: int | None = None


def facts_of(kind: Volume, window: Window) -> Facts:
    """What a volume of this kind says of itself; raises OSError where it cannot be read, nothing for what it says."""
    reader = _READERS.get(kind)
    try:
        return reader(window) if reader is not None else Facts()
    except struct.error:  # the volume ends within its own first block
        return Facts()


def _ext(window: Window) -> Facts:
    block = window.read_at(1024, 1024)
    blocks, free = _of("<I", block, 4), _of("<I", block, 12)
    size = 1024 << min(_of("<I", block, 24), 16)
    if _of("<I", block, 96) & 0x80:  # 64bit
        blocks |= _of("<I", block, 336) << 32
        free |= _of("<I", block, 344) << 32
    return Facts(_text(block[120:136]), _uuid(block[104:120]), *_sizes(blocks * size, free * size))


def _xfs(window: Window) -> Facts:
    block = window.read_at(0, 512)
    size, blocks, free = _of(">I", block, 4), _of(">Q", block, 8), _of(">Q", block, 144)
    return Facts(_text(block[108:120]), _uuid(block[32:48]), *_sizes(blocks * size, free * size))


def _btrfs(window: Window) -> Facts:
    block = window.read_at(_BTRFS_AT, 1024)
    total, used = struct.unpack_from("<QQ", block, 0x70)
    return Facts(_text(block[0x12B:0x22B]), _uuid(block[0x20:0x30]), *_sizes(total, max(total - used, 0)))


def _ntfs(window: Window) -> Facts:
    sector = window.read_at(0, 512)
    total = _of("<Q", sector, 40) * _of("<H", sector, 11)
    return Facts(uuid=f"{_of('<Q', sector, 72):016X}", total=_sizes(total, None)[0])


def _exfat(window: Window) -> Facts:
    sector = window.read_at(0, 512)
    total = _of("<Q", sector, 72) << min(sector[108], 12)
    return Facts(uuid=_serial(_of("<I", sector, 100)), total=_sizes(total, None)[0])


def _fat(window: Window) -> Facts:
    sector = window.read_at(0, 512)
    wide = sector[82:90] == b"FAT32   "
    serial_at = 67 if wide else 39
    label = sector[serial_at + 4 : serial_at + 15].decode("ascii", "replace").rstrip()
    sector_bytes, cluster = _of("<H", sector, 11), sector[13] * _of("<H", sector, 11)
    total = (_of("<H", sector, 19) or _of("<I", sector, 32)) * sector_bytes
    free = None
    if wide:
        info = window.read_at(_of("<H", sector, 48) * sector_bytes, 512)
        if info[:4] == b"RRaA" and _of("<I", info, 488) != _NOT_KNOWN:
            free = _of("<I", info, 488) * cluster
    return Facts(
        _printable(label) if label != "NO NAME" else "",
        _serial(_of("<I", sector, serial_at)),
        *_sizes(total, free),
    )


def _luks(window: Window) -> Facts:
    head = window.read_at(0, 512)
    label = _text(head[24:72]) if _of(">H", head, 6) == 2 else ""
    return Facts(label, _text(head[168:208]))


def _swap(window: Window) -> Facts:
    head = window.read_at(1024, 64)
    return Facts(_text(head[28:44]), _uuid(head[12:28]), total=window.size)


_READERS: Final[Mapping[Volume, Callable[[Window], Facts]]] = {
    Volume.EXT: _ext,
    Volume.XFS: _xfs,
    Volume.BTRFS: _btrfs,
    Volume.NTFS: _ntfs,
    Volume.EXFAT: _exfat,
    Volume.FAT: _fat,
    Volume.LUKS: _luks,
    Volume.SWAP: _swap,
}


def _of(layout: str, data: bytes, offset: int) -> int:
    number: int = struct.unpack_from(layout, data, offset)[0]
    return number


def _sizes(total: int, free: int | None) -> tuple[int | None, int | None]:
    """Both as far as they can be: no disk has 2^63 bytes, and no more is free than there is."""
    if not 0 < total < 2**63:
        return None, None
    return total, free if free is not None and 0 <= free <= total else None


def _text(data: bytes) -> str:
    return _printable(data.split(b"\0", 1)[0].decode("utf-8", "replace").rstrip())


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _uuid(data: bytes) -> str:
    return str(uuid.UUID(bytes=data)) if len(data) == 16 and any(data) else ""


def _serial(number: int) -> str:
    return f"{number >> 16:04X}-{number & 0xFFFF:04X}"
