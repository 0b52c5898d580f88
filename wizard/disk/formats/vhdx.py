"""A VHDX, fixed or dynamic: blocks of 1 to 256 MiB, and a table that says where each lies.

[MS-VHDX] 2.5: "Block Allocation Table (BAT)". Every number little-endian.
"""

from __future__ import annotations

import sys
from array import array
from typing import Final

from wizard.disk.formats.block_image import BlockImage
from wizard.disk.formats.blocks import ABSENT, MOST_BLOCKS, BlockMap, overlap
from wizard.disk.formats.file_image import ImageFile
from wizard.disk.formats.vhdx_headers import Regions, read_regions
from wizard.disk.formats.vhdx_metadata import SECTOR, Metadata, read_metadata
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage, cut_off, damaged, too_many_blocks
from wizard.messages import msg

_STATE: Final = 0b111
_FULLY_PRESENT: Final = 6
_PARTIALLY_PRESENT: Final = 7
# Not present, undefined, zero, unmapped, and unmapped as the first Windows with VHDX wrote it (QEMU knows it too).
_READ_AS_ZEROS: Final = frozenset({0, 1, 2, 3, 5})
_OFFSET: Final = ~0xFFFFF  # bits 20 to 63: in MiB, so what is left is the offset in bytes
_SECTORS_PER_BITMAP: Final = 2**23


class VhdxImage(BlockImage):
    """A VHDX; raises RefusedImage where it is damaged, has a parent, a log to replay, or sectors of 4 KiB.

    `fixed`: all its blocks were made at the beginning.
    """

    def __init__(self, source: ImageFile) -> None:
        regions = read_regions(source)
        metadata = read_metadata(source, regions.metadata)
        super().__init__(source, FileKind.VHDX, metadata.size, unique_id=metadata.unique_id)
        self.fixed = metadata.fixed
        self._blocks = BlockMap(
            metadata.size,
            metadata.block_bytes,
            _places(_table(source, regions, metadata), source, regions, metadata),
        )

    def _fill(self, part: memoryview, start: int, place: int) -> None:  # noqa: ARG002  (whoever has bitmaps needs it)
        self._source.read_into(part, place)


def _table(source: ImageFile, regions: Regions, metadata: Metadata) -> array[int]:
    """The entries of the payload blocks. After each chunk of them the table holds one for a bitmap of sectors, which
    only differencing disks use."""
    blocks = -(-metadata.size // metadata.block_bytes)
    if blocks > MOST_BLOCKS:
        raise too_many_blocks(FileKind.VHDX, blocks, MOST_BLOCKS)
    chunk = _SECTORS_PER_BITMAP * SECTOR // metadata.block_bytes
    entries = blocks + (blocks - 1) // chunk
    offset, length = regions.block_table
    if entries * 8 > length:
        raise damaged(
            FileKind.VHDX,
            msg("its table of blocks is too short for the disk"),
            entries=length // 8,
            blocks=blocks,
        )
    table = array("Q", source.read_at(offset, entries * 8))
    if sys.byteorder == "big":
        table.byteswap()
    del table[chunk :: chunk + 1]
    return table


def _places(table: array[int], source: ImageFile, regions: Regions, metadata: Metadata) -> array[int]:
    """Where each block lies; every block inside the file and apart from all else."""
    states = {entry & _STATE for entry in table}
    if _PARTIALLY_PRESENT in states:
        raise RefusedImage(
            msg("Some blocks of this VHDX are only partly there, as in a differencing disk"),
            msg("Merge it with its parent in Hyper-V (Edit Disk, Merge), then choose the merged disk."),
            kind=FileKind.VHDX,
            refusal=Refusal.DIFFERENCING,
        )
    if not states <= _READ_AS_ZEROS | {_FULLY_PRESENT}:
        raise damaged(FileKind.VHDX, msg("its table of blocks holds something impossible"))
    places = array("Q", (entry & _OFFSET if entry & _STATE == _FULLY_PRESENT else ABSENT for entry in table))
    if any(entry & _OFFSET == 0 and entry & _STATE == _FULLY_PRESENT for entry in table):
        raise damaged(FileKind.VHDX, msg("a block lies where none can be"))
    block_bytes = metadata.block_bytes
    begins = array("Q", (place for place in places[:-1] if place != ABSENT))
    # Of the last block only what belongs to the disk must be there.
    ending = [(places[-1], metadata.size - (len(places) - 1) * block_bytes)] if places[-1] != ABSENT else []
    reached = max(
        max(begins, default=-block_bytes) + block_bytes, *(start + length for start, length in ending), 0
    )
    if reached > source.length:
        raise cut_off(FileKind.VHDX, file_bytes=source.length, blocks_end=reached)
    twice = overlap(begins, block_bytes, (*regions.taken, *ending))
    if twice is not None:
        raise damaged(FileKind.VHDX, msg("two of its parts lie at the same place"), place=twice)
    return places
