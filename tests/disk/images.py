"""Disk images for tests, built by another hand than the reader's: plain structs from the specifications."""

from __future__ import annotations

import shutil
import struct
import subprocess
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from wizard.disk.files.sparse import make_sparse
from wizard.disk.reading import DiskReading, read_disk
from wizard.disk.vhd_footer import Footer, fixed_footer
from wizard.messages import msg
from wizard.tasks import Task

MIB = 1024**2
GIB = 1024**3
SECTOR = 512

EFI_SYSTEM = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
BIOS_BOOT = "21686148-6449-6E6F-744E-656564454649"
LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
LINUX_ROOT_X86_64 = "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"
LINUX_ROOT_X86_32 = "44479540-F297-41B2-9AF7-D131D5F0458A"
LINUX_ROOT_ARM_64 = "B921B045-1DF0-41C3-AF44-4C6F280D3FAE"
BASIC_DATA = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"

needs_qemu = pytest.mark.skipif(
    shutil.which("qemu-img") is None,
    reason="qemu-img is not installed, so nothing was compared with QEMU (Debian: apt-get install qemu-utils)",
)
needs_shell = pytest.mark.skipif(
    shutil.which("sh") is None, reason="there is no sh here, so no cure was run as it is written"
)
needs_sgdisk = pytest.mark.skipif(
    shutil.which("sgdisk") is None,
    reason="sgdisk is not installed, so nothing was compared with it (Debian: apt-get install gdisk)",
)

Pieces = dict[int, bytes]


@dataclass(frozen=True)
class Part:
    """A partition to be written: sectors, type, and for GPT its name and attributes."""

    first: int
    last: int
    type: str = LINUX
    name: str = ""
    attributes: int = 0


def task() -> Task:
    return Task(msg("Reading"))


def read(path: Path) -> DiskReading:
    return read_disk(path, task())


def run(*command: str | Path, cwd: Path | None = None) -> None:
    subprocess.run([str(each) for each in command], check=True, capture_output=True, timeout=60, cwd=cwd)


def without_qemu(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """No program is found any more: `folder` holds none."""
    for name in (
        "PATH",
        "ProgramW6432",
        "ProgramFiles",
        "ProgramFiles(x86)",
        "LOCALAPPDATA",
        "ChocolateyInstall",
    ):
        monkeypatch.setenv(name, str(folder))


def write(path: Path, length: int, pieces: Mapping[int, bytes]) -> Path:
    """A file of `length` bytes that holds these pieces and otherwise holes."""
    with path.open("wb") as file:
        make_sparse(file)
        for offset, piece in pieces.items():
            file.seek(offset)
            file.write(piece)
        file.seek(0, 2)
        if file.tell() < length:
            file.seek(length - 1)
            file.write(b"\0")
    assert path.stat().st_size == length
    return path


def fixed_vhd(
    path: Path, size: int, pieces: Mapping[int, bytes] | None = None, footer: Footer | None = None
) -> Path:
    """A fixed VHD of `size` bytes."""
    return write(path, size + 512, {**(pieces or {}), size: (footer or fixed_footer(size)).build()})


def mbr(*entries: tuple[int, int, int, int], boot_code: bytes = b"") -> bytes:
    """A first sector; an entry is status, type, first sector, number of sectors."""
    table = b"".join(struct.pack("<B3xB3xII", *entry) for entry in entries)
    return boot_code.ljust(440, b"\0") + b"\x78\x56\x34\x12\0\0" + table.ljust(64, b"\0") + b"\x55\xaa"


PROTECTIVE = (0, 0xEE, 1, 0xFFFFFFFF)


def gpt(size: int, parts: Sequence[Part], *, boot_code: bytes = b"", end: int | None = None) -> Pieces:
    """Both copies of a GPT; `end`: the last sector it believes in, where that is not the disk's."""
    last = size // SECTOR - 1 if end is None else end
    entries = b"".join(
        struct.pack(
            "<16s16sQQQ72s",
            uuid.UUID(part.type).bytes_le,
            uuid.uuid5(uuid.NAMESPACE_OID, str(part.first)).bytes_le,
            part.first,
            part.last,
            part.attributes,
            part.name.encode("utf-16-le"),
        )
        for part in parts
    ).ljust(128 * 128, b"\0")
    return {
        0: mbr(PROTECTIVE, boot_code=boot_code),
        SECTOR: gpt_header(1, last, 2, entries),
        2 * SECTOR: entries,
        (last - 32) * SECTOR: entries,
        last * SECTOR: gpt_header(last, 1, last - 32, entries),
    }


def gpt_header(
    own: int, other: int, table: int, entries: bytes, *, count: int = 128, entry_bytes: int = 128
) -> bytes:
    """A header with right checksums, whatever it says."""

    def pack(crc: int) -> bytes:
        disk = uuid.UUID(int=7).bytes_le
        return struct.pack(
            "<8sIIIIQQQQ16sQIII",
            b"EFI PART",
            0x00010000,
            92,
            crc,
            0,
            own,
            other,
            34,
            max(own, other, 34) - 34,
            disk,
            table,
            count,
            entry_bytes,
            zlib.crc32(entries),
        )

    return pack(zlib.crc32(pack(0))).ljust(SECTOR, b"\0")


def gen2(size: int) -> Pieces:
    """A GPT disk that starts by UEFI."""
    end = size // SECTOR - 34
    return gpt(
        size,
        (Part(2048, 2048 * 3 - 1, EFI_SYSTEM, "EFI"), Part(2048 * 3, end, LINUX_ROOT_X86_64, "root")),
    )


def gen1(size: int) -> Pieces:
    """An MBR disk that starts by BIOS."""
    return {0: mbr((0x80, 0x83, 2048, size // SECTOR - 2048), boot_code=b"\xeb\x63\x90")}
