"""Chapter `boot`: the boot loader and the kernel command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.where import Where, where


@dataclass(frozen=True, slots=True)
class BootEntry:
    """An entry of a boot menu that starts a Linux kernel.

    `options`: the kernel command line, variables filled in, secrets masked; `file` and `line` say where it stands.
    `kernel`, `initial_disks`: paths as in Files, "" and () where the entry names none. `configuration`: the file that the
    loader reads first. `default`: started when nobody chooses. `rescue`: for repairs only.
    """

    title: str = ""
    options: str = ""
    file: str = ""
    line: int = 0
    kernel: str = ""
    initial_disks: tuple[str, ...] = ()
    configuration: str = ""
    default: bool = False
    rescue: bool = False

    def has(self, *options: str) -> bool:
        """Whether it has one of these options: "quiet", or "console=ttyS0", which "console=ttyS0,115200" is as well."""
        return bool(self.matching(*options))

    def matching(self, *options: str) -> tuple[str, ...]:
        """Those parts of its command line that are one of these options."""
        return _matching(self.options, options)

    def values(self, name: str) -> tuple[str, ...]:
        """What `name`= is set to in its command line, in its order."""
        start = f"{name}="
        return tuple(each[len(start) :].strip('"') for each in _parts(self.options) if each.startswith(start))

    @property
    def where(self) -> Where:
        """The place of its command line."""
        return where(self.file, self.line, self.options)


@dataclass(frozen=True, slots=True)
class DefaultsLine:
    """A line of the files that the boot entries are made from: `name` "GRUB_CMDLINE_LINUX", or "" for a whole command line."""

    file: str
    line: int
    name: str = ""
    text: str = ""

    @property
    def where(self) -> Where:
        """Its place."""
        return where(self.file, self.line, self.text)


@dataclass(frozen=True, slots=True)
class BootDefaults:
    """What the next update of the boot loader makes the command line of. `kind`: "grub" (/etc/default/grub) or "kernel-install"
    (/etc/kernel/cmdline). `whole`: nothing in it had to be guessed.
    """

    options: str = ""
    kind: str = ""
    lines: tuple[DefaultsLine, ...] = ()
    whole: bool = True

    def has(self, *options: str) -> bool:
        """Whether one of these options is in it, as BootEntry.has says."""
        return bool(self.matching(*options))

    def matching(self, *options: str) -> tuple[str, ...]:
        """Those parts of it that are one of these options."""
        return _matching(self.options, options)


@dataclass(frozen=True, slots=True)
class Boot:
    """What the boot loader hands to the kernel.

    `loader`: grub2, grub-legacy, systemd-boot, unified (kernel images that the firmware starts); "" where none was found.
    `files`: its configuration, as far as it was read. `defaults`: None where no such file is there.
    """

    loader: str = ""
    files: tuple[str, ...] = ()
    entries: tuple[BootEntry, ...] = ()
    defaults: BootDefaults | None = None

    @property
    def default_entries(self) -> tuple[BootEntry, ...]:
        """What starts when nobody chooses: one for each configuration, for BIOS and EFI may have their own."""
        return tuple(each for each in self.entries if each.default)

    @property
    def default(self) -> BootEntry | None:
        """The first of them."""
        return next(iter(self.default_entries), None)


def _matching(line: str, options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        each for each in _parts(line) if any(each == one or each.startswith(f"{one},") for one in options)
    )


def _parts(line: str) -> Iterator[str]:
    """The options of a command line: split at blanks that do not stand between double quotes, as the kernel does."""
    start, quoted = 0, False
    for index, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign.isspace() and not quoted:
            if start < index:
                yield line[start:index]
            start = index + 1
    if start < len(line):
        yield line[start:]
