"""What the rules about Windows have in common: places in registry and files, differences put into one finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from wizard.messages import Message, msg
from wizard.rules_data import load
from wizard.step import Finding, Outcome, warning
from wizard.where import Where, where

if TYPE_CHECKING:
    from wizard.inspection.found.windows_services import WindowsService
    from wizard.inspection.found.windows_settings import Setting

SERVICES: Final = r"HKLM\SYSTEM\CurrentControlSet\Services"
PLACES_MOST: Final = 10
_START_TYPES: Final[Mapping[int, Message]] = {3: msg("manual"), 4: msg("disabled")}
_EFI: Final = "/$EFI"
_SYSTEM_PARTITION: Final = "/$System"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as a source asks for: a part of a sentence, where it was seen, and the lines that mend it."""

    what: Message
    place: Where | None = None
    commands: tuple[str, ...] = ()


def differing(found: Sequence[Difference], cure: Message, **facts: Any) -> Finding:
    """A warning about all of them at once."""
    return warning(
        msg("Not as Microsoft asks for: {what}", what=tuple(each.what for each in found)),
        cure,
        seen_at=tuple(each.place for each in found if each.place is not None)[:PLACES_MOST],
        commands=tuple(dict.fromkeys(line for each in found for line in each.commands)),
        **facts,
    )


def with_age(finding: Finding, older: bool) -> Finding:
    """The finding; where the hive's last changes were not read, it says so."""
    if not older or finding.outcome is Outcome.SKIPPED:
        return finding
    return replace(
        finding,
        reason=msg(
            "{reason}. The last changes of the registry are still in its log, which was not read: the value may be older",
            reason=finding.reason,
        ),
    )


def at_setting(setting: Setting) -> Where:
    """Where a value of the registry is, with what it says."""
    return where(setting.key, 0, setting.shown)


def at_missing(which: str) -> Where:
    """Where a value of the registry would be, by its id in resources/rules/windows_settings.json."""
    asked = _asked(which)
    return where(str(asked["key"]), 0, f"{asked['name']} = -")


def at_service(service: WindowsService) -> Where:
    """The key of a service, with its start and account."""
    account = f", ObjectName = {service.account}" if service.account else ""
    return where(rf"{SERVICES}\{service.name}", 0, f"Start = {service.start} ({service.start_name}){account}")


def start_type(start: int) -> Message:
    """How a service starts, as services.msc says it."""
    return _START_TYPES.get(start) or msg("automatic")


def at_file(path: str, line: int = 0, text: str = "") -> Where:
    """A file by its path in Files ("/Windows/…"), as Windows writes it."""
    return where(windows_path(path), line, text)


def windows_path(path: str) -> str:
    r"""A path of Files as Windows writes it: "C:\Windows\…"; on other partitions without a drive."""
    for mounted in (_EFI, _SYSTEM_PARTITION):
        if path.startswith(f"{mounted}/"):
            return path.removeprefix(mounted).replace("/", "\\")
    return "C:" + path.replace("/", "\\")


def set_number(which: str, number: int) -> str:
    """The PowerShell line that sets a REG_DWORD, by its id in resources/rules/windows_settings.json."""
    return _set(which, str(number), "DWord")


def set_text(which: str, text: str) -> str:
    """The PowerShell line that sets a REG_EXPAND_SZ; the text is one of this program's own."""
    return _set(which, f"'{text}'", "ExpandString")


def remove_value(which: str) -> str:
    """The PowerShell line that removes a value, and is content where there is none."""
    asked = _asked(which)
    path, name = _provider_path(asked), asked["name"]
    return f"Remove-ItemProperty -Path '{path}' -Name {name} -Force -ErrorAction SilentlyContinue"


def _set(which: str, value: str, kind: str) -> str:
    asked = _asked(which)
    path, name = _provider_path(asked), asked["name"]
    return f"Set-ItemProperty -Path '{path}' -Name {name} -Value {value} -Type {kind} -Force"


def _asked(which: str) -> Mapping[str, Any]:
    asked: Mapping[str, Any] = load("windows_settings")["settings"][which]
    return asked


def _provider_path(asked: Mapping[str, Any]) -> str:
    return str(asked["key"]).replace("HKLM\\", "HKLM:\\", 1)
