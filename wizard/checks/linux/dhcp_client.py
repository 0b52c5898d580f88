"""The rule about the DHCP client's patience (LIN-30)."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import known
from wizard.checks.linux.commands import quoted
from wizard.messages import Message, msg
from wizard.rules_data import load
from wizard.step import Finding, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.network import Connection, Network
    from wizard.where import Where

_DEVICE: Final = "eth0"
_MANAGER_FILE: Final = "/etc/NetworkManager/conf.d/90-dhcp-timeout.conf"
_WITHOUT_END: Final = ("networkd", "wicked")  # they go on asking in the background
_NAMES: Final = {"networkd": "systemd-networkd", "wicked": "wicked"}


def is_patient(inside: Inside) -> Finding:
    """LIN-30: at least 300 s, as LISA asks of dhclient and NetworkManager; clients without an end pass."""
    network = known(inside.network, inside, "network")
    if isinstance(network, Finding):
        return network
    connection = next((each for each in network.connections if _for_eth0(each)), None)
    client = _client(network, connection)
    facts: dict[str, Any] = {"client": client}
    if client in _WITHOUT_END:
        return passed(msg("{client} goes on asking until it gets an answer", client=_NAMES[client]), **facts)
    if client == "dhclient":
        return _judged(
            network.dhclient_timeout, network.dhclient_timeout_at, client, _dhclient_lines(network), facts
        )
    if client == "NetworkManager":
        own = connection.timeout if connection is not None else None
        if own:  # 0 stands for the default
            return _judged(own, None, client, _own_lines(connection), facts)
        lines = (f"printf '%s\\n' '[connection]' 'ipv4.dhcp-timeout={_least()}' > {_MANAGER_FILE}",)
        return _judged(network.manager_timeout, network.manager_timeout_at, client, lines, facts)
    return skipped(
        msg("Which program asks for an address by DHCP is not known, or how long it waits"), None, **facts
    )


def _client(network: Network, connection: Connection | None) -> str:
    """Which program asks for eth0's address: by the file that configures it, otherwise by what is there."""
    tools = network.tools
    if connection is not None:
        if connection.tool == "keyfile":
            return "NetworkManager"
        if connection.tool in ("networkd", "netplan"):
            return "networkd" if "networkd" in tools else "NetworkManager"
        if connection.tool == "ifcfg" and connection.path.startswith("/etc/sysconfig/network/"):
            return "wicked"
        if connection.tool == "ifcfg" and "NetworkManager" in tools:
            return "NetworkManager"
        return "dhclient" if "dhclient" in tools else ""
    if "wicked" in tools:
        return "wicked"
    if "NetworkManager" in tools:
        return "NetworkManager"
    if "netplan" in tools and "networkd" in tools:
        return "networkd"
    return "dhclient" if "dhclient" in tools else ""


def _judged(
    seconds: int | None, at: Where | None, client: str, lines: tuple[str, ...], facts: dict[str, Any]
) -> Finding:
    least = _least()
    default = int(load("linux_network")["dhcp_timeout"]["default_seconds"][client])
    waits = default if seconds is None else seconds
    facts = {**facts, "seconds": waits}
    seen_at = (at,) if at is not None else ()
    reason: Message = (
        msg("{client} waits {seconds} seconds, as it does by default", client=client, seconds=waits)
        if seconds is None
        else msg("{client} waits {seconds} seconds for an address", client=client, seconds=waits)
    )
    if waits >= least:
        return passed(reason, seen_at=seen_at, **facts)
    return warning(
        reason,
        msg(
            "Set it to {least} seconds or more: where an address comes late, the machine is not set up in time.",
            least=least,
        ),
        seen_at=seen_at,
        commands=lines,
        **facts,
    )


def _least() -> int:
    return int(load("linux_network")["dhcp_timeout"]["least_seconds"])


def _dhclient_lines(network: Network) -> tuple[str, ...]:
    if not network.dhclient_config:
        return ()
    least = _least()
    return (
        f"sed -i 's/^[[:space:]]*timeout[[:space:]][^;]*;/timeout {least};/' {quoted(network.dhclient_config)}",
    )


def _own_lines(connection: Connection | None) -> tuple[str, ...]:
    """A line that changes the connection's own setting."""
    keys = {"ifcfg": "IPV4_DHCP_TIMEOUT", "keyfile": "dhcp-timeout"}
    if connection is None or connection.tool not in keys or not connection.path.isprintable():
        return ()
    key = keys[connection.tool]
    return (f"sed -i 's/^{key}=.*/{key}={_least()}/' {quoted(connection.path)}",)


def _for_eth0(each: Connection) -> bool:
    return each.dhcp and (
        not each.device or any(fnmatch.fnmatchcase(_DEVICE, name) for name in each.device.split()[:10])
    )
