"""WIN-13: the rule about the boot configuration data, by which a machine in Azure starts and can be helped from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, not_read
from wizard.checks.windows.words import Difference, at_file, at_service, differing, with_age
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, passed, skipped

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_boot import WindowsBoot

_AUTOMATIC: Final = 2
_EMS: Final = "bcdedit.exe /emssettings EMSPORT:{port} EMSBAUDRATE:{rate}"


def boots_as_asked(inside: Inside) -> Finding:
    """What WINPREP sets with bcdedit. Not judged: device and osdevice, which Sysprep itself makes general, and
    integrityservices, whose stored figure is not documented.
    """
    boot = inside.windows_boot
    if boot is None:
        if inside.why_unread("windows_boot") is not None:
            return not_read(inside, "windows_boot")
        return skipped(
            msg("The boot configuration (BCD) was not found on a partition that can be looked into")
        )
    wanted: Mapping[str, Any] = load("windows_settings")["wanted"]
    found = [*_entry(boot, wanted), *_console(boot, wanted), *_special_console(inside)]
    if found:
        return with_age(
            differing(
                found,
                msg("Set this with bcdedit as administrator, then generalise the image again."),
            ),
            boot.older,
        )
    return with_age(
        passed(
            msg(
                "A failed start does not stop the machine, and its boot menu and console answer on the serial port"
            ),
            seen_at=(at_file(boot.file),),
        ),
        boot.older,
    )


def _entry(boot: WindowsBoot, wanted: Mapping[str, Any]) -> list[Difference]:
    found = []
    if boot.recovery_enabled is not False:
        found.append(
            Difference(
                msg("after a failed start Windows waits in its recovery, where nobody sees it"),
                at_file(boot.file, 0, f"recoveryenabled = {_said(boot.recovery_enabled)}"),
                ('bcdedit.exe /set "{default}" recoveryenabled Off',),
            )
        )
    if boot.boot_status_policy != wanted["boot_status_policy"]:
        found.append(
            Difference(
                msg("a failed start is not ignored"),
                at_file(boot.file, 0, f"bootstatuspolicy = {_said(boot.boot_status_policy)}"),
                ('bcdedit.exe /set "{default}" bootstatuspolicy IgnoreAllFailures',),
            )
        )
    return found


def _console(boot: WindowsBoot, wanted: Mapping[str, Any]) -> list[Difference]:
    found = []
    port, rate, seconds = wanted["ems_port"], wanted["ems_baud_rate"], wanted["boot_menu_seconds"]
    if not boot.ems or not boot.boot_ems or boot.ems_port != port or boot.ems_baud_rate != rate:
        seen = (
            f"ems = {_said(boot.ems)}, bootems = {_said(boot.boot_ems)}, emsport = {_said(boot.ems_port)}, "
            f"emsbaudrate = {_said(boot.ems_baud_rate)}"
        )
        found.append(
            Difference(
                msg("the serial console is not on"),
                at_file(boot.file, 0, seen),
                (
                    'bcdedit.exe /set "{bootmgr}" bootems yes',
                    'bcdedit.exe /ems "{default}" ON',
                    _EMS.format(port=port, rate=rate),
                ),
            )
        )
    if not boot.display_boot_menu or boot.timeout != seconds:
        found.append(
            Difference(
                msg("the boot menu is not shown for {seconds} seconds", seconds=seconds),
                at_file(
                    boot.file,
                    0,
                    f"displaybootmenu = {_said(boot.display_boot_menu)}, timeout = {_said(boot.timeout)}",
                ),
                (
                    'bcdedit.exe /set "{bootmgr}" displaybootmenu yes',
                    f'bcdedit.exe /set "{{bootmgr}}" timeout {seconds}',
                ),
            )
        )
    return found


def _special_console(inside: Inside) -> list[Difference]:
    """The helper of the Special Administration Console, where Windows has it: on Windows Server."""
    service = inside.windows_services.get("sacsvr") if inside.windows_services is not None else None
    client = inside.release is not None and inside.release.is_client
    if service is None or client or service.start <= _AUTOMATIC:
        return []
    return [
        Difference(
            msg("the service of the serial console does not start with Windows"),
            at_service(service),
            ("Set-Service -Name sacsvr -StartupType Automatic",),
        )
    ]


def _said(value: bool | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if not isinstance(value, bool) else ("Yes" if value else "No")


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "WIN-13",
        msg("Windows starts as Microsoft asks for"),
        boots_as_asked,
        group=Group.BOOT,
        applies=is_windows,
    ),
)
