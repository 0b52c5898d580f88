"""Chapter `distribution`: what a Linux calls itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Families by the ids of os-release(5): the image's own id first, then those it says it is like.
_FAMILIES: Final = {
    "debian": "debian",
    "ubuntu": "debian",
    "rhel": "redhat",
    "centos": "redhat",
    "fedora": "redhat",
    "almalinux": "redhat",
    "rocky": "redhat",
    "ol": "redhat",
    "openeuler": "redhat",
    "anolis": "redhat",
    "kylin": "redhat",
    "azurelinux": "azurelinux",
    "mariner": "azurelinux",
    "sles": "suse",
    "sle_hpc": "suse",
    "sles_sap": "suse",
    "suse": "suse",
    "opensuse": "suse",
    "opensuse-leap": "suse",
    "arch": "arch",
    "flatcar": "flatcar",
    "coreos": "flatcar",
}


@dataclass(frozen=True, slots=True)
class Distribution:
    """Fields of /etc/os-release (or of an older file that stands for it), "" where it says nothing.

    `id`, `version` ("22.04", "8.10"), `like` (ID_LIKE in its order), `name` (PRETTY_NAME), `file`: where it was read.
    """

    id: str = ""
    version: str = ""
    like: tuple[str, ...] = ()
    name: str = ""
    file: str = ""

    @property
    def family(self) -> str:
        """debian, redhat, azurelinux, suse, arch, flatcar; "" where no table here knows it."""
        return next((_FAMILIES[each] for each in (self.id, *self.like) if each in _FAMILIES), "")
