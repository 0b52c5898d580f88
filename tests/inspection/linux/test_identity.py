"""What makes a machine this one: names, numbers, leases, keys, and the account of a provisioning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.inspection.memory_tree import Link, files
from wizard.inspection.found.identity import Identity
from wizard.inspection.linux.identity import read_identity
from wizard.results import from_json, to_json


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (None, "absent"),
        ("", "empty"),
        ("\n", "empty"),
        ("uninitialized\n", "uninitialized"),
        ("0123456789abcdef0123456789abcdef\n", "set"),
        ("0123456789ABCDEF0123456789ABCDEF\n", "other"),
        ("0123456789abcdef\n", "other"),
    ],
)
def test_machine_id(content: str | None, kind: str) -> None:
    tree = {} if content is None else {"/etc/machine-id": content}
    assert read_identity(files(tree)).machine_id == kind


def test_a_machine_that_was_provisioned() -> None:
    seen = read_identity(
        files(
            {
                "/etc/hostname": "# made by the installer\nbuild-01\n",
                "/var/lib/dbus/machine-id": "0123456789abcdef0123456789abcdef\n",
                "/var/lib/dhcp/dhclient.eth0.leases": "lease {\n}\n",
                "/var/lib/dhcp/dhclient.leases": "",
                "/var/lib/NetworkManager/internal-5fb06bd0-eth0.lease": "ADDRESS=10.0.0.4\n",
                "/var/lib/NetworkManager/secret_key": "x",
                "/var/lib/wicked/lease-eth0-dhcp-ipv4.xml": "<lease/>",
                "/var/lib/systemd/random-seed": "x",
                "/etc/ssh/ssh_host_rsa_key": "-----BEGIN OPENSSH PRIVATE KEY-----\n",
                "/etc/ssh/ssh_host_rsa_key.pub": "ssh-rsa AAAA",
                "/etc/ssh/ssh_host_ecdsa_key": "",
                "/etc/sudoers.d/waagent": "azureuser ALL = (ALL) NOPASSWD: ALL\ngone ALL=(ALL) ALL\n",
                "/etc/sudoers.d/90-cloud-init-users": "# Created by cloud-init\n\nroot ALL=(ALL) ALL\n%adm ALL=ALL\n",
                "/etc/passwd": "root:x:0:0::/root:/bin/bash\nazureuser:x:1000:1000::/home/azureuser:/bin/bash\n",
            }
        )
    )
    assert (seen.host_name, seen.host_name_at and seen.host_name_at.line) == ("build-01", 2)
    assert seen.dbus_machine_id == "/var/lib/dbus/machine-id"
    assert seen.leases == (
        "/var/lib/NetworkManager/internal-5fb06bd0-eth0.lease",
        "/var/lib/dhcp/dhclient.eth0.leases",
        "/var/lib/wicked/lease-eth0-dhcp-ipv4.xml",
    )
    assert seen.host_keys == ("/etc/ssh/ssh_host_rsa_key",)
    assert [(each.path, each.line) for each in seen.users] == [("/etc/sudoers.d/waagent", 1)]
    assert seen.seeds == ("/var/lib/systemd/random-seed",)
    assert from_json(Identity, to_json(seen)) == seen


def test_older_files_name_the_host() -> None:
    seen = read_identity(files({"/etc/sysconfig/network": 'NETWORKING=yes\nHOSTNAME="old.example"\n'}))
    assert seen.host_name == "old.example"
    assert seen.host_name_at is not None
    assert seen.host_name_at.path == "/etc/sysconfig/network"


def test_d_bus_may_share_systemds_number() -> None:
    tree = {"/etc/machine-id": "", "/var/lib/dbus/machine-id": Link("/etc/machine-id")}
    assert read_identity(files(tree)).dbus_machine_id == ""


@given(some.binary(max_size=400), some.binary(max_size=400))
def test_any_content_gives_an_answer(one: bytes, two: bytes) -> None:
    seen = read_identity(
        files(
            {
                "/etc/hostname": one,
                "/etc/machine-id": two,
                "/etc/sudoers.d/waagent": two,
                "/etc/passwd": one,
            }
        )
    )
    assert len(seen.host_name) <= 256
    assert seen.machine_id in ("empty", "uninitialized", "set", "other")
