"""Names, commands and the common reasons of the VHD rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from wizard.messages import Message, msg
from wizard.step import Finding, skipped

if TYPE_CHECKING:
    from wizard.disk.partitions.partition_table import PartitionTable
    from wizard.disk.reading import DiskReading, Sent
    from wizard.disk.vhd_footer import Footer

_NOT_READ: Final = msg("The file could not be read")
_NOT_OPENED: Final = msg("The disk in this file cannot be looked into")

_FIXED: Final = "-O vpc -o subformat=fixed,force_size=on"

# How a person calls the formats that hold a disk, within a sentence.
TITLES: Final[Mapping[str, Message]] = {
    "fixed_vhd": msg("fixed VHD"),
    "dynamic_vhd": msg("dynamic VHD"),
    "vhdx": msg("VHDX"),
    "raw_disk": msg("raw disk"),
    "qcow2": msg("QCOW2 disk"),
    "vmdk": msg("VMDK disk"),
    "vdi": msg("VDI disk"),
    "parallels": msg("Parallels disk"),
}

# How qemu-img calls them, and which of them Hyper-V changes.
_QEMU_FORMATS: Final[Mapping[str, str]] = {"vhdx": "vhdx", "raw_disk": "raw"}
_HYPER_V: Final = ("fixed_vhd", "dynamic_vhd", "vhdx")

# Characters a command line would not take as a part of the name, even between quotes.
_NOT_IN_QUOTES: Final = frozenset("\"'`$%!\\,")


def shown(name: str) -> str:
    """A file name fit for a command between double quotes; a stand-in where it is not."""
    if name and name.isprintable() and not _NOT_IN_QUOTES & set(name):
        return name
    return "disk" + PurePath(name).suffix


def fixed_name(name: str) -> str:
    """What the fixed VHD made from this file is called in our commands."""
    return PurePath(shown(name)).stem + "-fixed.vhd"


def convert_with_qemu(name: str, source_format: str) -> str:
    """The command that makes a fixed VHD of a disk image (VHD-20)."""
    return f'qemu-img convert {_FIXED} {_source(name, source_format)} "{fixed_name(name)}"'


def convert_with_wizard(name: str) -> str:
    """Our own command that makes a fixed VHD of a disk image."""
    return f'image-wizard disk convert "{shown(name)}" "{fixed_name(name)}"'


def resize_with_qemu(name: str, source_format: str, size: int) -> str:
    """The commands that make a fixed VHD of this size; qemu-img resizes raw disks only."""
    raw = PurePath(shown(name)).stem + "-larger.raw"
    return (
        f'qemu-img convert -O raw {_source(name, source_format)} "{raw}" ; '
        f'qemu-img resize -f raw "{raw}" {size} ; '
        f'qemu-img convert {_FIXED} {_source(raw, "raw")} "{fixed_name(name)}"'
    )


def resize_with_hyper_v(name: str, size: int) -> str:
    """The PowerShell command that gives a VHD or a VHDX this size."""
    return f'Resize-VHD -Path "{shown(name)}" -SizeBytes {size}'


def _source(name: str, source_format: str) -> str:
    """The options that name a source. Of a VHD qemu-img would otherwise take the geometry for the size, and cut it off."""
    if source_format == "vpc":
        return f'--image-opts "driver=vpc,force_size_calc=current_size,file.filename={shown(name)}"'
    return f'-f {source_format} "{shown(name)}"'


def resize_cure(reading: DiskReading, size: int, size_shown: str | Message) -> Message:
    """How to give a disk another size."""
    command = resize_with_qemu(reading.name, _QEMU_FORMATS.get(reading.kind, "vpc"), size)
    if reading.kind not in _HYPER_V:
        return msg("Enlarge the disk to {size} with QEMU ({command}).", size=size_shown, command=command)
    return msg(
        "Enlarge the disk to {size} with QEMU ({command}) or, where there is Hyper-V, in PowerShell ({powershell}).",
        size=size_shown,
        command=command,
        powershell=resize_with_hyper_v(reading.name, size),
    )


def unreadable(reading: DiskReading) -> Finding | None:
    """Why no rule can judge this file; None where it could be read."""
    return skipped(_NOT_READ) if reading.trouble is not None else None


def footer_of(reading: DiskReading) -> Footer | Finding:
    """The footer in the file that a rule is about, or why it cannot be judged."""
    if reading.trouble is not None:
        return skipped(_NOT_READ)
    if reading.footer is None:
        return skipped(msg("There is no footer to read this from"))
    return reading.footer


def made_of(reading: DiskReading) -> Sent | None:
    """The fixed VHD that is made on the way; None where the file is one already, or where none can be made of it."""
    return None if reading.is_fixed else reading.sent


def size_of(reading: DiskReading) -> int | Finding:
    """The size of the disk in bytes, or why it cannot be judged."""
    if reading.trouble is not None:
        return skipped(_NOT_READ)
    return reading.virtual_bytes if reading.virtual_bytes is not None else skipped(_NOT_OPENED)


def table_of(reading: DiskReading) -> PartitionTable | Finding:
    """The partition table that a rule is about, or why it cannot be judged."""
    if reading.trouble is not None:
        return skipped(_NOT_READ)
    return reading.table if reading.table is not None else skipped(_NOT_OPENED)


def sent_facts(sent: Sent) -> dict[str, Any]:
    """What the findings say of the VHD that is made on the way."""
    return {"sent_bytes": sent.length, "sent_unique_id": str(sent.footer.unique_id)}
