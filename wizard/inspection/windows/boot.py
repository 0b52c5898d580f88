"""Chapter `windows_boot`: the boot configuration data, a hive on the EFI system partition or beside the boot manager.

Elements are keys named by their type in hexadecimal digits; their numbers are those of Microsoft's BCD reference.
"""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.windows_boot import WindowsBoot
from wizard.inspection.system_files import Files
from wizard.inspection.windows.hive import Hive, Key

PLACES: Final = (
    "/$EFI/EFI/Microsoft/Boot/BCD",  # generation 2
    "/$System/Boot/BCD",  # generation 1, in a partition of its own
    "/Boot/BCD",  # generation 1, on the drive of Windows
)
_BOOT_MANAGER: Final = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}"
_EMS_SETTINGS: Final = "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}"

_DEFAULT, _TIMEOUT, _DISPLAY_BOOT_MENU, _BOOT_EMS = "23000003", "25000004", "26000020", "16000020"
_RECOVERY_ENABLED, _BOOT_STATUS_POLICY, _EMS = "16000009", "250000E0", "260000B0"
_EMS_PORT, _EMS_BAUD_RATE = "15000022", "15000023"


def read_boot(files: Files) -> WindowsBoot | None:
    """The boot configuration; None where no partition that can be read holds one."""
    for path in PLACES:
        content = files.content(path)
        if content is not None:
            return _read(path, Hive(content))
    return None


def _read(path: str, hive: Hive) -> WindowsBoot:
    manager = hive.key(rf"Objects\{_BOOT_MANAGER}\Elements")
    ems = hive.key(rf"Objects\{_EMS_SETTINGS}\Elements")
    default = _text(manager, _DEFAULT)
    entry = hive.key(rf"Objects\{default}\Elements") if default else None
    return WindowsBoot(
        file=path,
        timeout=_integer(manager, _TIMEOUT),
        display_boot_menu=_boolean(manager, _DISPLAY_BOOT_MENU),
        boot_ems=_boolean(manager, _BOOT_EMS),
        recovery_enabled=_boolean(entry, _RECOVERY_ENABLED),
        boot_status_policy=_integer(entry, _BOOT_STATUS_POLICY),
        ems=_boolean(entry, _EMS),
        ems_port=_integer(ems, _EMS_PORT),
        ems_baud_rate=_integer(ems, _EMS_BAUD_RATE),
        older=hive.dirty,
    )


def _element(described: Key | None, element: str) -> Key | None:
    return described.key(element) if described is not None else None


def _text(described: Key | None, element: str) -> str:
    key = _element(described, element)
    return (key.text("Element") or "")[:64] if key is not None else ""


def _binary(described: Key | None, element: str) -> bytes | None:
    key = _element(described, element)
    value = key.value("Element") if key is not None else None
    return value.binary if value is not None else None


def _integer(described: Key | None, element: str) -> int | None:
    data = _binary(described, element)
    return int.from_bytes(data[:8], "little") if data else None


def _boolean(described: Key | None, element: str) -> bool | None:
    data = _binary(described, element)
    return any(data) if data else None
