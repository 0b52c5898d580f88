"""Growing a disk to the next whole MiB (VHD-03): zeros at its end, and what that means for its partition table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wizard.disk.files.window import MOST_AT_ONCE
from wizard.disk.image import Image
from wizard.disk.partitions.gpt_moving import Patch, moved_to_end
from wizard.disk.partitions.partition_table import Scheme, read_partitions
from wizard.disk.partitions.table import Problem
from wizard.disk.recognise import ReadAt
from wizard.messages import Message, msg

MEBIBYTE: Final = 1024 * 1024

# With these the copies at both ends of the disk still tell what the table is; with any other it is not touched.
_HARMLESS: Final = (Problem.SECOND_COPY_NOT_AT_END,)


@dataclass(frozen=True, slots=True)
class Growth:
    """What growing does to a disk: `bytes` of zeros at its end (0: its size is a whole number of MiB already).

    `moves_gpt_backup`: the second copy of its GPT moves to the new end; where not, `why_not` says why. `patches`: what is
    written for that, ascending and apart; together they are less than 3 MiB.
    """

    bytes: int = 0
    moves_gpt_backup: bool = False
    why_not: Message | None = None
    patches: tuple[Patch, ...] = ()

    @property
    def said(self) -> Message | None:
        """What happens to the partition table, in a sentence; None where nothing grows."""
        if self.moves_gpt_backup:
            return msg(
                "The second copy of the partition table (GPT) moves to the new end; partitions stay as they are."
            )
        return self.why_not


def growth(image: Image) -> Growth:
    """What growing this disk to the next whole MiB means. Raises what the image's `read_at` raises."""
    added = -image.size % MEBIBYTE
    if not added:
        return Growth()
    read_at = bounded(image)
    table = read_partitions(read_at, image.size)
    if table.scheme is Scheme.MBR:
        return Growth(
            added,
            why_not=msg("The partition table (MBR) has no second copy at the end, so nothing else changes."),
        )
    if table.scheme is Scheme.NONE:
        return Growth(added, why_not=msg("The disk has no partition table, so nothing else changes."))
    sound = all(problem in _HARMLESS for problem in table.problems)
    patches = moved_to_end(read_at, image.size, image.size + added) if sound else None
    if patches is None:
        return Growth(
            added,
            why_not=msg(
                "The partition table (GPT) is damaged and is left as it is; its second copy does not move to the new end."
            ),
        )
    return Growth(added, moves_gpt_backup=True, patches=patches)


def bounded(image: Image) -> ReadAt:
    """The disk as something to read at offsets with limits: fewer bytes, or none, where it ends."""

    def read_at(offset: int, length: int) -> bytes:
        wanted = min(length, MOST_AT_ONCE, image.size - offset)
        return image.read_at(offset, wanted) if offset >= 0 and wanted > 0 else b""

    return read_at
