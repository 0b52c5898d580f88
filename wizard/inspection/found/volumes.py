"""The volumes of a disk: file systems, swap, encryption, LVM."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundVolume:
    """A partition's content, or a logical volume. Sizes and places in bytes.

    `partition`: its number in the table, 0 for a disk without one. `start`, `length`: on the disk, of the partition.
    `name`: "group/volume" of a logical volume, "" for a partition. `kind`: as in wizard.disk.partitions.volumes.Volume.
    `label`, `uuid`: as blkid prints them. `partition_label`, `partition_uuid`: the partition's own, as blkid's PARTLABEL
    and PARTUUID. `total_bytes`, `free_bytes`: by the file system's own word, None where it does not say. `mounted`: where the system
    mounts it ("/", "/boot", "C:"), "" where nowhere. `read`: whether it can be looked into, and `why` (inside.Why) if not.
    """

    partition: int
    start: int
    length: int
    kind: str
    name: str = ""
    label: str = ""
    uuid: str = ""
    total_bytes: int | None = None
    free_bytes: int | None = None
    mounted: str = ""
    read: bool = False
    why: str = ""
    partition_label: str = ""
    partition_uuid: str = ""
