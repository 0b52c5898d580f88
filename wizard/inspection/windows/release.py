"""Chapter `release`: which Windows it is, by the SOFTWARE hive."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.windows_release import WindowsRelease
from wizard.inspection.system_files import Files
from wizard.inspection.windows.hive import Key
from wizard.inspection.windows.hives import open_hive

_TEXT_MOST: Final = 120


def read_release(files: Files) -> WindowsRelease | None:
    """The release; None where there is no SOFTWARE hive."""
    hive = open_hive(files, "SOFTWARE")
    if hive is None:
        return None
    key = hive.key(r"Microsoft\Windows NT\CurrentVersion")
    if key is None:
        return WindowsRelease(older=hive.dirty)
    build = _text(key, "CurrentBuild") or _text(key, "CurrentBuildNumber")
    return WindowsRelease(
        product=_text(key, "ProductName"),
        edition=_text(key, "EditionID"),
        installation=_text(key, "InstallationType"),
        build=int(build) if build.isascii() and build.isdigit() and len(build) <= 6 else 0,
        revision=key.number("UBR") or 0,
        version=_text(key, "DisplayVersion") or _text(key, "ReleaseId"),
        older=hive.dirty,
    )


def _text(key: Key, name: str) -> str:
    return (key.text(name) or "").strip()[:_TEXT_MOST]
