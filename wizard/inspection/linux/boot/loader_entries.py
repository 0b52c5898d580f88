"""Entries of the Boot Loader Specification (type 1): files of lines, one for each kernel, that GRUB and systemd-boot read."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Final

from wizard.inspection.found.versions import compare_rpm
from wizard.inspection.system_files import Files

FOLDERS: Final = ("/boot/loader/entries", "/boot/efi/loader/entries", "/efi/loader/entries")
_MOST: Final = 256
_FILE_MOST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class LoaderEntry:
    """An entry as it stands in its file; `id`: the file's name without .conf; `line`: of its first options."""

    file: str
    id: str
    title: str = ""
    version: str = ""
    sort_key: str = ""
    kernel: str = ""
    initial_disks: tuple[str, ...] = ()
    options: str = ""
    line: int = 0


def loader_entries(files: Files, folder: str) -> tuple[LoaderEntry, ...]:
    """The entries of a folder, by name."""
    names = [name for name in files.names(folder) if name.endswith(".conf")]
    return tuple(_entry(files, f"{folder}/{name}", name.removesuffix(".conf")) for name in names[:_MOST])


def in_order_of_grub(entries: tuple[LoaderEntry, ...]) -> tuple[LoaderEntry, ...]:
    """The newest first: by the files' names, whose parts are compared as rpm does (blscfg of Red Hat's GRUB)."""
    return tuple(sorted(entries, key=cmp_to_key(_by_name), reverse=True))


def in_order_of_systemd(entries: tuple[LoaderEntry, ...]) -> tuple[LoaderEntry, ...]:
    """Those with a sort key first, by that and the newest version first; then the others, the newest first."""
    keyed = sorted((each for each in entries if each.sort_key), key=cmp_to_key(_by_version), reverse=True)
    keyed.sort(key=lambda each: each.sort_key)
    return (*keyed, *in_order_of_grub(tuple(each for each in entries if not each.sort_key)))


def chosen_by_pattern(entries: tuple[LoaderEntry, ...], pattern: str) -> LoaderEntry | None:
    """The first that the default of loader.conf means: a pattern of the file's name; the first of all where none matches."""
    pattern = pattern.removesuffix(".conf").lower()[:256]
    if pattern and not pattern.startswith("@") and pattern.count("*") <= 8:
        for each in entries:
            # A count of tries may stand behind the name: "name+3-0".
            if fnmatch.fnmatchcase(each.id.partition("+")[0].lower(), pattern):
                return each
    return next(iter(entries), None)


def _entry(files: Files, path: str, identity: str) -> LoaderEntry:
    values: dict[str, str] = {}
    disks: list[str] = []
    options: list[str] = []
    at = 0
    for number, line in enumerate(files.lines(path, _FILE_MOST), 1):
        key, _blank, value = line.strip().replace("\t", " ").partition(" ")
        value = value.strip()
        if key == "initrd":
            disks += value.split()[:8]
        elif key == "options":
            options.append(value)
            at = at or number
        elif key and not key.startswith("#"):
            values.setdefault(key, value)
    return LoaderEntry(
        path,
        identity,
        values.get("title", identity),
        values.get("version", ""),
        values.get("sort-key", ""),
        values.get("linux", values.get("efi", "")),
        tuple(disks[:16]),
        " ".join(options)[:16384],
        at,
    )


def _by_version(first: LoaderEntry, second: LoaderEntry) -> int:
    return compare_rpm(first.version, second.version)


def _by_name(first: LoaderEntry, second: LoaderEntry) -> int:
    for one, other in zip(_split(first.id), _split(second.id), strict=True):
        order = compare_rpm(one, other)
        if order:
            return order
    return 0


def _split(name: str) -> tuple[str, str, str]:
    """Name, version and release, as of a package."""
    front, _dash, release = name.rpartition("-")
    front, _dash, version = front.rpartition("-")
    return front, version, release
