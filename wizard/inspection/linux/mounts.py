"""Chapter `mounts`: /etc/fstab, and swap wherever it is used: its lines, systemd's units, files that mkswap(8) made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.inspection.found.mounts import FstabEntry, Mounts, Swap, unescaped
from wizard.inspection.linux.fstab import PATH, fstab_entries
from wizard.inspection.system_files import Files

_UNITS: Final = "/etc/systemd/system/*.swap"
_USUAL: Final = (
    "/swapfile",
    "/swap.img",
    "/swap",
    "/.swapfile",
    "/var/swap",
    "/var/swapfile",
    "/var/swap.img",
)
_UNITS_MOST: Final = 64
_ENTRIES_MOST: Final = 256
_MARK: Final = b"SWAPSPACE2"
_PAGES: Final = (4096, 16384, 65536)  # the mark stands at the end of the first page


def read_mounts(files: Files) -> Mounts:
    """What is mounted, and the swap space."""
    entries = fstab_entries(files)
    swaps = [*_in_fstab(files, entries), *_in_units(files)]
    used = {files.real_path(each.device) for each in swaps if each.is_file}
    for path in _USUAL:
        size, place = _swap_file(files, path), files.real_path(path)
        if size is not None and place not in used:
            swaps.append(Swap(path, size))
            used.add(place)
    return Mounts(entries[:_ENTRIES_MOST], tuple(swaps))


def _in_fstab(files: Files, entries: tuple[FstabEntry, ...]) -> Iterator[Swap]:
    for each in entries[:_ENTRIES_MOST]:
        if each.kind == "swap" and "noauto" not in each.options:
            device = unescaped(each.device)
            yield Swap(device, _swap_file(files, device), PATH, each.line, each.text)


def _in_units(files: Files) -> Iterator[Swap]:
    for path in files.glob(_UNITS)[:_UNITS_MOST]:
        for number, line in enumerate(files.lines(path), 1):
            key, sign, value = line.partition("=")
            if sign and key.strip() == "What" and value.strip():
                device = value.strip()
                yield Swap(device, _swap_file(files, device), path, number, line.strip())


def _swap_file(files: Files, path: str) -> int | None:
    """How large a swap file is, None where there is none. A device's name is no file's."""
    if not path.startswith("/") or path.startswith("/dev/"):
        return None
    content = files.content(path)
    if content is None or not any(content.read_at(page - len(_MARK), len(_MARK)) == _MARK for page in _PAGES):
        return None
    return content.size
