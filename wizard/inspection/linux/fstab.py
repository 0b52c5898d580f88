"""/etc/fstab (fstab(5)), and which volume of the disk a line means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from wizard.inspection.found.mounts import FstabEntry
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.system_files import Files

PATH: Final = "/etc/fstab"

_LINES_MOST: Final = 1000
_ESCAPE: Final = re.compile(r"\\([0-7]{3})")
_ESCAPE_HEX: Final = re.compile(r"\\x([0-9A-Fa-f]{2})")  # udev's, in /dev/disk/by-label
# The one disk that there is when the image is started for the first time; Azure's temporary disk is sdb.
_NUMBERED: Final = re.compile(r"/dev/(?:(?:sd|vd|xvd|hd)a|nvme0n1p|mmcblk0p)([1-9][0-9]{0,2})\Z")
_AZURE_NUMBERED: Final = re.compile(r"/dev/disk/(?:azure|cloud)/[a-z_/-]*root-part([1-9][0-9]{0,2})\Z")


def fstab_entries(files: Files) -> tuple[FstabEntry, ...]:
    """Its lines that say something; nothing where there is none."""
    found = []
    for number, text in enumerate(files.lines(PATH)[:_LINES_MOST], 1):
        fields = text.split()
        if len(fields) < 2 or fields[0].startswith("#"):
            continue
        device, path, kind, options, *_ = [*fields, "auto", "defaults"][:4] if len(fields) < 4 else fields
        found.append(
            FstabEntry(
                _unquoted(device), _unescaped(path), kind, tuple(options.split(",")), number, text.strip()
            )
        )
    return tuple(found)


def volume_of(device: str, volumes: Iterable[FoundVolume]) -> FoundVolume | None:
    """The volume of this disk that the first field of a line means, None where it is none of them."""
    kind, value = _meant(device)
    if not value:
        return None
    return next((each for each in volumes if value in _names(each, kind)), None)


def _meant(device: str) -> tuple[str, str]:
    """What is compared, and with what."""
    kind, sign, value = device.partition("=")
    if sign and kind.upper() in ("UUID", "LABEL", "PARTUUID", "PARTLABEL"):
        value = _unquoted(value)
        return kind.upper(), value.lower() if kind.upper().endswith("UUID") else _unescaped(value)
    for folder, name in _FOLDERS.items():
        if device.startswith(folder):
            value = _ESCAPE_HEX.sub(lambda match: chr(int(match[1], 16)), device[len(folder) :])
            return name, value.lower() if name.endswith("UUID") else value
    numbered = _NUMBERED.match(device) or _AZURE_NUMBERED.match(device)
    if numbered is not None:
        return "NUMBER", numbered[1]
    if device.startswith("/dev/mapper/"):
        return "MAPPER", device.removeprefix("/dev/mapper/")
    return "VOLUME", device.removeprefix("/dev/") if device.startswith("/dev/") else ""


_FOLDERS: Final = {
    "/dev/disk/by-uuid/": "UUID",
    "/dev/disk/by-label/": "LABEL",
    "/dev/disk/by-partuuid/": "PARTUUID",
    "/dev/disk/by-partlabel/": "PARTLABEL",
}


def _names(volume: FoundVolume, kind: str) -> tuple[str, ...]:
    """What this volume is called in this way; nothing where it has no such name."""
    group, _, name = volume.name.partition("/")
    names = {
        "UUID": volume.uuid.lower(),
        "LABEL": volume.label,
        "PARTUUID": volume.partition_uuid.lower() if not volume.name else "",
        "PARTLABEL": volume.partition_label if not volume.name else "",
        "NUMBER": str(volume.partition) if volume.partition and not volume.name else "",
        "MAPPER": f"{group.replace('-', '--')}-{name.replace('-', '--')}" if name else "",
        "VOLUME": volume.name,
    }
    return (names[kind],) if names[kind] else ()


def _unquoted(text: str) -> str:
    kind, sign, value = text.partition("=")
    if sign and len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return f"{kind}={value[1:-1]}"
    return text


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8) & 0xFF), text)
