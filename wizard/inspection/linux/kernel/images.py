"""Kernel images and initial RAM disks: which belong to which version, and what they say of themselves."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable
from typing import Final

from wizard.inspection.found.boot import BootEntry
from wizard.inspection.found.kernel import InitialDisk
from wizard.inspection.linux.boot.unified import sections
from wizard.inspection.linux.kernel.initramfs import Initramfs, InitramfsError
from wizard.inspection.linux.kernel.modules import modules_in
from wizard.inspection.system_files import Files

_IMAGES: Final = ("vmlinuz-", "vmlinux-", "Image-", "bzImage-", "kernel-")
# As Debian, Red Hat, SUSE and others name them.
_DISKS: Final = (
    "/boot/initrd.img-{version}",
    "/boot/initramfs-{version}.img",
    "/boot/initrd-{version}",
    "/boot/initramfs-{version}",
    "/boot/initrd-{version}.img",
)
_BANNER_MOST: Final = 256


def image_of(files: Files, version: str) -> str:
    """The kernel's image; "" where it is not found."""
    places = [f"/boot/{name}{version}" for name in _IMAGES]
    return next((path for path in (*places, f"/lib/modules/{version}/vmlinuz") if files.is_file(path)), "")


def banner_of(files: Files, path: str) -> str:
    """The version text in a kernel for PCs (Linux/x86 boot protocol, kernel_version); "" where there is none."""
    head = files.read(path, 0x210) or b""
    if len(head) < 0x210 or head[0x202:0x206] != b"HdrS":
        return ""
    (at,) = struct.unpack_from("<H", head, 0x20E)
    content = files.content(path)
    if not at or content is None:
        return ""
    text = content.read_at(at + 0x200, _BANNER_MOST).partition(b"\0")[0].decode("utf-8", "replace")
    return " ".join(text.split())


def version_of(files: Files, entry: BootEntry, versions: Collection[str]) -> str:
    """Which of these versions a boot entry starts, by the name of its kernel; "" where it names none of them."""
    for path in (entry.kernel, files.real_path(entry.kernel) or "") if entry.kernel else ():
        *folders, name = path.split("/")
        stem = name.removesuffix(".efi").partition("+")[0] if name.endswith(".efi") else name
        named = [
            each
            for each in versions
            if each in folders or stem == each or stem.endswith((f"-{each}", f"_{each}"))
        ]
        if named:
            return max(named, key=len)
        # Arch Linux calls the image by the package, which stands beside the modules.
        for each in versions:
            package = (files.text(f"/lib/modules/{each}/pkgbase", 256) or "").strip()
            if package and stem == f"vmlinuz-{package}":
                return each
    return ""


def initial_disk(
    files: Files, entry: BootEntry | None, version: str, wanted: frozenset[str]
) -> InitialDisk | None:
    """The initial RAM disk of a kernel: that of its boot entry, else the one with its name; None where there is none.

    It is read until all modules of `wanted` are found.
    """
    named = [path for path in (entry.initial_disks if entry is not None else ()) if files.is_file(path)]
    if not named:
        named = [path for path in (each.format(version=version) for each in _DISKS) if files.is_file(path)][
            :1
        ]
    if not named:
        return None
    found: set[str] = set()
    packings: list[str] = []
    size, why = 0, ""
    for path in named:
        content = files.content(path)
        if content is None or wanted <= found:
            continue
        start, length = (
            sections(content).get(".initrd", (0, 0)) if path.endswith(".efi") else (0, content.size)
        )
        size += length
        disk = Initramfs(content, start, length)
        try:
            _look_for(modules_in(disk.names(), version, wanted), wanted, found)
        except InitramfsError as error:
            why = str(error)
        packings += [each for each in disk.packings if each not in packings]
    whole = not why or wanted <= found
    return InitialDisk(named[-1], size, "+".join(packings), tuple(sorted(found)), whole, "" if whole else why)


def _look_for(modules: Iterable[str], wanted: Collection[str], found: set[str]) -> None:
    for each in modules:
        found.add(each)
        if len(found) == len(wanted):
            return
