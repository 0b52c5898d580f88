"""Chapter `machine`: which processor the system is made for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """The processor by one of the system's own program files, which `file` names; "" and nothing where none tells.

    `architectures`: as in wizard.disk.partitions.partition_types ("x86-64", "arm64"), or another one's name ("riscv",
    "machine-62" for one without). `bits`: 64 or 32, 0 where unknown.
    """

    architectures: tuple[str, ...] = ()
    bits: int = 0
    file: str = ""
