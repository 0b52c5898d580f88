"""What is known of a kernel's modules: built in, in its initial RAM disk, on disk, forbidden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import known
from wizard.checks.linux.kernel_options import usual
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Finding, skipped
from wizard.where import Where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.kernel import InstalledKernel, Kernel

NO_KERNEL: Final = msg("No kernel was found under /lib/modules")
NO_LIST: Final = msg("The list of the kernel’s modules (modules.dep) is not there")


def starts(inside: Inside) -> InstalledKernel | Finding:
    """The kernel that starts, or why it cannot be judged."""
    kernel = known(inside.kernel, inside, "kernel")
    if isinstance(kernel, Finding):
        return kernel
    return kernel.starts or skipped(NO_KERNEL)


def needed(what: str) -> tuple[str, ...]:
    """The modules that resources/rules/kernel_modules.json names for this."""
    return tuple(load("kernel_modules")["needed"][what]["modules"])


def built_in(kernel: InstalledKernel, module: str) -> bool:
    """Whether a module is part of the kernel itself, by its list or by its configuration."""
    if kernel.built_in is not None and module in kernel.built_in:
        return True
    return _set_to(kernel, module) == "y"


def _set_to(kernel: InstalledKernel, module: str) -> str:
    """What the kernel's configuration says of a module: y, m, n; "" where it is not there."""
    for name in load("kernel_modules")["modules"][module]:
        option = kernel.option(name)
        if option is not None:
            return option.value
    return ""


def is_there(kernel: InstalledKernel, module: str) -> bool | None:
    """Whether the running system has a module, built in or on disk; None where no list says."""
    if built_in(kernel, module):
        return True
    if kernel.on_disk is not None:
        return module in kernel.on_disk
    return {"m": True, "n": False}.get(_set_to(kernel, module))


def not_at_start(kernel: InstalledKernel, modules: Iterable[str]) -> tuple[str, ...]:
    """Those that are neither built in nor, as far as it was read, in the initial RAM disk."""
    packed = kernel.initial_disk.modules if kernel.initial_disk is not None else ()
    return tuple(each for each in modules if each not in packed and not built_in(kernel, each))


def bans(inside: Inside, module: str) -> tuple[Where, ...]:
    """Where it is said that a module must not be loaded: below modprobe.d, or on the kernel command line."""
    kernel: Kernel | None = inside.kernel
    lines = tuple(each.where for each in kernel.bans_of(module)) if kernel is not None else ()
    entries = usual(inside.boot) if inside.boot is not None else ()
    told = tuple(
        entry.where
        for entry in entries
        if any(
            module in value.replace("-", "_").split(",")
            for name in ("modprobe.blacklist", "module_blacklist")
            for value in entry.values(name)
        )
    )
    return (*lines, *told)


def at_start(kernel: InstalledKernel, module: str) -> bool | None:
    """Whether a module is there before the system disk is: built in, or in the initial RAM disk; None where not known."""
    if not not_at_start(kernel, (module,)):
        return True
    return None if kernel.initial_disk is not None and not kernel.initial_disk.whole else False
