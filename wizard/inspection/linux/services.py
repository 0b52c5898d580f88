"""What starts at boot: units of systemd, jobs of upstart, scripts of System V init."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.inspection.found.services import Service, Services
from wizard.inspection.linux.unit_folders import UnitFolders
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind
from wizard.rules_data import load
from wizard.where import printable

# What every start of a server reaches (bootup(7)), by the units that come with systemd; cloud-init's target is added at
# each boot by a generator. Others are reached where one of these wants them.
_BOOT: Final = (
    "default.target",
    "multi-user.target",
    "basic.target",
    "sysinit.target",
    "sockets.target",
    "timers.target",
    "paths.target",
    "local-fs.target",
    "remote-fs.target",
    "network.target",
    "network-online.target",
    "network-pre.target",
    "getty.target",
    "cloud-init.target",
    "cloud-config.target",
)
_HELD_BACK: Final = ("/etc/ssh/sshd_not_to_be_run",)
_SCRIPT_FOLDERS: Final = ("/etc", "/etc/rc.d")
_MOST: Final = 500
_NAME_MOST: Final = 256


def read_services(files: Files) -> Services:
    """Everything that starts at boot, as far as links and files tell; at most 500."""
    kind = _kind(files)
    held_back = tuple(path for path in _HELD_BACK if files.find(path) is not None)
    if kind == "systemd":
        return _systemd(files, held_back)
    level = _runlevel(files)
    found = dict(_scripts(files, level))
    if kind == "upstart":
        found |= dict(_jobs(files))
    services = tuple(Service(name, by) for name, by in sorted(found.items())[:_MOST])
    there = tuple(name for name in _needed() if kind and _has_script(files, name))
    return Services(kind, level if kind else "", services, held_back=held_back, there=there)


def _needed() -> tuple[str, ...]:
    """The services that a rule asks for, by all their names."""
    names = load("boot_services")
    stages = (name for stage in names["cloud_init"]["stages"] for name in stage)
    return (*names["ssh"]["one_of"], *names["agent"]["one_of"], *stages)


def _has_script(files: Files, unit: str) -> bool:
    name = unit.removesuffix(".service")
    places = (f"/etc/init.d/{name}", f"/etc/rc.d/init.d/{name}", f"/etc/init/{name}.conf")
    return any(files.is_file(path) for path in places)


def _kind(files: Files) -> str:
    started = files.real_path("/sbin/init") or ""
    if started.endswith("/systemd"):
        return "systemd"
    if any(files.is_file(f"/etc/init/{name}.conf") for name in ("rc-sysinit", "rc", "rcS")):
        return "upstart"
    if files.is_file("/etc/inittab"):
        return "sysv"
    has_systemd = any(files.is_file(f"{above}/lib/systemd/systemd") for above in ("/usr", ""))
    return "systemd" if has_systemd else ""


def _systemd(files: Files, held_back: tuple[str, ...]) -> Services:
    units = UnitFolders(files)
    target = units.default_target()
    links = units.wanted()
    found: dict[str, Service] = {}
    waiting = [target, *_BOOT]
    # "runlevel3.target" and the like are aliases; whoever made them the default means the same units.
    reached = {target, *_BOOT}
    if target.startswith(("rescue", "emergency")):
        waiting = [target, "sysinit.target"]
        reached = set(waiting)
    while waiting:
        for unit, by in links.get(waiting.pop(), ()):
            if len(found) < _MOST:
                found.setdefault(unit, Service(unit, by, missing=not units.has(unit)))
            if unit in links and unit not in reached:
                reached.add(unit)
                waiting.append(unit)
    if "multi-user.target" in reached:
        for name, by in _scripts(files, "3"):
            # systemd runs a script only where there is no unit of its name (systemd-sysv-generator(8)).
            if not units.has(f"{name}.service") and len(found) < _MOST:
                found.setdefault(name, Service(name, by))
    for alias, unit in units.aliases():
        # An alias that is wanted is the unit that it stands for.
        if alias in found and unit not in found:
            found[unit] = Service(unit, found[alias].by, missing=not units.has(unit))
    masked = sorted(units.masked().items())[:_MOST]
    return Services(
        "systemd",
        printable(target),
        tuple(found[name] for name in sorted(found)),
        tuple(name for name, _ in masked),
        tuple(path for _, path in masked),
        held_back,
        tuple(name for name in _needed() if units.has(name)),
    )


def _runlevel(files: Files) -> str:
    """As /etc/inittab says (id:3:initdefault:); 2 on Debian's kin, 3 elsewhere."""
    for line in files.lines("/etc/inittab"):
        parts = line.strip().split(":")
        if len(parts) >= 3 and parts[2] == "initdefault" and parts[1] in tuple("12345"):
            return parts[1]
    return "2" if files.exists("/etc/debian_version") else "3"


def _scripts(files: Files, level: str) -> Iterator[tuple[str, str]]:
    """Names of scripts that a runlevel starts (rc3.d/S55sshd), with their links."""
    for above in _SCRIPT_FOLDERS:
        for folder in (f"{above}/rc{level}.d", f"{above}/rcS.d"):
            for name in files.names(folder):
                if name.startswith("S") and name[1:3].isdigit() and len(name) > 3:
                    yield printable(name[3:][:_NAME_MOST]), f"{folder}/{name}"


def _jobs(files: Files) -> Iterator[tuple[str, str]]:
    """Upstart's jobs that start by themselves: with "start on", and no override that says manual (init(5))."""
    for entry in files.entries("/etc/init"):
        name = entry.name.removesuffix(".conf")
        if name == entry.name or entry.kind is Kind.FOLDER:
            continue
        starts = False
        for path in (f"/etc/init/{name}.conf", f"/etc/init/{name}.override"):
            for line in files.lines(path, 65_536):
                words = line.split(None, 2)
                if words[:2] == ["start", "on"]:
                    starts = True
                elif words == ["manual"]:
                    starts = False
        if starts:
            yield printable(name[:_NAME_MOST]), f"/etc/init/{name}.conf"
