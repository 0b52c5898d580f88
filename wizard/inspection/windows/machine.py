"""Chapter `machine` of Windows: the PE header of the kernel (Microsoft's PE format, COFF file header)."""

from __future__ import annotations

import struct
from typing import Final

from wizard.disk.partitions.partition_types import ARM_32, ARM_64, X86_32, X86_64
from wizard.inspection.found.machine import Machine
from wizard.inspection.system_files import Files

KERNEL: Final = "/Windows/System32/ntoskrnl.exe"

_MACHINES: Final = {
    0x014C: (X86_32, 32),
    0x01C4: (ARM_32, 32),
    0x0200: ("ia64", 64),
    0x8664: (X86_64, 64),
    0xAA64: (ARM_64, 64),
}


def read_machine(files: Files) -> Machine:
    """The processor that the kernel is made for; an empty record where its file is none."""
    content = files.content(KERNEL)
    head = content.read_at(0, 64) if content is not None else b""
    if content is None or len(head) < 64 or not head.startswith(b"MZ"):
        return Machine()
    place = struct.unpack_from("<I", head, 60)[0]
    header = content.read_at(place, 6)
    if len(header) < 6 or not header.startswith(b"PE\0\0"):
        return Machine()
    code = struct.unpack_from("<H", header, 4)[0]
    name, bits = _MACHINES.get(code, (f"machine-{code}", 0))
    return Machine((name,), bits, files.real_path(KERNEL) or KERNEL)
