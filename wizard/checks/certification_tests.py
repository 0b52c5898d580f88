"""The tests of the Certification Test Tool in words. Which there are, and of what date, is data: certification_tests.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wizard.messages import Message, msg
from wizard.step import Item

_NOT_SUPPORTED: Final = msg("Azure does not support it: the product must not depend on it.")

# By the test's id: its name, close to the name in the tool, and what it wants.
WORDS: Final[Mapping[str, tuple[Message, Message]]] = {
    "linux-48": (msg("Bash History"), msg("The history of every user is empty, at most 1,024 bytes.")),
    "linux-39": (msg("Linux Agent Version"), msg("The Azure Linux agent is 2.2.41 or newer.")),
    "linux-40": (
        msg("Required Kernel Parameters"),
        msg("The kernel is started with console=ttyS0; earlyprintk=ttyS0 and rootdelay=300 are wished for."),
    ),
    "linux-41": (msg("Swap Partition on OS Disk"), msg("There is no swap on the OS disk.")),
    "linux-42": (msg("Root Partition on OS Disk"), msg("The OS disk has a single root partition.")),
    "linux-44": (msg("OpenSSL Version"), msg("OpenSSL is 0.9.8 or newer.")),
    "linux-45": (msg("Python Version"), msg("Python is 2.6 or newer.")),
    "linux-46": (
        msg("Client Alive Interval"),
        msg("ClientAliveInterval of the SSH server is 180; 30 to 235 is allowed."),
    ),
    "linux-49": (msg("OS Architecture"), msg("The operating system is a 64-bit one.")),
    "linux-51": (msg("Auto Update"), msg("The Linux agent may update itself.")),
    "linux-50": (msg("Security threats"), msg("Well-known holes are patched.")),
    "linux-52": (
        msg("SACK Vulnerability patch verification"),
        msg("The kernel has the patches of June 2019 for TCP SACK."),
    ),
    "linux-other": (
        msg("Any other test that the tool lists"),
        msg("Record the worst verdict of the tests that are not in this list."),
    ),
    "windows-architecture": (msg("OS architecture"), msg("The operating system is a 64-bit one.")),
    "windows-user-account": (
        msg("User account dependency"),
        msg("The product does not depend on the administrator account."),
    ),
    "windows-failover-cluster": (msg("Failover cluster"), _NOT_SUPPORTED),
    "windows-ipv6": (
        msg("IPv6"),
        msg(
            "The product must not depend on it. The test is older than Azure’s IPv6; leave IPv6 switched on."
        ),
    ),
    "windows-dhcp": (msg("DHCP server"), _NOT_SUPPORTED),
    "windows-remote-access": (msg("Remote access (DirectAccess)"), _NOT_SUPPORTED),
    "windows-rights-management": (msg("Rights Management Services"), _NOT_SUPPORTED),
    "windows-deployment-services": (msg("Windows Deployment Services"), _NOT_SUPPORTED),
    "windows-bitlocker": (
        msg("BitLocker Drive Encryption"),
        msg("The OS disk is not encrypted; data disks may be."),
    ),
    "windows-isns": (msg("Internet Storage Name Server"), _NOT_SUPPORTED),
    "windows-multipath": (msg("Multipath I/O"), _NOT_SUPPORTED),
    "windows-load-balancing": (msg("Network Load Balancing"), _NOT_SUPPORTED),
    "windows-pnrp": (msg("Peer Name Resolution Protocol"), _NOT_SUPPORTED),
    "windows-snmp": (msg("SNMP Services"), _NOT_SUPPORTED),
    "windows-wins": (msg("Windows Internet Name Service"), _NOT_SUPPORTED),
    "windows-wlan": (msg("Wireless LAN Service"), _NOT_SUPPORTED),
    "windows-wannacry": (
        msg("WannaCry patch verification"),
        msg("The file-sharing driver (srv.sys, srv2.sys) is patched."),
    ),
    "windows-other": (
        msg("Any other test that the tool lists"),
        msg("Record the worst verdict of the tests that are not in this list."),
    ),
}


def items_of(tests: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """The tests (as in certification_tests.json) as lines to give a verdict on."""
    return tuple(Item(test["id"], *WORDS[test["id"]], rule=test["rule"]) for test in tests)


def optional_of(tests: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The ids of the tests that are not in every version of the tool."""
    return frozenset(test["id"] for test in tests if test.get("optional"))
