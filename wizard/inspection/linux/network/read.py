"""The chapter `network`: connections, the DHCP client's patience, udev's rules, SELinux."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.network import Network
from wizard.inspection.linux.key_values import last, sectioned_values, shell_setting
from wizard.inspection.linux.network.dhclient import dhclient_timeout
from wizard.inspection.linux.network.ifcfg import ifcfg_connections
from wizard.inspection.linux.network.interfaces import interfaces_connections
from wizard.inspection.linux.network.netplan import netplan_connections
from wizard.inspection.linux.network.sections import keyfile_connections, networkd_connections
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind
from wizard.where import Where, printable

_TOOLS: Final = {
    "NetworkManager": ("/usr/sbin/NetworkManager", "/usr/bin/NetworkManager"),
    "networkd": ("/usr/lib/systemd/systemd-networkd", "/lib/systemd/systemd-networkd"),
    "netplan": ("/usr/sbin/netplan", "/usr/bin/netplan"),
    "wicked": ("/usr/sbin/wicked", "/sbin/wicked"),
    "dhclient": ("/sbin/dhclient", "/usr/sbin/dhclient"),
    "dhcpcd": ("/sbin/dhcpcd", "/usr/sbin/dhcpcd"),
    "ifupdown": ("/sbin/ifup", "/usr/sbin/ifup"),
}
_RULES: Final = ("/etc/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d", "/usr/lib64/udev/rules.d")
_RENAMING: Final = "70-persistent-net.rules"
_GENERATOR: Final = "75-persistent-net-generator.rules"
_CONNECTIONS_MOST: Final = 200


def read_network(files: Files) -> Network:
    """The network as its files configure it."""
    networking, networking_at = shell_setting(files, "/etc/sysconfig/network", "NETWORKING")
    set_host_name, set_host_name_at = shell_setting(
        files, "/etc/sysconfig/network/dhcp", "DHCLIENT_SET_HOSTNAME"
    )
    config, timeout, timeout_at = dhclient_timeout(files)
    manager_timeout, manager_timeout_at = _manager_timeout(files)
    selinux, selinux_at = shell_setting(files, "/etc/selinux/config", "SELINUX")
    connections = (
        *ifcfg_connections(files),
        *keyfile_connections(files),
        *netplan_connections(files),
        *networkd_connections(files),
        *interfaces_connections(files),
    )
    return Network(
        connections=connections[:_CONNECTIONS_MOST],
        networking=_short(networking),
        networking_at=networking_at,
        set_host_name=_short(set_host_name),
        set_host_name_at=set_host_name_at,
        tools=tuple(name for name, paths in _TOOLS.items() if any(files.is_file(path) for path in paths)),
        dhclient_config=config,
        dhclient_timeout=timeout,
        dhclient_timeout_at=timeout_at,
        manager_timeout=manager_timeout,
        manager_timeout_at=manager_timeout_at,
        renaming=_in_force(files, _RENAMING),
        generators=_in_force(files, _GENERATOR),
        selinux=(_short(selinux) or "").lower(),
        selinux_at=selinux_at,
        relabel="/.autorelabel" if files.find("/.autorelabel") is not None else "",
    )


def _in_force(files: Files, name: str) -> tuple[str, ...]:
    """The rules of this name; nothing where the first folder's is empty or a link to /dev/null, which masks the others."""
    found: list[str] = []
    for folder in _RULES:
        path = f"{folder}/{name}"
        entry = files.find(path, follow=False)
        if entry is None or (found and files.real_path(path) in (files.real_path(each) for each in found)):
            continue
        is_mask = entry.target() == "/dev/null" if entry.kind is Kind.LINK else not entry.size
        if is_mask and not found:
            return ()
        if not is_mask:
            found.append(path)
    return tuple(found)


def _manager_timeout(files: Files) -> tuple[int | None, Where | None]:
    """NetworkManager's default for every connection: ipv4.dhcp-timeout in [connection], read in its own order."""
    own = ("/usr/lib/NetworkManager/conf.d", "/etc/NetworkManager/conf.d")
    by_name = {name: f"{folder}/{name}" for folder in own for name in files.names(folder)}
    vendor = {name: path for name, path in by_name.items() if path.startswith("/usr")}
    local = {name: path for name, path in by_name.items() if name not in vendor}
    paths = [*_sorted(vendor), "/etc/NetworkManager/NetworkManager.conf", *_sorted(local)]
    found: tuple[int | None, Where | None] = (None, None)
    for path in paths:
        values = [
            each for each in sectioned_values(files.lines(path)) if each.section.startswith("connection")
        ]
        setting = last(values, "ipv4.dhcp-timeout")
        if setting is not None and setting.value.isascii() and setting.value.isdigit():
            found = (min(int(setting.value[:10]), 2**31 - 1), setting.at(path))
    return found


def _sorted(named: dict[str, str]) -> list[str]:
    return [path for name, path in sorted(named.items()) if name.endswith(".conf")]


def _short(value: str | None) -> str | None:
    return None if value is None else printable(value)
