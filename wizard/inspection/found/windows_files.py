"""Chapters `files` and `drivers`: what lies on the drive of a Windows that a rule asks for. Paths as in Files ("/Windows/…")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file, or a folder with all that is below it. `more`: there is more than was counted."""

    path: str
    bytes: int
    files: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class HostsLine:
    """A line of the hosts file that gives a name to an address."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ScheduledTask:
    r"""A task outside of \Microsoft: its path there, the programs it runs, the account it runs as."""

    path: str
    programs: tuple[str, ...] = ()
    account: str = ""


@dataclass(frozen=True, slots=True)
class WindowsFiles:
    """What was left on the drive.

    `sysprep_runs`: how often Sysprep was begun, by its log; None without the log. `extensions`: of VM extensions, by their
    folders. `profiles`: folders of users. `keys`: private keys by their names; nothing is read of them.
    """

    answer_files: tuple[str, ...] = ()
    panther: Leftover | None = None
    sysprep_succeeded: bool = False
    sysprep_runs: int | None = None
    hosts: tuple[HostsLine, ...] = ()
    tasks: tuple[ScheduledTask, ...] = ()
    profiles: tuple[str, ...] = ()
    histories: tuple[Leftover, ...] = ()
    keys: tuple[str, ...] = ()
    dumps: tuple[Leftover, ...] = ()
    recycle_bin: Leftover | None = None
    temporary: tuple[Leftover, ...] = ()
    logs: tuple[Leftover, ...] = ()
    page_files: tuple[Leftover, ...] = ()
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DriverVersion:
    """A program file of Windows and its version ("10.0.14393.953"), "" where it could not be read (compressed, for one)."""

    path: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class WindowsDrivers:
    """Those of the drivers that a rule asks for which are there."""

    drivers: tuple[DriverVersion, ...] = ()
