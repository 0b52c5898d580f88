"""Chapter `windows_boot`: the boot configuration data (BCD)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowsBoot:
    """`file`: where the BCD was read. The others by bcdedit's names; None where the element is not there.

    Of the boot manager: `timeout` (seconds), `display_boot_menu`, `boot_ems`. Of the default entry: `recovery_enabled`,
    `boot_status_policy` (1: IgnoreAllFailures), `ems`. Of the EMS settings: `ems_port`, `ems_baud_rate`.
    """

    file: str = ""
    timeout: int | None = None
    display_boot_menu: bool | None = None
    boot_ems: bool | None = None
    recovery_enabled: bool | None = None
    boot_status_policy: int | None = None
    ems: bool | None = None
    ems_port: int | None = None
    ems_baud_rate: int | None = None
    older: bool = False
