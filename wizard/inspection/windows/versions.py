"""Chapter `drivers`: the versions of program files, out of the version resource of their PE format."""

from __future__ import annotations

import struct
from typing import Final

from wizard.inspection.found.windows_files import DriverVersion, WindowsDrivers
from wizard.inspection.system_files import Content, Files
from wizard.rules_data import load

_SECTIONS_MOST: Final = 96  # as Windows itself
_ENTRIES_MOST: Final = 64  # of one folder of resources
_RESOURCES: Final = 2  # its place among the data directories
_VERSION: Final = 16  # RT_VERSION
_RESOURCE_MOST: Final = 4096  # the fixed part is at its beginning
_SUB_FOLDER: Final = 0x80000000
_SIGNATURE: Final = struct.pack("<I", 0xFEEF04BD)


def read_drivers(files: Files) -> WindowsDrivers:
    """Those of the drivers that a rule asks for."""
    found = []
    for path in load("windows_drivers")["files"]:
        content = files.content(str(path))
        if content is not None:
            found.append(DriverVersion(str(path), version_of(content)))
    return WindowsDrivers(tuple(found))


def version_of(content: Content) -> str:
    """The file version of a PE file ("6.1.7601.23689"); "" where it has none or is no PE file as it stands.

    Windows may have compressed the file (CompactOS): then its content is not a PE file for whoever reads the disk.
    """
    try:
        return _version(content)
    except struct.error:
        return ""


def _version(content: Content) -> str:
    if content.read_at(0, 2) != b"MZ":
        return ""
    (start,) = struct.unpack("<I", content.read_at(0x3C, 4))
    head = content.read_at(start, 24)
    if head[:4] != b"PE\0\0":
        return ""
    (sections,), (optional,) = struct.unpack_from("<H", head, 6), struct.unpack_from("<H", head, 20)
    (magic,) = struct.unpack("<H", content.read_at(start + 24, 2))
    directories = start + 24 + {0x10B: 96, 0x20B: 112}.get(magic, 0)
    if directories == start + 24 or sections > _SECTIONS_MOST:
        return ""
    (address,) = struct.unpack("<I", content.read_at(directories + _RESOURCES * 8, 4))
    table = content.read_at(start + 24 + optional, sections * 40)
    resources = _place(table, address)
    if not address or resources is None:
        return ""
    entry = _version_entry(content, resources)
    place = _place(table, entry[0]) if entry is not None else None
    if entry is None or place is None:
        return ""
    data = content.read_at(place, min(entry[1], _RESOURCE_MOST))
    at = data.find(_SIGNATURE)
    if at < 0:
        return ""
    high, low = struct.unpack_from("<II", data, at + 8)
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"


def _version_entry(content: Content, resources: int) -> tuple[int, int] | None:
    """Address and length of the first version resource: folders of types, names and languages, one below the other."""
    at = resources
    for level in range(3):
        named, numbered = struct.unpack("<HH", content.read_at(at + 12, 4))
        count = min(named + numbered, _ENTRIES_MOST)
        entries = struct.iter_unpack("<II", content.read_at(at + 16, count * 8))
        below = next((place for kind, place in entries if level or kind == _VERSION), None)
        if below is None or bool(below & _SUB_FOLDER) != (level < 2):
            return None
        at = resources + (below & ~_SUB_FOLDER)
    address, length = struct.unpack("<II", content.read_at(at, 8))
    return address, length


def _place(sections: bytes, address: int) -> int | None:
    """Where in the file what lies at this address in memory is."""
    for at in range(0, len(sections) - 39, 40):
        size, start, length, place = struct.unpack_from("<IIII", sections, at + 8)
        if start <= address < start + max(size, length):
            return int(place + address - start)
    return None
