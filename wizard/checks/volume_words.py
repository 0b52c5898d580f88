"""How volumes of a disk are called within a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wizard.messages import Message, msg
from wizard.where import printable

if TYPE_CHECKING:
    from wizard.inspection.found.volumes import FoundVolume

_MOST = 10


def named(volume: FoundVolume) -> Message:
    """Partition 3; logical volume vg/root; the disk, where it has no partitions."""
    if volume.name:
        return msg("logical volume {name}", name=printable(volume.name))
    if volume.partition:
        return msg("partition {number}", number=str(volume.partition))
    return msg("the disk as a whole")


def all_named(volumes: Sequence[FoundVolume]) -> tuple[Message, ...]:
    """The first ten of them."""
    return tuple(named(each) for each in volumes[:_MOST])


def numbers(volumes: Sequence[FoundVolume]) -> list[str]:
    """The same for the facts of a finding: "3", "vg/root"."""
    return [printable(each.name) if each.name else str(each.partition) for each in volumes[:_MOST]]
