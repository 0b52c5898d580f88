"""The Azure Linux Agent: its program, its configuration, and what it left of a provisioning."""

from __future__ import annotations

import fnmatch
from typing import Final

from wizard.inspection.found.agent import DEFAULTS, Agent, Setting
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Entry, Kind
from wizard.where import printable

# The distributions' own places; Flatcar and Container Linux keep theirs on the OEM partition.
_PROGRAMS: Final = (
    "/usr/sbin/waagent",
    "/sbin/waagent",
    "/usr/bin/waagent",
    "/usr/local/sbin/waagent",
    "/usr/local/bin/waagent",
    "/usr/share/oem/bin/waagent",
    "/oem/bin/waagent",
)
_CONFIGS: Final = (
    "/etc/waagent.conf",
    "/usr/etc/waagent.conf",
    "/usr/share/oem/waagent.conf",
    "/oem/waagent.conf",
    "/usr/share/defaults/waagent/waagent.conf",
)
_LOGS: Final = ("/var/log/waagent.log", "/var/log/azure")

# What the agent writes into its folder once it has been provisioned or has spoken to Azure (pa/deprovision, ga). The
# folders WALinuxAgent-* are versions that it fetched of itself; a deprovisioned image may have them.
_STATE: Final = (
    "provisioned",
    "ovf-env.xml",
    "CustomData",
    "*.crt",
    "*.prv",
    "*.p7m",
    "*.pem",
    "HostingEnvironmentConfig.xml",
    "SharedConfig.xml",
    "GoalState*.xml",
    "ExtensionsConfig*.xml",
    "Extensions.*.xml",
    "Certificates.*",
    "Incarnation",
    "Protocol",
    "WireServerEndpoint",
    "partition",
    "published_hostname",
    "history",
)
_MOST: Final = 200


def read_agent(files: Files) -> Agent:
    """The agent as it is installed and configured; an empty record where it is not."""
    config = next((path for path in _CONFIGS if files.is_file(path)), "")
    settings = _settings(files, config) if config else ()
    said = next((each.value for each in settings if each.key == "Lib.Dir"), "")
    folder = said.rstrip("/") if said.startswith("/") and said.strip("/") else DEFAULTS["Lib.Dir"]
    state, switched_off = _state(files, folder)
    return Agent(
        program=next((path for path in _PROGRAMS if files.is_file(path)), ""),
        config=config,
        settings=settings,
        state=state,
        switched_off=switched_off,
        logs=tuple(path for path in _LOGS if _holds_something(files.find(path))),
    )


def _settings(files: Files, config: str) -> tuple[Setting, ...]:
    """As the agent's own reader does: a # in the first column begins a comment, the last of two lines counts, the value
    ends at a #, and None takes a key back to its default."""
    found: dict[str, Setting] = {}
    for number, line in enumerate(files.lines(config), 1):
        key, equals, value = line.partition("=")
        key = key.strip()
        if line.startswith("#") or not equals or key not in DEFAULTS:
            continue
        value = value.split("#", 1)[0].strip('" ').strip()
        found.pop(key, None)
        if value != "None":
            found[key] = Setting(key, printable(value), number)
    return tuple(found.values())


def _state(files: Files, folder: str) -> tuple[tuple[str, ...], str]:
    """What is left in the agent's folder, sorted, and the file that switches it off."""
    left: list[str] = []
    switched_off = ""
    for entry in files.entries(folder):
        if entry.name == "disable_agent":
            switched_off = f"{folder}/{entry.name}"
        elif len(left) < _MOST and _is_state(entry):
            left.append(f"{folder}/{entry.name}")
    return tuple(sorted(left)), switched_off


def _is_state(entry: Entry) -> bool:
    if entry.kind is Kind.FOLDER:
        return entry.name == "history" or _is_extension(entry.name)
    return any(fnmatch.fnmatchcase(entry.name, pattern) for pattern in _STATE)


def _is_extension(name: str) -> bool:
    """A folder of an extension: publisher.type-version; not a version of the agent itself."""
    handler, dash, version = name.rpartition("-")
    return bool(dash) and "." in handler and version[:1].isdigit() and set(version) <= set("0123456789.")


def _holds_something(entry: Entry | None) -> bool:
    if entry is None:
        return False
    return entry.size > 0 if entry.kind is Kind.FILE else next(entry.children(), None) is not None
