"""NetworkManager's keyfiles (nm-settings-keyfile(5)) and the .network files of systemd-networkd (systemd.network(5))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from wizard.inspection.found.network import Connection
from wizard.inspection.linux.key_values import KeyValue, last, sectioned_values
from wizard.inspection.system_files import Files
from wizard.where import Where, printable

_KEYFILES: Final = ("/etc/NetworkManager/system-connections", "/usr/lib/NetworkManager/system-connections")
_NETWORKS: Final = ("/etc/systemd/network", "/usr/lib/systemd/network", "/lib/systemd/network")
_FILES_MOST: Final = 100
# Written for containers, virtual machines and bridges that this system might run, not for its own network.
_OTHERS: Final = ("ve-*", "vb-*", "vt-*", "host0", "vz-*", "wg*", "br*", "tun*", "docker*")


def keyfile_connections(files: Files) -> Iterator[Connection]:
    """What NetworkManager's profiles say of wired networks."""
    for folder in _KEYFILES:
        for name in files.names(folder)[:_FILES_MOST]:
            # Without the ending: files of versions before 1.20.
            if folder.startswith("/usr") and not name.endswith(".nmconnection"):
                continue
            lines = files.lines(f"{folder}/{name}")
            values = sectioned_values(lines)
            if _said(values, "connection", "type") in ("ethernet", "802-3-ethernet"):
                yield _keyfile(f"{folder}/{name}", values, lines)


def networkd_connections(files: Files) -> Iterator[Connection]:
    """What systemd-networkd's files say of networks by name; a file in a folder before hides those of its name."""
    seen: set[str] = set()
    for folder in _NETWORKS:
        for name in files.names(folder)[:_FILES_MOST]:
            if not name.endswith(".network") or name in seen:
                continue
            seen.add(name)
            lines = files.lines(f"{folder}/{name}")
            values = sectioned_values(lines)
            device = _said(values, "match", "Name")
            typed = _said(values, "match", "Type") or _said(values, "match", "Kind")
            if lines and device not in _OTHERS and typed in ("", "ether"):
                yield _network(f"{folder}/{name}", values, device, lines)


def _keyfile(path: str, values: Sequence[KeyValue], lines: Sequence[str]) -> Connection:
    addresses = [each for each in values if each.section == "ipv4" and each.key.startswith("address")]
    timeout = _said(values, "ipv4", "dhcp-timeout")
    return Connection(
        path,
        "keyfile",
        device=printable(_said(values, "connection", "interface-name")),
        dhcp=_said(values, "ipv4", "method") in ("auto", ""),
        starts=_said(values, "connection", "autoconnect") not in ("false", "no", "0"),
        static=_place(path, [each for each in addresses if not each.key.startswith("address-data")]),
        mac=_place(path, _of(values, ("ethernet", "802-3-ethernet"), "mac-address", "cloned-mac-address")),
        by_cloud_init=_by_cloud_init(path, lines),
        timeout=int(timeout[:9]) if timeout.isascii() and timeout.isdigit() else None,
    )


def _network(path: str, values: Sequence[KeyValue], device: str, lines: Sequence[str]) -> Connection:
    addresses = _of(values, ("network", "address"), "Address")
    return Connection(
        path,
        "networkd",
        device=printable(device),
        dhcp=_said(values, "network", "DHCP").lower() in ("yes", "true", "ipv4", "both", "1", "on"),
        static=_place(path, [each for each in addresses if each.value and ":" not in each.value]),
        mac=_place(path, _of(values, ("match", "link"), "MACAddress", "PermanentMACAddress")),
        by_cloud_init=_by_cloud_init(path, lines),
    )


def _said(values: Sequence[KeyValue], section: str, key: str) -> str:
    found = last(_of(values, (section,), key), key)
    return found.value if found is not None else ""


def _of(values: Sequence[KeyValue], sections: tuple[str, ...], *keys: str) -> list[KeyValue]:
    return [each for each in values if each.section in sections and each.key in keys]


def _place(path: str, values: Sequence[KeyValue]) -> Where | None:
    said = [each for each in values if each.value and each.value not in ("preserve", "permanent")]
    return said[0].at(path) if said else None


def _by_cloud_init(path: str, lines: Sequence[str]) -> bool:
    return "cloud-init" in path.rpartition("/")[2] or any("cloud-init" in line for line in lines[:3])
