"""A dynamic VHD: a table of blocks, and before each block a bitmap of the sectors that were ever written.

Virtual Hard Disk Image Format Specification, Microsoft, version 1.0 (October 2006): "Dynamic Disk Header Format",
"Block Allocation Table and Data Blocks".
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass
from typing import Final

from wizard.disk.files.extents import Extent
from wizard.disk.formats.block_image import BlockImage
from wizard.disk.formats.blocks import ABSENT, MOST_BLOCKS, BlockMap, overlap
from wizard.disk.formats.file_image import ImageFile
from wizard.disk.recognise import FileKind
from wizard.disk.refused import RefusedImage, cut_off, damaged, too_many_blocks
from wizard.disk.vhd_footer import FOOTER_BYTES, SIZE_BY_GEOMETRY, DiskType, Footer
from wizard.messages import Message, msg

SECTOR: Final = 512
HEADER_BYTES: Final = 1024
BLOCK_LEAST: Final = 4096
BLOCK_MOST: Final = 256 * 1024 * 1024
"""Usual are 2 MiB and 512 KiB. The most that VHDX allows is the most believed here; its bitmap has 64 KiB."""

_HEADER: Final = struct.Struct(">8sQQIIII")
_CHECKSUM_AT: Final = slice(36, 40)
_VERSION: Final = 0x00010000
_UNUSED: Final = 0xFFFFFFFF

# Those that write the size they mean as the current size, and a geometry that is only near it.
_SIZE_BY_CURRENT: Final = frozenset({b"win ", b"qem2", b"d2v ", b"tap\0", b"CTXS", b"wa\0\0", b"miw "})


@dataclass(frozen=True, slots=True)
class _Header:
    """What is read of the dynamic disk header; offsets and sizes in bytes."""

    table_offset: int
    entries: int
    block_bytes: int

    @property
    def bitmap_bytes(self) -> int:
        """A bit for each sector of a block, in whole sectors."""
        return -(-self.block_bytes // SECTOR // 8 // SECTOR) * SECTOR


class DynamicVhdImage(BlockImage):
    """A dynamic VHD. A sector whose bit is clear is zeros, whatever lies in the file at its place.

    So the specification has it, and Virtual PC and VirtualBox read it so; QEMU sets all bits of each block that it makes
    and never looks at them. Who writes bits must mean them, so they are heeded here.
    Raises RefusedImage where it is damaged.
    """

    def __init__(self, source: ImageFile, footer: Footer, footer_offset: int) -> None:
        footer, remarks = _sound_footer(source, footer)
        size, remark = virtual_size(footer)
        header = _header(source, footer.data_offset)
        super().__init__(
            source,
            FileKind.DYNAMIC_VHD,
            size,
            unique_id=footer.unique_id,
            created=footer.timestamp,
            footer=footer,
            remarks=remarks + remark,
        )
        self._bitmap_bytes = header.bitmap_bytes
        places = _places(source, header, size, footer.data_offset, footer_offset)
        self._blocks = BlockMap(size, header.block_bytes, places)
        self._bits: tuple[int, bytes | None] = (-1, None)

    def _is_whole(self, start: int, place: int) -> bool:
        """Whether all sectors of the block were written."""
        index, into = divmod(start, self._blocks.block_bytes)
        return self._bitmap(index, place - into - self._bitmap_bytes) is None

    def _fill(self, part: memoryview, start: int, place: int) -> None:
        """These bytes of one block (no two blocks touch, a bitmap lies between), zeros where nothing was written."""
        index, into = divmod(start, self._blocks.block_bytes)
        bits = self._bitmap(index, place - into - self._bitmap_bytes)
        if bits is None:
            self._source.read_into(part, place)
            return
        first, last = into // SECTOR, (into + len(part) - 1) // SECTOR
        written = f"{int.from_bytes(bits, 'big'):0{len(bits) * 8}b}"[first : last + 1]
        if "1" in written:
            self._source.read_into(part, place)
            _blank(part, written, into % SECTOR)

    def _bitmap(self, index: int, place: int) -> bytes | None:
        """The bitmap of this block; None where all its bits are set. The last one is remembered."""
        if self._bits[0] != index:
            used = min(self._blocks.block_bytes, self.size - index * self._blocks.block_bytes)
            bits = self._source.read_at(place, -(-used // SECTOR // 8))
            self._bits = (index, None if bits.count(0xFF) == len(bits) else bits)
        return self._bits[1]


def _blank(part: memoryview, written: str, skipped: int) -> None:
    """Put zeros in each sector of `part` whose letter is "0"; the first `skipped` bytes of its first sector are not there."""
    first = written.find("0")
    while first >= 0:
        last = written.find("1", first)
        last = len(written) if last < 0 else last
        low, high = max(first * SECTOR - skipped, 0), min(last * SECTOR - skipped, len(part))
        part[low:high] = bytes(high - low)
        first = written.find("0", last)


def virtual_size(footer: Footer) -> tuple[int, tuple[Message, ...]]:
    """How large the disk is by its footer, in bytes, and what to say where its two sizes differ without need.

    Virtual PC and old QEMU mean cylinders, heads and sectors; everyone else the current size.
    """
    said, shaped = footer.current_size, footer.geometry_bytes
    by_geometry = footer.creator in SIZE_BY_GEOMETRY and not footer.geometry_is_largest and shaped > 0
    size = shaped if by_geometry else said
    if size == 0 or size % SECTOR:
        raise damaged(FileKind.DYNAMIC_VHD, msg("its size is no whole number of sectors"), size=size)
    if said == shaped or footer.geometry_is_largest or footer.creator in _SIZE_BY_CURRENT:
        return size, ()
    if by_geometry:
        return size, (
            msg(
                "Its footer names two sizes, {said} and {shaped} bytes; the second is taken, as the program meant that "
                "made it",
                said=said,
                shaped=shaped,
            ),
        )
    return size, (
        msg(
            "Its footer names two sizes, {said} and {shaped} bytes; the first is taken, as Hyper-V and Azure do",
            said=said,
            shaped=shaped,
        ),
    )


def _sound_footer(source: ImageFile, footer: Footer) -> tuple[Footer, tuple[Message, ...]]:
    """The footer at the end or, where that is damaged, its copy at the beginning."""
    if footer.checksum_valid:
        return footer, ()
    copy = Footer.parse(source.read_at(0, min(FOOTER_BYTES, source.length)))
    if copy.cookie_valid and copy.checksum_valid and copy.disk_type == DiskType.DYNAMIC:
        return copy, (msg("The footer’s checksum is wrong; its copy at the file’s beginning is used"),)
    raise damaged(FileKind.DYNAMIC_VHD, msg("its footer’s checksum is wrong, and the copy’s as well"))


def _header(source: ImageFile, offset: int) -> _Header:
    """The dynamic disk header, each number within its bounds."""

    def wrong(how: Message, **details: int) -> RefusedImage:
        return damaged(FileKind.DYNAMIC_VHD, how, **details)

    if not FOOTER_BYTES <= offset <= source.length - HEADER_BYTES:
        raise wrong(msg("its header lies outside the file"), offset=offset)
    data = source.read_at(offset, HEADER_BYTES)
    cookie, _, table_offset, version, entries, block_bytes, written = _HEADER.unpack_from(data)
    if cookie != b"cxsparse":
        raise wrong(msg("there is no header where its footer says"), offset=offset)
    if ~(sum(data) - sum(data[_CHECKSUM_AT])) & 0xFFFFFFFF != written:
        raise wrong(msg("its header’s checksum is wrong"), offset=offset)
    if version != _VERSION:
        raise wrong(msg("its header is of an unknown version"), version=version)
    if not BLOCK_LEAST <= block_bytes <= BLOCK_MOST or block_bytes & (block_bytes - 1):
        raise wrong(msg("its blocks have an impossible size"), block_bytes=block_bytes)
    if table_offset % SECTOR or not FOOTER_BYTES <= table_offset <= source.length - entries * 4:
        raise wrong(
            msg("its table of blocks lies outside the file"), table_offset=table_offset, entries=entries
        )
    return _Header(table_offset, entries, block_bytes)


def _places(
    source: ImageFile, header: _Header, size: int, header_offset: int, footer_offset: int
) -> array[int]:
    """Where the data of each block lies, as the table says; every block inside the file and apart from all else."""
    wanted = -(-size // header.block_bytes)
    if wanted > MOST_BLOCKS:
        raise too_many_blocks(FileKind.DYNAMIC_VHD, wanted, MOST_BLOCKS)
    if header.entries < wanted:
        raise damaged(
            FileKind.DYNAMIC_VHD,
            msg("its table of blocks is too short for the disk"),
            entries=header.entries,
            blocks=wanted,
        )
    table = array("I", source.read_at(header.table_offset, wanted * 4))
    if sys.byteorder == "little":
        table.byteswap()
    bitmap_bytes, block_bytes = header.bitmap_bytes, header.block_bytes
    whole = bitmap_bytes + block_bytes
    # Of the last block only what belongs to the disk must be there.
    tail = table[-1] * SECTOR
    ending: list[Extent] = []
    if table[-1] != _UNUSED:
        ending = [(tail, bitmap_bytes + size - (wanted - 1) * block_bytes)]
    begins = array("Q", (entry * SECTOR for entry in table[:-1] if entry != _UNUSED))
    reached = max(max(begins, default=-whole) + whole, *(start + length for start, length in ending), 0)
    if reached > source.length:
        raise cut_off(FileKind.DYNAMIC_VHD, file_bytes=source.length, blocks_end=reached)
    others = [
        (0, FOOTER_BYTES),
        (header_offset, HEADER_BYTES),
        (header.table_offset, wanted * 4),
        (footer_offset, FOOTER_BYTES),
        *ending,
    ]
    twice = overlap(begins, whole, others)
    if twice is not None:
        raise damaged(FileKind.DYNAMIC_VHD, msg("two of its parts lie at the same place"), place=twice)
    return array("Q", (ABSENT if entry == _UNUSED else entry * SECTOR + bitmap_bytes for entry in table))
