"""The rule about the drivers of Hyper-V: LIN-24."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import is_linux
from wizard.checks.linux.commands import quoted, rebuild_initramfs
from wizard.checks.linux.module_state import is_there, needed, not_at_start, starts
from wizard.groups import Group
from wizard.messages import msg
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.kernel import InstalledKernel

_WHY_NOT_READ: Final = {
    "unknown": msg("Not judged: the initial RAM disk is packed in a way that the wizard cannot read"),
    "damaged": msg("Not judged: the initial RAM disk is damaged"),
    "too_much": msg("Not judged: the initial RAM disk is larger than the wizard unpacks"),
}
_DRACUT: Final = ("redhat", "azurelinux", "suse")
_DRACUT_FILE: Final = "/etc/dracut.conf.d/90-azure.conf"
_DEBIAN_FILE: Final = "/etc/initramfs-tools/modules"


def hyper_v_drivers(inside: Inside) -> Finding:
    """LIN-24: fails without the drivers of the system disk; warns without the others that LISA asks for."""
    kernel = starts(inside)
    if isinstance(kernel, Finding):
        return kernel
    disk, first = kernel.initial_disk, needed("disk")
    place = (where(disk.file),) if disk is not None else ()
    missing = not_at_start(kernel, (*first, *needed("network"), *needed("input")))
    if missing and disk is not None and not disk.whole:
        return skipped(_WHY_NOT_READ.get(disk.why, _WHY_NOT_READ["damaged"]), None, kernel=kernel.version)
    commands = _into_initial_disk(inside, kernel, missing)
    if any(each in missing for each in first):
        reason = (
            msg(
                "Kernel {version} has no initial RAM disk, and {modules} are not built in",
                version=kernel.version,
                modules=missing,
            )
            if disk is None
            else msg(
                "Kernel {version} starts without {modules}: neither built in nor in its initial RAM disk",
                version=kernel.version,
                modules=missing,
            )
        )
        cure = msg(
            "Put them into the initial RAM disk: without the drivers of Hyper-V, the system does not find its disk on Azure."
        )
        return failed(reason, cure, seen_at=place, commands=commands, kernel=kernel.version)
    nowhere = [each for each in (*needed("network"), *needed("services")) if is_there(kernel, each) is False]
    if any(each in nowhere for each in needed("network")):
        return failed(
            msg("Kernel {version} has no {modules}", version=kernel.version, modules=tuple(nowhere)),
            msg(
                "Install a kernel that has the drivers of Hyper-V: without them, there is no network on Azure."
            ),
            seen_at=place,
            kernel=kernel.version,
        )
    if missing:
        return warning(
            msg(
                "The drivers of the system disk are there, but {modules} are missing in the initial RAM disk of kernel {version}",
                modules=missing,
                version=kernel.version,
            ),
            msg("Put them into the initial RAM disk, where Microsoft’s own tests look for them."),
            seen_at=place,
            commands=commands,
            kernel=kernel.version,
        )
    if nowhere:
        return warning(
            msg("Kernel {version} has no {modules}", version=kernel.version, modules=tuple(nowhere)),
            msg(
                "Install the package that has all modules of this kernel: Azure uses them to shut the machine down, to set "
                "its clock and to balance memory."
            ),
            kernel=kernel.version,
        )
    return passed(
        msg("Kernel {version} has the drivers of Hyper-V from its start", version=kernel.version),
        seen_at=place,
        kernel=kernel.version,
    )


def _into_initial_disk(inside: Inside, kernel: InstalledKernel, modules: tuple[str, ...]) -> tuple[str, ...]:
    """Commands that put modules into the initial RAM disk; nothing where the kernel has them not or it is not known how."""
    family = inside.distribution.family if inside.distribution is not None else ""
    modules = tuple(each for each in modules if is_there(kernel, each) is not False)
    if not modules or family not in (*_DRACUT, "debian"):
        return ()
    if family == "debian":
        lines = tuple(f"grep -qsx {each} {_DEBIAN_FILE} || echo {each} >> {_DEBIAN_FILE}" for each in modules)
        return (*lines, *rebuild_initramfs(inside.distribution))
    added = quoted(f'add_drivers+=" {" ".join(modules)} "')
    write = f"mkdir -p /etc/dracut.conf.d && echo {added} > {_DRACUT_FILE}"
    return (write, *rebuild_initramfs(inside.distribution))


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-24",
        msg("The drivers of Hyper-V are there from the start"),
        hyper_v_drivers,
        group=Group.BOOT,
        applies=is_linux,
    ),
)
