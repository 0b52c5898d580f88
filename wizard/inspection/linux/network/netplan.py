"""netplan's files (netplan(5)): read in the order of their names, each device as the last file that names it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.inspection.found.network import Connection
from wizard.inspection.linux.plain_yaml import Node, parse
from wizard.inspection.system_files import Files
from wizard.where import printable, where

_FOLDERS: Final = ("/lib/netplan", "/usr/lib/netplan", "/etc/netplan")
_FILES_MOST: Final = 50
_DEVICES_MOST: Final = 50


def netplan_connections(files: Files) -> Iterator[Connection]:
    """What each file says of each wired device."""
    by_name = {name: f"{folder}/{name}" for folder in _FOLDERS for name in files.names(folder)}
    paths = [path for name, path in sorted(by_name.items()) if name.endswith(".yaml")]
    for path in paths[:_FILES_MOST]:
        devices = parse(files.lines(path)).get("network", "ethernets")
        for name, device in list(devices.keys.items())[:_DEVICES_MOST] if devices is not None else ():
            yield _connection(path, name, device)


def _connection(path: str, name: str, device: Node) -> Connection:
    addresses = device.get("addresses")
    # An address may carry options of its own: - 10.0.0.4/24: {label: ...}
    said = [text for each in (addresses.items if addresses else ()) for text in (each.text, *each.keys)]
    fixed = [text for text in said if "." in text]
    hardware = device.get("match", "macaddress") or device.get("macaddress")
    dhcp = device.get("dhcp4")
    match = device.get("match", "name")
    return Connection(
        path,
        "netplan",
        device=printable(_name(device) or (match.text if match is not None else name)),
        dhcp=dhcp is not None and dhcp.truth is True,
        # Not the whole line: in a file written in brackets, the password of a wireless network may share it.
        static=where(path, addresses.line, f"addresses: {fixed[0]}") if addresses and fixed else None,
        mac=where(path, hardware.line, f"macaddress: {hardware.text}") if hardware else None,
        by_cloud_init="cloud-init" in path.rpartition("/")[2],
    )


def _name(device: Node) -> str:
    named = device.get("set-name")
    return named.text if named is not None else ""
