"""The disk image drawn: a map of its partitions and data, and its facts in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from wizard.disk.partitions.partition_table import Scheme
from wizard.disk.partitions.partition_types import Role
from wizard.disk.partitions.table import Partition
from wizard.disk.partitions.volumes import Volume
from wizard.disk.reading import DiskReading
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import FOOTER_BYTES
from wizard.figures import exactly, in_units
from wizard.messages import Message, msg, plural
from wizard.results import DiskImage
from wizard.step_parts.inside_views import held_by
from wizard.view import DiskMap, DiskPart, Facts

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside

# A gap smaller than this is no more than the alignment of the next partition.
_GAP_LEAST: Final = 1024 * 1024

_MAP: Final = msg("The disk")
_FACTS: Final = msg("What the file is")
_VIRTUAL_SIZE: Final = msg("Virtual size")
_GENERATION: Final = msg("Generation")
_UNIQUE_ID: Final = msg("Unique ID")
_SENT: Final = msg("Will be sent")

_KINDS: Final[Mapping[FileKind, Message]] = {
    FileKind.FIXED_VHD: msg("Fixed VHD"),
    FileKind.DYNAMIC_VHD: msg("Dynamic VHD"),
    FileKind.DIFFERENCING_VHD: msg("Differencing VHD"),
    FileKind.VHD_OF_UNKNOWN_TYPE: msg("VHD of an unknown type"),
    FileKind.FOOTER_DAMAGED: msg("VHD with a damaged footer"),
    FileKind.FOOTER_CUT_OFF: msg("VHD with a footer cut off"),
    FileKind.FOOTER_NOT_AT_END: msg("VHD with something behind its footer"),
    FileKind.VHDX: msg("VHDX"),
    FileKind.QCOW2: msg("QCOW2"),
    FileKind.VMDK: msg("VMDK"),
    FileKind.VDI: msg("VDI"),
    FileKind.PARALLELS: msg("Parallels disk"),
    FileKind.WIM: msg("WIM file"),
    FileKind.ISO: msg("ISO image"),
    FileKind.ARCHIVE: msg("Archive"),
    FileKind.RAW_DISK: msg("Raw disk"),
    FileKind.EMPTY: msg("Empty file"),
    FileKind.TOO_SHORT: msg("Too short for a disk"),
    FileKind.SOMETHING_ELSE: msg("No disk image that the wizard knows"),
}

_ROLES: Final[Mapping[Role, Message]] = {
    Role.EFI_SYSTEM: msg("EFI system"),
    Role.BIOS_BOOT: msg("BIOS boot"),
    Role.MICROSOFT_RESERVED: msg("Microsoft reserved"),
    Role.WINDOWS_RECOVERY: msg("Windows recovery"),
    Role.WINDOWS_DATA: msg("Windows"),
    Role.LINUX_ROOT: msg("Linux root"),
    Role.LINUX: msg("Linux"),
    Role.LINUX_SWAP: msg("Linux swap"),
    Role.LINUX_LVM: msg("Linux LVM"),
    Role.FAT: msg("FAT"),
    Role.OTHER: msg("Partition"),
}

_VOLUMES: Final[Mapping[Volume, str]] = {
    Volume.NTFS: "NTFS",
    Volume.FAT: "FAT",
    Volume.EXFAT: "exFAT",
    Volume.REFS: "ReFS",
    Volume.BITLOCKER: "BitLocker",
    Volume.EXT: "ext2/3/4",
    Volume.XFS: "XFS",
    Volume.BTRFS: "Btrfs",
    Volume.LVM: "LVM",
    Volume.LUKS: "LUKS",
    Volume.SWAP: "swap",
}

# How the programs sign that commonly make VHDs.
_CREATORS: Final[Mapping[str, str]] = {
    "win": "Windows",
    "wa": "Microsoft Azure",
    "vpc": "Virtual PC",
    "vs": "Virtual Server",
    "qemu": "QEMU",
    "qem2": "QEMU",
    "d2v": "Disk2vhd",
    "vbox": "VirtualBox",
    "tap": "XenServer",
    "CTXS": "XenServer",
    "miw": "Marketplace Image Wizard",
}


def disk_map(reading: DiskReading, inside: Inside | None = None, *, grow: bool = False) -> DiskMap | None:
    """The disk as a row of its partitions and what they hold, as it will be sent; None where the disk could not be read."""
    if reading.size is None or reading.table is None or reading.sent is None:
        return None
    end, reached = reading.size, 0
    parts: list[DiskPart] = []
    for each in sorted(reading.table.partitions, key=lambda partition: partition.start):
        # A table may lie: what reaches beyond the disk or over another partition is drawn where there is room.
        start, stop = max(each.start, reached), min(each.end, end)
        if stop <= start:
            continue
        parts += _gap(reached, start)
        parts.append(DiskPart(start, stop - start, "partition", _label(each), held_by(each.number, inside)))
        reached = stop
    if reading.table.scheme is Scheme.NONE:
        parts.append(_undivided(end, reading.table.volume, held_by(0, inside)))
    else:
        parts += _gap(reached, end)
    if grow and reading.sent.grown_by:
        parts.append(DiskPart(end, reading.sent.grown_by, "zeros", msg("Added zeros")))
        end += reading.sent.grown_by
    parts.append(DiskPart(end, FOOTER_BYTES, "footer", msg("Footer")))
    return DiskMap(_MAP, end + FOOTER_BYTES, tuple(parts), reading.data, reading.data_bytes)


def disk_facts(reading: DiskReading) -> Facts:
    """What the file is, in a table."""
    rows = [(msg("Format"), kind_name(reading.kind))]
    footer = reading.footer
    creator = _CREATORS.get(footer.creator_name, footer.creator_name) if footer is not None else ""
    if creator:
        rows.append((msg("Made by"), msg("{name}", name=creator)))
    if not reading.is_fixed:
        rows.append((msg("File size"), _size(reading.file_bytes)))
    if reading.virtual_bytes is not None:
        rows.append((_VIRTUAL_SIZE, _size(reading.virtual_bytes)))
    if reading.size is not None and reading.sent is not None:
        rows.append((_SENT, will_be_sent(reading.size, reading.data_bytes)))
        rows.append((_GENERATION, _generations(reading)))
        rows.append((msg("Partitions"), _partitions(reading)))
        rows.append((_UNIQUE_ID, msg("{name}", name=str(reading.sent.footer.unique_id))))
    return Facts(_FACTS, tuple(rows))


def kind_name(kind: str) -> Message:
    """The format as a person calls it; a journey's file may name one that is not known here."""
    return next((name for each, name in _KINDS.items() if each == kind), _KINDS[FileKind.SOMETHING_ELSE])


def will_be_sent(size: int, data_bytes: int) -> Message:
    """What will be made of the disk, and how much of it goes over the line at the most."""
    if data_bytes >= size:
        return msg("as a fixed VHD: at most {size}, zeros are left out", size=in_units(size))
    return msg("as a fixed VHD: {data} of {size}", data=in_units(data_bytes), size=in_units(size))


def kept_facts(disk_image: DiskImage) -> Facts:
    """What a saved journey still knows of its disk."""
    generation = disk_image.generation
    rows = [(msg("Format"), kind_name(disk_image.kind))]
    if disk_image.virtual_bytes:
        rows.append((_VIRTUAL_SIZE, _size(disk_image.virtual_bytes)))
    if disk_image.unique_id:
        told = msg("{name}", name=str(generation)) if generation is not None else None
        rows.append((_GENERATION, told or msg("Not decided by the disk alone")))
        rows.append((_UNIQUE_ID, msg("{name}", name=disk_image.unique_id)))
    return Facts(_FACTS, tuple(rows))


def _gap(start: int, end: int) -> list[DiskPart]:
    return [DiskPart(start, end - start, "free", msg("Free"))] if end - start >= _GAP_LEAST else []


def _undivided(size: int, volume: Volume, detail: Message | None) -> DiskPart:
    """A disk without a partition table is one stretch."""
    name = _VOLUMES.get(volume)
    if name is None:
        return DiskPart(0, size, "free", msg("No partition table"))
    return DiskPart(0, size, "partition", msg("{volume}, no partition table", volume=name), detail)


def _label(partition: Partition) -> Message:
    role, volume = _ROLES[partition.role], _VOLUMES.get(partition.volume)
    if volume is None or volume == role.text:
        return msg("{number}: {role}", number=partition.number, role=role)
    return msg("{number}: {role} ({volume})", number=partition.number, role=role, volume=volume)


def _size(size: int) -> Message:
    return msg("{size} ({bytes} bytes)", size=in_units(size), bytes=exactly(size))


def _generations(reading: DiskReading) -> Message:
    generations = reading.table.generations if reading.table is not None else ()
    if not generations:
        return msg("Not known")
    if generations == (1, 2):
        return msg("1 or 2")
    return msg("{name}", name=str(generations[0]))


def _partitions(reading: DiskReading) -> Message:
    table = reading.table
    if table is None or table.scheme is Scheme.NONE:
        return msg("None")
    scheme = "GPT" if table.scheme is Scheme.GPT else "MBR"
    return plural(
        "{scheme}, {n} partition", "{scheme}, {n} partitions", n=len(table.partitions), scheme=scheme
    )
