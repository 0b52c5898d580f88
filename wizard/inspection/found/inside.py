"""Everything that was found inside a disk, chapter by chapter. What could not be read says why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wizard.inspection.found.accounts import Accounts
from wizard.inspection.found.agent import Agent
from wizard.inspection.found.boot import Boot
from wizard.inspection.found.cloud_init import CloudInit
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.identity import Identity
from wizard.inspection.found.kernel import Kernel
from wizard.inspection.found.leftovers import Leftovers
from wizard.inspection.found.machine import Machine
from wizard.inspection.found.mounts import Mounts
from wizard.inspection.found.network import Network
from wizard.inspection.found.packages import Packages
from wizard.inspection.found.services import Services
from wizard.inspection.found.ssh import Ssh
from wizard.inspection.found.time_zone import TimeZone
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.found.windows_accounts import WindowsAccounts
from wizard.inspection.found.windows_boot import WindowsBoot
from wizard.inspection.found.windows_files import WindowsDrivers, WindowsFiles
from wizard.inspection.found.windows_release import WindowsRelease
from wizard.inspection.found.windows_services import WindowsServices
from wizard.inspection.found.windows_settings import WindowsSettings


class System(StrEnum):
    """Which operating system's files were found."""

    LINUX = "linux"
    WINDOWS = "windows"
    UNKNOWN = ""


class Why(StrEnum):
    """Why a chapter, or the whole disk, was not read."""

    NOT_LOOKED = "not_looked"  # nobody looked inside: the file itself cannot be read
    NO_SYSTEM = "no_system"  # no file system holds a system that is known
    CANNOT_READ = "cannot_read"  # an encryption or a file system that is only recognised; `detail` names it
    NOT_HERE = (
        "not_here"  # a volume that the system mounts is not on this disk; `detail` says where it mounts it
    )
    DAMAGED = "damaged"  # the file system, or the file, contradicts itself
    CRASHED = "crashed"  # the reader ended; the image may have been made to do that
    TOO_LONG = "too_long"
    TOO_MUCH = "too_much"  # more bytes, entries or memory than allowed
    LINE = "line"  # the disk itself (a file, or a blob over the network) could not be read any further


@dataclass(frozen=True, slots=True)
class Unread:
    """A chapter that was not read; `chapter` is a field of Inside, "" stands for all. `detail` is one printable line."""

    chapter: str
    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Inside:
    """What is in a disk. A chapter is None where it does not concern the system, or was not read (then `unread` says why).

    `read_bytes`: how much of the disk was read for it.
    """

    volumes: tuple[FoundVolume, ...] = ()
    system: str = System.UNKNOWN.value
    machine: Machine | None = None
    # Linux
    distribution: Distribution | None = None
    mounts: Mounts | None = None
    packages: Packages | None = None
    boot: Boot | None = None
    kernel: Kernel | None = None
    time_zone: TimeZone | None = None
    accounts: Accounts | None = None
    ssh: Ssh | None = None
    leftovers: Leftovers | None = None
    agent: Agent | None = None
    cloud_init: CloudInit | None = None
    identity: Identity | None = None
    services: Services | None = None
    network: Network | None = None
    # Windows
    release: WindowsRelease | None = None
    settings: WindowsSettings | None = None
    windows_services: WindowsServices | None = None
    windows_accounts: WindowsAccounts | None = None
    windows_boot: WindowsBoot | None = None
    drivers: WindowsDrivers | None = None
    files: WindowsFiles | None = None
    unread: tuple[Unread, ...] = ()
    read_bytes: int = 0

    def why_unread(self, chapter: str) -> Unread | None:
        """Why this chapter is not there; None where nobody says."""
        return next((each for each in self.unread if each.chapter in (chapter, "")), None)


def not_looked(why: Why = Why.NOT_LOOKED, detail: str = "") -> Inside:
    """Nothing is known of what is inside, for this reason."""
    return Inside(unread=(Unread("", why.value, detail),))
