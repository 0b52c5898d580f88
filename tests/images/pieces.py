"""Small files of a system that are no text: programs, kernels, initial RAM disks, swap."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterable

X86_64, ARM64, X86_32 = 62, 183, 3


def elf(machine: int = X86_64) -> bytes:
    """The head of a program for this processor (ELF specification: e_machine)."""
    bits = 1 if machine == X86_32 else 2
    head = struct.pack("<4sBBBB8xHHIQQQIHHHHHH", b"\x7fELF", bits, 1, 1, 0, 3, machine, 1, *[0] * 10)
    return head.ljust(4096, b"\0")


def cpio(names: Iterable[str]) -> bytes:
    """An archive of empty files ("newc", as the kernel unpacks it)."""
    packed = bytearray()
    for number, name in enumerate((*names, "TRAILER!!!"), start=1):
        raw = name.encode() + b"\0"
        fields = (number, 0o100644, 0, 0, 1, 0, 0, 0, 0, 0, 0, len(raw), 0)
        packed += b"070701" + b"".join(b"%08X" % field for field in fields) + raw
        packed += b"\0" * (-len(packed) % 4)
    return bytes(packed)


def initramfs(release: str, modules: Iterable[str]) -> bytes:
    """What a boot loader hands to the kernel: microcode first, then the packed archive with these modules in it."""
    early = cpio(["kernel", "kernel/x86", "kernel/x86/microcode", "kernel/x86/microcode/GenuineIntel.bin"])
    main = cpio(["init", "usr", *(f"usr/lib/modules/{release}/kernel/{name}.ko.zst" for name in modules)])
    return early.ljust(-(-len(early) // 512) * 512, b"\0") + gzip.compress(main, mtime=0)


def swap_file(size: int = 64 * 1024) -> bytes:
    """A file that mkswap was run on: its mark ends the first page of 4,096 bytes."""
    return (b"\0" * 4086 + b"SWAPSPACE2").ljust(size, b"\0")
