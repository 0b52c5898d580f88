"""LIN-28 to LIN-30: DHCP on eth0, free names, a patient client; each at its boundary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wizard.checks.linux.network import CHECKS
from wizard.inspection.found.cloud_init import CloudInit
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.found.network import Connection, Network
from wizard.step import Finding
from wizard.where import Where

JUDGES = {each.rule: each for each in CHECKS}
IFCFG = "/etc/sysconfig/network-scripts/ifcfg-eth0"
SUSE_IFCFG = "/etc/sysconfig/network/ifcfg-eth0"
KEYFILE = "/etc/NetworkManager/system-connections/eth0.nmconnection"
NETPLAN = "/etc/netplan/50-cloud-init.yaml"
CLOUD_INIT = CloudInit("/usr/bin/cloud-init")
DEBIAN = Distribution(id="debian", version="12")
UBUNTU = Distribution(id="ubuntu", version="24.04")
SUSE = Distribution(id="sles", version="15.5")


def redhat(version: str, name: str = "rhel") -> Distribution:
    return Distribution(id=name, version=version)


def judged(rule: str, network: Network, **chapters: object) -> Finding:
    return JUDGES[rule].finding(inside=Inside(system="linux", network=network, **chapters))


def connected(*connections: Connection, **more: object) -> Network:
    return Network(connections, **more)


def eth0(path: str = "/etc/network/interfaces", tool: str = "interfaces", **more: object) -> Connection:
    return Connection(path, tool, **{"device": "eth0", "dhcp": True, **more})


@pytest.mark.parametrize("rule", JUDGES)
def test_what_was_not_read_is_skipped(rule: str) -> None:
    assert JUDGES[rule].finding(inside=Inside(unread=(Unread("", Why.TOO_MUCH.value),))).outcome == "skipped"


@pytest.mark.parametrize(
    ("network", "distribution", "cloud_init", "outcome", "said"),
    [
        (connected(eth0()), DEBIAN, None, "passed", "eth0 gets its address by DHCP"),
        (connected(eth0(device="")), DEBIAN, None, "passed", "eth0"),
        (connected(eth0(device="en* eth*")), DEBIAN, None, "passed", "eth0"),
        (connected(eth0(device="e*", tool="networkd")), None, None, "passed", "eth0"),
        (connected(eth0(starts=False)), DEBIAN, None, "warning", "only eth0"),
        (connected(eth0(dhcp=False)), DEBIAN, None, "warning", "nothing sets up eth0"),
        (connected(eth0(device="ens192")), DEBIAN, None, "warning", "only ens192"),
        (connected(), DEBIAN, None, "warning", "nothing sets up eth0"),
        (connected(), DEBIAN, CLOUD_INIT, "passed", "cloud-init sets eth0 up"),
        (
            connected(eth0(device="ens33")),
            UBUNTU,
            CloudInit("/usr/bin/cloud-init", network_off=True),
            "warning",
            "only ens33",
        ),
        (connected(eth0(device="ens33")), UBUNTU, CLOUD_INIT, "passed", "cloud-init sets eth0 up"),
        (connected(tools=("NetworkManager",)), UBUNTU, None, "passed", "NetworkManager asks by DHCP"),
        (connected(tools=("NetworkManager",)), redhat("10.0"), None, "warning", "nothing sets up eth0"),
        (connected(eth0(IFCFG, "ifcfg"), networking="yes"), redhat("9.4"), None, "passed", "eth0"),
        (connected(eth0(IFCFG, "ifcfg"), networking="YES"), redhat("7.9"), None, "passed", "eth0"),
        (connected(eth0(IFCFG, "ifcfg"), networking="no"), redhat("9.4"), None, "warning", "NETWORKING=yes"),
        (connected(eth0(IFCFG, "ifcfg")), redhat("9.4"), CLOUD_INIT, "warning", "NETWORKING=yes"),
        (connected(eth0(KEYFILE, "keyfile")), redhat("10"), None, "passed", "eth0"),
        (connected(eth0(KEYFILE, "keyfile")), redhat("38", "fedora"), None, "warning", "NETWORKING=yes"),
        (connected(eth0(KEYFILE, "keyfile")), redhat("39", "fedora"), None, "passed", "eth0"),
        (connected(eth0(KEYFILE, "keyfile")), redhat("V10"), None, "passed", "eth0"),
        (
            connected(eth0(SUSE_IFCFG, "ifcfg"), tools=("wicked",), set_host_name="no"),
            SUSE,
            None,
            "passed",
            "eth0",
        ),
        (
            connected(eth0(SUSE_IFCFG, "ifcfg"), tools=("wicked",), set_host_name="yes"),
            SUSE,
            None,
            "warning",
            "DHCLIENT",
        ),
        (connected(eth0(SUSE_IFCFG, "ifcfg"), tools=("wicked",)), SUSE, None, "warning", "DHCLIENT"),
        (connected(eth0(KEYFILE, "keyfile"), tools=("NetworkManager",)), SUSE, None, "passed", "eth0"),
    ],
)
def test_lin_28(
    network: Network, distribution: Distribution | None, cloud_init: CloudInit | None, outcome: str, said: str
) -> None:
    finding = judged("LIN-28", network, distribution=distribution, cloud_init=cloud_init or CloudInit())
    assert finding.outcome == outcome, str(finding.reason)
    assert said in str(finding.reason)


@pytest.mark.parametrize(
    ("connection", "cloud_init", "commands"),
    [
        (
            eth0(IFCFG, "ifcfg", mac=Where(IFCFG, 4, "HWADDR=00:0c:29:12:34:56")),
            None,
            (rf"sed -i '/^[[:space:]]*\(HWADDR\|MACADDR\|LLADDR\)[[:space:]]*=/d' {IFCFG}",),
        ),
        (
            eth0(KEYFILE, "keyfile", mac=Where(KEYFILE, 4, "mac-address=00:0C:29:12:34:56")),
            None,
            (rf"sed -i '/^[[:space:]]*\(cloned-\)\{{0,1\}}mac-address[[:space:]]*=/d' {KEYFILE}",),
        ),
        (
            eth0(NETPLAN, "netplan", mac=Where(NETPLAN, 6), by_cloud_init=True),
            CLOUD_INIT,
            (f"rm -f {NETPLAN}",),
        ),
        (eth0(NETPLAN, "netplan", mac=Where(NETPLAN, 6), by_cloud_init=True), None, ()),
        (eth0(NETPLAN, "netplan", mac=Where(NETPLAN, 6)), CLOUD_INIT, ()),
        (eth0(IFCFG, "ifcfg", static=Where(IFCFG, 4, "IPADDR=10.0.0.4")), None, ()),
        (
            eth0("/etc/netplan/a b;c.yaml", "netplan", mac=Where("/x"), by_cloud_init=True),
            CLOUD_INIT,
            ("rm -f '/etc/netplan/a b;c.yaml'",),
        ),
    ],
)
def test_addresses_of_this_machine_warn(
    connection: Connection, cloud_init: CloudInit | None, commands: tuple[str, ...]
) -> None:
    finding = judged("LIN-28", connected(connection), cloud_init=cloud_init or CloudInit())
    assert (finding.outcome, finding.commands) == ("warning", commands)
    assert "address in" in str(finding.reason)
    assert finding.seen_at


@pytest.mark.parametrize(
    ("network", "outcome", "commands"),
    [
        (Network(), "passed", ()),
        (
            Network(renaming=("/etc/udev/rules.d/70-persistent-net.rules",)),
            "warning",
            ("rm -f /etc/udev/rules.d/70-persistent-net.rules",),
        ),
        (
            Network(generators=("/lib/udev/rules.d/75-persistent-net-generator.rules",)),
            "warning",
            ("ln -sf /dev/null /etc/udev/rules.d/75-persistent-net-generator.rules",),
        ),
    ],
)
def test_lin_29(network: Network, outcome: str, commands: tuple[str, ...]) -> None:
    finding = judged("LIN-29", network)
    assert (finding.outcome, finding.commands) == (outcome, commands)


DHCLIENT = ("dhclient",)
MANAGER = ("NetworkManager", "dhclient")
CONF = "/etc/dhcp/dhclient.conf"


@pytest.mark.parametrize(
    ("network", "client", "outcome", "commands"),
    [
        (connected(eth0(), tools=DHCLIENT), "dhclient", "passed", 0),
        (
            connected(eth0(), tools=DHCLIENT, dhclient_timeout=300, dhclient_config=CONF),
            "dhclient",
            "passed",
            0,
        ),
        (
            connected(eth0(), tools=DHCLIENT, dhclient_timeout=299, dhclient_config=CONF),
            "dhclient",
            "warning",
            1,
        ),
        (connected(eth0(IFCFG, "ifcfg"), tools=DHCLIENT, dhclient_timeout=60), "dhclient", "warning", 0),
        (connected(eth0(IFCFG, "ifcfg"), tools=MANAGER), "NetworkManager", "warning", 1),
        (connected(eth0(KEYFILE, "keyfile"), manager_timeout=300), "NetworkManager", "passed", 0),
        (connected(eth0(KEYFILE, "keyfile"), manager_timeout=299), "NetworkManager", "warning", 1),
        (connected(eth0(KEYFILE, "keyfile", timeout=300), manager_timeout=60), "NetworkManager", "passed", 0),
        (
            connected(eth0(KEYFILE, "keyfile", timeout=60), manager_timeout=300),
            "NetworkManager",
            "warning",
            1,
        ),
        (connected(eth0(KEYFILE, "keyfile", timeout=0), manager_timeout=300), "NetworkManager", "passed", 0),
        (connected(eth0(NETPLAN, "netplan"), tools=("networkd", "netplan")), "networkd", "passed", 0),
        (connected(eth0(SUSE_IFCFG, "ifcfg"), tools=("wicked",)), "wicked", "passed", 0),
        (connected(tools=("wicked", "dhclient")), "wicked", "passed", 0),
        (connected(tools=MANAGER), "NetworkManager", "warning", 1),
        (connected(tools=("networkd", "netplan", "dhclient")), "networkd", "passed", 0),
        (connected(tools=("dhcpcd", "ifupdown")), "", "skipped", 0),
        (connected(eth0(), tools=("ifupdown",)), "", "skipped", 0),
    ],
)
def test_lin_30(network: Network, client: str, outcome: str, commands: int) -> None:
    finding = judged("LIN-30", network)
    assert (finding.facts["client"], finding.outcome) == (client, outcome), str(finding.reason)
    assert len(finding.commands) == commands


@given(some.text(max_size=40))
def test_any_name_of_a_device_is_judged(device: str) -> None:
    network = connected(eth0(device=device), tools=("networkd",))
    for rule in JUDGES:
        assert judged(rule, network, cloud_init=CloudInit()).outcome in ("passed", "warning", "skipped")


def test_without_knowing_cloud_init_the_network_is_not_judged() -> None:
    assert judged("LIN-28", connected()).outcome == "skipped"
