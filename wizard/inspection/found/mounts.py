"""Chapter `mounts`: what is mounted where, and swap."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wizard.inspection.found.volumes import FoundVolume

_ESCAPE: Final = re.compile(r"\\([0-7]{3})")
_ESCAPE_OF_UDEV: Final = re.compile(r"\\x([0-9A-Fa-f]{2})")
# The one disk that there is when the image is started for the first time; Azure's temporary disk comes after it.
_NUMBERED: Final = re.compile(r"/dev/(?:(?:sd|vd|xvd|hd)a|nvme0n1p|mmcblk0p)([1-9][0-9]{0,2})\Z")
_NUMBERED_BY_AZURE: Final = re.compile(r"/dev/disk/(?:azure/|cloud/azure_)root-part([1-9][0-9]{0,2})\Z")
_FOLDERS: Final = {
    "/dev/disk/by-uuid/": "UUID",
    "/dev/disk/by-label/": "LABEL",
    "/dev/disk/by-partuuid/": "PARTUUID",
    "/dev/disk/by-partlabel/": "PARTLABEL",
}


def unescaped(text: str) -> str:
    r"""A field of fstab(5) with \040 and its like read."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8) & 0xFF), text)


def named_volume(device: str, volumes: Iterable[FoundVolume]) -> FoundVolume | None:
    """The volume of this disk that a device's name means (UUID=, LABEL=, /dev/disk/by-…, /dev/mapper/…, /dev/sda1), or None."""
    kind, value = _meant(device)
    return next((each for each in volumes if value and value == _name(each, kind)), None)


def _meant(device: str) -> tuple[str, str]:
    """What of a volume is compared, and with what."""
    kind, sign, value = device.partition("=")
    if sign and kind.upper() in _FOLDERS.values():
        value = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
        return kind.upper(), value.lower() if kind.upper().endswith("UUID") else unescaped(value)
    for folder, name in _FOLDERS.items():
        if device.startswith(folder):
            value = _ESCAPE_OF_UDEV.sub(lambda match: chr(int(match[1], 16)), device[len(folder) :])
            return name, value.lower() if name.endswith("UUID") else value
    numbered = _NUMBERED.match(device) or _NUMBERED_BY_AZURE.match(device)
    if numbered is not None:
        return "NUMBER", numbered[1]
    if device.startswith("/dev/mapper/"):
        return "MAPPER", device.removeprefix("/dev/mapper/")
    return "VOLUME", device.removeprefix("/dev/") if device.startswith("/dev/") else ""


def _name(volume: FoundVolume, kind: str) -> str:
    """What a volume is called in this way, "" where it is not."""
    group, _, name = volume.name.partition("/")
    partition = volume.partition if not name else 0
    return {
        "UUID": volume.uuid.lower(),
        "LABEL": volume.label,
        "PARTUUID": volume.partition_uuid.lower(),
        "PARTLABEL": volume.partition_label,
        "NUMBER": str(partition or ""),
        "MAPPER": f"{group.replace('-', '--')}-{name.replace('-', '--')}" if name else "",
        "VOLUME": volume.name,
    }[kind]


@dataclass(frozen=True, slots=True)
class FstabEntry:
    r"""A line of /etc/fstab: its fields (fstab(5)), where it stands, and the line itself."""

    device: str
    path: str
    kind: str
    options: tuple[str, ...]
    line: int
    text: str

    def volume(self, volumes: Iterable[FoundVolume]) -> FoundVolume | None:
        """The volume of this disk that the line means, None where it is none of them."""
        return named_volume(self.device, volumes)


@dataclass(frozen=True, slots=True)
class Swap:
    """Swap space that is spoken of, or a swap file.

    `device`: as it is written ("/swapfile", "UUID=…"). `bytes`: of a swap file that is there; None where there is none.
    `file`, `line`, `text`: where it is used, "/etc/fstab" or a systemd unit; "" for a file that nobody uses.
    """

    device: str
    bytes: int | None = None
    file: str = ""
    line: int = 0
    text: str = ""

    @property
    def on_temporary_disk(self) -> bool:
        """Whether it is on Azure's temporary disk or in memory, where nobody minds it."""
        device = self.device
        return (
            "azure_resource" in device
            or device.startswith(("/dev/disk/azure/resource", "/dev/zram", "/mnt/"))
            or bool(re.match(r"/dev/sdb[0-9]*\Z", device))
        )

    @property
    def is_file(self) -> bool:
        """Whether it is a file, not a device."""
        return self.device.startswith("/") and not self.device.startswith("/dev/")

    def volume(self, volumes: Iterable[FoundVolume]) -> FoundVolume | None:
        """The volume of this disk that it is, None where it is none of them."""
        return named_volume(self.device, volumes)


@dataclass(frozen=True, slots=True)
class Mounts:
    """The lines of /etc/fstab, and the swap space that it, systemd's units or the disk itself tell of."""

    entries: tuple[FstabEntry, ...] = ()
    swaps: tuple[Swap, ...] = ()
