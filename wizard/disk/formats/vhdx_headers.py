"""The beginning of a VHDX: two headers, of which the newer counts, and two equal tables of regions.

[MS-VHDX] 2.2: "Header Section". Every number little-endian.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from typing import Final

from wizard.disk.files.extents import Extent
from wizard.disk.formats.blocks import overlap
from wizard.disk.formats.crc32c import crc32c
from wizard.disk.formats.file_image import ImageFile
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage, cut_off, damaged, unknown_feature
from wizard.messages import msg

MIB: Final = 1024 * 1024
KIB: Final = 1024

_HEADERS_AT: Final = (64 * KIB, 128 * KIB)
_HEADER_BYTES: Final = 4 * KIB
_HEADER: Final = struct.Struct("<4sIQ16s16s16sHHIQ")
_TABLES_AT: Final = (192 * KIB, 256 * KIB)
_TABLE_BYTES: Final = 64 * KIB
_TABLE: Final = struct.Struct("<4sIII")
_ENTRY: Final = struct.Struct("<16sQII")
_ENTRIES_MOST: Final = 2047
_NO_LOG: Final = bytes(16)
_REQUIRED: Final = 1

_BLOCK_TABLE: Final = uuid.UUID("2dc27766-f623-4200-9d64-115e9bfd4a08").bytes_le
_METADATA: Final = uuid.UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e").bytes_le


@dataclass(frozen=True, slots=True)
class Regions:
    """Where the two regions lie that every VHDX has, and everything that no block may lie on."""

    block_table: Extent
    metadata: Extent
    taken: tuple[Extent, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    sequence: int
    log: bytes
    log_version: int
    version: int
    log_length: int
    log_offset: int


def read_regions(source: ImageFile) -> Regions:
    """Where the parts of this VHDX lie; raises RefusedImage where it is damaged or has a log to replay."""
    if source.length < MIB:
        raise cut_off(FileKind.VHDX, file_bytes=source.length)
    header = _current_header(source)
    if header.version != 1:
        raise unknown_feature(
            FileKind.VHDX, msg("version {version}", version=header.version), version=header.version
        )
    if header.log != _NO_LOG:
        raise RefusedImage(
            msg("This VHDX was not closed properly: its last changes are still in its log"),
            msg(
                "Shut down the virtual machine that uses it. Then let Windows write the changes down: in PowerShell as "
                "administrator, run Mount-VHD and then Dismount-VHD with its path. Then try again."
            ),
            kind=FileKind.VHDX,
            refusal=Refusal.LOG_TO_REPLAY,
            details={"log": str(uuid.UUID(bytes_le=header.log)), "log_version": str(header.log_version)},
        )
    found = _region_table(source)
    for guid, name in ((_BLOCK_TABLE, msg("table of blocks")), (_METADATA, msg("metadata"))):
        if guid not in found:
            raise damaged(FileKind.VHDX, msg("it has no {part}", part=name))
    # An empty log's place is no danger; a file may even name none.
    log = (header.log_offset, header.log_length)
    return Regions(found[_BLOCK_TABLE], found[_METADATA], (*_apart(found, source.length), log))


def _current_header(source: ImageFile) -> _Header:
    """The sound header with the higher sequence number. Two equal ones say the same."""
    sound = [each for each in (_header(source, at) for at in _HEADERS_AT) if each is not None]
    if not sound:
        raise damaged(FileKind.VHDX, msg("neither of its two headers is sound"))
    newest = max(sound, key=lambda each: each.sequence)
    if any(each.sequence == newest.sequence and each != newest for each in sound):
        raise damaged(FileKind.VHDX, msg("its two headers contradict each other"), sequence=newest.sequence)
    return newest


def _header(source: ImageFile, at: int) -> _Header | None:
    data = source.read_at(at, _HEADER_BYTES)
    signature, written, sequence, _, _, log, log_version, version, length, offset = _HEADER.unpack_from(data)
    if signature != b"head" or written != crc32c(data[:4] + bytes(4) + data[8:]):
        return None
    return _Header(sequence, log, log_version, version, length, offset)


def _region_table(source: ImageFile) -> dict[bytes, Extent]:
    """The regions of the first sound table; raises RefusedImage where there is none, or where one is not understood."""
    for at in _TABLES_AT:
        data = source.read_at(at, _TABLE_BYTES)
        signature, written, count, _ = _TABLE.unpack_from(data)
        if (
            signature == b"regi"
            and written == crc32c(data[:4] + bytes(4) + data[8:])
            and count <= _ENTRIES_MOST
        ):
            break
    else:
        raise damaged(FileKind.VHDX, msg("neither of its two tables of regions is sound"))
    found: dict[bytes, Extent] = {}
    for index in range(count):
        guid, offset, length, flags = _ENTRY.unpack_from(data, _TABLE.size + index * _ENTRY.size)
        if guid in found:
            raise damaged(FileKind.VHDX, msg("its table of regions names one of them twice"))
        if guid not in (_BLOCK_TABLE, _METADATA) and flags & _REQUIRED:
            raise unknown_feature(
                FileKind.VHDX, msg("a region that must be understood"), region=str(uuid.UUID(bytes_le=guid))
            )
        found[guid] = (offset, length)
    return found


def _apart(found: dict[bytes, Extent], file_bytes: int) -> tuple[Extent, ...]:
    """The header section and all regions; raises RefusedImage where they lie wrongly."""
    for offset, length in found.values():
        if offset < MIB or offset % MIB or length % MIB or not length:
            raise damaged(FileKind.VHDX, msg("a region lies where none can be"), offset=offset, length=length)
        if offset + length > file_bytes:
            raise cut_off(FileKind.VHDX, file_bytes=file_bytes, region_end=offset + length)
    taken = ((0, MIB), *found.values())
    twice = overlap((), 0, taken)
    if twice is not None:
        raise damaged(FileKind.VHDX, msg("two of its parts lie at the same place"), place=twice)
    return taken
