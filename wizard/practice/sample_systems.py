"""The systems on the practice images: file systems in pieces, made by packaging/practice_systems.py."""

from __future__ import annotations

import lzma
import struct
from collections.abc import Iterator
from typing import Final

from wizard.places import folder
from wizard.practice.sample_disks import Piece

_HEAD: Final = struct.Struct("<QI")


def system(name: str, start: int) -> Iterator[Piece]:
    """The file system of resources/practice/`name`.xz on a disk, from the byte `start` on; raises OSError where it is missing."""
    with lzma.open(folder("resources") / "practice" / f"{name}.xz") as packed:
        while head := packed.read(_HEAD.size):
            offset, length = _HEAD.unpack(head)
            yield start + offset, packed.read(length)
