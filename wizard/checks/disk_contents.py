"""The rules about what system is on a disk, and whether it can be looked into: VHD-15, VHD-16, VHD-22."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import not_read
from wizard.checks.volume_words import all_named, numbers
from wizard.groups import Group
from wizard.messages import msg
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import where

if TYPE_CHECKING:
    from wizard.disk.reading import DiskReading
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.machine import Machine

_64_BIT: Final = ("x86-64", "arm64")
_TITLES: Final = {"linux": "Linux", "windows": "Windows"}

_CURE_64_BIT: Final = msg(
    "Azure runs 64-bit systems only. Build the image from a 64-bit release of the system."
)


def system_is_as_chosen(inside: Inside, build_path: str | None) -> Finding:
    """VHD-15: what is published as Linux is Linux, and so with Windows."""
    found = _TITLES.get(inside.system)
    if found is None:
        return not_read(inside, "volumes")
    chosen = next((title for name, title in _TITLES.items() if (build_path or "").startswith(name)), None)
    facts: dict[str, Any] = {"found": inside.system, "build_path": build_path}
    if chosen is None:
        return skipped(msg("The disk holds {system}; no build path is chosen yet", system=found), **facts)
    if chosen == found:
        return passed(msg("The disk holds {system}, as the build path says", system=found), **facts)
    return failed(
        msg("The disk holds {found}, and the build path is one for {chosen}", found=found, chosen=chosen),
        msg(
            "Choose the build path for {found}, or the disk image of a {chosen} system.",
            found=found,
            chosen=chosen,
        ),
        **facts,
    )


def is_64_bit(inside: Inside, reading: DiskReading | None) -> Finding:
    """VHD-16: by the system's own programs; where these cannot be read, by the processor that partition types name."""
    machine = inside.machine
    if machine is not None and machine.architectures:
        return _by_program(machine)
    table = reading.table if reading is not None else None
    marked = table.architectures if table is not None else ()
    facts: dict[str, Any] = {"architectures": list(marked)}
    if not marked:
        if machine is None:
            return not_read(inside, "machine")
        return skipped(
            msg("None of the system’s programs tells for which processor it is made"), None, **facts
        )
    old = tuple(each for each in marked if each not in _64_BIT)
    if not old:
        return passed(msg("A partition is marked as made for {processor}", processor=marked), **facts)
    reason = msg("A partition is marked as made for {processor}, which is 32-bit", processor=old)
    return (failed if len(old) == len(marked) else warning)(reason, _CURE_64_BIT, **facts)


def is_not_encrypted(inside: Inside) -> Finding:
    """VHD-22: no BitLocker on the system's disk, no LUKS below the system; another LUKS volume is a doubt."""
    if not inside.volumes:
        return not_read(inside, "volumes")
    bitlocker = [each for each in inside.volumes if each.kind == "bitlocker"]
    luks = [each for each in inside.volumes if each.kind == "luks"]
    facts: dict[str, Any] = {"bitlocker": numbers(bitlocker), "luks": numbers(luks)}
    if bitlocker:
        return failed(
            msg("Encrypted with BitLocker: {what}", what=all_named(bitlocker)),
            msg(
                "Decrypt the drive in Windows before it is generalized, and wait until that is done (manage-bde "
                "-status). Azure encrypts disks by itself."
            ),
            **facts,
        )
    if not luks:
        return passed(msg("No volume is encrypted with BitLocker or LUKS"), **facts)
    reason = msg("Encrypted with LUKS: {what}", what=all_named(luks))
    cure = msg(
        "Build the image without encryption: nobody is there to type the passphrase when a customer’s machine starts. "
        "Azure encrypts disks by itself."
    )
    hides_the_system = not any(each.mounted == "/" for each in inside.volumes)
    return (failed if hides_the_system else warning)(reason, cure, **facts)


def _by_program(machine: Machine) -> Finding:
    facts: dict[str, Any] = {"architectures": list(machine.architectures), "bits": machine.bits}
    seen_at = (where(machine.file),) if machine.file else ()
    processor = machine.architectures
    if machine.bits == 32:
        reason = msg("The system is made for {processor}, which is 32-bit", processor=processor)
        return failed(reason, _CURE_64_BIT, seen_at=seen_at, **facts)
    if all(each in _64_BIT for each in processor):
        return passed(
            msg("The system is made for {processor}", processor=processor), seen_at=seen_at, **facts
        )
    return failed(
        msg("The system is made for {processor}, which no virtual machine of Azure has", processor=processor),
        msg("Build the image from a release of the system for x86-64."),
        seen_at=seen_at,
        **facts,
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check("VHD-15", msg("The system on the disk is the chosen one"), system_is_as_chosen, group=Group.FORMAT),
    Check("VHD-16", msg("The system is 64-bit"), is_64_bit, group=Group.FORMAT),
    Check("VHD-22", msg("The disk is not encrypted"), is_not_encrypted, group=Group.FORMAT),
)
