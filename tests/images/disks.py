"""Whole disks made of a system's files, with the tools that installers use too."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.disk.images import EFI_SYSTEM, LINUX, MIB, SECTOR, Part, fixed_vhd, gpt, mbr, run
from tests.images.linux_systems import ESP_ID, ROOT_UUID, Content
from tests.inspection.memory_tree import Held, Link

_SBIN = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def needs(program: str, package: str) -> pytest.MarkDecorator:
    """Skips a test where the program is missing, and says what brings it."""
    return pytest.mark.skipif(
        shutil.which(program, path=_SBIN) is None,
        reason=f"{program} is not installed, so no such image was made (Debian: apt-get install {package})",
    )


needs_ext4 = needs("mkfs.ext4", "e2fsprogs")
needs_xfs = needs("mkfs.xfs", "xfsprogs")
needs_ntfs = needs("mkntfs", "ntfs-3g")
needs_fat = needs("mkfs.vfat", "dosfstools")
needs_wim = needs("wimlib-imagex", "wimtools")


def program(name: str) -> str:
    """Its path; mkfs and its like are in folders that not every user has in the path."""
    return shutil.which(name, path=_SBIN) or name


def put(content: Content, folder: Path) -> Path:
    """The files in a folder of this computer, with their rights and links."""
    for path, what in content.items():
        place = folder / path.lstrip("/")
        if what is None:
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, Link):
            place.symlink_to(what.to)
            continue
        held = what if isinstance(what, Held) else Held(what)
        place.write_bytes(held.data.encode() if isinstance(held.data, str) else held.data)
        place.chmod(held.mode)
        os.utime(place, (held.modified or 1_760_000_000,) * 2)
    return folder


def ext4(
    content: Content,
    folder: Path,
    size: int,
    *,
    uuid: str = ROOT_UUID,
    label: str = "root",
    options: tuple[str, ...] = (),
) -> Path:
    """An ext4 of `size` bytes that holds these files."""
    tree, image = put(content, folder / f"{label}.tree"), folder / f"{label}.ext4"
    run(
        program("mkfs.ext4"), "-q", "-F", "-U", uuid, "-L", label, "-E", "root_owner=0:0", *options,
        "-d", tree, image, str(size // 1024) + "k",
    )  # fmt: skip
    shutil.rmtree(tree)
    return image


def xfs(
    content: Content,
    folder: Path,
    size: int,
    *,
    uuid: str = ROOT_UUID,
    label: str = "root",
    options: tuple[str, ...] = (),
) -> Path:
    """An XFS of `size` bytes (300 MiB at least) that holds these files."""
    tree, image = put(content, folder / f"{label}.tree"), folder / f"{label}.xfs"
    prototype = folder / f"{label}.prototype"
    lines = ["/", "0 0", "d--755 0 0"]

    def below(place: Path) -> None:
        for each in sorted(place.iterdir()):
            if each.is_symlink():
                lines.append(f"{each.name} l--777 0 0 {each.readlink()}")
            elif each.is_dir():
                lines.append(f"{each.name} d--755 0 0")
                below(each)
                lines.append("$")
            else:
                lines.append(f"{each.name} ---{each.stat().st_mode & 0o777:03o} 0 0 {each}")

    below(tree)
    prototype.write_text("\n".join([*lines, "$", ""]))
    with image.open("wb") as file:
        file.truncate(size)
    run(program("mkfs.xfs"), "-q", "-f", *options, "-m", f"uuid={uuid}", "-L", label, "-p", prototype, image)
    shutil.rmtree(tree)
    return image


def esp(folder: Path, size: int = 16 * MIB, more: Content | None = None, *, bits: int = 16) -> Path:
    """An EFI system partition with a boot loader for x64 and these files."""
    image, tree = folder / "esp.fat", folder / "esp.tree"
    run(
        program("mkfs.vfat"),
        "-C",
        "-F",
        str(bits),
        "-i",
        ESP_ID.replace("-", ""),
        "-n",
        "UEFI",
        image,
        str(size // 1024),
    )
    put({"/EFI/BOOT/BOOTX64.EFI": b"MZ".ljust(1024, b"\0"), **(more or {})}, tree)
    run("mcopy", "-s", "-i", image, tree / "EFI", "::/")
    shutil.rmtree(tree)
    return image


def efi_and_drive(content: Content) -> tuple[Content, Content]:
    """What of a Windows lies on its EFI system partition ("/$EFI"), and what on drive C."""
    boot = {path.removeprefix("/$EFI"): what for path, what in content.items() if path.startswith("/$EFI")}
    return boot, {path: what for path, what in content.items() if not path.startswith("/$EFI")}


def ntfs(content: Content, folder: Path, size: int, *, label: str = "Windows") -> Path:
    """An NTFS of `size` bytes that holds these files. wimlib writes them, for it needs no mounting."""
    tree, image, packed = put(content, folder / "ntfs.tree"), folder / f"{label}.ntfs", folder / "ntfs.wim"
    with image.open("wb") as file:
        file.truncate(size)
    run(program("mkntfs"), "-q", "-F", "-Q", "-L", label, image)
    run(program("wimlib-imagex"), "capture", tree, packed, "--compress=none")
    run(program("wimlib-imagex"), "apply", packed, image)
    shutil.rmtree(tree)
    packed.unlink()
    return image


def gpt_disk(target: Path, *parts: tuple[Path, str]) -> Path:
    """A fixed VHD with a GPT: each part is a file system's image and the type of its partition."""
    first, placed, pieces = 2048, [], []
    for image, kind in parts:
        sectors = -(-image.stat().st_size // MIB) * 2048
        placed.append(Part(first, first + sectors - 1, kind, image.stem))
        pieces.append((first * SECTOR, image))
        first += sectors
    size = (first + 2048) * SECTOR
    fixed_vhd(target, size, gpt(size, placed))
    _fill(target, pieces)
    return target


def mbr_disk(target: Path, *parts: tuple[Path | int, int]) -> Path:
    """A fixed VHD with an MBR; a part is an image (or so many bytes) and the type of its partition; the first is active."""
    first, entries, pieces = 2048, [], []
    for number, (what, kind) in enumerate(parts):
        length = what if isinstance(what, int) else what.stat().st_size
        sectors = -(-length // MIB) * 2048
        entries.append((0 if number else 0x80, kind, first, sectors))
        if isinstance(what, Path):
            pieces.append((first * SECTOR, what))
        first += sectors
    size = (first + 2048) * SECTOR
    fixed_vhd(target, size, {0: mbr(*entries, boot_code=b"\xeb\x63\x90")})
    _fill(target, pieces)
    return target


def _fill(target: Path, pieces: list[tuple[int, Path]]) -> None:
    with target.open("r+b") as disk:
        for start, image in pieces:
            with image.open("rb") as file:
                for offset in iter(lambda: file.tell(), image.stat().st_size):
                    data = file.read(MIB)
                    if any(data):
                        disk.seek(start + offset)
                        disk.write(data)
            image.unlink()


def gen2_linux(folder: Path, content: Content, name: str = "system.vhd", size: int = 64 * MIB) -> Path:
    """Generation 2: an EFI system partition, and the system on ext4."""
    return gpt_disk(folder / name, (esp(folder), EFI_SYSTEM), (ext4(content, folder, size), LINUX))
