"""netplan's files (netplan(5)): read in the order of their names, each device as the last file that names it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from wizard.inspection.found.network import Connection
from wizard.inspection.linux.plain_yaml import Node, parse
from wizard.inspection.system_files import Files
from wizard.where import Where, printable, where

_FOLDERS: Final = ("/lib/netplan", "/usr/lib/netplan", "/etc/netplan")
_FILES_MOST: Final = 50
_DEVICES_MOST: Final = 50


def netplan_connections(files: Files) -> Iterator[Connection]:
    """What each file says of each wired device."""
    by_name = {name: f"{folder}/{name}" for folder in _FOLDERS for name in files.names(folder)}
    paths = [path for name, path in sorted(by_name.items()) if name.endswith(".yaml")]
    for path in paths[:_FILES_MOST]:
        lines = files.lines(path)
        devices = parse(lines).get("network", "ethernets")
        for name, device in list(devices.keys.items())[:_DEVICES_MOST] if devices is not None else ():
            yield _connection(path, name, device, lines)


def _connection(path: str, name: str, device: Node, lines: Sequence[str]) -> Connection:
    addresses = device.get("addresses")
    # An address may carry options of its own: - 10.0.0.4/24: {label: ...}
    fixed = [text for each in (addresses.items if addresses else ()) for text in (each.text, *each.keys)]
    hardware = device.get("match", "macaddress") or device.get("macaddress")
    dhcp = device.get("dhcp4")
    match = device.get("match", "name")
    return Connection(
        path,
        "netplan",
        device=printable(_name(device) or (match.text if match is not None else name)),
        dhcp=dhcp is not None and dhcp.truth is True,
        static=_place(path, addresses, lines) if any("." in text for text in fixed) else None,
        mac=_place(path, hardware, lines),
        by_cloud_init="cloud-init" in path.rpartition("/")[2],
    )


def _name(device: Node) -> str:
    named = device.get("set-name")
    return named.text if named is not None else ""


def _place(path: str, node: Node | None, lines: Sequence[str]) -> Where | None:
    return where(path, node.line, lines[node.line - 1]) if node is not None else None
