"""What a VHDX says of its disk: size, blocks, sectors, identity.

[MS-VHDX] 2.6: "Metadata Region". Every number little-endian.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from typing import Final

from wizard.disk.files.extents import Extent
from wizard.disk.formats.file_image import ImageFile
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage, damaged, unknown_feature
from wizard.messages import Message, msg

SECTOR: Final = 512
MIB: Final = 1024 * 1024
SIZE_MOST: Final = 64 * 1024**4
"""The largest disk of the format, in bytes."""

BLOCK_MOST: Final = 256 * MIB

_TABLE_BYTES: Final = 64 * 1024
_TABLE: Final = struct.Struct("<8sHH")
_TABLE_HEAD: Final = 32
_ENTRY: Final = struct.Struct("<16sIIII")
_ENTRIES_MOST: Final = 2047
_IS_USER: Final = 1
_IS_REQUIRED: Final = 4

_FILE_PARAMETERS: Final = uuid.UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b").bytes_le
_SIZE: Final = uuid.UUID("2fa54224-cd1b-4876-b211-5dbed83bf4b8").bytes_le
_DISK_ID: Final = uuid.UUID("beca12ab-b2e6-4523-93ef-c309e000c746").bytes_le
_LOGICAL_SECTOR: Final = uuid.UUID("8141bf1d-a96f-4709-ba47-f233a8faab5f").bytes_le
_PHYSICAL_SECTOR: Final = uuid.UUID("cda348c7-445d-4471-9cc9-e9885251c556").bytes_le
_PARENT: Final = uuid.UUID("a8d35f2d-b30b-454d-abf7-d3d84834ab0c").bytes_le

# What each known item must hold at the least, in bytes. The parent's is never read.
_LENGTHS: Final = {
    _FILE_PARAMETERS: 8, _SIZE: 8, _DISK_ID: 16, _LOGICAL_SECTOR: 4, _PHYSICAL_SECTOR: 4, _PARENT: 0,
}  # fmt: skip
_LEAVE_ALLOCATED: Final = 1
_HAS_PARENT: Final = 2


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a VHDX says of its disk; sizes in bytes. `fixed`: all its blocks were made at the beginning and stay."""

    size: int
    block_bytes: int
    unique_id: uuid.UUID
    fixed: bool


def read_metadata(source: ImageFile, region: Extent) -> Metadata:
    """The metadata of a disk that can be read; raises RefusedImage for a damaged or a differencing one."""
    items = _items(source, region)

    def value(item: bytes, name: Message) -> bytes:
        if item not in items:
            raise damaged(FileKind.VHDX, msg("it does not say its {item}", item=name))
        return source.read_at(region[0] + items[item], _LENGTHS[item])

    block_bytes, flags = struct.unpack("<II", value(_FILE_PARAMETERS, msg("block size")))
    if flags & _HAS_PARENT or _PARENT in items:
        raise RefusedImage(
            msg("This is a differencing VHDX; it holds only what differs from another disk"),
            msg(
                "Merge it with its parent in Hyper-V (Edit Disk, Merge; for a checkpoint, delete the checkpoint), then "
                "choose the merged disk."
            ),
            kind=FileKind.VHDX,
            refusal=Refusal.DIFFERENCING,
        )
    if not MIB <= block_bytes <= BLOCK_MOST or block_bytes & (block_bytes - 1):
        raise damaged(FileKind.VHDX, msg("its blocks have an impossible size"), block_bytes=block_bytes)
    logical = int.from_bytes(value(_LOGICAL_SECTOR, msg("sector size")), "little")
    if logical == 4096:
        raise RefusedImage(
            msg("The disk has sectors of 4,096 bytes; Azure takes disks with sectors of 512 bytes"),
            msg(
                "Install the system anew on a disk with logical sectors of 512 bytes (New-VHD "
                "-LogicalSectorSizeBytes 512), then choose that."
            ),
            kind=FileKind.VHDX,
            refusal=Refusal.LARGE_SECTORS,
        )
    if logical != SECTOR:
        raise damaged(FileKind.VHDX, msg("its sectors have an impossible size"), sector_bytes=logical)
    size = int.from_bytes(value(_SIZE, msg("size")), "little")
    if not 0 < size <= SIZE_MOST or size % SECTOR:
        raise damaged(FileKind.VHDX, msg("its size is impossible"), size=size)
    disk_id = uuid.UUID(bytes_le=value(_DISK_ID, msg("identity")))
    return Metadata(size, block_bytes, disk_id, bool(flags & _LEAVE_ALLOCATED))


def _items(source: ImageFile, region: Extent) -> dict[bytes, int]:
    """Where each known item begins within the region."""
    start, length = region
    table = source.read_at(start, _TABLE_BYTES)
    signature, _, count = _TABLE.unpack_from(table)
    if signature != b"metadata" or count > _ENTRIES_MOST:
        raise damaged(FileKind.VHDX, msg("its metadata is not sound"))
    found: dict[bytes, int] = {}
    for index in range(count):
        item, offset, size, flags, _ = _ENTRY.unpack_from(table, _TABLE_HEAD + index * _ENTRY.size)
        if item not in _LENGTHS or flags & _IS_USER:
            if flags & _IS_REQUIRED:
                raise unknown_feature(
                    FileKind.VHDX, msg("metadata that must be understood"), item=str(uuid.UUID(bytes_le=item))
                )
            continue
        inside = offset >= _TABLE_BYTES and offset + size <= length
        if item in found or not inside or size < _LENGTHS[item]:
            raise damaged(FileKind.VHDX, msg("its metadata is not sound"), item=str(uuid.UUID(bytes_le=item)))
        found[item] = offset
    return found
