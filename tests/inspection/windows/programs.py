"""Program files of Windows for tests: a PE file with a version resource and nothing else."""

from __future__ import annotations

import struct

_ADDRESS = 0x1000  # of the resources, in memory
_PLACE = 0x400  # of the resources, in the file


def program(version: str, *, machine: int = 0x8664) -> bytes:
    """A PE file (32-bit headers for the machine 0x14C, 64-bit ones otherwise) of that file version."""
    wide = machine != 0x14C
    fixed = 112 if wide else 96
    resources = _resources(version)
    head = bytearray(_PLACE)
    struct.pack_into("<2s", head, 0, b"MZ")
    struct.pack_into("<I", head, 0x3C, 0x80)
    struct.pack_into("<4sHH12xHH", head, 0x80, b"PE\0\0", machine, 1, fixed + 128, 0x2022)
    struct.pack_into("<H", head, 0x98, 0x20B if wide else 0x10B)
    struct.pack_into("<I", head, 0x98 + fixed - 4, 16)
    struct.pack_into("<II", head, 0x98 + fixed + 16, _ADDRESS, len(resources))
    struct.pack_into(
        "<8sIIII", head, 0x98 + fixed + 128, b".rsrc", len(resources), _ADDRESS, len(resources), _PLACE
    )
    return bytes(head) + resources


def _resources(version: str) -> bytes:
    """Folders for type, name and language, an entry, and the version's fixed part."""
    high, low, build, revision = (int(part) for part in version.split("."))
    text = "VS_VERSION_INFO\0".encode("utf-16-le")
    fixed = struct.pack("<IIII36x", 0xFEEF04BD, 0x10000, high << 16 | low, build << 16 | revision)
    info = struct.pack("<HHH", 6 + len(text) + 2 + len(fixed), len(fixed), 0) + text + bytes(2) + fixed
    folder = struct.Struct("<12xHHII")
    sub = 0x80000000
    other = struct.pack("<12xHHIIII", 0, 2, 3, sub | 32, 16, sub | 32)  # icons before, then the version
    return (
        other
        + folder.pack(0, 1, 1, sub | 56)
        + folder.pack(0, 1, 1033, 80)
        + struct.pack("<IIII", _ADDRESS + 96, len(info), 0, 0)
        + info
    )
