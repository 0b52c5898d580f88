"""The rules about the network: DHCP on eth0 (LIN-28), no names tied to hardware (LIN-29), a patient DHCP client (LIN-30)."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.commands import delete, quoted, set_key
from wizard.checks.linux.dhcp_client import is_patient
from wizard.checks.linux.marks import Mark, commands, places, said
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, passed, warning
from wizard.where import printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.distribution import Distribution
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.network import Connection, Network

_DEVICE: Final = "eth0"
_NETWORKING: Final = "/etc/sysconfig/network"
_SUSE_DHCP: Final = "/etc/sysconfig/network/dhcp"
_GENERATOR_MASK: Final = "/etc/udev/rules.d/75-persistent-net-generator.rules"


def asks_by_dhcp(inside: Inside) -> Finding:
    """LIN-28: eth0 gets its address by DHCP, no hardware and no fixed address; what LISA asks of families besides."""
    network = known(inside.network, inside, "network")
    if isinstance(network, Finding):
        return network
    cloud_init = known(inside.cloud_init, inside, "cloud_init")
    if isinstance(cloud_init, Finding):
        return cloud_init
    # Without other data that is DHCP on eth0.
    writes_network = cloud_init.enabled and not cloud_init.network_off
    serving = next((each for each in network.connections if _serves(each)), None)
    marks = _tied(network, removable=writes_network)
    if serving is None and not writes_network and not _asks_by_itself(network, inside.distribution):
        marks.insert(0, _nothing_for_eth0(network))
    marks += _of_family(network, inside.distribution)
    facts: dict[str, Any] = {
        "connections": [f"{each.path}: {each.device or '*'}" for each in network.connections[:20]]
    }
    if marks:
        return warning(
            msg("The network is not set up as Azure needs it: {what}", what=said(marks)),
            msg(
                "On Azure the first network interface is eth0, and its addresses differ from machine to machine. Set eth0 "
                "up for DHCP at boot, and take every address of this machine out."
            ),
            seen_at=places(marks),
            commands=commands(marks),
            **facts,
        )
    if serving is not None:
        return passed(
            msg("eth0 gets its address by DHCP, and no address of this machine is written down"),
            seen_at=(where(serving.path),),
            **facts,
        )
    if writes_network:
        return passed(msg("cloud-init sets eth0 up for DHCP on a new machine"), **facts)
    return passed(msg("NetworkManager asks by DHCP where nothing else is configured"), **facts)


def names_are_free(inside: Inside) -> Finding:
    """LIN-29: no rule that ties eth0 to a hardware address, and none that would write one."""
    network = known(inside.network, inside, "network")
    if isinstance(network, Finding):
        return network
    facts: dict[str, Any] = {"rules": [*network.renaming, *network.generators]}
    if not network.renaming and not network.generators:
        return passed(msg("No rule of udev ties the name of a network interface to this machine"), **facts)
    reason = (
        msg(
            "{file} ties the names of network interfaces to this machine’s hardware", file=network.renaming[0]
        )
        if network.renaming
        else msg("{file} will tie the names of network interfaces to hardware", file=network.generators[0])
    )
    return warning(
        reason,
        msg(
            "Take these rules away: on a new machine the first interface would be eth1, and no network comes up."
        ),
        seen_at=tuple(where(path) for path in (*network.renaming, *network.generators)),
        commands=(
            *delete(*network.renaming),
            *((f"ln -sf /dev/null {_GENERATOR_MASK}",) if network.generators else ()),
        ),
        **facts,
    )


def _serves(each: Connection) -> bool:
    """Whether it sets eth0 up by DHCP at boot; of a pattern, whether eth0 is one of those it is for."""
    named = not each.device or any(
        fnmatch.fnmatchcase(_DEVICE, pattern) for pattern in each.device.split()[:10]
    )
    return each.dhcp and each.starts and named and each.mac is None


def _asks_by_itself(network: Network, distribution: Distribution | None) -> bool:
    """NetworkManager does where it knows no connection; servers of Red Hat's family tell it not to."""
    family = distribution.family if distribution is not None else ""
    return "NetworkManager" in network.tools and family != "redhat"


def _tied(network: Network, *, removable: bool) -> list[Mark]:
    """Connections with an address of this machine. cloud-init's own files can go, where it writes them anew."""
    marks = []
    for each in network.connections:
        written_anew = removable and each.by_cloud_init
        file = printable(each.path)
        if each.mac is not None:
            lines = delete(each.path) if written_anew else _without_mac(each)
            marks.append(Mark(msg("a hardware address in {file}", file=file), (each.mac,), lines))
        if each.static is not None:
            lines = delete(each.path) if written_anew else ()
            marks.append(Mark(msg("a fixed address in {file}", file=file), (each.static,), lines))
    return marks


def _without_mac(each: Connection) -> tuple[str, ...]:
    """A line that takes the hardware address out of files where that is a whole line of its own."""
    keys = {"ifcfg": r"\(HWADDR\|MACADDR\|LLADDR\)", "keyfile": r"\(cloned-\)\{0,1\}mac-address"}.get(
        each.tool
    )
    if keys is None or not each.path.isprintable():
        return ()
    return (f"sed -i '/^[[:space:]]*{keys}[[:space:]]*=/d' {quoted(each.path)}",)


def _nothing_for_eth0(network: Network) -> Mark:
    others = tuple(
        dict.fromkeys(printable(each.device) for each in network.connections if each.device and each.dhcp)
    )[:5]
    at = tuple(where(each.path) for each in network.connections)
    if others:
        return Mark(msg("nothing sets up eth0, only {names}", names=others), at)
    return Mark(msg("nothing sets up eth0 by DHCP at boot"), at)


def _of_family(network: Network, distribution: Distribution | None) -> list[Mark]:
    """What Microsoft's test asks of Red Hat's family and of SUSE besides."""
    if distribution is None:
        return []
    if _wants_networking(distribution) and (network.networking or "").lower() != "yes":
        return [
            Mark(
                msg("no NETWORKING=yes in {file}", file=_NETWORKING),
                (network.networking_at or where(_NETWORKING),),
                set_key(_NETWORKING, "NETWORKING", "yes"),
            )
        ]
    if distribution.family == "suse" and "wicked" in network.tools and network.set_host_name != "no":
        return [
            Mark(
                msg('no DHCLIENT_SET_HOSTNAME="no" in {file}', file=_SUSE_DHCP),
                (network.set_host_name_at or where(_SUSE_DHCP),),
                set_key(_SUSE_DHCP, "DHCLIENT_SET_HOSTNAME", '"no"'),
            )
        ]
    return []


def _wants_networking(distribution: Distribution) -> bool:
    """Whether Microsoft's test asks this release for NETWORKING=yes; a release without a number is not asked."""
    if distribution.family != "redhat":
        return False
    releases = load("linux_network")["without_ifcfg"]["releases"]
    first_without = int(releases["fedora" if distribution.id == "fedora" else "other"])
    numbers = distribution.numbers
    return bool(numbers) and numbers[0] < first_without


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-28",
        msg("eth0 gets its address by DHCP, and no address of this machine is written down"),
        asks_by_dhcp,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
    Check(
        "LIN-29",
        msg("No rule of udev ties the name of a network interface to this machine"),
        names_are_free,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
    Check(
        "LIN-30",
        msg("The DHCP client waits long enough for Azure’s answer"),
        is_patient,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
)
