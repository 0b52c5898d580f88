"""The boot loader's configuration: what the kernel will really get, and what the next update will make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from wizard.inspection.found.boot import Boot, BootDefaults, BootEntry
from wizard.inspection.linux.boot.boot_paths import in_system
from wizard.inspection.linux.boot.grub_defaults import grub_defaults, kernel_install_defaults
from wizard.inspection.linux.boot.grub_legacy import PLACES, legacy_menu
from wizard.inspection.linux.boot.grub_script import MenuItem, Started, menu_script
from wizard.inspection.linux.boot.loader_entries import (
    FOLDERS,
    LoaderEntry,
    chosen_by_pattern,
    in_order_of_grub,
    in_order_of_systemd,
    loader_entries,
)
from wizard.inspection.linux.boot.masking import without_secrets
from wizard.inspection.linux.boot.unified import unified_images
from wizard.inspection.system_files import Files

_GRUB: Final = ("/boot/grub/grub.cfg", "/boot/grub2/grub.cfg")
# The small ones on the EFI system partition come last: most only lead to one of the others.
_GRUB_OF_EFI: Final = ("/boot/efi/EFI/*/grub.cfg", "/efi/EFI/*/grub.cfg", "/boot/EFI/*/grub.cfg")
_LOADER_CONF: Final = ("/boot/efi/loader/loader.conf", "/efi/loader/loader.conf", "/boot/loader/loader.conf")
_ENTRIES_MOST: Final = 256
_OPTIONS_MOST: Final = 4_096  # as the kernel's own COMMAND_LINE_SIZE at most
_FOR_REPAIRS: Final = (
    "single",
    "rescue",
    "emergency",
    "systemd.unit=rescue.target",
    "systemd.unit=emergency.target",
)


@dataclass(slots=True)
class _Found:
    """What one loader says."""

    loader: str
    files: list[str]
    entries: list[BootEntry]


def read_boot(files: Files) -> Boot:
    """What the boot loader hands to the kernel."""
    found = _grub(files)
    if not found.entries:
        found = next((each for each in (_systemd(files), _legacy(files)) if each.entries), found)
    if not found.entries and not found.files:
        return Boot(defaults=_defaults(files, "", ()))
    return Boot(
        found.loader,
        tuple(found.files),
        tuple(found.entries[:_ENTRIES_MOST]),
        _defaults(files, found.loader, tuple(found.entries)),
    )


def _defaults(files: Files, loader: str, entries: tuple[BootEntry, ...]) -> BootDefaults | None:
    """Where entries are files of their own, new ones are made by kernel-install; otherwise grub-mkconfig writes them."""
    own_files = any(each.file != each.configuration for each in entries)
    if loader in ("systemd-boot", "unified"):
        return kernel_install_defaults(files)
    made = kernel_install_defaults(files) if own_files else None
    return made or grub_defaults(files)


def _grub(files: Files) -> _Found:
    found = _Found("grub2", [], [])
    for pattern in (*_GRUB, *_GRUB_OF_EFI):
        for path in files.glob(pattern)[:8]:
            real = files.real_path(path)
            if real is None or in_system(files, real) in found.files:
                continue
            script = menu_script(files, path, lambda: _scripts(files))
            if set(script.files) & set(found.files):
                continue  # it leads to one that was read
            found.files += script.files
            items = script.items
            chosen = _chosen(items, script.variables.get("default", ""))
            found.entries += _entries(items, chosen, path)
    return found


def _scripts(files: Files) -> Iterator[tuple[str, str, str, str]]:
    """The entries of the Boot Loader Specification, each as the script that GRUB makes of it."""
    folder = next((each for each in FOLDERS if files.names(each)), "")
    if not folder:
        return
    for each in in_order_of_grub(loader_entries(files, folder)):
        # The line of the script is made that of the file, so that it is found there.
        lines = "\n" * max(each.line - 1, 0) + f"linux {each.kernel} {each.options}\n"
        lines += "".join(f"initrd {disk}\n" for disk in each.initial_disks)
        yield each.title, each.id, lines if each.kernel else "", each.file


def _systemd(files: Files) -> _Found:
    configuration = next((each for each in _LOADER_CONF if files.is_file(each)), "")
    default = ""
    for line in files.lines(configuration, 64 * 1024) if configuration else ():
        words = line.split()
        default = words[1] if len(words) > 1 and words[0] == "default" else default
    listed = in_order_of_systemd(
        tuple(each for folder in FOLDERS for each in loader_entries(files, folder) if each.kernel)
    )
    images = unified_images(files)
    entries = (*listed, *images)
    chosen = chosen_by_pattern(entries, default)
    found = _Found(
        "systemd-boot" if configuration or listed else "unified",
        [configuration] if configuration else [],
        [_of_loader(files, each, configuration, each is chosen) for each in entries],
    )
    found.files += [each.file for each in entries[:_ENTRIES_MOST]]
    return found


def _of_loader(files: Files, entry: LoaderEntry, configuration: str, default: bool) -> BootEntry:
    started = Started(
        in_system(files, entry.kernel),
        entry.options,
        entry.file,
        entry.line,
        tuple(in_system(files, each) for each in entry.initial_disks),
    )
    return _entry(entry.title, entry.id, started, configuration, default)


def _legacy(files: Files) -> _Found:
    found = _Found("grub-legacy", [], [])
    for path in PLACES:
        real = files.real_path(path)
        if real is None or real in found.files or not files.is_file(path):
            continue
        found.files.append(real)
        items, default = legacy_menu(files, path)
        found.entries += _entries(items, _chosen(items, default), path)
    return found


def _chosen(items: list[MenuItem], default: str) -> MenuItem | None:
    """The item that the default means: by its place, title or id, for a submenu with more behind ">"; else the first."""
    chosen: MenuItem | None = None
    level: list[MenuItem] | None = items
    waiting = default.split(">")[:8]
    while level:
        wanted = waiting.pop(0).strip() if waiting else ""
        chosen = _named(level, wanted) or level[0]
        level = chosen.below
    return chosen


def _named(items: list[MenuItem], wanted: str) -> MenuItem | None:
    if wanted.isascii() and wanted.isdigit():
        place = int(wanted[:6])
        return items[place] if place < len(items) else None
    return next((each for each in items if wanted and wanted in (each.id, each.title)), None)


def _entries(items: Iterable[MenuItem], chosen: MenuItem | None, configuration: str) -> Iterator[BootEntry]:
    for item in items:
        if item.started is not None:
            yield _entry(item.title, item.id, item.started, configuration, item is chosen)
        if item.below:
            yield from _entries(item.below, chosen, configuration)


def _entry(title: str, identity: str, started: Started, configuration: str, default: bool) -> BootEntry:
    options = without_secrets(started.options[:_OPTIONS_MOST])
    told = f"{title} {identity} {started.kernel}".lower()
    rescue = any(each in told for each in ("rescue", "recovery", "failsafe")) or any(
        each in _FOR_REPAIRS for each in options.split()
    )
    return BootEntry(
        title[:200],
        options,
        started.file,
        started.line,
        started.kernel[:1024],
        tuple(each[:1024] for each in started.initial_disks[:8]),
        configuration,
        default,
        rescue,
    )
