"""VHD-01 where there is no footer at the end: what the file is instead, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.figures import exactly, in_units
from wizard.messages import Message, msg, plural
from wizard.step import Finding, failed

if TYPE_CHECKING:
    from wizard.disk.reading import DiskReading

_COPY_AGAIN = msg("Copy the file again from where it was made, and let the copy run to its end.")
_COPY_OR_MAKE = msg(
    "Copy the file again from where it was made. If it is the same there, make the VHD again."
)


def no_footer(reading: DiskReading) -> Finding | None:
    """VHD-01 broken: no footer in the last 512 bytes, where one belongs or nothing else is there; None where all is well."""
    if reading.kind in _WITHOUT_FOOTER:
        return _end_is_missing(reading)
    if reading.footer is not None and reading.footer.cookie_valid and reading.kind != "footer_not_at_end":
        return _cut_off(reading) if reading.cut_off else None
    reason, cure = _what_instead(reading)
    return failed(reason, cure, kind=reading.kind.value, file_bytes=reading.file_bytes)


# Formats that hold a disk, and have no footer where a VHD has one.
_WITHOUT_FOOTER: Final = ("raw_disk", "vhdx", "qcow2", "vmdk", "vdi", "parallels")


def _end_is_missing(reading: DiskReading) -> Finding | None:
    """A file named .vhd that ends before its partitions do has lost its footer with the rest of its end."""
    claimed, size = reading.table.claimed_bytes if reading.table is not None else 0, reading.file_bytes
    if reading.kind != "raw_disk" or claimed <= size or not reading.name.lower().endswith(".vhd"):
        return None
    return failed(
        msg(
            "The file was cut off: its partitions reach to {claimed}, but it ends at {size}",
            claimed=in_units(claimed),
            size=in_units(size),
        ),
        _COPY_AGAIN,
        kind=reading.kind.value,
        file_bytes=size,
    )


def _cut_off(reading: DiskReading) -> Finding:
    return failed(
        msg("The end of this dynamic VHD is missing; only the copy of its footer at the beginning is there"),
        _COPY_AGAIN,
        kind=reading.kind.value,
        file_bytes=reading.file_bytes,
    )


def _what_instead(reading: DiskReading) -> tuple[Message, Message]:
    size = reading.file_bytes
    return {
        "empty": lambda: (msg("The file is empty"), _COPY_AGAIN),
        "too_short": lambda: (
            plural(
                "The file has {n} byte; the footer of a VHD alone has 512",
                "The file has {n} bytes; the footer of a VHD alone has 512",
                n=size,
            ),
            _COPY_AGAIN,
        ),
        "footer_damaged": lambda: (msg("The VHD footer in the last 512 bytes is damaged"), _COPY_OR_MAKE),
        "footer_cut_off": lambda: (
            plural(
                "The footer has only {n} byte instead of 512; the file was cut off",
                "The footer has only {n} bytes instead of 512; the file was cut off",
                n=size - (reading.footer_offset or 0),
            ),
            _COPY_OR_MAKE,
        ),
        "footer_not_at_end": lambda: (
            plural(
                "{bytes} byte follows the footer, which must be the end of the file",
                "{bytes} bytes follow the footer, which must be the end of the file",
                n=_after_footer(reading),
                bytes=exactly(_after_footer(reading)),
            ),
            _COPY_OR_MAKE,
        ),
        "iso": lambda: (
            msg("This is an ISO image, a disc to install from"),
            msg("Install from it in a virtual machine, then choose the disk of that machine."),
        ),
        "wim": lambda: (
            msg("This is a WIM file, a set of Windows files to install from"),
            msg("Install from it in a virtual machine, then choose the disk of that machine."),
        ),
        "archive": lambda: (
            msg("This is an archive, not a disk image"),
            msg("Unpack it, then choose the VHD inside."),
        ),
    }.get(reading.kind.value, _something_else)()


def _something_else() -> tuple[Message, Message]:
    return (
        msg("The last 512 bytes are no VHD footer, and nothing else in the file says what it is"),
        msg("Choose the VHD of your virtual machine. If this is it, copy it again: its end may be missing."),
    )


def _after_footer(reading: DiskReading) -> int:
    return reading.file_bytes - (reading.footer_offset or 0) - 512
