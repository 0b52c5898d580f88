"""The rules about other modules of the kernel: udf and vfat (LIN-25), cifs and watchdog (LIN-26), floppy (LIN-27)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import is_linux
from wizard.checks.linux.commands import install, quoted, rebuild_initramfs
from wizard.checks.linux.module_state import NO_LIST, bans, built_in, is_there, needed, starts
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.kernel import InstalledKernel

_PLACES_MOST: Final = 10
_FLOPPY_FILE: Final = "/etc/modprobe.d/blacklist-floppy.conf"


def file_systems_can_be_mounted(inside: Inside) -> Finding:
    """LIN-25: provisioning needs vfat and udf; cloud-init 21.2 and newer needs udf only for passwords and custom data."""
    kernel = starts(inside)
    if isinstance(kernel, Finding):
        return kernel
    wanted = needed("file_systems")
    banned = tuple(each for each in wanted if not built_in(kernel, each) and bans(inside, each))
    there = {each: is_there(kernel, each) for each in wanted}
    absent = tuple(each for each in wanted if there[each] is False)
    bad = tuple(each for each in wanted if each in (*banned, *absent))
    if not bad:
        if None in there.values():
            return skipped(NO_LIST)
        return passed(msg("{modules} can be loaded", modules=wanted), kernel=kernel.version)
    reason = (
        msg(
            "{modules} cannot be loaded: kernel {version} does not have it",
            modules=absent,
            version=kernel.version,
        )
        if absent
        else msg("{modules} cannot be loaded: the configuration of modprobe forbids it", modules=banned)
    )
    places = tuple(place for each in banned for place in bans(inside, each))[:_PLACES_MOST]
    commands = (*_allow(inside, banned), *_extra_modules(inside, kernel, absent))
    if bad == ("udf",) and _new_cloud_init(inside):
        return warning(
            reason,
            msg(
                "Better have it all the same: this cloud-init works without udf only where a VM is made with an SSH key and "
                "without custom data."
            ),
            seen_at=places,
            commands=commands,
        )
    cure = (
        msg(
            "Install the package that has all modules of this kernel: Azure gives a new VM its settings on a udf disc, and EFI "
            "starts from a vfat partition."
        )
        if absent
        else msg(
            "Allow it: Azure gives a new VM its settings on a udf disc, and EFI starts from a vfat partition."
        )
    )
    return failed(reason, cure, seen_at=places, commands=commands)


def cifs_and_watchdog(inside: Inside) -> Finding:
    """LIN-26: both are in the kernel's configuration, as a module or built in."""
    kernel = starts(inside)
    if isinstance(kernel, Finding):
        return kernel
    if not kernel.config:
        return skipped(
            msg("The configuration of kernel {version} is not in the image", version=kernel.version)
        )
    options = ("CONFIG_CIFS", "CONFIG_WATCHDOG")
    found = [kernel.option(each) for each in options]
    places = tuple(
        where(kernel.config, each.line, f"{each.name}={each.value}") for each in found if each is not None
    )
    off = tuple(
        name
        for name, each in zip(options, found, strict=True)
        if each is None or each.value not in ("y", "m")
    )
    if not off:
        return passed(msg("{options} are on", options=options), seen_at=places)
    return warning(
        msg("{options} are not on in kernel {version}", options=off, version=kernel.version),
        msg(
            "Use a kernel of the distribution, or turn them on in your own: Azure Files is mounted with cifs."
        ),
        seen_at=places or (where(kernel.config),),
    )


def floppy_is_not_loaded(inside: Inside) -> Finding:
    """LIN-27: Azure has no floppy drive, and the driver is known to make trouble there."""
    kernel = starts(inside)
    if isinstance(kernel, Finding):
        return kernel
    if built_in(kernel, "floppy"):
        return warning(
            msg("The floppy driver is built into kernel {version}", version=kernel.version),
            msg("Use a kernel that has it as a module or not at all; Azure has no floppy drive."),
        )
    there = is_there(kernel, "floppy")
    forbidden = bans(inside, "floppy")
    if there is False:
        return passed(msg("Kernel {version} has no floppy driver", version=kernel.version))
    if forbidden:
        return passed(msg("The floppy driver is kept from being loaded"), seen_at=forbidden[:_PLACES_MOST])
    if there is None:
        return skipped(NO_LIST)
    return warning(
        msg("The floppy driver of kernel {version} can be loaded", version=kernel.version),
        msg("Put it on the blacklist of modprobe; Azure has no floppy drive."),
        commands=(f"echo 'blacklist floppy' > {_FLOPPY_FILE}", *rebuild_initramfs(inside.distribution)),
    )


def _new_cloud_init(inside: Inside) -> bool:
    asked = load("kernel_modules")["udf_not_needed"]
    packages = inside.packages
    return packages is not None and packages.at_least(str(asked["from"]), str(asked["package"])) is True


def _allow(inside: Inside, modules: tuple[str, ...]) -> tuple[str, ...]:
    """Commands that take away what forbids a module: a line of one's own becomes a comment, a package's file is hidden."""
    lines: list[str] = []
    for module in modules:
        for ban in inside.kernel.bans_of(module) if inside.kernel is not None else ():
            name = ban.file.rpartition("/")[2]
            if not ban.file.isprintable():
                continue
            if ban.file.startswith("/etc/"):
                found = rf"/^[[:space:]]*(blacklist|install|alias)[[:space:]]+(fs-)?{module}([[:space:]]|$)/s/^/# /"
                lines.append(f"sed -i -E {quoted(found)} {quoted(ban.file)}")
            elif module in name:
                lines.append(f"ln -sf /dev/null {quoted(f'/etc/modprobe.d/{name}')}")
    return tuple(dict.fromkeys(lines))


def _extra_modules(inside: Inside, kernel: InstalledKernel, absent: tuple[str, ...]) -> tuple[str, ...]:
    """Ubuntu has modules that are not needed everywhere in a package of their own."""
    distribution = inside.distribution
    safe = kernel.version.isascii() and all(each.isalnum() or each in ".-+~" for each in kernel.version)
    if not absent or distribution is None or distribution.id != "ubuntu" or not safe:
        return ()
    return install(distribution, f"linux-modules-extra-{kernel.version}")


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-25",
        msg("The file systems of provisioning can be mounted"),
        file_systems_can_be_mounted,
        group=Group.BOOT,
        applies=is_linux,
    ),
    Check(
        "LIN-26",
        msg("The kernel has cifs and watchdog"),
        cifs_and_watchdog,
        group=Group.BOOT,
        applies=is_linux,
    ),
    Check(
        "LIN-27",
        msg("The floppy driver is not loaded"),
        floppy_is_not_loaded,
        group=Group.BOOT,
        applies=is_linux,
    ),
)
