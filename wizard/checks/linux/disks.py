"""The rules about how a Linux system lies on its disk: swap (LIN-09), one root partition (LIN-10), LVM (LIN-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, not_read
from wizard.checks.linux.commands import delete, quoted
from wizard.checks.volume_words import all_named, named, numbers
from wizard.groups import Group
from wizard.messages import Message, msg
from wizard.step import Check, Finding, failed, passed, warning
from wizard.where import Where, printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.mounts import Swap
    from wizard.inspection.found.volumes import FoundVolume

_PLACES_MOST: Final = 10
_FSTAB: Final = "/etc/fstab"
_START: Final = ("/", "/boot", "/boot/efi", "/efi")  # what has to be apart, or may well be
_OF_LINUX: Final = ("ext", "xfs", "btrfs")

# Swap lines become remarks; those of Azure's temporary disk stay. A remark is left as it is.
_NO_SWAP_LINES: Final = (
    r"sed -i -E '/azure_resource|^\/mnt\/|^\/dev\/zram/! s/^[[:space:]]*([^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+"
    r"swap([[:space:]]|$))/# \1/' /etc/fstab"
)


def no_swap_on_system_disk(inside: Inside) -> Finding:
    """LIN-09: what is used as swap fails; swap space on the disk that nothing uses, or a line for none, is a warning."""
    volumes = _swap_volumes(inside)
    if inside.mounts is None:
        return _without_fstab(inside, volumes)
    swaps = [each for each in inside.mounts.swaps if not each.on_temporary_disk]
    meant = [(each, each.volume(inside.volumes)) for each in swaps]
    used = [each for each, volume in meant if each.file and (each.bytes is not None or volume is not None)]
    unused_files = [each for each in swaps if not each.file]
    lost = [each for each, volume in meant if each.file and each.bytes is None and volume is None]
    in_use = [each for each in volumes if any(volume is each for _, volume in meant)]
    idle = [each for each in volumes if each not in in_use]
    facts: dict[str, Any] = {
        "swap": [printable(each.device) for each in used[:_PLACES_MOST]],
        "volumes": numbers(volumes),
        "unused_files": [printable(each.device) for each in unused_files],
    }
    if used:
        return failed(
            msg("The system swaps to its own disk: {what}", what=_shown(used, inside)),
            _cure(volumes),
            seen_at=_places(used),
            commands=(*_off(used), *_commands([*used, *unused_files])),
            **facts,
        )
    if idle or unused_files:
        what: tuple[Message | str, ...] = (
            *all_named(idle),
            *(printable(each.device) for each in unused_files[:_PLACES_MOST]),
        )
        return warning(
            msg("There is swap space on the disk that nothing uses: {what}", what=what),
            msg(
                "Delete the file, or build the next image without the partition: either is turned on again easily."
            ),
            seen_at=_places([*unused_files, *lost]),
            commands=_commands([*unused_files, *lost]),
            **facts,
        )
    if lost:
        return warning(
            msg("Swap space is asked for that is not on the disk: {what}", what=_shown(lost, inside)),
            msg("Delete the line, so that the system does not wait for it when it starts."),
            seen_at=_places(lost),
            commands=_commands(lost),
            **facts,
        )
    return passed(msg("No swap on the system’s disk"), **facts)


def one_root_partition(inside: Inside) -> Finding:
    """LIN-10: beside the root only what a start needs."""
    if not inside.volumes:
        return not_read(inside, "volumes")
    root = next((each for each in inside.volumes if each.mounted == "/"), None)
    if root is None:
        return not_read(inside, "mounts")
    others = [
        each
        for each in inside.volumes
        if (each.mounted and each.mounted not in _START) or (not each.mounted and each.kind in _OF_LINUX)
    ]
    facts: dict[str, Any] = {"root": numbers([root])[0], "others": numbers(others)}
    if not others:
        return passed(msg("The whole system is on {root}", root=named(root)), **facts)
    said = tuple(
        msg("{what} at {place}", what=named(each), place=printable(each.mounted))
        if each.mounted
        else msg("{what}, mounted nowhere", what=named(each))
        for each in others[:_PLACES_MOST]
    )
    return warning(
        msg("Beside the root on {root} there is more: {what}", root=named(root), what=said),
        msg("Build the image with one root partition; what needs room of its own belongs on a data disk."),
        seen_at=_mounting(inside, others),
        **facts,
    )


def no_lvm(inside: Inside) -> Finding:
    """LIN-11: standard partitions, so that a rescue machine with another disk of the same names has no clash."""
    if not inside.volumes:
        return not_read(inside, "volumes")
    lvm = [each for each in inside.volumes if each.kind == "lvm" and not each.name]
    logical = [each for each in inside.volumes if each.name]
    facts: dict[str, Any] = {"lvm": numbers(lvm), "logical_volumes": numbers(logical)}
    if not lvm:
        return passed(msg("The disk has no LVM"), **facts)
    groups = tuple(dict.fromkeys(printable(each.name.split("/", 1)[0]) for each in logical))
    reason = (
        msg("LVM on {what} with volume group {groups}", what=all_named(lvm), groups=groups[:_PLACES_MOST])
        if groups
        else msg("LVM on {what}", what=all_named(lvm))
    )
    return warning(
        reason,
        msg(
            "Build the image with standard partitions. When a disk with LVM is attached to another machine made from "
            "the same image to be repaired, the names of the two clash."
        ),
        **facts,
    )


def _swap_volumes(inside: Inside) -> list[FoundVolume]:
    """What is swap by its signature, and partitions set aside for it that hold nothing else."""
    return [
        each
        for each in inside.volumes
        if each.kind == "swap" or (each.role == "linux_swap" and each.kind in ("unknown", "empty"))
    ]


def _without_fstab(inside: Inside, volumes: Sequence[FoundVolume]) -> Finding:
    made = [each for each in volumes if each.kind == "swap"]
    if not made:
        return not_read(inside, "mounts")
    return failed(
        msg("The disk has swap space: {what}", what=all_named(made)), _cure(made), volumes=numbers(made)
    )


def _cure(volumes: Sequence[FoundVolume]) -> Message:
    if volumes:
        return msg(
            "Turn it off, take its line out of /etc/fstab, and build the next image without a swap partition. Swap "
            "belongs on Azure’s temporary disk, where cloud-init or the agent makes it on each machine."
        )
    return msg(
        "Turn it off, take its line out of /etc/fstab, and delete the file. Swap belongs on Azure’s temporary disk, "
        "where cloud-init or the agent makes it on each machine."
    )


def _shown(swaps: Sequence[Swap], inside: Inside) -> tuple[Message | str, ...]:
    """Each once: the volume it is, or the name as it is written."""
    found: list[Message | str] = []
    for each in swaps[:_PLACES_MOST]:
        volume = each.volume(inside.volumes)
        found.append(named(volume) if volume is not None else printable(each.device))
    return tuple(dict.fromkeys(found))


def _places(swaps: Sequence[Swap]) -> tuple[Where, ...]:
    return tuple(
        where(each.file, each.line, each.text) if each.file else where(each.device)
        for each in swaps[:_PLACES_MOST]
    )


def _mounting(inside: Inside, volumes: Sequence[FoundVolume]) -> tuple[Where, ...]:
    """The lines of /etc/fstab that mount these volumes."""
    entries = inside.mounts.entries if inside.mounts is not None else ()
    return tuple(
        where(_FSTAB, each.line, each.text) for each in entries if each.volume(inside.volumes) in volumes
    )[:_PLACES_MOST]


def _off(swaps: Sequence[Swap]) -> tuple[str, ...]:
    """Turn swap files off; of a device, the name in /etc/fstab need not be the one that the kernel uses."""
    files = [each.device for each in swaps if each.is_file and each.device.isprintable()]
    devices = any(not each.is_file for each in swaps)
    return (
        *(
            f"if grep -q -F {quoted(f'{each} ')} /proc/swaps; then swapoff {quoted(each)}; fi"
            for each in files
        ),
        *(("swapoff -a",) if devices else ()),
    )


def _commands(swaps: Sequence[Swap]) -> tuple[str, ...]:
    """Take the lines out of /etc/fstab, the units away, and delete the files that swapped."""
    units = tuple(dict.fromkeys(each.file for each in swaps if each.file not in ("", _FSTAB)))
    files = tuple(dict.fromkeys(each.device for each in swaps if each.is_file and each.bytes is not None))
    lines = (_NO_SWAP_LINES,) if any(each.file == _FSTAB for each in swaps) else ()
    return (*lines, *delete(*units), *delete(*files))


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-09",
        msg("No swap on the system’s disk"),
        no_swap_on_system_disk,
        group=Group.BOOT,
        applies=is_linux,
    ),
    Check("LIN-10", msg("One root partition"), one_root_partition, group=Group.BOOT, applies=is_linux),
    Check("LIN-11", msg("No LVM on the system’s disk"), no_lvm, group=Group.BOOT, applies=is_linux),
)
