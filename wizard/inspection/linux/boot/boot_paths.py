"""Where the files of boot loaders are: they name them on their own file system, which the system has below /boot or /efi."""

from __future__ import annotations

from typing import Final

from wizard.inspection.system_files import Files

_BELOW: Final = ("", "/boot", "/boot/efi", "/efi")
_BLOCK_MOST: Final = 64 * 1024


def in_system(files: Files, path: str) -> str:
    """The path in the running system of what a boot loader calls (hd0,gpt2)/grub2/grub.cfg; itself where nothing is found."""
    if path.startswith("(") and ")" in path:
        path = path.partition(")")[2]
    path = "/" + path.lstrip("/")
    # The subvolume that openSUSE and others start from stands for the root.
    for each in dict.fromkeys((path, path.removeprefix("/@"))):
        for above in _BELOW:
            if files.exists(f"{above}{each}"):
                return f"{above}{each}"
    return path


def environment_block(files: Files, path: str) -> dict[str, str]:
    """The variables of a grubenv; nothing where there is none."""
    values: dict[str, str] = {}
    # A line that ends in a backslash goes on in the next one.
    text = (files.text(path, _BLOCK_MOST) or "").replace("\\\n", "")
    for line in text.split("\n"):
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#") and len(values) < 256:
            values[name] = value.replace("\\\\", "\\")
    return values
