"""The disks of the benchmark, made once in a folder, and what is in them counted without our readers."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wizard.disk.vhd_footer import fixed_footer

MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB
_BLOCK: Final = 64 * 1024
_PIECE: Final = 256 * 1024
_FOOTER: Final = 512
_SYSTEM_PARTITION: Final = 64 * MIB


@dataclass(frozen=True)
class Disk:
    """A file to send. Bytes: `size` of the virtual disk, `blocks` in 64 KiB blocks that are not zero, footer included."""

    path: Path
    size: int
    blocks: int


def dense(folder: Path, size: int) -> Disk:
    """A fixed VHD full of random bytes."""
    path = folder / f"dense-{size // MIB}.vhd"
    if not path.exists():
        with path.open("wb") as file:
            for at in range(0, size, 16 * MIB):
                file.write(os.urandom(min(16 * MIB, size - at)))
            file.write(fixed_footer(size).build())
    return Disk(path, size, non_zero_blocks(path, size) + _FOOTER)


def ext4(folder: Path, size: int, content: int, *, kind: str = "vhd") -> Disk:
    """A GPT, an empty EFI system partition, and ext4 with so many bytes of real files of this system; fixed VHD, or raw."""
    path = folder / f"ext4-{size // MIB}-{content // MIB}.{kind}"
    if not path.exists():
        files = folder / "files"
        shutil.rmtree(files, ignore_errors=True)
        _gather(files, content)
        path.touch()
        os.truncate(path, size)
        start, length = _SYSTEM_PARTITION + MIB, size - _SYSTEM_PARTITION - 2 * MIB
        options = f"offset={start},lazy_itable_init=1"
        _run("mkfs.ext4", "-q", "-F", "-d", files, "-E", options, path, f"{length // 1024}k")
        last = (start + length) // 512 - 1
        _run(
            "sgdisk",
            "-n",
            f"1:2048:{start // 512 - 1}",
            "-t",
            "1:ef00",
            "-n",
            f"2:{start // 512}:{last}",
            path,
        )
        shutil.rmtree(files)
        if kind == "vhd":
            _end_with_footer(path, size)
    return Disk(path, size, non_zero_blocks(path, size) + _FOOTER)


def scattered(folder: Path, size: int, data: int, *, kind: str = "vhd") -> Disk:
    """Pieces of 256 KiB of random bytes, evenly strewn but at no even places; a fixed VHD, or raw."""
    path = folder / f"scattered-{size // MIB}-{data // MIB}.{kind}"
    if not path.exists():
        numbers = random.Random(8)
        count = data // _PIECE
        slot = size // count
        with path.open("wb") as file:
            for index in range(count):
                file.seek(index * slot + numbers.randrange(max(1, slot - _PIECE)) // 4096 * 4096)
                file.write(numbers.randbytes(_PIECE))
            file.truncate(size)
        if kind == "vhd":
            _end_with_footer(path, size)
    return Disk(path, size, non_zero_blocks(path, size) + _FOOTER)


def converted(folder: Path, raw: Disk, kind: str) -> Disk:
    """The same disk as QEMU writes it: kind is dynamic (VHD) or vhdx."""
    path = folder / f"{raw.path.stem}.{'vhdx' if kind == 'vhdx' else 'dynamic.vhd'}"
    if not path.exists():
        form = ["vhdx"] if kind == "vhdx" else ["vpc", "-o", "subformat=dynamic,force_size=on"]
        _run("qemu-img", "convert", "-f", "raw", "-O", *form, raw.path, path)
    return Disk(path, raw.size, raw.blocks)


def non_zero_blocks(path: Path, size: int) -> int:
    """Bytes in 64 KiB blocks of the first `size` bytes that are not all zero; holes of the file are not read."""
    zeros, found = bytes(_BLOCK), 0
    with path.open("rb", buffering=0) as file:
        for start, end in _stretches_of_data(file.fileno(), size):
            for at in range(start // _BLOCK * _BLOCK, end, _BLOCK):
                file.seek(at)
                if file.read(min(_BLOCK, size - at)) != zeros[: min(_BLOCK, size - at)]:
                    found += min(_BLOCK, size - at)
    return found


def _stretches_of_data(number: int, size: int) -> Iterator[tuple[int, int]]:
    """From SEEK_DATA to SEEK_HOLE, made whole blocks, none twice."""
    at = 0
    while at < size:
        try:
            start = max(at, os.lseek(number, at, os.SEEK_DATA) // _BLOCK * _BLOCK)
        except OSError:
            return
        end = min(size, -(-os.lseek(number, max(start, at), os.SEEK_HOLE) // _BLOCK) * _BLOCK)
        if end <= start:  # a hole begins within this block
            end = min(size, start + _BLOCK)
        yield start, end
        at = end


def _end_with_footer(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(size)
        file.write(fixed_footer(size).build())


def _gather(folder: Path, content: int) -> None:
    """Copies of files of /usr in the order of their names, until there are so many bytes."""
    taken = 0
    for root, _, names in os.walk("/usr"):
        for name in sorted(names):
            source = Path(root) / name
            if source.is_symlink() or not source.is_file() or not os.access(source, os.R_OK):
                continue
            if taken + source.stat().st_size > content:
                continue
            target = folder / source.relative_to("/usr")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            taken += source.stat().st_size
        if taken > content - MIB:
            return


def _run(*command: str | Path) -> None:
    subprocess.run([str(each) for each in command], check=True, stdout=subprocess.DEVNULL)
