"""Chapter `mounts`: what is mounted where, and swap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_TEMPORARY_DISK: Final = ("/mnt", "/mnt/resource", "/media/ephemeral0")


@dataclass(frozen=True, slots=True)
class FstabEntry:
    """A line of /etc/fstab: its fields (fstab(5)) with \\040 and its like read, where it stands, and the line itself."""

    device: str
    path: str
    kind: str
    options: tuple[str, ...]
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Swap:
    """Swap space on the system's disk. `bytes`: how large it is, None where unknown.

    `path`: a swap file; "" for a partition or a logical volume, which `volume` then names ("2", "vg/swap"). `fstab_line`:
    the line of /etc/fstab that uses it, 0 where none does; `text` is that line. `there`: it was found on the disk, not
    only spoken of. `file`: where it is spoken of, "" where it was only found.
    """

    path: str = ""
    volume: str = ""
    bytes: int | None = None
    there: bool = False
    file: str = ""
    line: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mounts:
    """/etc/fstab, and the swap space that it, a systemd unit or the disk itself tells of."""

    entries: tuple[FstabEntry, ...] = ()
    swaps: tuple[Swap, ...] = ()
