"""The rules about which Windows it is: 64-bit (WIN-01), no BitLocker (WIN-04), an approved base (WIN-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, known, not_read
from wizard.checks.windows.words import at_file, with_age
from wizard.groups import Group
from wizard.messages import msg
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_release import WindowsRelease
    from wizard.where import Where

_64_BIT: Final = ("x86-64", "arm64")
_KEY: Final = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_DECRYPT: Final = (
    "if (Get-Command Disable-BitLocker -ErrorAction SilentlyContinue) "
    "{ Get-BitLockerVolume | Where-Object VolumeStatus -ne 'FullyDecrypted' | Disable-BitLocker }"
)


def is_64_bit(inside: Inside) -> Finding:
    """WIN-01: by the processor that the kernel's program file names."""
    machine = known(inside.machine, inside, "machine")
    if isinstance(machine, Finding):
        return machine
    if not machine.architectures:
        return skipped(msg("The kernel’s file does not tell for which processor it is"))
    seen_at = (at_file(machine.file),) if machine.file else ()
    facts: dict[str, Any] = {"architectures": list(machine.architectures)}
    if all(each in _64_BIT for each in machine.architectures):
        return passed(
            msg("Windows is made for {processor}", processor=machine.architectures), seen_at=seen_at, **facts
        )
    return failed(
        msg("Windows is made for {processor}, which is not 64-bit", processor=machine.architectures),
        msg("Azure runs 64-bit systems only. Build the image from a 64-bit Windows Server."),
        seen_at=seen_at,
        **facts,
    )


def no_bitlocker(inside: Inside) -> Finding:
    """WIN-04: on no partition of the system's disk (FAQ: "not supported on the operating system hard disk")."""
    if not inside.volumes:
        return not_read(inside, "volumes")
    found = [each for each in inside.volumes if each.kind == "bitlocker"]
    facts: dict[str, Any] = {"partitions": [each.partition for each in found]}
    if not found:
        return passed(msg("No partition is encrypted with BitLocker"), **facts)
    return failed(
        msg(
            "Encrypted with BitLocker: partition {partitions}",
            partitions=tuple(str(each.partition) for each in found),
        ),
        msg(
            "Turn BitLocker off and wait until everything is decrypted (manage-bde -status tells); then generalise and "
            "copy the disk again."
        ),
        commands=(_DECRYPT,),
        **facts,
    )


def is_an_approved_base(inside: Inside) -> Finding:
    """WIN-24: an evaluation edition fails (it ends after some months; SEC), a Windows for desks warns, for that no source
    of Azure China rules it out. From which medium a Windows Server was installed, its files do not tell.
    """
    release = known(inside.release, inside, "release")
    if isinstance(release, Finding):
        return release
    if not release.product and not release.edition:
        return skipped(msg("The registry does not say which Windows it is"))
    name = printable(release.name or release.edition)
    seen_at = (_place(release),)
    facts: dict[str, Any] = {
        "product": release.name,
        "edition": release.edition,
        "installation": release.installation,
        "version": release.version_text,
    }
    if release.is_evaluation:
        return with_age(
            failed(
                msg("{name} is an evaluation edition, which ends after some months", name=name),
                msg(
                    "Build the image from a Windows Server image of Azure China. An evaluation edition is no approved base."
                ),
                seen_at=seen_at,
                **facts,
            ),
            release.older,
        )
    if release.is_client:
        return with_age(
            warning(
                msg("{name} is a Windows for desktops, not a Windows Server", name=name),
                msg(
                    "Build the image from a Windows Server image of Azure China, or ask 21Vianet first whether this "
                    "Windows is accepted and how its customers are licensed."
                ),
                seen_at=seen_at,
                **facts,
            ),
            release.older,
        )
    return with_age(
        passed(
            msg("{name}. Whether it began as an image of Azure, its files do not tell", name=name),
            seen_at=seen_at,
            **facts,
        ),
        release.older,
    )


def _place(release: WindowsRelease) -> Where:
    return where(_KEY, 0, f"ProductName = {release.product}, EditionID = {release.edition}")


CHECKS: Final[tuple[Check, ...]] = (
    Check("WIN-01", msg("Windows is a 64-bit one"), is_64_bit, group=Group.SYSTEM, applies=is_windows),
    Check(
        "WIN-04",
        msg("The disk is not encrypted with BitLocker"),
        no_bitlocker,
        group=Group.SECURITY,
        applies=is_windows,
    ),
    Check(
        "WIN-24",
        msg("It is a Windows Server, and no evaluation edition"),
        is_an_approved_base,
        group=Group.SYSTEM,
        applies=is_windows,
    ),
)
