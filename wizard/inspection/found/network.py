"""Chapter `network`: how the network is configured, and SELinux with it."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.where import Where


@dataclass(frozen=True, slots=True)
class Connection:
    """What one file says of one network interface.

    `tool`: ifcfg, keyfile (NetworkManager), netplan, networkd, interfaces (ifupdown). `device`: name or pattern, "" for
    any. `dhcp`: IPv4 by DHCP. `starts`: at boot. `static` and `mac`: where a fixed address or a hardware address stands.
    `by_cloud_init`: cloud-init wrote the file. `timeout`: how long DHCP may take, in seconds, as this file says.
    """

    path: str = ""
    tool: str = ""
    device: str = ""
    dhcp: bool = False
    starts: bool = True
    static: Where | None = None
    mac: Where | None = None
    by_cloud_init: bool = False
    timeout: int | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """DHCP, addresses, names and rules of devices.

    `networking`: the value of NETWORKING in /etc/sysconfig/network, `set_host_name`: of DHCLIENT_SET_HOSTNAME in SUSE's
    settings; None where nothing says it. `tools`: programs that are there: NetworkManager, dhclient, dhcpcd, wicked,
    netplan, networkd, ifupdown. `dhclient_timeout` and `manager_timeout` (NetworkManager's own for all connections): in
    seconds as configured, with the place. `renaming`: rules of udev that tie names to hardware addresses; `generators`:
    those that would write them, as far as they are in force.
    """

    connections: tuple[Connection, ...] = ()
    networking: str | None = None
    networking_at: Where | None = None
    set_host_name: str | None = None
    set_host_name_at: Where | None = None
    tools: tuple[str, ...] = ()
    dhclient_config: str = ""
    dhclient_timeout: int | None = None
    dhclient_timeout_at: Where | None = None
    manager_timeout: int | None = None
    manager_timeout_at: Where | None = None
    renaming: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    selinux: str = ""
    selinux_at: Where | None = None
    relabel: str = ""
