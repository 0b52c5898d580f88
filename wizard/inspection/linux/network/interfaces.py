"""ifupdown's /etc/network/interfaces with what it sources (interfaces(5))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wizard.inspection.found.network import Connection
from wizard.inspection.system_files import Files
from wizard.where import printable, where

_MAIN: Final = "/etc/network/interfaces"
_FILES_MOST: Final = 50
_DEVICES_MOST: Final = 50


def interfaces_connections(files: Files) -> Iterator[Connection]:
    """What the files say of IPv4 on each device but the loopback."""
    paths = list(dict.fromkeys(_paths(files)))[:_FILES_MOST]
    automatic: set[str] = set()
    found: list[Connection] = []
    for path in paths:
        lines = files.lines(path)
        by_cloud_init = "cloud-init" in path or any("cloud-init" in line for line in lines[:3])
        current: Connection | None = None
        for number, line in enumerate(lines, 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] in ("auto", "allow-auto", "allow-hotplug", "iface", "mapping", "source"):
                if current is not None:
                    found.append(current)
                current = None
            if words[0] in ("auto", "allow-auto", "allow-hotplug"):
                automatic.update(words[1:_DEVICES_MOST])
            elif words[0] == "iface" and len(words) >= 4 and words[2] == "inet" and words[1] != "lo":
                current = Connection(
                    path,
                    "interfaces",
                    device=printable(words[1]),
                    dhcp=words[3] == "dhcp",
                    static=where(path, number, line) if words[3] == "static" else None,
                    by_cloud_init=by_cloud_init,
                )
            elif current is not None and words[0] == "hwaddress" and current.mac is None:
                current = replace(current, mac=where(path, number, line))
        if current is not None:
            found.append(current)
    for each in found[:_DEVICES_MOST]:
        yield replace(each, starts=each.device in automatic)


def _paths(files: Files) -> Iterator[str]:
    """The main file and those that it sources; files that are sourced are not followed further."""
    yield _MAIN
    for line in files.lines(_MAIN):
        words = line.split()
        if len(words) < 2 or words[0] not in ("source", "source-directory"):
            continue
        for pattern in words[1:4]:
            absolute = pattern if pattern.startswith("/") else f"/etc/network/{pattern}"
            if any(sign in absolute.rpartition("/")[0] for sign in "*?["):
                continue  # nobody writes that, and it may be made to list a whole disk
            found = files.glob(absolute if words[0] == "source" else f"{absolute.rstrip('/')}/*")
            yield from (path for path in found if files.is_file(path))
