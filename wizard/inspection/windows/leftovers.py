"""Chapter `files`: what was left on the drive of a Windows: answer files, logs, histories, dumps, users' folders."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.windows_files import HostsLine, Leftover, WindowsFiles
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind
from wizard.inspection.windows.tasks import read_tasks

# Where Windows Setup looks for an answer file on the system's drive, in its order.
_ANSWER_FILES: Final = (
    "/Windows/Panther/Unattend/unattend.xml",
    "/Windows/Panther/unattend.xml",
    "/Windows/System32/Sysprep/unattend.xml",
    "/unattend.xml",
    "/autounattend.xml",
)
_SYSPREP: Final = "/Windows/System32/Sysprep"
_RUN_BEGINS: Final = b"Beginning of a new sysprep run"
_LOG_MOST: Final = 8 * 1024 * 1024
_NO_PROFILES: Final = frozenset({"public", "default", "default user", "all users", "defaultapppool"})
_PROFILES_MOST: Final = 100
_HISTORY: Final = "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine"
_ENTRIES_MOST: Final = 2_000  # counted of one folder
_HOSTS_MOST: Final = 50
_FILES_MOST: Final = 50


def read_files(files: Files) -> WindowsFiles:
    """What is left."""
    profiles = _profiles(files)
    return WindowsFiles(
        answer_files=tuple(path for path in _ANSWER_FILES if files.is_file(path)),
        panther=_folder(files, "/Windows/Panther"),
        sysprep_succeeded=files.is_file(f"{_SYSPREP}/Sysprep_succeeded.tag"),
        sysprep_runs=_sysprep_runs(files),
        hosts=_hosts(files),
        tasks=read_tasks(files),
        profiles=profiles,
        histories=_histories(files, profiles),
        keys=_keys(files, profiles),
        dumps=_all(
            _file(files, "/Windows/MEMORY.DMP"),
            _folder(files, "/Windows/Minidump"),
            _folder(files, "/CrashDumps"),
        ),
        recycle_bin=_folder(files, "/$Recycle.Bin"),
        temporary=_all(
            _folder(files, "/Windows/Temp"),
            _folder(files, "/Windows/SoftwareDistribution/Download"),
            *(_folder(files, f"/Users/{name}/AppData/Local/Temp") for name in profiles),
        ),
        logs=_all(
            _folder(files, "/Windows/Logs"),
            _folder(files, "/WindowsAzure/Logs"),
            _folder(files, "/inetpub/logs"),
        ),
        page_files=_all(*(_file(files, f"/{name}") for name in ("pagefile.sys", "hiberfil.sys"))),
        extensions=files.names("/Packages/Plugins")[:_FILES_MOST],
    )


def _all(*found: Leftover | None) -> tuple[Leftover, ...]:
    return tuple(each for each in found if each is not None)


def _file(files: Files, path: str) -> Leftover | None:
    entry = files.find(path)
    return Leftover(path, entry.size) if entry is not None and entry.kind is Kind.FILE else None


def _folder(files: Files, path: str) -> Leftover | None:
    """A folder with its files, None where there is none or no file is in it."""
    count = size = 0
    for seen, (_, entry) in enumerate(files.walk(path)):
        if seen == _ENTRIES_MOST:
            return Leftover(path, size, count, more=True)
        if entry.kind is Kind.FILE and entry.name.lower() != "desktop.ini":
            count, size = count + 1, size + entry.size
    return Leftover(path, size, count) if count else None


def _sysprep_runs(files: Files) -> int | None:
    log = files.read(f"{_SYSPREP}/Panther/setupact.log", _LOG_MOST)
    return log.count(_RUN_BEGINS) if log is not None else None


def _hosts(files: Files) -> tuple[HostsLine, ...]:
    """The lines that do more than the comments Windows brings along, localhost left out."""
    found = []
    for number, line in enumerate(files.lines("/Windows/System32/drivers/etc/hosts"), 1):
        words = line.partition("#")[0].split()
        if len(words) > 1 and {name.lower() for name in words[1:]} != {"localhost"}:
            found.append(HostsLine(number, line.strip()[:200]))
            if len(found) == _HOSTS_MOST:
                break
    return tuple(found)


def _profiles(files: Files) -> tuple[str, ...]:
    names = sorted(
        entry.name
        for entry in files.entries("/Users")
        if entry.kind is Kind.FOLDER and entry.name.lower() not in _NO_PROFILES
    )
    return tuple(names[:_PROFILES_MOST])


def _histories(files: Files, profiles: tuple[str, ...]) -> tuple[Leftover, ...]:
    """What was typed into PowerShell."""
    found: list[Leftover] = []
    for profile in profiles:
        folder = f"/Users/{profile}/{_HISTORY}"
        found += [
            Leftover(f"{folder}/{entry.name}", entry.size)
            for entry in files.entries(folder)
            if entry.kind is Kind.FILE and entry.name.lower().endswith("_history.txt") and entry.size
        ]
    return tuple(sorted(found, key=lambda each: each.path)[:_FILES_MOST])


def _keys(files: Files, profiles: tuple[str, ...]) -> tuple[str, ...]:
    """Private keys of OpenSSH by their usual names: users' and the host's, and keys that are let in."""
    found = []
    for folder in (*(f"/Users/{profile}/.ssh" for profile in profiles), "/ProgramData/ssh"):
        for entry in files.entries(folder):
            name = entry.name.lower()
            private = name.startswith(("id_", "ssh_host_")) and not name.endswith(".pub")
            if entry.kind is Kind.FILE and entry.size and (private or name.endswith("authorized_keys")):
                found.append(f"{folder}/{entry.name}")
    return tuple(sorted(found)[:_FILES_MOST])
