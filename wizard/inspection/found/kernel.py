"""Chapter `kernel`: kernels, their modules and initial RAM disks.

Modules are named with underscores ("hid_hyperv"), as the kernel itself does; only those of resources/rules/kernel_modules.json.
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.where import Where, where


@dataclass(frozen=True, slots=True)
class InitialDisk:
    """An initial RAM disk (initramfs). `packed`: how ("zstd", "gzip", "cpio" for not at all, joined with "+" where it has parts).

    `modules`: those that are in it for its kernel. `whole`: read to its end, or until everything that was looked for was found;
    otherwise `why` says why not: "unknown" (packed in a way that is not read), "damaged", "too_much".
    """

    file: str
    bytes: int = 0
    packed: str = ""
    modules: tuple[str, ...] = ()
    whole: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class KernelOption:
    """A line of the kernel's configuration: "CONFIG_CIFS" and "m"; "n" where it says that it is not set."""

    name: str
    value: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class InstalledKernel:
    """A kernel with modules under /lib/modules. `version`: as uname -r says it.

    `image`: its file, "" where none was found. `banner`: what the image says of itself. `built_in`, `on_disk`: modules;
    None where modules.builtin or modules.dep is missing. `config`: the file of its options, "" where there is none.
    `initial_disk`: None where there is none, or where it was not looked at: only the kernel that starts is looked at.
    """

    version: str
    image: str = ""
    banner: str = ""
    built_in: tuple[str, ...] | None = None
    on_disk: tuple[str, ...] | None = None
    config: str = ""
    options: tuple[KernelOption, ...] = ()
    initial_disk: InitialDisk | None = None

    def option(self, name: str) -> KernelOption | None:
        """That option of its configuration, None where the configuration does not name it or is not there."""
        return next((each for each in self.options if each.name == name), None)


@dataclass(frozen=True, slots=True)
class ModuleBan:
    """A line below modprobe.d that keeps a module from being loaded: `kind` blacklist, install or alias."""

    module: str
    kind: str
    file: str
    line: int
    text: str

    @property
    def where(self) -> Where:
        """Its place."""
        return where(self.file, self.line, self.text)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The kernels, newest first. `default`: the version that starts, "" where there is none.

    `chosen_by`: "boot" where the boot loader's default entry names it, "newest" where that is not known.
    """

    kernels: tuple[InstalledKernel, ...] = ()
    default: str = ""
    chosen_by: str = ""
    bans: tuple[ModuleBan, ...] = ()

    @property
    def starts(self) -> InstalledKernel | None:
        """The kernel that starts."""
        return next((each for each in self.kernels if each.version == self.default), None)

    def bans_of(self, module: str) -> tuple[ModuleBan, ...]:
        """What keeps this module from being loaded."""
        return tuple(each for each in self.bans if each.module == module)
