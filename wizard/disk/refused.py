"""Why a file cannot be used as a disk image, for a person and for a program."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from wizard.disk.recognise import FileKind
from wizard.errors import WizardError
from wizard.messages import Message, msg


class Refusal(StrEnum):
    """The reason, for whoever offers a way out of it."""

    IN_USE = "in_use"
    NO_FILE = "no_file"
    NO_DISK = "no_disk"
    CHECKPOINT = "checkpoint"
    DIFFERENCING = "differencing"
    NEEDS_QEMU_IMG = "needs_qemu_img"
    LOG_TO_REPLAY = "log_to_replay"
    LARGE_SECTORS = "large_sectors"
    CUT_OFF = "cut_off"
    DAMAGED = "damaged"
    UNKNOWN_FEATURE = "unknown_feature"
    TOO_MANY_BLOCKS = "too_many_blocks"


class RefusedImage(WizardError):  # noqa: N818  (it says what it is of)
    """A file that is not read as a disk: its kind, the reason, and what to do."""

    def __init__(
        self,
        what: Message,
        cure: Message,
        *,
        kind: FileKind,
        refusal: Refusal,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what, cure, details)
        self.kind = kind
        self.refusal = refusal


_TITLES: Final = {
    FileKind.FIXED_VHD: msg("fixed VHD"),
    FileKind.DYNAMIC_VHD: msg("dynamic VHD"),
    FileKind.VHDX: msg("VHDX"),
    FileKind.QCOW2: msg("QCOW2"),
    FileKind.VMDK: msg("VMDK"),
    FileKind.VDI: msg("VDI"),
}


def damaged(kind: FileKind, how: Message, **details: int | str) -> RefusedImage:
    """A file whose own words contradict one another or lead outside it; `details` are the figures behind it."""
    return RefusedImage(
        msg("This {format} is damaged: {how}", format=_TITLES.get(kind, msg("disk image")), how=how),
        msg(
            "Copy the file again from where it was made. If it is damaged there too, export or make the disk again."
        ),
        kind=kind,
        refusal=Refusal.DAMAGED,
        details={name: str(value) for name, value in details.items()},
    )


def cut_off(kind: FileKind, **details: int | str) -> RefusedImage:
    """A file whose end is missing."""
    return RefusedImage(
        msg("The end of this {format} is missing", format=_TITLES.get(kind, msg("disk image"))),
        msg(
            "It was probably not copied completely. Wait until the copy or the export has ended, or copy it again and "
            "compare the two lengths."
        ),
        kind=kind,
        refusal=Refusal.CUT_OFF,
        details={name: str(value) for name, value in details.items()},
    )


def unknown_feature(kind: FileKind, how: Message, **details: int | str) -> RefusedImage:
    """A file that is of a newer kind than the published specification."""
    return RefusedImage(
        msg("This {format} uses something that is not known here: {how}", format=_TITLES[kind], how=how),
        msg("Make a fixed VHD from it with Hyper-V (Convert-VHD), then choose that."),
        kind=kind,
        refusal=Refusal.UNKNOWN_FEATURE,
        details={name: str(value) for name, value in details.items()},
    )


def not_converted(kind: FileKind) -> RefusedImage:
    """A format that qemu-img knows and is still not asked to read: it cannot tell a whole disk from a snapshot’s part."""
    return RefusedImage(
        msg("Disks of this format are not converted here"),
        msg("Convert it to VHD or VHDX with the program that made it, then choose that."),
        kind=kind,
        refusal=Refusal.UNKNOWN_FEATURE,
    )


def too_many_blocks(kind: FileKind, blocks: int, most: int) -> RefusedImage:
    """A disk in more blocks than are read."""
    return RefusedImage(
        msg(
            "This disk is divided into too many small blocks: {blocks}, at most {most}",
            blocks=blocks,
            most=most,
        ),
        msg(
            "Make a fixed VHD, or a VHDX with blocks of 32 MB, from it with Hyper-V (Convert-VHD), then choose that."
        ),
        kind=kind,
        refusal=Refusal.TOO_MANY_BLOCKS,
    )
