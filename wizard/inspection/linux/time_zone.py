"""The time zone: /etc/localtime, and what older systems keep beside it."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.time_zone import TimeZone
from wizard.inspection.linux.key_values import shell_setting
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind

_FILE: Final = "/etc/localtime"
_NAMES: Final = "/zoneinfo/"
_SAID: Final = (("/etc/sysconfig/clock", "ZONE"), ("/etc/sysconfig/clock", "TIMEZONE"))
_MOST: Final = 64 * 1024


def read_time_zone(files: Files) -> TimeZone:
    """By the link /etc/localtime or by its content; without it the time is UTC (localtime(5))."""
    entry = files.find(_FILE, follow=False)
    if entry is not None and entry.kind is Kind.LINK:
        target = entry.target()
        if _NAMES in target:
            name = target.partition(_NAMES)[2].removeprefix("posix/").removeprefix("right/")
            return TimeZone(name[:64], _FILE)
    rule = _rule(files.read(_FILE, _MOST) or b"")
    said = _said(files)
    if rule:
        return TimeZone(said.name, _FILE, rule)
    return said if entry is not None or said.name else TimeZone("UTC")


def _rule(data: bytes) -> str:
    """The last line of a time zone file (RFC 8536: the rule for times to come); "" for another file."""
    if not data.startswith(b"TZif") or not data.endswith(b"\n"):
        return ""
    return data[:-1].rpartition(b"\n")[2][:64].decode("ascii", "replace")


def _said(files: Files) -> TimeZone:
    lines = files.lines("/etc/timezone", 4096)
    if lines and lines[0].strip():
        return TimeZone(lines[0].strip()[:64], "/etc/timezone")
    for path, key in _SAID:
        name, place = shell_setting(files, path, key)
        if name and place is not None:
            return TimeZone(name[:64], path)
    return TimeZone()
