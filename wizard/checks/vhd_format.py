"""The rules of the VHD file itself: VHD-01 to VHD-04, VHD-06 and VHD-07."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.vhd_no_footer import no_footer
from wizard.checks.vhd_words import (
    TITLES,
    convert_with_qemu,
    convert_with_wizard,
    footer_of,
    made_of,
    sent_facts,
    size_of,
    unreadable,
)
from wizard.figures import exactly, in_units
from wizard.messages import Message, msg, plural
from wizard.rules_data import load
from wizard.step import Finding, Fix, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.disk.reading import DiskReading, Sent
    from wizard.disk.vhd_footer import Footer

FOOTER_BYTES: Final = 512

_NO_FIXED_VHD: Final = msg("This is no fixed VHD, and none can be made of it as it is")
_FIXED: Final = 2
_VERSION: Final = 0x00010000
_NO_DATA_OFFSET: Final = 0xFFFFFFFFFFFFFFFF

_MAKE_AGAIN: Final = msg(
    "Copy the file again from where it was made. If it is the same there, make the VHD again."
)

# These write the size they mean as cylinders, heads and sectors; all later ones mean the current size.
_SIZE_BY_GEOMETRY: Final = (b"vpc ", b"qemu")

# What stands in the way of a fixed VHD here has a rule of its own: VHD-03 to VHD-06.
_TOLD_ELSEWHERE: Final = ("cut_off", "damaged")


def can_be_read(reading: DiskReading) -> Finding:
    """Whether the file could be read, and stood still while it was."""
    if reading.trouble is not None:
        return failed(reading.trouble.reason, reading.trouble.cure)
    return passed(
        msg("The file has {size}", size=in_units(reading.file_bytes)), file_bytes=reading.file_bytes
    )


def ends_in_a_footer(reading: DiskReading) -> Finding:
    """VHD-01: the last 512 bytes are a footer, with the cookie "conectix"; behind another format one is written."""
    return unreadable(reading) or no_footer(reading) or _footer_seen(reading)


def is_fixed(reading: DiskReading) -> Finding:
    """VHD-02: disk type 2. Of a dynamic VHD, a VHDX or a raw disk a fixed VHD is made on the way; others are refused."""
    unjudged = unreadable(reading)
    if unjudged is not None:
        return unjudged
    made, refused = made_of(reading), reading.refused
    facts: dict[str, Any] = {"kind": reading.kind.value}
    if reading.footer is not None:
        facts["disk_type"] = reading.footer.disk_type
    if made is not None:
        return passed(
            msg(
                "A {format}: it will be sent as a fixed VHD, and the file stays as it is",
                format=_title(reading),
            ),
            **facts,
            **sent_facts(made),
        )
    if refused is not None and not (reading.is_fixed and refused.refusal in _TOLD_ELSEWHERE):
        if no_footer(reading) is not None:
            return skipped(msg("VHD-01 says what is in the way"), **facts)
        facts["refusal"] = str(refused.refusal)
        if refused.refusal == "needs_qemu_img":
            return _to_be_converted(reading, refused.reason, facts)
        return failed(refused.reason, refused.cure, **facts)
    return passed(msg("The disk type is 2: fixed"), **facts)


def is_whole_mebibytes(reading: DiskReading, grow: bool | None) -> Finding:
    """VHD-03: the size of the disk is a multiple of 1 MiB, or is grown to one on the way."""
    size, step = size_of(reading), int(load("vhd_limits")["alignment"]["bytes"])
    if isinstance(size, Finding):
        return size
    over = size % step
    if over == 0:
        return passed(
            msg("{size}, a whole number of MiB", size=in_units(size)), bytes=size, mebibytes=size // step
        )
    if reading.told_bytes is not None:
        return skipped(
            msg(
                "The disk has {bytes} bytes; it is grown to a whole number of MiB when it is converted",
                bytes=exactly(size),
            ),
            bytes=size,
        )
    wanted = size + step - over
    facts: dict[str, Any] = {"bytes": size, "bytes_over": over, "next_aligned_bytes": wanted}
    if reading.sent is not None and grow:
        return passed(
            _and(
                msg("Zeros are added at its end on the way: {bytes} bytes.", bytes=exactly(step - over)),
                reading.sent.growth,
            ),
            grown_by=step - over,
            **facts,
        )
    reason = plural(
        "The disk has {bytes} bytes: {over} byte more than a whole number of MiB",
        "The disk has {bytes} bytes: {over} bytes more than a whole number of MiB",
        n=over,
        over=exactly(over),
        bytes=exactly(size),
    )
    if reading.sent is None:
        # A disk that cannot be read cannot be grown either; what is in the way has its own cure.
        cure = reading.refused.cure if reading.refused is not None else _MAKE_AGAIN
        return failed(reason, cure, **facts)
    offer = msg(
        "Have the disk grown on its way (in a command: {option}). Zeros are added at its end, and the file stays as it is.",
        option="--grow",
    )
    return failed(
        reason,
        _and(offer, reading.sent.growth),
        fix=Fix(msg("Grow it on the way"), {"grow": True}, "check"),
        **facts,
    )


def file_and_footer_agree(reading: DiskReading) -> Finding:
    """VHD-04: the file is as long as the footer's current size and the footer itself, or will be made so."""
    footer, made = footer_of(reading), made_of(reading)
    if made is not None:
        return passed(
            msg(
                "{bytes} bytes will be sent: the disk and its footer of 512 bytes", bytes=exactly(made.length)
            ),
            current_size=made.footer.current_size,
            file_bytes=reading.file_bytes,
            **sent_facts(made),
        )
    if isinstance(footer, Finding):
        return footer
    if not reading.is_fixed:
        return skipped(_NO_FIXED_VHD)
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
        _MAKE_AGAIN,
        **facts,
    )


def checksum_is_right(reading: DiskReading) -> Finding:
    """VHD-06: one's complement of the sum of the footer's bytes."""
    footer, made = footer_of(reading), made_of(reading)
    if made is not None:
        return _checksum_made(made)
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
    """VHD-07: original size, data offset and version as a fixed VHD has them; a geometry that is the size agrees with it.

    What else is odd about the file, although it can be read, is told here too.
    """
    made = made_of(reading)
    footer = made.footer if made is not None else footer_of(reading)
    if isinstance(footer, Finding):
        return footer
    if made is None and not reading.is_fixed:
        return skipped(_NO_FIXED_VHD)
    facts: dict[str, Any] = {
        "creator": footer.creator_name,
        "original_size": footer.original_size,
        "data_offset": f"0x{footer.data_offset:016X}",
        "version": f"0x{footer.version:08X}",
        "geometry_bytes": footer.geometry_bytes,
    }
    unusual = _unusual(footer)
    remarks = () if made is None and _told_by_the_footer(reading, footer) else reading.remarks
    if made is not None and not unusual and not remarks:
        return passed(msg("They are written as in every fixed VHD"), **facts)
    if remarks and not unusual:
        return warning(
            msg("Odd about this file: {what}", what=remarks),
            msg("It can be sent as it is. To be sure, compare it with the disk it was made from."),
            **facts,
        )
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


def _to_be_converted(reading: DiskReading, reason: Message, facts: dict[str, Any]) -> Finding:
    command = convert_with_wizard(reading.name)
    missing = reading.no_converter
    if missing is not None:
        how = msg("Once it is there, it is converted here or with a command ({command}).", command=command)
        why = msg("{reason}.", reason=missing.reason)
        return failed(reason, _and(_and(why, missing.cure), how), **facts)
    return failed(
        reason,
        msg(
            "Convert it to a fixed VHD, here or with a command ({command}); the new file is chosen then.",
            command=command,
        ),
        fix=Fix(msg("Convert to a fixed VHD"), action="convert"),
        **facts,
    )


def _and(first: Message, second: Message | None) -> Message:
    return first if second is None else msg("{first} {second}", first=first, second=second)


def _title(reading: DiskReading) -> Message:
    return TITLES.get(reading.kind, msg("disk image"))


def _checksum_made(made: Sent) -> Finding:
    written = f"0x{made.footer.checksum:08X}"
    if made.footer.checksum_valid:
        return passed(
            msg("The footer is written anew, with the checksum {checksum}", checksum=written),
            checksum=written,
        )
    return failed(
        msg(
            "The checksum is {written}, but should be {right}",
            written=written,
            right=f"0x{made.footer.sealed().checksum:08X}",
        ),
        msg("Send the lines of this finding to whoever looks after the wizard: it made this footer itself."),
        checksum=written,
    )


def _told_by_the_footer(reading: DiskReading, footer: Footer) -> bool:
    """Whether VHD-04 or VHD-06 says already what is odd about a fixed VHD."""
    return not footer.checksum_valid or footer.current_size != reading.file_bytes - FOOTER_BYTES


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
    made, footer = made_of(reading), reading.footer
    if made is not None:
        return passed(
            msg("A footer is written behind the disk as it is sent"),
            kind=reading.kind.value,
            **sent_facts(made),
        )
    if footer is None:
        return skipped(msg("A {format} has no VHD footer; VHD-02 says what to do", format=_title(reading)))
    return passed(
        msg("The last 512 bytes are a VHD footer"),
        creator=footer.creator_name,
        unique_id=str(footer.unique_id),
        kind=reading.kind.value,
    )
