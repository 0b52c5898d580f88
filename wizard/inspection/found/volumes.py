"""The volumes of a disk: file systems, swap, encryption, LVM."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundVolume:
    """A partition's content, or a logical volume. Sizes and places in bytes.

    `partition`: its number in the table, 0 for a disk without one; of a logical volume the partition in which it begins.
    `start`, `length`: on the disk, of the partition; of a logical volume where it begins (0 where that cannot be said)
    and how long it is. `kind`: as in wizard.disk.partitions.volumes.Volume; "lvm" also for a logical volume that cannot be
    put together. `name`: "group/volume" of a logical volume.
    `label`, `uuid`, `partition_label`, `partition_uuid`: as blkid(8) prints LABEL, UUID, PARTLABEL, PARTUUID; `role`: what
    the partition's type says (wizard.disk.partitions.partition_types.Role). `total_bytes`, `free_bytes`: by the file
    system's own word, None where it does not say. `mounted`: where the system mounts it ("/", "/boot", "C:"), "" where
    nowhere. `read`: whether it can be looked into, and `why` (inside.Why) if not.
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
    role: str = ""
