"""Chapter `distribution`: what a Linux calls itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Families by the ids of os-release(5): the image's own id first, then those it says it is like.
_FAMILIES: Final = {
    "debian": "debian",
    "ubuntu": "debian",
    "deepin": "debian",
    "rhel": "redhat",
    "centos": "redhat",
    "fedora": "redhat",
    "almalinux": "redhat",
    "rocky": "redhat",
    "ol": "redhat",
    "oracle": "redhat",
    "scientific": "redhat",
    "amzn": "redhat",
    "openeuler": "redhat",
    "euleros": "redhat",
    "hce": "redhat",
    "anolis": "redhat",
    "alinux": "redhat",
    "opencloudos": "redhat",
    "tencentos": "redhat",
    "azurelinux": "azurelinux",
    "mariner": "azurelinux",
    "sles": "suse",
    "sle_hpc": "suse",
    "sles_sap": "suse",
    "sle-micro": "suse",
    "sl-micro": "suse",
    "suse": "suse",
    "opensuse": "suse",
    "opensuse-leap": "suse",
    "opensuse-tumbleweed": "suse",
    "arch": "arch",
    "flatcar": "flatcar",
    "coreos": "flatcar",
}
# Others, and those that are made in more than one family (Kylin and UOS: servers with rpm, desktops with dpkg), by the
# tools that they have.
_BY_TOOL: Final = {
    "tdnf": "azurelinux",
    "zypper": "suse",
    "dnf": "redhat",
    "yum": "redhat",
    "apt-get": "debian",
    "pacman": "arch",
}
TOOLS: Final = tuple(_BY_TOOL)
_NUMBERS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,9}")


@dataclass(frozen=True, slots=True)
class Distribution:
    """Fields of /etc/os-release (or of an older file that stands for it), "" where it says nothing.

    `id` (lower case), `version` ("22.04", "8.10"), `like` (ID_LIKE in its order), `name` (PRETTY_NAME), `file`: where it
    was read. `point`: the version as exact as any file tells ("7.9.2009" where os-release says "7"), and `point_file`
    where it stands. `tools`: which of TOOLS it has.
    """

    id: str = ""
    version: str = ""
    like: tuple[str, ...] = ()
    name: str = ""
    file: str = ""
    point: str = ""
    point_file: str = ""
    tools: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """debian, redhat, azurelinux, suse, arch, flatcar; "" where no table here knows it."""
        said = (_FAMILIES[each] for each in (self.id, *self.like) if each in _FAMILIES)
        return next(said, "") or next((_BY_TOOL[each] for each in TOOLS if each in self.tools), "")

    @property
    def exact_version(self) -> str:
        """The version as exactly as it is known."""
        return self.point or self.version

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the exact version: (7, 9, 2009); () where it does not begin with one ("V10")."""
        begin = _NUMBERS.match(self.exact_version)
        return tuple(int(each) for each in begin[0].split(".")) if begin is not None else ()
