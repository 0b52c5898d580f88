"""Chapter `leftovers`: what the build left behind, by path and size. Never what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PATHS_MOST: Final = 20

# Kinds of groups. Keys and credentials (LIN-18):
PRIVATE_KEYS: Final = "private_keys"
KEYS_OF_DISTRIBUTION: Final = "keys_of_distribution"  # made by a package while it was installed
KEYS_OF_PACKAGES: Final = "keys_of_packages"  # below folders of tests and examples
KEY_STORES: Final = "key_stores"
HOST_KEYS: Final = "host_keys"
KNOWN_HOSTS: Final = "known_hosts"
CREDENTIALS: Final = "credentials"
# Files that usually hold passwords (LIN-19):
PASSWORD_FILES: Final = "password_files"
# What has piled up (LIN-50):
LOGS: Final = "logs"
ROTATED_LOGS: Final = "rotated_logs"
JOURNALS: Final = "journals"
PACKAGE_CACHES: Final = "package_caches"
TEMPORARY: Final = "temporary"
CRASH_DUMPS: Final = "crash_dumps"
MAIL: Final = "mail"
OTHER_HISTORIES: Final = "other_histories"
CERTIFICATES: Final = "certificates"
RESOLV_CONF: Final = "resolv_conf"


@dataclass(frozen=True, slots=True)
class History:
    """A shell's history. `user`: whose home it lies in, "" where no account has that home; `login`: who may log in."""

    path: str = ""
    user: str = ""
    size: int = 0
    login: bool = False


@dataclass(frozen=True, slots=True)
class KeyFile:
    """An authorized_keys file. `keys`: how many lines hold one; `whole`: False where it is too large to be read.

    `harmless`: every key only tells who tries it to log in as another user, as cloud-init leaves root's.
    """

    path: str = ""
    user: str = ""
    size: int = 0
    keys: int = 0
    harmless: bool = False
    whole: bool = True
    login: bool = False
    mode: int = 0o600
    owner: int = 0


@dataclass(frozen=True, slots=True)
class LeftoverGroup:
    """Files of one kind: the first 20 paths, how many there are, and their size together in bytes."""

    kind: str = ""
    paths: tuple[str, ...] = ()
    count: int = 0
    bytes: int = 0
    largest: str = ""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What was left behind. `host_keys_made_by`: what makes new SSH host keys in each machine: cloud-init, waagent, or "".

    `complete`: False where there was more to look at than the wizard does.
    """

    histories: tuple[History, ...] = ()
    authorized_keys: tuple[KeyFile, ...] = ()
    groups: tuple[LeftoverGroup, ...] = ()
    host_keys_made_by: str = ""
    complete: bool = True

    def group(self, kind: str) -> LeftoverGroup | None:
        """The files of that kind; None where there is none."""
        return next((each for each in self.groups if each.kind == kind), None)

    def bytes_of(self, *kinds: str) -> int:
        """The size of these kinds together."""
        return sum(each.bytes for each in self.groups if each.kind in kinds)
