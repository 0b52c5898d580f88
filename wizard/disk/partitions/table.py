"""What MBR and GPT have in common: a partition, and what can be wrong with a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wizard.disk.partitions.partition_types import Role
from wizard.disk.partitions.volumes import Volume

SECTOR: Final = 512


class Problem(StrEnum):
    """Something about a partition table that is not as it should be."""

    FIRST_COPY_DAMAGED = "first_copy_damaged"
    SECOND_COPY_DAMAGED = "second_copy_damaged"
    BOTH_COPIES_DAMAGED = "both_copies_damaged"
    SECOND_COPY_NOT_AT_END = "second_copy_not_at_end"
    COPIES_DIFFER = "copies_differ"
    NO_PROTECTIVE_MBR = "no_protective_mbr"
    LEFTOVER_GPT = "leftover_gpt"
    SECTORS_OF_4096 = "sectors_of_4096"
    BEYOND_END = "beyond_end"
    OVERLAP = "overlap"
    BROKEN_CHAIN = "broken_chain"


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: `start` and `length` in bytes, `type` as the table writes it ("0x83" or a GUID).

    `active`: what a BIOS starts (MBR's active flag, GPT's "legacy BIOS bootable"). `architecture`: the processor its
    type names, "" where it names none. `unique_id`: the GUID that a GPT gives it, else "".
    """

    number: int
    start: int
    length: int
    type: str
    role: Role
    name: str = ""
    active: bool = False
    architecture: str = ""
    volume: Volume = Volume.UNKNOWN
    unique_id: str = ""

    @property
    def end(self) -> int:
        """Where the next thing may begin, in bytes."""
        return self.start + self.length
