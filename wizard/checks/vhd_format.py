"""The rules of the VHD file itself: VHD-01 to VHD-04, VHD-06 and VHD-07."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.vhd_no_footer import no_footer
from wizard.checks.vhd_words import (
    OTHER_FORMATS,
    convert_cure,
    convert_with_hyper_v,
    convert_with_qemu,
    footer_of,
    resize_cure,
    unreadable,
)
from wizard.figures import exactly, in_units
from wizard.messages import Message, msg, plural
from wizard.rules_data import load
from wizard.step import Finding, failed, passed, warning

if TYPE_CHECKING:
    from wizard.disk.reading import DiskReading
    from wizard.disk.vhd_footer import Footer

FOOTER_BYTES: Final = 512
_FIXED, _DYNAMIC, _DIFFERENCING = 2, 3, 4
_VERSION: Final = 0x00010000
_NO_DATA_OFFSET: Final = 0xFFFFFFFFFFFFFFFF

# These write the size they mean as cylinders, heads and sectors; all later ones mean the current size.
_SIZE_BY_GEOMETRY: Final = (b"vpc ", b"qemu")


def can_be_read(reading: DiskReading) -> Finding:
    """Whether the file could be read, and stood still while it was."""
    if reading.trouble is not None:
        return failed(reading.trouble.reason, reading.trouble.cure)
    return passed(
        msg("The file has {size}", size=in_units(reading.file_bytes)), file_bytes=reading.file_bytes
    )


def ends_in_a_footer(reading: DiskReading) -> Finding:
    """VHD-01: the last 512 bytes are a footer, with the cookie "conectix"."""
    return unreadable(reading) or no_footer(reading) or _footer_seen(reading)


def is_fixed(reading: DiskReading) -> Finding:
    """VHD-02: disk type 2. Dynamic, differencing and VHDX are recognised and refused."""
    unjudged = unreadable(reading)
    if unjudged is not None:
        return unjudged
    if reading.kind in OTHER_FORMATS:
        title, qemu_name = OTHER_FORMATS[reading.kind]
        return failed(
            msg("This is a {format} disk; Azure takes fixed VHDs only", format=title),
            convert_cure(reading.name, qemu_name, hyper_v=reading.kind == "vhdx"),
            kind=reading.kind.value,
        )
    footer = footer_of(reading)
    if isinstance(footer, Finding):
        return footer
    facts: dict[str, Any] = {"kind": reading.kind.value, "disk_type": footer.disk_type}
    if footer.disk_type == _FIXED:
        return passed(msg("The disk type is 2: fixed"), **facts)
    reason, cure = _other_type(reading, footer.disk_type)
    return failed(reason, cure, **facts)


def is_whole_mebibytes(reading: DiskReading) -> Finding:
    """VHD-03: the footer's current size is a multiple of 1 MiB."""
    footer = footer_of(reading)
    if isinstance(footer, Finding):
        return footer
    size, step = footer.current_size, int(load("vhd_limits")["alignment"]["bytes"])
    over = size % step
    if over == 0:
        return passed(
            msg("{size}, a whole number of MiB", size=in_units(size)), bytes=size, mebibytes=size // step
        )
    wanted = size + step - over
    enlarged = msg("{size} ({bytes} bytes)", size=in_units(wanted), bytes=exactly(wanted))
    return failed(
        plural(
            "The disk has {bytes} bytes: {over} byte more than a whole number of MiB",
            "The disk has {bytes} bytes: {over} bytes more than a whole number of MiB",
            n=over,
            over=exactly(over),
            bytes=exactly(size),
        ),
        resize_cure(reading.name, wanted, enlarged),
        bytes=size,
        bytes_over=over,
        next_aligned_bytes=wanted,
    )


def file_and_footer_agree(reading: DiskReading) -> Finding:
    """VHD-04: the file is as long as the footer's current size and the footer itself."""
    footer = footer_of(reading, fixed=True)
    if isinstance(footer, Finding):
        return footer
    said, there = footer.current_size, reading.file_bytes - FOOTER_BYTES
    facts: dict[str, Any] = {
        "current_size": said,
        "file_bytes": reading.file_bytes,
        "bytes_before_footer": there,
    }
    if said == there:
        return passed(msg("The file is the disk and its footer of 512 bytes"), **facts)
    reason = (
        msg(
            "The footer speaks of {said}, but only {there} lie before it: {missing} bytes are missing",
            said=in_units(said),
            there=in_units(there),
            missing=exactly(said - there),
        )
        if said > there
        else msg(
            "The footer speaks of {said}, but {there} lie before it: {over} bytes too many",
            said=in_units(said),
            there=in_units(there),
            over=exactly(there - said),
        )
    )
    return failed(
        reason,
        msg("Copy the file again from where it was made. If it is the same there, make the VHD again."),
        **facts,
    )


def checksum_is_right(reading: DiskReading) -> Finding:
    """VHD-06: one's complement of the sum of the footer's bytes."""
    footer = footer_of(reading)
    if isinstance(footer, Finding):
        return footer
    written, right = f"0x{footer.checksum:08X}", f"0x{footer.sealed().checksum:08X}"
    if footer.checksum_valid:
        return passed(msg("The checksum {checksum} is right", checksum=written), checksum=written)
    return failed(
        msg("The checksum is {written}, but should be {right}", written=written, right=right),
        msg(
            "Something wrote into the footer. Copy the file again; if it is the same there, have the footer written "
            "anew with QEMU ({command}).",
            command=convert_with_qemu(reading.name, "vpc"),
        ),
        checksum=written,
        right_checksum=right,
    )


def other_fields_are_usual(reading: DiskReading) -> Finding:
    """VHD-07: original size, data offset and version as a fixed VHD has them; a geometry that is the size agrees with it."""
    footer = footer_of(reading, fixed=True)
    if isinstance(footer, Finding):
        return footer
    facts: dict[str, Any] = {
        "creator": footer.creator_name,
        "original_size": footer.original_size,
        "data_offset": f"0x{footer.data_offset:016X}",
        "version": f"0x{footer.version:08X}",
        "geometry_bytes": footer.geometry_bytes,
    }
    unusual = _unusual(footer)
    if not unusual:
        return passed(msg("Original size, data offset and version are as in every fixed VHD"), **facts)
    return warning(
        msg("Unusual in the footer: {what}", what=tuple(unusual)),
        msg(
            "Azure may take it as it is. To be sure, have the footer written anew with QEMU ({command}).",
            command=convert_with_qemu(reading.name, "vpc"),
        ),
        **facts,
    )


def _other_type(reading: DiskReading, disk_type: int) -> tuple[Message, Message]:
    if disk_type == _DYNAMIC:
        return (
            msg("This is a dynamic VHD, which grows with its data; Azure takes fixed VHDs only"),
            convert_cure(reading.name, "vpc", hyper_v=True),
        )
    if disk_type == _DIFFERENCING:
        return (
            msg("This is a differencing VHD: it holds only what differs from another file, its parent"),
            msg(
                "Where the parent lies too, make one fixed VHD of both in PowerShell with Hyper-V ({powershell}), "
                "then choose the new file.",
                powershell=convert_with_hyper_v(reading.name),
            ),
        )
    return (
        msg("Its footer gives the disk type {type}, which no VHD has", type=disk_type),
        msg("Copy the file again from where it was made. If it is the same there, make the VHD again."),
    )


def _unusual(footer: Footer) -> list[Message]:
    unusual = []
    if footer.original_size != footer.current_size:
        unusual.append(msg("the original size is {size}", size=in_units(footer.original_size)))
    if footer.data_offset != _NO_DATA_OFFSET:
        unusual.append(msg("the data offset is set, which a fixed VHD has no use for"))
    if footer.version != _VERSION:
        unusual.append(msg("the format version is {version}", version=f"0x{footer.version:08X}"))
    by_geometry = footer.creator in _SIZE_BY_GEOMETRY and not footer.geometry_is_largest
    if by_geometry and footer.geometry_bytes != footer.current_size:
        unusual.append(
            msg(
                "the program that made it counts by cylinders, heads and sectors, and these come to {size}",
                size=in_units(footer.geometry_bytes),
            )
        )
    return unusual


def _footer_seen(reading: DiskReading) -> Finding:
    footer = reading.footer
    creator = footer.creator_name if footer is not None else ""
    unique_id = str(footer.unique_id) if footer is not None else ""
    return passed(
        msg("The last 512 bytes are a VHD footer"),
        creator=creator,
        unique_id=unique_id,
        kind=reading.kind.value,
    )
