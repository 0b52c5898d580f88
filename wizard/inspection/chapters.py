"""The list of chapters: what is read of a system, and by whom. Only the child process that reads an image imports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from wizard.inspection.found.inside import System
from wizard.inspection.linux.accounts import read_accounts
from wizard.inspection.linux.agent import read_agent
from wizard.inspection.linux.boot import read_boot
from wizard.inspection.linux.cloud_init import read_cloud_init
from wizard.inspection.linux.distribution import read_distribution
from wizard.inspection.linux.identity import read_identity
from wizard.inspection.linux.kernel import read_kernel
from wizard.inspection.linux.leftovers.reading import read_leftovers
from wizard.inspection.linux.machine import read_machine
from wizard.inspection.linux.mounts import read_mounts
from wizard.inspection.linux.network.read import read_network
from wizard.inspection.linux.packages import read_packages
from wizard.inspection.linux.services import read_services
from wizard.inspection.linux.ssh import read_ssh
from wizard.inspection.linux.time_zone import read_time_zone
from wizard.inspection.system_files import Files
from wizard.inspection.windows.accounts import read_accounts as read_windows_accounts
from wizard.inspection.windows.boot import read_boot as read_windows_boot
from wizard.inspection.windows.leftovers import read_files
from wizard.inspection.windows.machine import read_machine as read_windows_machine
from wizard.inspection.windows.release import read_release
from wizard.inspection.windows.services import read_services as read_windows_services
from wizard.inspection.windows.settings import read_settings
from wizard.inspection.windows.versions import read_drivers


@dataclass(frozen=True, slots=True)
class Chapter:
    """`name` is a field of Inside; `read` gives its record, or None where the system has no such thing.

    A reader raises nothing for what is missing or odd in the files; OSError and TooMuchError pass through it. Whatever
    else it raises makes the chapter unread, and never stops another.
    """

    name: str
    system: System
    read: Callable[[Files], Any]


CHAPTERS: Final[tuple[Chapter, ...]] = (
    Chapter("machine", System.LINUX, read_machine),
    Chapter("mounts", System.LINUX, read_mounts),
    Chapter("accounts", System.LINUX, read_accounts),
    Chapter("ssh", System.LINUX, read_ssh),
    Chapter("leftovers", System.LINUX, read_leftovers),
    Chapter("distribution", System.LINUX, read_distribution),
    Chapter("packages", System.LINUX, read_packages),
    Chapter("agent", System.LINUX, read_agent),
    Chapter("cloud_init", System.LINUX, read_cloud_init),
    Chapter("identity", System.LINUX, read_identity),
    Chapter("services", System.LINUX, read_services),
    Chapter("network", System.LINUX, read_network),
    Chapter("boot", System.LINUX, read_boot),
    Chapter("kernel", System.LINUX, read_kernel),
    Chapter("time_zone", System.LINUX, read_time_zone),
    Chapter("machine", System.WINDOWS, read_windows_machine),
    Chapter("release", System.WINDOWS, read_release),
    Chapter("settings", System.WINDOWS, read_settings),
    Chapter("windows_services", System.WINDOWS, read_windows_services),
    Chapter("windows_accounts", System.WINDOWS, read_windows_accounts),
    Chapter("windows_boot", System.WINDOWS, read_windows_boot),
    Chapter("drivers", System.WINDOWS, read_drivers),
    Chapter("files", System.WINDOWS, read_files),
)
