"""Unified kernel images: an EFI program that holds kernel, command line and initial RAM disk, each in a section of its own.

Layout: Microsoft PE format; sections: UAPI Group, Unified Kernel Image.
"""

from __future__ import annotations

import struct
from typing import Final

from wizard.inspection.linux.boot.loader_entries import LoaderEntry
from wizard.inspection.system_files import Content, Files

_PLACES: Final = ("/boot/efi/EFI/Linux/*.efi", "/efi/EFI/Linux/*.efi", "/boot/EFI/Linux/*.efi")
_MOST: Final = 32
_SECTIONS_MOST: Final = 96  # as Windows' own loader allows
_SECTION: Final = struct.Struct("<8sIIII16x")
_TEXT_MOST: Final = 4_096


def unified_images(files: Files) -> tuple[LoaderEntry, ...]:
    """Those on the EFI system partition, the newest by name first."""
    found: list[LoaderEntry] = []
    for path in sorted({each for pattern in _PLACES for each in files.glob(pattern)}, reverse=True)[:_MOST]:
        content = files.content(path)
        parts = sections(content) if content is not None else {}
        if content is None or ".linux" not in parts:
            continue
        name = path.rpartition("/")[2].removesuffix(".efi")
        version = _text(content, parts.get(".uname"))
        found.append(
            LoaderEntry(
                path,
                name,
                name,
                version,
                kernel=path,
                initial_disks=(path,) if ".initrd" in parts else (),
                options=_text(content, parts.get(".cmdline")),
            )
        )
    return tuple(found)


def sections(content: Content) -> dict[str, tuple[int, int]]:
    """The sections of an EFI program: where each begins and how long it is, in bytes; nothing where it is none."""
    head = content.read_at(0, 64)
    if len(head) < 64 or head[:2] != b"MZ":
        return {}
    (at,) = struct.unpack_from("<I", head, 60)
    head = content.read_at(at, 24)
    if len(head) < 24 or head[:4] != b"PE\0\0":
        return {}
    count, optional = struct.unpack_from("<H", head, 6)[0], struct.unpack_from("<H", head, 20)[0]
    table = content.read_at(at + 24 + optional, min(count, _SECTIONS_MOST) * _SECTION.size)
    found: dict[str, tuple[int, int]] = {}
    for offset in range(0, len(table) - _SECTION.size + 1, _SECTION.size):
        name, used, _address, stored, begins = _SECTION.unpack_from(table, offset)
        found.setdefault(
            name.rstrip(b"\0").decode("latin-1"), (begins, min(used, stored) if used else stored)
        )
    return found


def _text(content: Content, part: tuple[int, int] | None) -> str:
    if part is None:
        return ""
    data = content.read_at(part[0], min(part[1], _TEXT_MOST))
    return " ".join(data.partition(b"\0")[0].decode("utf-8", "replace").split())
