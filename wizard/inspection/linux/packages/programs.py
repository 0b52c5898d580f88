"""Programs that the system's files tell of: the interpreters of Python, an Azure Linux Agent of no package, OMI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wizard.inspection.found.packages import Program
from wizard.inspection.system_files import Files

_MOST: Final = 50
_BIN: Final = (
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
)  # as in root's PATH
_PYTHON: Final = re.compile(r"(?:python|platform-python)(3\.[0-9]{1,3}|2\.[0-9])(?:m|d)?")
_LIBRARY: Final = re.compile(r"python([23]\.[0-9]{1,3})")
_LIBRARIES: Final = (
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/share/oem/python/lib",  # Flatcar
    "/usr/share/oem/python/lib64",
    "/opt/waagent/lib",
)
_AGENT: Final = (
    "/usr/sbin/waagent",
    "/usr/bin/waagent",
    "/usr/local/sbin/waagent",
    "/usr/share/oem/bin/waagent",
)
_OMI: Final = "/opt/omi/bin/omiserver"
_VERSION: Final = re.compile(
    r"""^(?:AGENT_VERSION|GuestAgentVersion)[ ]?=[ ]?["'](?:WALinuxAgent-)?([0-9.]{1,30})["']"""
)
_EGG: Final = re.compile(r"(?i)walinuxagent-([0-9.]{1,30}?)(?:-py[0-9.]{1,9})?\.(?:egg|egg-info|dist-info)")


def read_programs(files: Files) -> tuple[Program, ...]:
    """The interpreters that `python3`, `python` and the platform's own name start, every Azure Linux Agent, and OMI's server."""
    omi = (Program("omiserver", "", _OMI),) if files.is_file(_OMI) else ()
    return (*_pythons(files), *_agents(files), *omi)


def _pythons(files: Files) -> Iterator[Program]:
    for name in ("python3", "python", "python2"):
        path = next((f"{folder}/{name}" for folder in _BIN if files.is_file(f"{folder}/{name}")), "")
        if path:
            yield _python(files, name, path)
    for path in ("/usr/libexec/platform-python",):
        if files.is_file(path):
            yield _python(files, "platform-python", path)
    numbered = [
        path
        for folder in ("/usr/local/bin", "/usr/bin")
        for path in files.glob(f"{folder}/python[23].*")
        if _PYTHON.fullmatch(path.rpartition("/")[2]) and files.is_file(path)
    ]
    for path in numbered[:_MOST]:
        yield _python(files, path.rpartition("/")[2], path)


def _python(files: Files, name: str, path: str) -> Program:
    """The version is in the name of the file that links lead to, or in that of the one library there is."""
    real = files.real_path(path) or path
    named = _PYTHON.fullmatch(real.rpartition("/")[2])
    if named is not None:
        return Program(name, named[1], path)
    major = "2" if name == "python2" else "3" if "3" in name else ""
    above = real.rpartition("/bin/")[0]
    found = {
        match[1]
        for folder in (f"{above}/lib", f"{above}/lib64")
        for each in files.names(folder)
        if (match := _LIBRARY.fullmatch(each)) and match[1].startswith(major)
    }
    return Program(name, found.pop() if len(found) == 1 else "", path)


def _agents(files: Files) -> Iterator[Program]:
    found = 0
    for library in _LIBRARIES:
        for packages in (
            *files.glob(f"{library}/python*/site-packages"),
            *files.glob(f"{library}/python*/dist-packages"),
        ):
            for program in _agent_in(files, packages):
                found += 1
                if found > _MOST:
                    return
                yield program
    for path in _AGENT:
        if files.is_file(path):
            # Before 2.1 the agent was this one file.
            yield Program("waagent", "" if found else _version(files, path), path)
            return


def _agent_in(files: Files, packages: str) -> Iterator[Program]:
    names = files.names(packages)
    source = f"{packages}/azurelinuxagent/common/version.py"
    if "azurelinuxagent" in names:
        version = _version(files, source)
        if version:
            yield Program("waagent", version, source)
            return
    for name in names:
        egg = _EGG.fullmatch(name)
        if egg is not None:
            yield Program("waagent", egg[1], f"{packages}/{name}")
            return


def _version(files: Files, path: str) -> str:
    for line in files.lines(path, 512 * 1024):
        said = _VERSION.match(line[:200])
        if said is not None:
            return said[1]
    return ""
