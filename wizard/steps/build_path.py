"""Step 2 (guide 2): where the image is built, which decides the section of the guide and the rules for its disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from wizard.messages import Message, msg
from wizard.step import Choice, Option, Step
from wizard.view import Facts, View

LINUX_LOCAL: Final = "linux_local"
WINDOWS_LOCAL: Final = "windows_local"
LINUX_BLOB: Final = "linux_blob"
WINDOWS_BLOB: Final = "windows_blob"

_SECTION: Final = msg("Section of the guide")
_BASE: Final = msg("Based on")
_BUILT_WITH: Final = msg("Built with")
_DISK: Final = msg("Its disk")
_LAST: Final = msg("Done last")

_COMES_AS: Final = msg("How it comes")

_PAGE_BLOB: Final = msg(
    "Fixed VHD in a page blob; copied into the storage account that you publish from, or used where it is"
)

_ASKED_FOR: Final[Mapping[str, tuple[tuple[Message, Message], ...]]] = {
    LINUX_LOCAL: (
        (_SECTION, msg("2.2 Linux image from outside Azure")),
        (
            _BASE,
            msg(
                "Best a distribution that Azure endorses; another one you prepare for Azure yourself (PRE-07)"
            ),
        ),
        (
            _BUILT_WITH,
            msg(
                "Hyper-V, KVM or VirtualBox. The drivers hv_vmbus, hv_storvsc and hv_netvsc must be in the initial RAM "
                "disk (BLD-06)"
            ),
        ),
        (
            _DISK,
            msg(
                "1 to 1,023 GB, better 30 or more, in any format; first partition at 1 MiB; no swap partition"
            ),
        ),
        (
            _LAST,
            msg(
                "The Azure Linux Agent stays installed; then {command}",
                command="sudo waagent -deprovision+user -force",
            ),
        ),
    ),
    WINDOWS_LOCAL: (
        (_SECTION, msg("2.4 Windows image from outside Azure")),
        (_BASE, msg("A Windows Server or SQL Server image that Azure approved, no other (PRE-06)")),
        (
            _BUILT_WITH,
            msg("Hyper-V, normally on a Windows disk that was downloaded from Azure (BLD-07)"),
        ),
        (_DISK, msg("127 or 128 GB, in any format; leave the size of Azure’s disk as it is")),
        (
            _LAST,
            msg(
                "All updates, then {command}; never start it again",
                command="sysprep /oobe /generalize /shutdown",
            ),
        ),
    ),
    LINUX_BLOB: (
        (_SECTION, msg("2.1 or 2.2 Linux image; the upload of 2.5 is done already")),
        (_COMES_AS, _PAGE_BLOB),
        (
            _DISK,
            msg("Fixed VHD of 1 to 1,023 GB, better 30 or more; first partition at 1 MiB; no swap partition"),
        ),
        (
            _LAST,
            msg(
                "The Azure Linux Agent stays installed; then {command}",
                command="sudo waagent -deprovision+user -force",
            ),
        ),
    ),
    WINDOWS_BLOB: (
        (_SECTION, msg("2.3 or 2.4 Windows image; the upload of 2.5 is done already")),
        (_COMES_AS, _PAGE_BLOB),
        (_DISK, msg("Fixed VHD of 127 or 128 GB; leave format and size of Azure’s disk as they are")),
        (
            _LAST,
            msg(
                "All updates, then {command}; never start it again",
                command="sysprep /oobe /generalize /shutdown",
            ),
        ),
    ),
}

OPTIONS: Final = (
    Option(
        LINUX_LOCAL,
        msg("Linux image from this computer"),
        msg("Section 2.2: a Linux machine that you built yourself, with its disk at hand."),
    ),
    Option(
        WINDOWS_LOCAL,
        msg("Windows image from this computer"),
        msg("Section 2.4: a Windows machine on an Azure-approved base, with its disk at hand."),
    ),
    Option(
        LINUX_BLOB,
        msg("Linux image in a storage account"),
        msg("Its VHD is in Azure already, or you were given a link to it: nothing is uploaded."),
    ),
    Option(
        WINDOWS_BLOB,
        msg("Windows image in a storage account"),
        msg("Its VHD is in Azure already, or you were given a link to it: nothing is uploaded."),
    ),
)


def what_it_asks_for(build_path: str | None) -> Sequence[View]:
    """The chosen way's own demands in short."""
    rows = _ASKED_FOR.get(build_path or "")
    return (Facts(msg("What this way asks for"), rows),) if rows is not None else ()


def what_was_chosen(build_path: str | None) -> Message | None:
    """The label of the chosen way."""
    return next((option.label for option in OPTIONS if option.value == build_path), None)


def known_way(value: object) -> Message | None:
    """What is wrong with the answer: a way this version does not know."""
    if any(option.value == value for option in OPTIONS):
        return None
    return msg("This version does not know this way of building; choose one of the list")


STEP: Final = Step(
    id="build_path",
    title=msg("Build path"),
    guide="2",
    purpose=msg("Say which image this is and where its disk is. The rules for the disk follow from that."),
    inputs=(
        Choice(
            "build_path",
            msg("The image"),
            help=msg("Say where its disk is now: on this computer, or in the cloud already."),
            options=OPTIONS,
            valid=known_way,
        ),
    ),
    shares=("build_path",),
    views=what_it_asks_for,
    summary=what_was_chosen,
)
