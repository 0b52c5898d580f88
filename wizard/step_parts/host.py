"""Looks at this computer: which tools are installed, which cloud the Azure CLI uses, how much room is left.

Nothing is started and nothing is changed: files, folders and, on Windows, the list of installed programs are read.
"""

from __future__ import annotations

import configparser
import contextlib
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

if sys.platform == "win32":
    import winreg

CERTIFICATION_TOOL: Final = "certification_tool"
AZURE_CLI: Final = "azure_cli"
AZURE_POWERSHELL: Final = "azure_powershell"
STORAGE_EXPLORER: Final = "storage_explorer"

# What the Azure CLI uses where nobody chose a cloud.
_CLI_DEFAULT_CLOUD: Final = "AzureCloud"
_EXPLORER: Final = "Microsoft Azure Storage Explorer"
_UNINSTALL: Final = r"Microsoft\Windows\CurrentVersion\Uninstall"
_VERSION: Final = re.compile(r"\d+(\.\d+)+")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the guide: `where` it was found (None: not found) and its version where that could be read."""

    id: str
    where: str | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class CliCloud:
    """The cloud the Azure CLI works with, and the management address it was given for it ("" where it is built in)."""

    name: str
    management_url: str = ""


@dataclass(frozen=True, slots=True)
class Space:
    """Free bytes on the disk that holds `path`."""

    path: str
    free: int


@dataclass(frozen=True, slots=True)
class InstalledProgram:
    """An entry of the Windows list of installed programs."""

    name: str
    version: str
    folder: str


@dataclass(frozen=True, slots=True)
class Computer:
    """What was seen of this computer. `cli_cloud` is None where there is no Azure CLI."""

    windows: bool
    tools: tuple[Tool, ...]
    cli_cloud: CliCloud | None
    space: Space | None

    def tool(self, tool_id: str) -> Tool:
        """The tool of that id, found or not."""
        return next((tool for tool in self.tools if tool.id == tool_id), Tool(tool_id))


def look_at_computer(folder: Path, environment: Mapping[str, str] | None = None) -> Computer:
    """Everything at once; `folder` is where the free space counts. Reads some dozens of small files at the most."""
    known = os.environ if environment is None else environment
    programs = installed_programs()
    tools = (
        _certification_tool(known, programs),
        _azure_cli(known),
        _azure_powershell(known),
        _storage_explorer(known, programs),
    )
    has_cli = any(tool.id == AZURE_CLI and tool.where for tool in tools)
    return Computer(
        windows=sys.platform == "win32",
        tools=tools,
        cli_cloud=azure_cli_cloud(known) if has_cli else None,
        space=free_space(folder),
    )


def free_space(folder: Path) -> Space | None:
    """The room where `folder` is or would be made; None where nobody can tell (an unplugged drive)."""
    for place in (folder, *folder.parents):
        try:
            return Space(str(folder), shutil.disk_usage(place).free)
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def azure_cli_cloud(environment: Mapping[str, str]) -> CliCloud:
    """The cloud `az` would use, read as `az` reads it: AZURE_CLOUD_NAME, then `config`; own clouds in `clouds.config`."""
    folder = Path(environment.get("AZURE_CONFIG_DIR") or _home(environment) / ".azure")
    chosen = environment.get("AZURE_CLOUD_NAME") or _ini(folder / "config").get("cloud", {}).get("name", "")
    name = chosen.strip() or _CLI_DEFAULT_CLOUD
    own = _ini(folder / "clouds.config").get(name, {})
    return CliCloud(name, own.get("endpoint_resource_manager", "").strip())


def installed_programs() -> tuple[InstalledProgram, ...]:
    """The Windows list of installed programs, for all users and for this one; empty on other systems."""
    found: list[InstalledProgram] = []
    if sys.platform == "win32":
        for root in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
            for branch in (rf"SOFTWARE\{_UNINSTALL}", rf"SOFTWARE\WOW6432Node\{_UNINSTALL}"):
                with contextlib.suppress(OSError), winreg.OpenKey(root, branch) as key:
                    for index in range(winreg.QueryInfoKey(key)[0]):
                        name = winreg.EnumKey(key, index)
                        with contextlib.suppress(OSError), winreg.OpenKey(key, name) as entry:
                            found.append(_installed(entry))
    return tuple(program for program in found if program.name)


if sys.platform == "win32":

    def _installed(entry: winreg.HKEYType) -> InstalledProgram:
        values = []
        for name in ("DisplayName", "DisplayVersion", "InstallLocation"):
            try:
                values.append(str(winreg.QueryValueEx(entry, name)[0]))
            except OSError:  # most entries have only some of them
                values.append("")
        return InstalledProgram(*values)


def _certification_tool(environment: Mapping[str, str], programs: Sequence[InstalledProgram]) -> Tool:
    for program in programs:
        if "certification test tool" in program.name.lower() and "azure" in program.name.lower():
            return Tool(CERTIFICATION_TOOL, program.folder or program.name, program.version)
    folder = _first(
        found
        for place in _program_folders(environment)
        for found in _like(place, "*Certification Test Tool*")
    )
    return Tool(CERTIFICATION_TOOL, folder)


def _azure_cli(environment: Mapping[str, str]) -> Tool:
    on_path = shutil.which("az", path=environment.get("PATH", ""))
    folders = (
        place / "Microsoft SDKs" / "Azure" / "CLI2" / "wbin" / "az.cmd"
        for place in _program_folders(environment)
    )
    return Tool(AZURE_CLI, on_path or _first(str(file) for file in folders if file.is_file()))


def _azure_powershell(environment: Mapping[str, str]) -> Tool:
    """The module Az, or its base Az.Accounts, in one of PowerShell's module folders; the subfolders are its versions."""
    for folder in _module_folders(environment):
        for module in ("Az", "Az.Accounts"):
            if (folder / module).is_dir():
                versions = [Path(each).name for each in _like(folder / module, "*")]
                newest = max(
                    (each for each in versions if _VERSION.fullmatch(each)), key=_numbers, default=""
                )
                return Tool(AZURE_POWERSHELL, str(folder / module), newest if module == "Az" else "")
    return Tool(AZURE_POWERSHELL)


def _storage_explorer(environment: Mapping[str, str], programs: Sequence[InstalledProgram]) -> Tool:
    for program in programs:
        if "azure storage explorer" in program.name.lower():
            return Tool(STORAGE_EXPLORER, program.folder or program.name, program.version)
    on_path = shutil.which("storage-explorer", path=environment.get("PATH", ""))
    local = environment.get("LOCALAPPDATA")
    places = [*_program_folders(environment), *([Path(local) / "Programs"] if local else [])]
    folder = _first(str(place / _EXPLORER) for place in places if (place / _EXPLORER).is_dir())
    return Tool(STORAGE_EXPLORER, on_path or folder)


def _program_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    names = ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432")
    return tuple(dict.fromkeys(Path(environment[name]) for name in names if environment.get(name)))


def _module_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where PowerShell looks for modules: PSModulePath, and its usual folders where that is not set (outside PowerShell)."""
    home = _home(environment)
    listed = [Path(each) for each in environment.get("PSModulePath", "").split(os.pathsep) if each]
    usual = [
        *(
            place / shell / "Modules"
            for place in _program_folders(environment)
            for shell in ("WindowsPowerShell", "PowerShell")
        ),
        *(home / "Documents" / shell / "Modules" for shell in ("WindowsPowerShell", "PowerShell")),
        home / ".local" / "share" / "powershell" / "Modules",
        Path("/usr/local/share/powershell/Modules"),
    ]
    return tuple(dict.fromkeys((*listed, *usual)))


def _home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("USERPROFILE") or environment.get("HOME") or "~").expanduser()


def _ini(path: Path) -> Mapping[str, Mapping[str, str]]:
    """The sections of an .ini file; empty where it is missing or no such file."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, configparser.Error):
        return {}
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _like(folder: Path, pattern: str) -> list[str]:
    try:
        return sorted(str(found) for found in folder.glob(pattern))
    except OSError:
        return []


def _first(found: Iterable[str]) -> str | None:
    return next(iter(found), None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
