"""What makes a machine this one: host name, machine-id, DHCP leases, host keys, accounts made by a provisioning."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.identity import Identity
from wizard.inspection.linux.key_values import shell_setting
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind
from wizard.where import Where, where

# Where DHCP clients keep their leases: dhclient (three distributions), dhcpcd, NetworkManager, wicked, systemd-networkd.
_LEASES: Final = {
    "/var/lib/dhcp": ("dhclient",),
    "/var/lib/dhcp3": ("dhclient",),
    "/var/lib/dhclient": ("",),
    "/var/lib/dhcpcd": ("",),
    "/var/lib/NetworkManager": ("dhclient-", "internal-"),
    "/var/lib/wicked": ("lease-",),
    "/var/lib/systemd/network": ("lease",),
}
_SEEDS: Final = (
    "/var/lib/systemd/random-seed",
    "/var/lib/urandom/random-seed",
    "/var/lib/random-seed",
    "/var/lib/misc/random-seed",
    "/boot/loader/random-seed",
    "/boot/efi/loader/random-seed",
)
# waagent and cloud-init let the account that they make use sudo by a rule in a file of their own.
_SUDO_RULES: Final = ("/etc/sudoers.d/waagent", "/etc/sudoers.d/90-cloud-init-users")
_MOST: Final = 100
_NAME_MOST: Final = 256


def read_identity(files: Files) -> Identity:
    """This machine's own marks."""
    host_name, host_name_at = _host_name(files)
    dbus = files.find("/var/lib/dbus/machine-id", follow=False)
    return Identity(
        host_name=host_name,
        host_name_at=host_name_at,
        machine_id=_machine_id(files),
        dbus_machine_id="/var/lib/dbus/machine-id"
        if dbus is not None and dbus.kind is Kind.FILE and dbus.size
        else "",
        leases=_leases(files),
        seeds=tuple(dict.fromkeys(path for path in _SEEDS if _size(files, path))),
        host_keys=_host_keys(files),
        users=_users(files),
    )


def _host_name(files: Files) -> tuple[str, Where | None]:
    for path in ("/etc/hostname", "/etc/HOSTNAME"):
        for number, line in enumerate(files.lines(path, 4096), 1):
            name = line.split("#", 1)[0].strip()
            if name:
                return name[:_NAME_MOST], where(path, number, name)
    # The RHEL family before version 7.
    said, at = shell_setting(files, "/etc/sysconfig/network", "HOSTNAME")
    return (said or "")[:_NAME_MOST], at if said else None


def _machine_id(files: Files) -> str:
    content = files.read("/etc/machine-id", 64)
    if content is None:
        return "absent"
    said = content.strip()
    if not said:
        return "empty"
    if said == b"uninitialized":
        return "uninitialized"
    return "set" if len(said) == 32 and all(each in b"0123456789abcdef" for each in said) else "other"


def _leases(files: Files) -> tuple[str, ...]:
    found = [
        f"{folder}/{entry.name}"
        for folder, begins in _LEASES.items()
        for entry in files.entries(folder)
        if entry.kind is Kind.FILE and entry.size and "lease" in entry.name and entry.name.startswith(begins)
    ]
    return tuple(sorted(found)[:_MOST])


def _host_keys(files: Files) -> tuple[str, ...]:
    found = [
        f"/etc/ssh/{entry.name}"
        for entry in files.entries("/etc/ssh")
        if entry.kind is Kind.FILE
        and entry.size
        and entry.name.startswith("ssh_host_")
        and entry.name.endswith("_key")
    ]
    return tuple(sorted(found)[:_MOST])


def _users(files: Files) -> tuple[Where, ...]:
    """Accounts named in the sudo rules of a provisioning, as far as /etc/passwd still has them."""
    named = {
        name: where(path, number, line)
        for path in _SUDO_RULES
        for number, line in enumerate(files.lines(path), 1)
        if (name := line.split(None, 1)[0] if line.strip() else "") and name[0] not in "#%@"
    }
    if not named:
        return ()
    accounts = {line.split(":", 1)[0] for line in files.lines("/etc/passwd")} - {"root"}
    return tuple(at for name, at in named.items() if name in accounts)[:_MOST]


def _size(files: Files, path: str) -> int:
    entry = files.find(path)
    return entry.size if entry is not None else 0
