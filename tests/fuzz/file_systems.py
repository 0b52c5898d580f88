"""Small disks with sound file systems, made by the usual tools, to be spoilt: every block in which something stands is a part."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.disk.images import EFI_SYSTEM, LINUX, MIB, SECTOR, Part, gpt, run
from tests.fuzz import spoilt
from tests.fuzz.spoilt import Sound, Spoilt
from tests.images.disks import ext4, ntfs, program, put, xfs
from tests.images.linux_systems import Content
from tests.inspection.memory_tree import Link
from tests.inspection.volumes.lvm_disks import EXTENT, FIRST_EXTENT, metadata, physical_volume
from tests.inspection.windows.sample import windows

_BLOCK: Final = 1024
_AT_ONCE: Final = 6  # parts that one example may spoil
_LVM: Final = "E6D6D379-F507-44C2-A23C-238F2A3DF928"

_LINUX: Final[Content] = {
    "/etc/fstab": "UUID=11111111-2222-3333-4444-555555555555 / ext4 defaults 0 1\n/swapfile none swap sw 0 0\n",
    "/etc/os-release": Link("../usr/lib/os-release"),
    "/usr/lib/os-release": 'ID=debian\nVERSION_ID="12"\n',
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n",
    "/etc/shadow": "root:*:19000:0:99999:7:::\n",
    "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nClientAliveInterval 180\n",
    "/etc/ssh/sshd_config.d/50-cloud.conf": "PermitRootLogin no\n",
    "/home/ada/.ssh/authorized_keys": "",
    "/var/lib/dpkg/status": "Package: openssl\nStatus: install ok installed\nVersion: 3.0.15-1\n\n" * 50,
    "/bin": Link("usr/bin"),
    "/long": Link("/" + "x" * 200),
    "/usr/bin/sh": b"\x7fELF\2\1\1".ljust(18, b"\0") + b"\x3e\0" + bytes(12),
    "/boot/grub/grub.cfg": "linux /vmlinuz root=/dev/sda1 console=ttyS0\n",
    **{f"/etc/many/{number:04}-{'name' * 8}": str(number) for number in range(120)},
}
_MANY: Final[Content] = {
    "/Users/Ada/link": Link("../../Windows"),
    **{f"/Users/Ada/many/{number:04} {'name' * 8}": str(number) for number in range(120)},
}


def _ext4(folder: Path) -> Path:
    return ext4(_LINUX, folder, 4 * MIB)


def _xfs(folder: Path) -> Path:
    return xfs(_LINUX, folder, 300 * MIB)


def _ntfs(folder: Path) -> Path:
    return ntfs({**windows(), **_MANY}, folder, 16 * MIB)


def _fat(folder: Path) -> Path:
    image, tree = folder / "image.fat", folder / "tree"
    run(program("mkfs.vfat"), "-C", "-F", "16", "-n", "UEFI", image, "16384")
    put(
        {"/EFI/BOOT/BOOTX64.EFI": b"MZ" * 3000, "/EFI/ubuntu/a long name.cfg": "x", "/EFI/ubuntu/b": "y"},
        tree,
    )
    run("mcopy", "-s", "-i", image, tree / "EFI", "::/")
    shutil.rmtree(tree)
    return image


def _lvm(folder: Path) -> Path:
    """A GPT disk with an EFI partition of nothing and a physical volume that holds two logical ones."""
    system = ext4(_LINUX, folder, EXTENT)
    size, start = 64 * MIB, 8 * MIB
    parts = (
        Part(2048, start // SECTOR - 1, EFI_SYSTEM),
        Part(start // SECTOR, 100_000, _LVM),
        Part(100_001, 110_000, LINUX),
    )
    text = metadata("vg", {"root": ((0, 0, 1),), "var": ((0, 1, 1), (0, 4, 1))})
    image = folder / "lvm.disk"
    with image.open("wb") as file:
        file.truncate(size)
        for offset, piece in gpt(size, parts).items():
            file.seek(offset)
            file.write(piece)
        for offset, piece in physical_volume(0, 40 * MIB, text).items():
            file.seek(start + offset)
            file.write(piece)
        file.seek(start + FIRST_EXTENT)
        file.write(system.read_bytes())
    return image


# What each is made by: a function and the programs that it needs, with the package of Debian that brings them.
MAKERS: Final[dict[str, tuple[Callable[[Path], Path], dict[str, str]]]] = {
    "ext4": (_ext4, {"mkfs.ext4": "e2fsprogs"}),
    "xfs": (_xfs, {"mkfs.xfs": "xfsprogs"}),
    "ntfs": (_ntfs, {"mkntfs": "ntfs-3g", "wimlib-imagex": "wimtools"}),
    "fat": (_fat, {"mkfs.vfat": "dosfstools", "mcopy": "mtools"}),
    "lvm": (_lvm, {"mkfs.ext4": "e2fsprogs"}),
}


def missing(kind: str) -> dict[str, str]:
    """The programs that are not there to make such a disk, with the packages that bring them."""
    return {name: package for name, package in MAKERS[kind][1].items() if shutil.which(program(name)) is None}


def made(kind: str, folder: Path) -> Path:
    """A sound disk of that kind."""
    image = MAKERS[kind][0](folder)
    return image.rename(folder / f"{kind}.sound")


def sound_of(kind: str, image: Path) -> Sound:
    """The sound disk and its parts: the blocks in which something stands."""
    parts = []
    with image.open("rb") as file:
        for offset in range(0, image.stat().st_size, MIB):
            file.seek(offset)
            data = file.read(MIB)
            if not any(data):
                continue
            for start in range(0, len(data), _BLOCK):
                block = data[start : start + _BLOCK]
                if len(set(block)) > 1:
                    parts.append(spoilt.Part(offset + start, block, _fields(block)))
    return Sound(kind, kind == "xfs", {}, image.stat().st_size, tuple(parts))


def spoil(sound: Sound, chance: random.Random) -> Spoilt:
    """A few blocks of it with things wrong."""
    return spoilt.spoil(replace(sound, parts=tuple(chance.sample(sound.parts, _AT_ONCE))), chance)


def _fields(block: bytes) -> tuple[tuple[int, int], ...]:
    """Where numbers may stand: wherever something does, of every length."""
    return tuple(
        (start, length)
        for length in (2, 4, 8)
        for start in range(0, len(block), length)
        if any(block[start : start + length])
    )
