"""Chapter `windows_services`: services and drivers by the SYSTEM hive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BOOT, SYSTEM, AUTOMATIC, MANUAL, DISABLED = range(5)  # as Start says

_NAMES: Final = ("boot", "system", "automatic", "manual", "disabled")


@dataclass(frozen=True, slots=True)
class WindowsService:
    r"""`start`: 0 boot, 1 system, 2 automatic, 3 manual, 4 disabled. `account` (ObjectName): "LocalSystem", "" for a driver.

    `program`: the program's path without its arguments, as the registry has it ("C:\Program Files\App\app.exe").
    """

    name: str
    start: int
    account: str = ""
    program: str = ""
    driver: bool = False

    @property
    def starts_by_itself(self) -> bool:
        """Whether it starts with Windows."""
        return self.start <= AUTOMATIC

    @property
    def start_name(self) -> str:
        """Its start type by name, as Get-Service says it."""
        return _NAMES[self.start] if self.start < len(_NAMES) else str(self.start)


@dataclass(frozen=True, slots=True)
class WindowsServices:
    """Every service, and the drivers that a rule asks for. `older`: the hive has changes that were not read."""

    services: tuple[WindowsService, ...] = ()
    older: bool = False

    def get(self, name: str) -> WindowsService | None:
        """The service of that name, None where it is not installed."""
        return next((each for each in self.services if each.name.lower() == name.lower()), None)
