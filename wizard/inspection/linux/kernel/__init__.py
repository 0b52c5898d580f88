"""Kernels, their modules, options and initial RAM disks, as far as rules ask for them."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Final

from wizard.inspection.found.kernel import InstalledKernel, Kernel, KernelOption
from wizard.inspection.found.versions import compare_rpm
from wizard.inspection.linux.boot import read_boot
from wizard.inspection.linux.kernel.images import banner_of, image_of, initial_disk, version_of
from wizard.inspection.linux.kernel.modules import bans, built_in, on_disk
from wizard.inspection.system_files import Files
from wizard.rules_data import load

_MODULES: Final = "/lib/modules"
_KERNELS_MOST: Final = 64
_CONFIGS: Final = (
    "/boot/config-{version}",
    "/lib/modules/{version}/config",
    "/usr/lib/kernel/config-{version}",
)
_CONFIG_MOST: Final = 2 * 1024 * 1024
# What is looked for in an initial RAM disk.
_AT_START: Final = ("disk", "network", "input", "nvme")


def read_kernel(files: Files) -> Kernel:
    """The kernels that have modules; of the one that starts, all that rules ask for."""
    wanted = frozenset(load("kernel_modules")["modules"])
    boot = read_boot(files)
    versions = _versions(files)
    default, chosen_by = next(
        ((named, "boot") for entry in boot.default_entries if (named := version_of(files, entry, versions))),
        (versions[0], "newest") if versions else ("", ""),
    )
    entry = next(
        (each for each in boot.default_entries if version_of(files, each, versions) == default), None
    )
    kernels: list[InstalledKernel] = []
    for version in versions:
        folder = f"{_MODULES}/{version}"
        image = image_of(files, version)
        if version != default:
            kernels.append(InstalledKernel(version, image))
            continue
        image = image or (entry.kernel if entry is not None else "")
        parts = built_in(files, folder, wanted)
        config, options = _options(files, version)
        kernels.append(
            InstalledKernel(
                version,
                image,
                banner_of(files, image) if image else "",
                parts,
                on_disk(files, folder, wanted),
                config,
                options,
                initial_disk(files, entry, version, _at_start() - frozenset(parts or ())),
            )
        )
    return Kernel(tuple(kernels), default, chosen_by, bans(files, wanted))


def _versions(files: Files) -> tuple[str, ...]:
    """The newest first. A folder that a removed kernel left behind holds no modules of the kernel itself."""
    names = [
        name
        for name in files.names(_MODULES)[:_KERNELS_MOST]
        if len(name) < 256
        and any(files.exists(f"{_MODULES}/{name}/{each}") for each in ("kernel", "modules.builtin"))
    ]
    return tuple(sorted(names, key=cmp_to_key(compare_rpm), reverse=True))


def _at_start() -> frozenset[str]:
    needed = load("kernel_modules")["needed"]
    return frozenset(name for each in _AT_START for name in needed[each]["modules"])


def _options(files: Files, version: str) -> tuple[str, tuple[KernelOption, ...]]:
    """The configuration's file and those of its options that rules ask for."""
    data = load("kernel_modules")
    wanted = {each for options in data["modules"].values() for each in options} | set(data["options"])
    path = next(
        (each for each in (form.format(version=version) for form in _CONFIGS) if files.is_file(each)), ""
    )
    found: dict[str, KernelOption] = {}
    for number, line in enumerate(files.lines(path, _CONFIG_MOST) if path else (), 1):
        name, equals, value = line.strip().partition("=")
        if not equals and line.startswith("# ") and line.endswith(" is not set"):
            name, value = line[2:].removesuffix(" is not set"), "n"
        if name in wanted:
            found[name] = KernelOption(name, value[:64], number)
    return path, tuple(found.values())
