"""Chapter `settings`: the registry values of resources/rules/windows_settings.json, WinHTTP's proxy, rules of the firewall."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Final

from wizard.inspection.found.windows_settings import FirewallRule, Setting, WindowsSettings
from wizard.inspection.system_files import Files
from wizard.inspection.windows.hive import Hive, Key
from wizard.inspection.windows.hives import control_set, open_hive
from wizard.rules_data import load

_SYSTEM: Final = "HKLM\\SYSTEM\\"
_SOFTWARE: Final = "HKLM\\SOFTWARE\\"
_CURRENT: Final = "CurrentControlSet\\"
_WINHTTP: Final = r"Microsoft\Windows\CurrentVersion\Internet Settings\Connections"
_FIREWALL_RULES: Final = r"Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules"
_TEXT_MOST: Final = 260
_TEXTS_MOST: Final = 32
_PROXY_IN_USE: Final = 2  # a bit of the blob's third number


def read_settings(files: Files) -> WindowsSettings | None:
    """The settings; None where there is no SYSTEM hive."""
    system, software = open_hive(files, "SYSTEM"), open_hive(files, "SOFTWARE")
    if system is None:
        return None
    current = control_set(system)
    listed: Mapping[str, Mapping[str, Any]] = load("windows_settings")["settings"]
    settings = [
        found
        for name, asked in listed.items()
        if (found := _setting(name, asked, _key(str(asked["key"]), system, current, software))) is not None
    ]
    proxy, bypass = _proxy(software)
    hives = (("SYSTEM", system), ("SOFTWARE", software))
    return WindowsSettings(
        settings=tuple(settings),
        proxy=proxy,
        bypass=bypass,
        remote_desktop_rules=_remote_desktop_rules(current),
        older=tuple(name for name, hive in hives if hive is not None and hive.dirty),
    )


def _key(path: str, system: Hive, current: Key, software: Hive | None) -> Key | None:
    if path.startswith(_SOFTWARE):
        return software.key(path.removeprefix(_SOFTWARE)) if software is not None else None
    below = path.removeprefix(_SYSTEM)
    if below.startswith(_CURRENT):
        return current.key(below.removeprefix(_CURRENT))
    return system.key(below)


def _setting(which: str, asked: Mapping[str, Any], key: Key | None) -> Setting | None:
    if key is None:
        return None
    place = str(asked["key"])
    if asked.get("names"):
        names = tuple(each.name[:_TEXT_MOST] for each in key.values())[:_TEXTS_MOST]
        return Setting(which, place, texts=names, present=True)
    name = str(asked.get("name", ""))
    if not name:
        return Setting(which, place, present=True)
    value = key.value(name)
    if value is None:
        return None
    text, texts = value.text, value.texts or ()
    return Setting(
        which,
        place,
        name,
        number=value.number,
        text=text.strip()[:_TEXT_MOST] if text is not None else None,
        texts=tuple(each[:_TEXT_MOST] for each in texts[:_TEXTS_MOST]),
        present=True,
    )


def _proxy(software: Hive | None) -> tuple[str, str]:
    """WinHTTP's proxy and what goes around it: three numbers, then two texts with their lengths before them."""
    key = software.key(_WINHTTP) if software is not None else None
    value = key.value("WinHttpSettings") if key is not None else None
    data = (value.binary or b"") if value is not None else b""
    if len(data) < 16 or not struct.unpack_from("<I", data, 8)[0] & _PROXY_IN_USE:
        return "", ""
    proxy, rest = _counted(data[12:])
    return proxy.rpartition("@")[2], _counted(rest)[0]


def _counted(data: bytes) -> tuple[str, bytes]:
    length = int.from_bytes(data[:4], "little")
    return data[4 : 4 + length].decode("latin-1")[:1024], data[4 + length :]


def _remote_desktop_rules(current: Key) -> tuple[FirewallRule, ...]:
    """The rules that come with Windows for Remote Desktop, by their ids (the same in every language)."""
    key = current.key(_FIREWALL_RULES)
    if key is None:
        return ()
    found: list[FirewallRule] = []
    for value in key.values():
        if value.name.lower().startswith("remotedesktop-") and len(found) < _TEXTS_MOST:
            fields = (value.text or "").lower().split("|")
            found.append(FirewallRule(value.name[:_TEXT_MOST], "active=true" in fields))
    return tuple(found)
