"""ifcfg-* files: network-scripts of the RHEL family, wicked of SUSE; NetworkManager reads the former as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from wizard.inspection.found.network import Connection
from wizard.inspection.linux.key_values import KeyValue, last, shell_values
from wizard.inspection.system_files import Files
from wizard.where import Where, printable

_FOLDERS: Final = ("/etc/sysconfig/network-scripts", "/etc/sysconfig/network")
# Backups and what packages leave are not read by the tools.
_NOT_READ: Final = ("~", ".bak", ".orig", ".rpmnew", ".rpmorig", ".rpmsave", ".old", ".template")
_FILES_MOST: Final = 100


def ifcfg_connections(files: Files) -> Iterator[Connection]:
    """What each file says; the loopback interface left out."""
    for folder in _FOLDERS:
        names = [name for name in files.names(folder) if name.startswith("ifcfg-") and name != "ifcfg-lo"]
        for name in names[:_FILES_MOST]:
            if not name.endswith(_NOT_READ):
                yield _connection(f"{folder}/{name}", files.lines(f"{folder}/{name}"))


def _connection(path: str, lines: Sequence[str]) -> Connection:
    values = shell_values(lines)
    said = {each.key: each.value for each in values}
    suse = path.startswith("/etc/sysconfig/network/")
    method = said.get("BOOTPROTO", "").lower()
    starts = (
        said.get("STARTMODE", "manual").lower() in ("auto", "boot", "onboot", "hotplug", "nfsroot", "ifplugd")
        if suse
        else said.get("ONBOOT", "yes").lower() in ("yes", "true", "1", "y", "t")
    )
    addresses = [each for each in values if each.key.startswith("IPADDR") and each.value]
    hardware = last(values, *(("LLADDR",) if suse else ("HWADDR", "MACADDR")))
    timeout = said.get("IPV4_DHCP_TIMEOUT", "")
    return Connection(
        path,
        "ifcfg",
        device=printable(said.get("DEVICE", "") or path.rpartition("ifcfg-")[2]),
        dhcp=method in ("dhcp", "dhcp4", "dhcp+autoip", "bootp"),
        starts=starts,
        static=addresses[0].at(path) if addresses else None,
        mac=_place(path, hardware),
        by_cloud_init=any("cloud-init" in line for line in lines[:3]),
        timeout=int(timeout[:9]) if timeout.isascii() and timeout.isdigit() else None,
    )


def _place(path: str, value: KeyValue | None) -> Where | None:
    return value.at(path) if value is not None and value.value else None
