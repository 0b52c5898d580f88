"""Commands in a distribution's own words, for cures: lines for sh as root, each harmless when run again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wizard.inspection.found.distribution import Distribution

_INSTALL: Final[Mapping[str, str]] = {
    "debian": "apt-get update && apt-get install -y {names}",
    "redhat": "if command -v dnf >/dev/null; then dnf install -y {names}; else yum install -y {names}; fi",
    "azurelinux": "if command -v tdnf >/dev/null; then tdnf install -y {names}; else dnf install -y {names}; fi",
    "suse": "zypper --non-interactive install {names}",
    "arch": "pacman -S --noconfirm --needed {names}",
}
_REMOVE: Final[Mapping[str, str]] = {
    "debian": "apt-get purge -y {names}",
    "redhat": "if command -v dnf >/dev/null; then dnf remove -y {names}; else yum remove -y {names}; fi",
    "azurelinux": "if command -v tdnf >/dev/null; then tdnf remove -y {names}; else dnf remove -y {names}; fi",
    "suse": "zypper --non-interactive remove {names}",
    "arch": "pacman -R --noconfirm {names}",
}
_UPDATE: Final[Mapping[str, str]] = {
    "debian": "apt-get update && apt-get install -y --only-upgrade {names}",
    "redhat": "if command -v dnf >/dev/null; then dnf update -y {names}; else yum update -y {names}; fi",
    "azurelinux": "if command -v tdnf >/dev/null; then tdnf update -y {names}; else dnf update -y {names}; fi",
    "suse": "zypper --non-interactive update {names}",
    "arch": "pacman -Syu --noconfirm {names}",
}
_GRUB: Final[Mapping[str, tuple[str, ...]]] = {
    "debian": ("update-grub",),
    "redhat": ('grub2-mkconfig -o "$(readlink -f /etc/grub2.cfg)"',),
    "azurelinux": ("grub2-mkconfig -o /boot/grub2/grub.cfg",),
    "suse": ("grub2-mkconfig -o /boot/grub2/grub.cfg",),
    "arch": ("grub-mkconfig -o /boot/grub/grub.cfg",),
}
_INITRAMFS: Final[Mapping[str, tuple[str, ...]]] = {
    "debian": ("update-initramfs -u -k all",),
    "redhat": ("dracut --force --regenerate-all",),
    "azurelinux": ("dracut --force --regenerate-all",),
    "suse": ("dracut --force --regenerate-all",),
    "arch": ("mkinitcpio -P",),
}
_CLEAN_CACHE: Final[Mapping[str, tuple[str, ...]]] = {
    "debian": ("apt-get clean",),
    "redhat": ("if command -v dnf >/dev/null; then dnf clean all; else yum clean all; fi",),
    "azurelinux": ("tdnf clean all",),
    "suse": ("zypper --non-interactive clean --all",),
    "arch": ("pacman -Scc --noconfirm",),
}

DEPROVISION: Final = "waagent -force -deprovision+user"
"""Ends the machine's life as a template; the cleaning script leaves it to the person."""


def quoted(path: str) -> str:
    """A path of an image as one word of sh."""
    return shlex.quote(path)


def set_key(path: str, key: str, value: str) -> tuple[str, ...]:
    """Set KEY=value in a file of such lines, in place of whatever it says of the key; `value` as it is to stand there."""
    file, pattern = quoted(path), key.replace(".", "\\.")
    without = f"touch {file} && sed -i '/^[[:space:]]*{pattern}[[:space:]]*=/d' {file}"
    # The last line may have no end; what is added must not become a part of it.
    whole = f'{{ [ -z "$(tail -c1 {file})" ] || echo >> {file}; }}'
    return (f"{without} && {whole} && echo {quoted(f'{key}={value}')} >> {file}",)


def delete(*paths: str) -> tuple[str, ...]:
    """Delete files; one whose name cannot be shown and copied is left to the person."""
    return tuple(f"rm -f {quoted(each)}" for each in paths if each.isprintable() and each.startswith("/"))


def clean_cache(distribution: Distribution | None) -> tuple[str, ...]:
    """Delete the package manager's cache; nothing where the family is not known."""
    return _CLEAN_CACHE.get(_family(distribution), ())


def install(distribution: Distribution | None, *names: str) -> tuple[str, ...]:
    """Install packages; nothing where the distribution's family is not known."""
    return _line(_INSTALL, distribution, names)


def remove(distribution: Distribution | None, *names: str) -> tuple[str, ...]:
    """Remove packages; nothing where the distribution's family is not known."""
    return _line(_REMOVE, distribution, names)


def update(distribution: Distribution | None, *names: str) -> tuple[str, ...]:
    """Bring installed packages to their newest version; nothing where the family is not known."""
    return _line(_UPDATE, distribution, names)


def rebuild_grub(distribution: Distribution | None) -> tuple[str, ...]:
    """Write GRUB's configuration anew; nothing where the family is not known."""
    return _GRUB.get(_family(distribution), ())


def rebuild_initramfs(distribution: Distribution | None) -> tuple[str, ...]:
    """Make the initial RAM disks anew; nothing where the family is not known."""
    return _INITRAMFS.get(_family(distribution), ())


def _line(
    table: Mapping[str, str], distribution: Distribution | None, names: tuple[str, ...]
) -> tuple[str, ...]:
    line = table.get(_family(distribution))
    return (line.format(names=" ".join(names)),) if line is not None and names else ()


def _family(distribution: Distribution | None) -> str:
    return distribution.family if distribution is not None else ""
