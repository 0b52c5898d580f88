"""The network as every distribution's own tool configures it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.inspection.memory_tree import Link, files
from wizard.inspection.found.network import Connection, Network
from wizard.inspection.linux.network.read import read_network
from wizard.results import from_json, to_json

Tree = dict[str, str | bytes | Link | None]


def network(tree: Tree) -> Network:
    return read_network(files(tree))


def only(tree: Tree) -> Connection:
    seen = network(tree).connections
    assert len(seen) == 1
    return seen[0]


def lines(each: Connection) -> tuple[int, int]:
    """The lines of a fixed address and of a hardware address, 0 where there is none."""
    return each.static.line if each.static else 0, each.mac.line if each.mac else 0


IFCFG = "/etc/sysconfig/network-scripts/ifcfg-eth0"


def test_red_hats_family() -> None:
    seen = network(
        {
            "/etc/sysconfig/network": "NETWORKING=yes\n",
            IFCFG: 'DEVICE="eth0"\nBOOTPROTO="dhcp"\nONBOOT="yes"\nTYPE=Ethernet\nPERSISTENT_DHCLIENT="yes"\n',
            "/etc/sysconfig/network-scripts/ifcfg-lo": "DEVICE=lo\nIPADDR=127.0.0.1\n",
            "/etc/sysconfig/network-scripts/ifcfg-eth0.rpmsave": "DEVICE=eth0\nIPADDR=10.0.0.4\n",
            "/usr/sbin/NetworkManager": "x",
            "/usr/sbin/dhclient": "x",
            "/etc/selinux/config": "# comment\nSELINUX=Enforcing\nSELINUXTYPE=targeted\n",
            "/.autorelabel": "",
        }
    )
    assert [(each.path, each.device, each.dhcp, each.starts) for each in seen.connections] == [
        (IFCFG, "eth0", True, True)
    ]
    assert (seen.networking, seen.selinux, seen.relabel) == ("yes", "enforcing", "/.autorelabel")
    assert seen.selinux_at is not None
    assert seen.selinux_at.line == 2
    assert seen.tools == ("NetworkManager", "dhclient")
    assert from_json(Network, to_json(seen)) == seen


@pytest.mark.parametrize(
    ("text", "dhcp", "starts", "at"),
    [
        ("BOOTPROTO=dhcp\nONBOOT=no\n", True, False, (0, 0)),
        ("BOOTPROTO=none\nIPADDR=10.0.0.4\nONBOOT=yes\n", False, True, (2, 0)),
        ("BOOTPROTO=dhcp\nHWADDR=00:0c:29:12:34:56\n", True, True, (0, 2)),
        ("BOOTPROTO=dhcp\nHWADDR=\n#IPADDR=10.0.0.4\n", True, True, (0, 0)),
        ("BOOTPROTO=static\nIPADDR0='10.0.0.4'\n", False, True, (2, 0)),
    ],
)
def test_ifcfg(text: str, dhcp: bool, starts: bool, at: tuple[int, int]) -> None:
    seen = only({IFCFG: text})
    assert (seen.device, seen.dhcp, seen.starts, lines(seen)) == ("eth0", dhcp, starts, at)


@pytest.mark.parametrize(
    ("text", "dhcp", "starts"),
    [
        ("BOOTPROTO='dhcp'\nSTARTMODE='auto'\n", True, True),
        ("BOOTPROTO='dhcp4'\nSTARTMODE='hotplug'\n", True, True),
        ("BOOTPROTO='static'\nSTARTMODE='auto'\n", False, True),
        ("BOOTPROTO='dhcp'\nSTARTMODE='manual'\n", True, False),
        ("BOOTPROTO='dhcp'\n", True, False),
    ],
)
def test_suse(text: str, dhcp: bool, starts: bool) -> None:
    tree: Tree = {
        "/etc/sysconfig/network/ifcfg-eth0": text,
        "/etc/sysconfig/network/ifcfg.template": "BOOTPROTO='static'\n",
        "/etc/sysconfig/network/dhcp": '## Type: yesno\nDHCLIENT_SET_HOSTNAME="no"\n',
        "/usr/sbin/wicked": "x",
    }
    seen = network(tree)
    assert [(each.dhcp, each.starts) for each in seen.connections] == [(dhcp, starts)]
    assert (seen.set_host_name, seen.tools) == ("no", ("wicked",))
    assert seen.set_host_name_at is not None
    assert seen.set_host_name_at.line == 2


KEYFILE = "/etc/NetworkManager/system-connections/eth0.nmconnection"


@pytest.mark.parametrize(
    ("text", "device", "dhcp", "starts", "at"),
    [
        (
            "[connection]\nid=eth0\nuuid=1\ntype=ethernet\ninterface-name=eth0\n\n[ipv4]\nmethod=auto\n",
            "eth0",
            True,
            True,
            (0, 0),
        ),
        (
            "[connection]\ntype=ethernet\nautoconnect=false\n[ipv4]\nmethod=auto\n",
            "",
            True,
            False,
            (0, 0),
        ),
        (
            "[connection]\ntype=ethernet\n[ethernet]\nmac-address=00:0C:29:12:34:56\n[ipv4]\naddress1=10.0.0.4/24,10.0.0.1\nmethod=manual\n",
            "",
            False,
            True,
            (6, 4),
        ),
        (
            "[connection]\ntype=802-3-ethernet\n[802-3-ethernet]\ncloned-mac-address=preserve\n",
            "",
            True,
            True,
            (0, 0),
        ),
    ],
)
def test_keyfiles(text: str, device: str, dhcp: bool, starts: bool, at: tuple[int, int]) -> None:
    seen = only({KEYFILE: text, KEYFILE.replace("eth0", "wifi"): "[connection]\ntype=wifi\n"})
    assert (seen.device, seen.dhcp, seen.starts, lines(seen)) == (device, dhcp, starts, at)


CLOUD = "/etc/netplan/50-cloud-init.yaml"


def test_netplan() -> None:
    seen = network(
        {
            CLOUD: "network:\n    ethernets:\n        eth0:\n            dhcp4: true\n            match:\n"
            "                macaddress: 00:0d:3a:12:34:56\n            set-name: eth0\n    version: 2\n",
            "/etc/netplan/01-own.yaml": "network:\n  version: 2\n  ethernets:\n    ens33:\n      dhcp4: no\n"
            "      addresses:\n      - 10.0.0.4/24\n      gateway4: 10.0.0.1\n",
            "/etc/netplan/90-default.yaml": "network:\n  ethernets:\n    all-eth:\n      match: {name: eth*}\n      dhcp4: true\n",
            "/etc/netplan/old.yaml.bak": "network: {ethernets: {eth9: {dhcp4: true}}}\n",
            "/lib/netplan/01-own.yaml": "network: {ethernets: {eth8: {dhcp4: true}}}\n",
            "/usr/sbin/netplan": "x",
        }
    ).connections
    assert [(each.path, each.device, each.dhcp, lines(each), each.by_cloud_init) for each in seen] == [
        ("/etc/netplan/01-own.yaml", "ens33", False, (6, 0), False),
        (CLOUD, "eth0", True, (0, 6), True),
        ("/etc/netplan/90-default.yaml", "eth*", True, (0, 0), False),
    ]


def test_networkd() -> None:
    seen = network(
        {
            "/etc/systemd/network/99-dhcp-en.network": "[Match]\nName=e*\n\n[Network]\nDHCP=yes\nIPv6AcceptRA=no\n",
            "/etc/systemd/network/10-eth.network": "[Match]\nMACAddress=00:0c:29:12:34:56\n[Network]\nAddress=10.0.0.4/24\n",
            "/usr/lib/systemd/network/80-container-host0.network": "[Match]\nKind=veth\nName=host0\n[Network]\nDHCP=yes\n",
            "/usr/lib/systemd/network/10-eth.network": "[Match]\nName=eth0\n[Network]\nDHCP=yes\n",
            "/usr/lib/systemd/systemd-networkd": "x",
        }
    )
    assert [(each.device, each.dhcp, lines(each)) for each in seen.connections] == [
        ("", False, (4, 2)),
        ("e*", True, (0, 0)),
    ]
    assert seen.tools == ("networkd",)


def test_ifupdown() -> None:
    seen = network(
        {
            "/etc/network/interfaces": "# The loopback\nauto lo\niface lo inet loopback\n\nsource /etc/network/interfaces.d/*\n"
            "source /*/*/*/x\n\nallow-hotplug ens33\niface ens33 inet static\n  address 10.0.0.4\n  hwaddress ether 00:0c:29:12:34:56\n",
            "/etc/network/interfaces.d/50-cloud-init": "auto eth0\niface eth0 inet dhcp\niface eth0 inet6 auto\n",
            "/sbin/ifup": "x",
            "/sbin/dhclient": "x",
        }
    )
    assert [
        (each.device, each.dhcp, each.starts, lines(each), each.by_cloud_init) for each in seen.connections
    ] == [
        ("ens33", False, True, (9, 11), False),
        ("eth0", True, True, (0, 0), True),
    ]
    assert seen.tools == ("dhclient", "ifupdown")


@pytest.mark.parametrize(
    ("tree", "renaming", "generators"),
    [
        ({}, 0, 0),
        ({"/etc/udev/rules.d/70-persistent-net.rules": 'SUBSYSTEM=="net", NAME="eth0"\n'}, 1, 0),
        ({"/etc/udev/rules.d/70-persistent-net.rules": ""}, 0, 0),
        ({"/etc/udev/rules.d/70-persistent-net.rules": Link("/dev/null")}, 0, 0),
        ({"/lib/udev/rules.d/75-persistent-net-generator.rules": "x"}, 0, 1),
        (
            {
                "/lib": Link("usr/lib"),
                "/usr/lib/udev/rules.d/75-persistent-net-generator.rules": "x",
            },
            0,
            1,
        ),
        (
            {
                "/lib/udev/rules.d/75-persistent-net-generator.rules": "x",
                "/etc/udev/rules.d/75-persistent-net-generator.rules": Link("/dev/null"),
            },
            0,
            0,
        ),
    ],
)
def test_rules_of_udev(tree: Tree, renaming: int, generators: int) -> None:
    seen = network(tree)
    assert (len(seen.renaming), len(seen.generators)) == (renaming, generators)


@pytest.mark.parametrize(
    ("path", "text", "seconds", "line"),
    [
        ("/etc/dhcp/dhclient.conf", "#timeout 60;\nretry 60;\n", None, 0),
        ("/etc/dhcp/dhclient.conf", "send host-name = gethostname();\ntimeout 300;\n", 300, 2),
        ("/etc/dhclient.conf", "timeout 60; retry 60; timeout 90;\n", 90, 1),
        ("/etc/dhcp/dhclient.conf", "timeout soon;\n", None, 0),
        ("/etc/dhcp/dhclient.conf", "timeout 99999999999999999999;\n", 2**31 - 1, 1),
    ],
)
def test_dhclient(path: str, text: str, seconds: int | None, line: int) -> None:
    seen = network({path: text})
    assert (seen.dhclient_config, seen.dhclient_timeout) == (path, seconds)
    assert (seen.dhclient_timeout_at.line if seen.dhclient_timeout_at else 0) == line


@pytest.mark.parametrize(
    ("files_of_it", "seconds"),
    [
        ({"NetworkManager.conf": "[main]\nplugins=keyfile\n"}, None),
        ({"conf.d/90-dhcp-timeout.conf": "[connection]\nipv4.dhcp-timeout=300\n"}, 300),
        (
            {
                "NetworkManager.conf": "[connection]\nipv4.dhcp-timeout=60\n",
                "conf.d/90-a.conf": "[connection]\nipv4.dhcp-timeout=300\n",
            },
            300,
        ),
        ({"conf.d/90-a.conf": "[main]\nipv4.dhcp-timeout=300\n"}, None),
        ({"conf.d/90-a.conf.off": "[connection]\nipv4.dhcp-timeout=300\n"}, None),
    ],
)
def test_networkmanagers_own_timeout(files_of_it: dict[str, str], seconds: int | None) -> None:
    tree: Tree = {f"/etc/NetworkManager/{name}": text for name, text in files_of_it.items()}
    assert network(tree).manager_timeout == seconds


@given(some.binary(max_size=600), some.text(alphabet="iface auto eth0 dhcp=[]\n:{}-x", max_size=400))
def test_any_content_gives_an_answer(data: bytes, text: str) -> None:
    tree: Tree = {}
    for path in (
        IFCFG,
        KEYFILE,
        CLOUD,
        "/etc/systemd/network/a.network",
        "/etc/network/interfaces",
        "/etc/sysconfig/network/ifcfg-eth0",
        "/etc/dhcp/dhclient.conf",
        "/etc/NetworkManager/conf.d/a.conf",
        "/etc/selinux/config",
    ):
        tree[path] = data
        tree[path.replace("eth0", "eth1").replace("a.", "b.").replace("50", "51")] = text
    seen = network(tree)
    assert len(seen.connections) <= 200
    assert from_json(Network, to_json(seen)) == seen


def test_passwords_that_share_a_line_are_not_shown() -> None:
    text = "network: {wifis: {w: {password: hidden}}, ethernets: {e: {macaddress: '00:0d:3a:12:34:56', addresses: [10.0.0.4/24]}}}"
    seen = only({CLOUD: text})
    assert [str(each) for each in (seen.mac, seen.static)] == [
        f"{CLOUD} line 1: macaddress: 00:0d:3a:12:34:56",
        f"{CLOUD} line 1: addresses: 10.0.0.4/24",
    ]
