"""LVM2: the logical volumes of the physical volumes on a disk, as pieces of that disk.

On-disk format: lvm2, lib/format_text/layout.h; the metadata is text (lvm_text). Only volumes whose pieces lie plainly one
after another are put together; RAID, thin and cached ones are named. libvslvm refuses a whole group for one striped volume.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from wizard.inspection.volumes.lvm_text import Section, TextError, number, parse, section, words
from wizard.inspection.volumes.window import Piece, Window

_SECTOR: Final = 512
_LABEL: Final = struct.Struct("<8sQII8s")  # id, sector, checksum, where the header begins, type
_AREA: Final = struct.Struct("<QQ")
_METADATA_HEADER: Final = struct.Struct("<I16sIQQ")  # checksum, magic, version, start, size
_LOCATION: Final = struct.Struct("<QQII")  # offset, size, checksum, flags
_MAGIC: Final = b" LVM2 x[5A%r0N*>"
_IGNORED: Final = 1
_TEXT_MOST: Final = 4 * 1024 * 1024
_VOLUMES_MOST: Final = 1024
_PIECES_MOST: Final = 65536


@dataclass(frozen=True, slots=True)
class PhysicalVolume:
    """A physical volume: its UUID, where it begins on the disk, and the newest metadata that it holds ("" where none)."""

    uuid: str
    start: int
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class LogicalVolume:
    """A logical volume. `pieces`: where it lies on the disk, none where that cannot be said; then `way` says how it is laid
    out ("thin", "raid1"), "" where a part of it is on another disk.
    """

    group: str
    name: str
    size: int
    pieces: tuple[Piece, ...] = ()
    way: str = ""


def physical_volume(window: Window, start: int) -> PhysicalVolume | None:
    """The physical volume in this window, which begins at `start` of the disk; None where its label is damaged."""
    for at in range(0, 4 * _SECTOR, _SECTOR):
        sector = window.read_at(at, _SECTOR)
        if len(sector) == _SECTOR and sector.startswith(b"LABELONE"):
            header = _LABEL.unpack_from(sector)[3]
            if 32 <= header <= _SECTOR - 40 and sector[24:32] == b"LVM2 001":
                uuid = _hyphenated(sector[header : header + 32].decode("ascii", "replace"))
                areas = _metadata_areas(sector[header + 40 :])
                texts = [text for text in (_metadata(window, *area) for area in areas) if text]
                return PhysicalVolume(uuid, start, max(texts, key=_sequence, default=""))
    return None


def logical_volumes(physical: Iterable[PhysicalVolume]) -> tuple[LogicalVolume, ...]:
    """The visible logical volumes of these physical volumes, group by group, each by its newest metadata."""
    physical = tuple(physical)
    places = {each.uuid: each.start for each in physical}
    newest: dict[str, tuple[int, str, Section]] = {}
    for each in physical:
        try:
            name, group = _group(each.metadata)
            sequence, identity = number(group, "seqno"), str(group.get("id"))
        except TextError:
            continue
        if sequence > newest.get(identity, (-1,))[0]:
            newest[identity] = sequence, name, group
    found: list[LogicalVolume] = []
    for _, name, group in newest.values():
        found += _of_group(name, group, places)
    return tuple(found[:_VOLUMES_MOST])


def _metadata_areas(descriptors: bytes) -> list[tuple[int, int]]:
    """Where the physical volume keeps metadata: behind the list of its data areas, each list ends in zeros."""
    lists: list[list[tuple[int, int]]] = [[], []]
    which = 0
    for offset, size in _AREA.iter_unpack(descriptors[: len(descriptors) // 16 * 16]):
        if offset == 0:
            which += 1
            if which == 2:
                break
        else:
            lists[which].append((offset, size))
    return lists[1][:4]


def _metadata(window: Window, start: int, size: int) -> str:
    """The text that this area holds now; it may go round from the area's end to its beginning."""
    header = window.read_at(start, _SECTOR)
    if len(header) < _SECTOR or _METADATA_HEADER.unpack_from(header)[1] != _MAGIC:
        return ""
    offset, length, _, flags = _LOCATION.unpack_from(header, _METADATA_HEADER.size)
    if flags & _IGNORED or not _SECTOR <= offset < size or not 0 < length <= min(_TEXT_MOST, size):
        return ""
    text = window.read_at(start + offset, min(length, size - offset))
    if len(text) < length:
        text += window.read_at(start + _SECTOR, length - len(text))
    return text.split(b"\0", 1)[0].decode("utf-8", "replace")


def _sequence(text: str) -> int:
    try:
        return number(_group(text)[1], "seqno")
    except TextError:
        return -1


def _group(text: str) -> tuple[str, Section]:
    for name, value in parse(text).items():
        if isinstance(value, dict):
            return name, value
    raise TextError("no volume group")


def _of_group(name: str, group: Section, places: dict[str, int]) -> Sequence[LogicalVolume]:
    try:
        extent = number(group, "extent_size") * _SECTOR
        starts = {
            each: (places.get(str(physical.get("id"))), number(physical, "pe_start") * _SECTOR)
            for each, physical in section(group, "physical_volumes").items()
            if isinstance(physical, dict)
        }
    except TextError:
        return ()
    found = []
    for each, volume in section(group, "logical_volumes").items():
        if isinstance(volume, dict) and "VISIBLE" in words(volume, "status"):
            found.append(_volume(f"{name}/{each}", volume, extent, starts))
    return found


def _volume(
    full_name: str, volume: Section, extent: int, starts: dict[str, tuple[int | None, int]]
) -> LogicalVolume:
    group, name = full_name.split("/", 1)
    segments = [each for key, each in volume.items() if key.startswith("segment") and isinstance(each, dict)]
    pieces: list[Piece] = []
    size, way, whole = 0, "", True
    try:
        for each in sorted(segments, key=lambda each: number(each, "start_extent")):
            length = number(each, "extent_count") * extent
            kind, stripes = str(each.get("type")), words(each, "stripes")
            if kind != "striped" or len(stripes) != 2:
                way = way or (kind if kind != "striped" else "striped")
            else:
                physical, data = starts.get(str(stripes[0]), (None, 0))
                if (
                    physical is None
                    or not isinstance(stripes[1], int)
                    or number(each, "start_extent") * extent != size
                ):
                    whole = False
                else:
                    pieces.append(Piece(size, length, physical + data + stripes[1] * extent))
            size += length
    except TextError:
        whole = False
    sound = whole and not way and 0 < size < 2**63 and len(pieces) <= _PIECES_MOST
    sound = sound and all(0 <= each.place < 2**63 and each.length > 0 for each in pieces)
    return LogicalVolume(group, name, size if 0 <= size < 2**63 else 0, tuple(pieces) if sound else (), way)


def _hyphenated(identity: str) -> str:
    """As LVM writes it: 6-4-4-4-4-4-6 letters."""
    cuts = (0, 6, 10, 14, 18, 22, 26, 32)
    return "-".join(identity[a:b] for a, b in itertools.pairwise(cuts))
