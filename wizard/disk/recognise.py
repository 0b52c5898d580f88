"""What kind of file this is: by its last bytes first, because a fixed VHD shows itself only there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from wizard.disk.vhd_footer import COOKIE, FOOTER_BYTES, VERSION, DiskType, Footer

ReadAt = Callable[[int, int], bytes]
"""Bytes at an offset, fewer where the file ends. Ask for little: nothing larger than 1 MiB is ever read at once."""

_MEBIBYTE: Final = 1024 * 1024
_TAIL: Final = 64 * 1024


class FileKind(StrEnum):
    """What a file turned out to be."""

    FIXED_VHD = "fixed_vhd"
    DYNAMIC_VHD = "dynamic_vhd"
    DIFFERENCING_VHD = "differencing_vhd"
    VHD_OF_UNKNOWN_TYPE = "vhd_of_unknown_type"
    FOOTER_DAMAGED = "footer_damaged"
    FOOTER_CUT_OFF = "footer_cut_off"
    FOOTER_NOT_AT_END = "footer_not_at_end"
    VHDX = "vhdx"
    QCOW2 = "qcow2"
    VMDK = "vmdk"
    VDI = "vdi"
    PARALLELS = "parallels"
    WIM = "wim"
    ISO = "iso"
    ARCHIVE = "archive"
    RAW_DISK = "raw_disk"
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    SOMETHING_ELSE = "something_else"
    UNREADABLE = "unreadable"


# Offset, what stands there, and what that makes the file.
_SIGNATURES: Final = (
    (0, b"vhdxfile", FileKind.VHDX),
    (0, b"QFI\xfb", FileKind.QCOW2),
    (0, b"KDMV", FileKind.VMDK),
    (0, b"COWD", FileKind.VMDK),
    (0, b"# Disk DescriptorFile", FileKind.VMDK),
    (0x40, b"\x7f\x10\xda\xbe", FileKind.VDI),
    (0, b"WithoutFreeSpace", FileKind.PARALLELS),
    (0, b"WithouFreSpacExt", FileKind.PARALLELS),
    (0, b"MSWIM\0\0\0", FileKind.WIM),
    (0, b"PK\x03\x04", FileKind.ARCHIVE),  # ZIP
    (0, b"\x1f\x8b", FileKind.ARCHIVE),  # gzip
    (0, b"\xfd7zXZ\0", FileKind.ARCHIVE),
    (0, b"BZh", FileKind.ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", FileKind.ARCHIVE),  # Zstandard
    (0, b"\x04\x22\x4d\x18", FileKind.ARCHIVE),  # LZ4
    (0, b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
    (0, b"Rar!\x1a\x07", FileKind.ARCHIVE),
    (0, b"MSCF\0\0\0\0", FileKind.ARCHIVE),  # Windows cabinet
    (0x101, b"ustar", FileKind.ARCHIVE),  # tar, OVA
    (0x8001, b"CD001", FileKind.ISO),
)

_KIND_OF_TYPE: Final = {
    DiskType.FIXED: FileKind.FIXED_VHD,
    DiskType.DYNAMIC: FileKind.DYNAMIC_VHD,
    DiskType.DIFFERENCING: FileKind.DIFFERENCING_VHD,
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """The kind of the file, the footer where there is one, and where it begins.

    `cut_off`: a dynamic VHD whose footer is missing, known by the copy at its beginning.
    """

    kind: FileKind
    footer: Footer | None = None
    footer_offset: int | None = None
    cut_off: bool = False


def recognise(read_at: ReadAt, file_bytes: int) -> Recognised:
    """What the file is; never raises for what stands in it."""
    if file_bytes == 0:
        return Recognised(FileKind.EMPTY)
    offset = file_bytes - FOOTER_BYTES
    footer = Footer.parse(read_at(offset, FOOTER_BYTES) if offset >= 0 else b"")
    if footer.cookie_valid:
        return Recognised(_kind_of(footer), footer, offset)
    for at_offset, signature, kind in _SIGNATURES:
        if read_at(at_offset, len(signature)) == signature:
            return Recognised(kind)
    return Recognised(FileKind.TOO_SHORT) if offset < 0 else _without_footer(read_at, file_bytes, footer)


def _kind_of(footer: Footer) -> FileKind:
    try:
        return _KIND_OF_TYPE[DiskType(footer.disk_type)]
    except (KeyError, ValueError):
        return FileKind.VHD_OF_UNKNOWN_TYPE


def _without_footer(read_at: ReadAt, file_bytes: int, tail: Footer) -> Recognised:
    head = read_at(0, FOOTER_BYTES)
    copy = Footer.parse(head)
    if copy.cookie_valid and copy.disk_type in (DiskType.DYNAMIC, DiskType.DIFFERENCING):
        return Recognised(_kind_of(copy), copy, 0, cut_off=True)
    offset = file_bytes - FOOTER_BYTES
    if replace(tail, cookie=COOKIE).checksum_valid:
        return Recognised(
            FileKind.FOOTER_DAMAGED, tail, offset
        )  # only its cookie is; the rest can be believed
    if _was_a_footer(tail):
        return Recognised(FileKind.FOOTER_DAMAGED, None, offset)
    start = max(0, file_bytes - _TAIL)
    found = read_at(start, _TAIL).rfind(COOKIE)
    if found >= 0:
        offset = start + found
        footer = Footer.parse(read_at(offset, FOOTER_BYTES))
        if offset + FOOTER_BYTES > file_bytes:
            return Recognised(FileKind.FOOTER_CUT_OFF, None, offset)
        if footer.checksum_valid:
            return Recognised(FileKind.FOOTER_NOT_AT_END, footer, offset)
    if head[510:512] == b"\x55\xaa" or read_at(512, 8) == b"EFI PART":
        # A whole number of MiB and 512 bytes more: there was a footer, and something wiped it.
        wiped = file_bytes % _MEBIBYTE == FOOTER_BYTES
        return Recognised(FileKind.FOOTER_DAMAGED if wiped else FileKind.RAW_DISK)
    return Recognised(FileKind.SOMETHING_ELSE)


def _was_a_footer(tail: Footer) -> bool:
    """Whether these bytes were a footer before something wrote over a part of them."""
    same = sum(a == b for a, b in zip(tail.cookie, COOKIE, strict=True))
    known_type = tail.disk_type in (DiskType.FIXED, DiskType.DYNAMIC, DiskType.DIFFERENCING)
    return same >= 5 or (tail.version == VERSION and known_type and tail.current_size > 0)
