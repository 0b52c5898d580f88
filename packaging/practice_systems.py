"""Makes the systems on the practice images, resources/practice/*.xz, from the tests' own good and faulty systems.

    python packaging/practice_systems.py     (on Linux, with mkfs.ext4, mkfs.vfat, mtools, mkntfs and wimlib-imagex)

A file is an xz of pieces, each of them where it stands in the file system (8 bytes, little-endian), how long it is
(4 bytes), and its bytes. Everything else of the file system is zeros.
"""

from __future__ import annotations

import lzma
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.images.disks import efi_and_drive, esp, ntfs, program, put  # noqa: E402  (the tests are no package that is installed)
from tests.images.faults import spoilt  # noqa: E402
from tests.images.linux_systems import ROOT_UUID, Content, ubuntu  # noqa: E402
from tests.inspection.windows.sample import windows  # noqa: E402
from wizard.practice.sample_disks import FAT_VOLUME_ID  # noqa: E402
from wizard.practice.sample_images import (  # noqa: E402
    FAULTY_SYSTEM_BYTES,
    GOOD_SYSTEM_BYTES,
    WINDOWS_EFI_BYTES,
    WINDOWS_SYSTEM_BYTES,
)

FAULTS = (
    "LIN-01", "LIN-03", "LIN-09", "LIN-14", "LIN-15", "LIN-16", "LIN-17", "LIN-18", "LIN-20", "LIN-21", "LIN-23",
)  # fmt: skip
EFI_VOLUME = f"{FAT_VOLUME_ID >> 16:04X}-{FAT_VOLUME_ID & 0xFFFF:04X}"
BLOCK = 4096
MADE = "1767225600"  # 2026-01-01 UTC, so that no clock is in it


def main() -> int:
    folder = ROOT / "resources" / "practice"
    folder.mkdir(exist_ok=True)
    root = f"UUID={ROOT_UUID} / ext4 discard,errors=remount-ro 0 1\n"
    efi = f"UUID={EFI_VOLUME} /boot/efi vfat umask=0077 0 1\n"
    for name, content, size in (
        ("linux_good", ubuntu() | {"/etc/fstab": root + efi}, GOOD_SYSTEM_BYTES),
        ("linux_faulty", spoilt(ubuntu() | {"/etc/fstab": root}, *FAULTS), FAULTY_SYSTEM_BYTES),
    ):
        with tempfile.TemporaryDirectory() as temporary:
            pack(folder / f"{name}.xz", file_system(content, size, Path(temporary)))
    boot, drive = efi_and_drive(windows())
    with tempfile.TemporaryDirectory() as temporary:
        pack(folder / "windows_efi.xz", esp(Path(temporary), WINDOWS_EFI_BYTES, boot, bits=32))
        pack(folder / "windows_good.xz", ntfs(drive, Path(temporary), WINDOWS_SYSTEM_BYTES))
    return 0


def pack(target: Path, image: Path) -> None:
    """The file system of this image as a file of pieces."""
    packed = lzma.compress(b"".join(pieces(image)), preset=9)
    target.write_bytes(packed)
    print(f"{target.stem}: {len(packed)} bytes")


def file_system(content: Content, size: int, folder: Path) -> Path:
    """An ext4 of `size` bytes with little beside these files: no journal, few inodes, its tables at the beginning."""
    tree, image = put(content, folder / "tree"), folder / "image"
    for path in sorted(tree.rglob("*"), reverse=True):
        os.utime(path, (int(MADE), int(MADE)), follow_symlinks=False)
    subprocess.run(
        [
            program("mkfs.ext4"), "-q", "-F", "-U", ROOT_UUID, "-L", "root", "-m", "0", "-N", "8192", "-G", "1024",
            "-O", "^has_journal,^resize_inode",
            "-E", f"root_owner=0:0,lazy_itable_init=1,hash_seed={ROOT_UUID}", "-d", tree, image, f"{size // 1024}k",
        ],
        check=True,
        env={**os.environ, "E2FSPROGS_FAKE_TIME": MADE},
    )  # fmt: skip
    return image


def pieces(image: Path) -> Iterator[bytes]:
    """The blocks that are not zeros."""
    with image.open("rb", buffering=0) as file:
        end = 0
        while (start := _next(file.fileno(), end, os.SEEK_DATA)) is not None:
            end = _next(file.fileno(), start, os.SEEK_HOLE) or start
            file.seek(start)
            data = file.read(end - start)
            for at in range(0, len(data), BLOCK):
                if any(data[at : at + BLOCK]):
                    block = data[at : at + BLOCK]
                    yield struct.pack("<QI", start + at, len(block)) + block


def _next(descriptor: int, offset: int, what: int) -> int | None:
    try:
        return os.lseek(descriptor, offset, what)
    except OSError:  # nothing but a hole from here on
        return None


if __name__ == "__main__":
    raise SystemExit(main())
