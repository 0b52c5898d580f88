"""The menu of GRUB before 2: menu.lst, called grub.conf on Red Hat's systems."""

from __future__ import annotations

from typing import Final

from wizard.inspection.linux.boot.boot_paths import in_system
from wizard.inspection.linux.boot.grub_script import MenuItem, Started
from wizard.inspection.system_files import Files

PLACES: Final = (
    "/boot/grub/menu.lst",
    "/boot/grub/grub.conf",
    "/etc/grub.conf",
    "/boot/efi/EFI/redhat/grub.conf",
)
_ITEMS_MOST: Final = 256


def legacy_menu(files: Files, path: str) -> tuple[list[MenuItem], str]:
    """The items of the menu, and which is the default as the file says it: its number, or "saved"."""
    items: list[MenuItem] = []
    default = "0"
    for number, line in enumerate(files.lines(path), 1):
        words = (
            line.strip().replace("=", " ", 1).split() if line.strip().startswith("default") else line.split()
        )
        name, rest = (words[0], words[1:]) if words else ("", [])
        if name == "default" and rest:
            default = rest[0]
        elif name == "title" and len(items) < _ITEMS_MOST:
            items.append(MenuItem(" ".join(rest)))
        elif name == "kernel" and rest and items:
            rest = [each for each in rest if not each.startswith("--")]
            if rest:
                items[-1].started = Started(in_system(files, rest[0]), " ".join(rest[1:]), path, number)
        elif name == "initrd" and items:
            started = items[-1].started
            if started is not None and rest:
                started.initial_disks = (in_system(files, rest[0]),)
    return items, default
