"""Where the hives of a Windows are, and the control set that counts."""

from __future__ import annotations

from typing import Final

from wizard.inspection.system_files import Files
from wizard.inspection.windows.hive import DamagedHiveError, Hive, Key

_FOLDER: Final = "/Windows/System32/config/"


def open_hive(files: Files, name: str) -> Hive | None:
    """SYSTEM, SOFTWARE or SAM; None where there is no such file. Raises DamagedHiveError."""
    content = files.content(_FOLDER + name)
    return Hive(content) if content is not None else None


def control_set(system: Hive) -> Key:
    """What is CurrentControlSet when this Windows runs; raises DamagedHiveError where the hive does not say which."""
    select = system.key("Select")
    number = select.number("Current") if select is not None else None
    found = system.key(f"ControlSet{number:03d}") if number is not None else None
    if found is None:
        raise DamagedHiveError("a SYSTEM hive without a current control set")
    return found
