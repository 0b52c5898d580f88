"""Chapter `identity`: what makes a machine this one and no other, and goes when it is generalised."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.where import Where


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of this machine's own marks; paths of files that hold something.

    `host_name`: as /etc/hostname (or an older file) says, `host_name_at` where. `machine_id`: what /etc/machine-id holds:
    absent, empty, uninitialized, set, other (machine-id(5)). `dbus_machine_id`: a file of D-Bus that holds a number of its
    own, "" where there is none. `leases`: what DHCP clients remember. `seeds`: of random numbers. `host_keys`: private
    keys of sshd. `users`: accounts that a provisioning made and that still exist, by the sudo rule it wrote for them.
    """

    host_name: str = ""
    host_name_at: Where | None = None
    machine_id: str = "absent"
    dbus_machine_id: str = ""
    leases: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    host_keys: tuple[str, ...] = ()
    users: tuple[Where, ...] = ()
