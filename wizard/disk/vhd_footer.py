"""The footer of a VHD: its last 512 bytes, which say what the disk is.

Layout and type codes: Virtual Hard Disk Image Format Specification, Microsoft, version 1.0 (October 2006).
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

FOOTER_BYTES: Final = 512
COOKIE: Final = b"conectix"
VERSION: Final = 0x00010000
NO_DATA_OFFSET: Final = 0xFFFFFFFFFFFFFFFF
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
LARGEST_GEOMETRY: Final = (65535, 16, 255)
"""Cylinders, heads, sectors per track: the most a footer can say; readers take the current size then."""

SIZE_BY_GEOMETRY: Final = frozenset({b"vpc ", b"qemu"})
"""Creators whose disks qemu reads by their geometry, not by their current size, unless the geometry is the largest."""

_LAYOUT: Final = struct.Struct(">8sIIQI4s4s4sQQHBBII16sB427s")
_CHECKSUM: Final = slice(64, 68)
_RESERVED_FEATURE: Final = 0x00000002  # "always set" in the specification


class DiskType(IntEnum):
    """What a footer's disk type field says."""

    NONE = 0
    FIXED = 2
    DYNAMIC = 3
    DIFFERENCING = 4


@dataclass(frozen=True, slots=True)
class Footer:
    """Every field of a footer, in the order of the file. Sizes in bytes; `timestamp` in seconds since 2000 UTC.

    `checksum` is what is written there; `checksum_valid` says whether it is right.
    """

    cookie: bytes
    features: int
    version: int
    data_offset: int
    timestamp: int
    creator: bytes
    creator_version: bytes
    creator_host_os: bytes
    original_size: int
    current_size: int
    cylinders: int
    heads: int
    sectors_per_track: int
    disk_type: int
    checksum: int
    unique_id: uuid.UUID
    saved_state: int
    reserved: bytes

    @classmethod
    def parse(cls, data: bytes) -> Footer:
        """The fields of these 512 bytes, whatever they are; raises nothing. Too few are filled up with zeros."""
        values = _LAYOUT.unpack(data[:FOOTER_BYTES].ljust(FOOTER_BYTES, b"\0"))
        named = dict(zip((field.name for field in fields(cls)), values, strict=True))
        return cls(**named | {"unique_id": uuid.UUID(bytes=named["unique_id"])})

    @property
    def cookie_valid(self) -> bool:
        """Whether these bytes claim to be a footer at all (VHD-01)."""
        return self.cookie == COOKIE

    @property
    def checksum_valid(self) -> bool:
        """VHD-06: one's complement of the sum of all bytes but the checksum's."""
        return self.checksum == checksum(self.build())

    @property
    def geometry_bytes(self) -> int:
        """The size that cylinders, heads and sectors per track come to."""
        return self.cylinders * self.heads * self.sectors_per_track * 512

    @property
    def geometry_is_largest(self) -> bool:
        """Whether the geometry stands at its maximum, so that it says nothing about the size."""
        return (self.cylinders, self.heads, self.sectors_per_track) == LARGEST_GEOMETRY

    @property
    def created(self) -> datetime:
        """When the footer says the disk was made (UTC)."""
        return EPOCH + timedelta(seconds=self.timestamp)

    @property
    def creator_name(self) -> str:
        """The program that made it, as it signed; what is not printable is left out."""
        return "".join(chr(byte) for byte in self.creator if 32 <= byte < 127).strip()

    def sealed(self) -> Footer:
        """The same footer with the right checksum."""
        return replace(self, checksum=checksum(self.build()))

    def build(self) -> bytes:
        """The 512 bytes, with the checksum as it is written here (`sealed` makes it right first)."""
        values = (getattr(self, field.name) for field in fields(self))
        return _LAYOUT.pack(*(value.bytes if isinstance(value, uuid.UUID) else value for value in values))


def checksum(footer: bytes) -> int:
    """The checksum that these 512 bytes should carry."""
    return ~(sum(footer) - sum(footer[_CHECKSUM])) & 0xFFFFFFFF


def fixed_footer(
    virtual_bytes: int,
    *,
    creator: bytes = b"miw ",
    unique_id: uuid.UUID | None = None,
    when: datetime | None = None,
) -> Footer:
    """The footer of a fixed VHD of that size, sealed.

    The geometry stands at its maximum, as with qemu-img's `force_size`: so no reader takes it for the size.
    """
    cylinders, heads, sectors = LARGEST_GEOMETRY
    seconds = int(((when or datetime.now(UTC)) - EPOCH).total_seconds())
    return Footer(
        cookie=COOKIE,
        features=_RESERVED_FEATURE,
        version=VERSION,
        data_offset=NO_DATA_OFFSET,
        timestamp=min(max(seconds, 0), 0xFFFFFFFF),
        creator=creator.ljust(4)[:4],
        creator_version=b"\x00\x01\x00\x00",
        creator_host_os=b"Wi2k",
        original_size=virtual_bytes,
        current_size=virtual_bytes,
        cylinders=cylinders,
        heads=heads,
        sectors_per_track=sectors,
        disk_type=DiskType.FIXED,
        checksum=0,
        unique_id=unique_id or uuid.uuid4(),
        saved_state=0,
        reserved=bytes(427),
    ).sealed()
