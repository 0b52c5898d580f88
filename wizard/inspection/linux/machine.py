"""Chapter `machine` of Linux: the ELF header of a program that every system has (elf(5))."""

from __future__ import annotations

import struct
from typing import Final

from wizard.disk.partitions.partition_types import ARM_32, ARM_64, X86_32, X86_64
from wizard.inspection.found.machine import Machine
from wizard.inspection.system_files import Files

_PROGRAMS: Final = (
    "/sbin/init",
    "/usr/lib/systemd/systemd",
    "/lib/systemd/systemd",
    "/bin/sh",
    "/bin/bash",
    "/bin/ls",
    "/bin/busybox",
)
_BITS: Final = {1: 32, 2: 64}
_ORDERS: Final = {1: "<", 2: ">"}
_MACHINES: Final = {
    3: X86_32,
    8: "mips",
    20: "ppc",
    21: "ppc64",
    22: "s390x",
    40: ARM_32,
    62: X86_64,
    183: ARM_64,
    243: "riscv",
    258: "loongarch",
}


def read_machine(files: Files) -> Machine:
    """The processor by the first of these programs that is an ELF file; an empty record where none is."""
    for path in _PROGRAMS:
        head = files.read(path, 20) or b""
        if len(head) == 20 and head.startswith(b"\x7fELF") and head[4] in _BITS and head[5] in _ORDERS:
            code = struct.unpack_from(f"{_ORDERS[head[5]]}H", head, 18)[0]
            return Machine(
                (_MACHINES.get(code, f"machine-{code}"),), _BITS[head[4]], files.real_path(path) or path
            )
    return Machine()
