"""Chapter `settings`: what the registry of a Windows says that a rule asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    r"""A value of the registry, or a key where `name` is "". `id`: as in resources/rules/windows_settings.json.

    `key`: "HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server". `number` of a REG_DWORD, `text` of a string, `texts` of
    a REG_MULTI_SZ or the names of a key's values; None or empty where it is of another type.
    """

    id: str
    key: str = ""
    name: str = ""
    number: int | None = None
    text: str | None = None
    texts: tuple[str, ...] = ()
    present: bool = False

    @property
    def shown(self) -> str:
        """One line for people: "fDenyTSConnections = 1"."""
        value = self.text if self.text is not None else self.number
        if value is None:
            value = ", ".join(self.texts)
        return f"{self.name} = {value}" if self.name else str(value)


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """A rule of Windows Firewall by its id ("RemoteDesktop-UserMode-In-TCP") and whether it is on."""

    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class WindowsSettings:
    """`proxy`, `bypass`: of WinHTTP, "" for none, without user and password. `older`: hives whose last changes were not read."""

    settings: tuple[Setting, ...] = ()
    proxy: str = ""
    bypass: str = ""
    remote_desktop_rules: tuple[FirewallRule, ...] = ()
    older: tuple[str, ...] = ()

    def get(self, which: str) -> Setting:
        """The setting of that id, one without a value where it was not found."""
        return next((each for each in self.settings if each.id == which), Setting(which))

    def number(self, which: str) -> int | None:
        """The number of that setting, None where there is none."""
        return self.get(which).number

    def text(self, which: str) -> str | None:
        """The text of that setting, None where there is none."""
        return self.get(which).text
