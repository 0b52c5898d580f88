"""Names, commands and the common reasons of the VHD rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from wizard.messages import Message, msg
from wizard.step import Finding, skipped

if TYPE_CHECKING:
    from wizard.disk.partitions import PartitionTable
    from wizard.disk.reading import DiskReading
    from wizard.disk.vhd_footer import Footer

_NOT_READ: Final = msg("The file could not be read")
_ONLY_FIXED: Final = msg("Only a fixed VHD can be looked into")

_FIXED: Final = "-O vpc -o subformat=fixed,force_size=on"

# The other disk formats: how a person calls them, and how qemu-img does ("" where it cannot read them safely).
OTHER_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "vhdx": ("VHDX", "vhdx"),
    "qcow2": ("QCOW2", "qcow2"),
    "vmdk": ("VMDK", "vmdk"),
    "vdi": ("VDI", "vdi"),
    "parallels": ("Parallels", "parallels"),
}

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


def convert_with_hyper_v(name: str) -> str:
    """The PowerShell command that makes a fixed VHD of a VHD or VHDX."""
    return f'Convert-VHD -Path "{shown(name)}" -DestinationPath "{fixed_name(name)}" -VHDType Fixed'


def resize_with_qemu(name: str, size: int) -> str:
    """The commands that make a fixed VHD of this size; qemu-img resizes raw disks only."""
    raw = PurePath(shown(name)).stem + ".raw"
    return (
        f'qemu-img convert -O raw {_source(name, "vpc")} "{raw}" ; qemu-img resize -f raw "{raw}" {size} ; '
        f'qemu-img convert {_FIXED} {_source(raw, "raw")} "{fixed_name(name)}"'
    )


def resize_with_hyper_v(name: str, size: int) -> str:
    """The PowerShell command that gives a VHD this size."""
    return f'Resize-VHD -Path "{shown(name)}" -SizeBytes {size}'


def _source(name: str, source_format: str) -> str:
    """The options that name a source. Of a VHD qemu-img would otherwise take the geometry for the size, and cut it off."""
    if source_format == "vpc":
        return f'--image-opts "driver=vpc,force_size_calc=current_size,file.filename={shown(name)}"'
    return f'-f {source_format} "{shown(name)}"'


def convert_cure(name: str, source_format: str, *, hyper_v: bool) -> Message:
    """How to make a fixed VHD of this file; `hyper_v`: Hyper-V reads the format too."""
    command = convert_with_qemu(name, source_format)
    if not hyper_v:
        return msg(
            "Convert it to a fixed VHD with QEMU ({command}), then choose the new file.", command=command
        )
    return msg(
        "Convert it to a fixed VHD with QEMU ({command}) or, where there is Hyper-V, in PowerShell ({powershell}), "
        "then choose the new file.",
        command=command,
        powershell=convert_with_hyper_v(name),
    )


def resize_cure(name: str, size: int, size_shown: str | Message) -> Message:
    """How to give a VHD another size."""
    return msg(
        "Enlarge the disk to {size} with QEMU ({command}) or, where there is Hyper-V, in PowerShell ({powershell}).",
        size=size_shown,
        command=resize_with_qemu(name, size),
        powershell=resize_with_hyper_v(name, size),
    )


def unreadable(reading: DiskReading) -> Finding | None:
    """Why no rule can judge this file; None where it could be read."""
    return skipped(_NOT_READ) if reading.trouble is not None else None


def footer_of(reading: DiskReading, *, fixed: bool = False) -> Footer | Finding:
    """The footer that a rule is about, or why it cannot be judged; `fixed`: the rule is about fixed VHDs only."""
    if reading.trouble is not None:
        return skipped(_NOT_READ)
    if reading.footer is None:
        return skipped(msg("There is no footer to read this from"))
    return skipped(_ONLY_FIXED) if fixed and not reading.is_fixed else reading.footer


def table_of(reading: DiskReading) -> PartitionTable | Finding:
    """The partition table that a rule is about, or why it cannot be judged."""
    if reading.trouble is not None:
        return skipped(_NOT_READ)
    return reading.table if reading.is_fixed and reading.table is not None else skipped(_ONLY_FIXED)
