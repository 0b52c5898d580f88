"""Every rule of a disk image on this computer, in the order of the rule book. The only list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.checks import judging
from wizard.checks.vhd_format import (
    can_be_read,
    checksum_is_right,
    ends_in_a_footer,
    file_and_footer_agree,
    is_fixed,
    is_whole_mebibytes,
    other_fields_are_usual,
)
from wizard.checks.vhd_layout import can_start, first_mebibyte_is_free, table_is_sound
from wizard.checks.vhd_name import name_fits
from wizard.checks.vhd_size import is_large_enough, size_fits_use, suits_linux, suits_windows
from wizard.groups import Group
from wizard.messages import msg
from wizard.step import Check, Finding

if TYPE_CHECKING:
    from wizard.disk.reading import DiskReading

CHECKS: Final[tuple[Check, ...]] = (
    Check("file", msg("The file can be read"), can_be_read, Group.FORMAT),
    Check("VHD-01", msg("What is sent ends in a VHD footer"), ends_in_a_footer, Group.FORMAT),
    Check("VHD-02", msg("It is sent as a fixed VHD"), is_fixed, Group.FORMAT),
    Check("VHD-03", msg("The size is a whole number of MiB"), is_whole_mebibytes, Group.FORMAT),
    Check("VHD-04", msg("Its length and its footer agree"), file_and_footer_agree, Group.FORMAT),
    Check("VHD-05", msg("The disk is not too small for any system"), is_large_enough, Group.FORMAT),
    Check("VHD-06", msg("The footer’s checksum is right"), checksum_is_right, Group.FORMAT),
    Check("VHD-07", msg("The footer’s other fields are as usual"), other_fields_are_usual, Group.FORMAT),
    Check("VHD-08", msg("The size suits a Linux system disk"), suits_linux, Group.FORMAT),
    Check("VHD-09", msg("The size suits a Windows system disk"), suits_windows, Group.FORMAT),
    Check("VHD-12", msg("The first MiB of the disk is free"), first_mebibyte_is_free, Group.FORMAT),
    Check("VHD-14", msg("The file name can be a blob’s name"), name_fits, Group.FORMAT),
    Check("VHD-17", msg("A virtual machine can start from it"), can_start, Group.BOOT),
    Check("VHD-19", msg("The disk is not much larger than what it holds"), size_fits_use, Group.FORMAT),
    Check("partition-table", msg("The partition table is sound"), table_is_sound, Group.FORMAT),
)


def findings(reading: DiskReading, build_path: str, *, grow: bool = False) -> tuple[Finding, ...]:
    """What every rule says of this disk image; `build_path` and `grow` are the step's answers, "" where nobody said."""
    return judging.findings(CHECKS, {"reading": reading, "build_path": build_path, "grow": grow})
