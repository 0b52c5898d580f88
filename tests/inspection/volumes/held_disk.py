"""A disk for tests: pieces in memory and images in files at their places, and how it was read."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wizard.inspection.volumes.opened_disk import OpenedDisk, open_disk
from wizard.inspection.volumes.window import Piece, Window

FSTAB: Final = "/etc/fstab"


class HeldDisk:
    """What lies nowhere is zeros. A file's image may be laid in pieces: (place on the disk, where in the image, length)."""

    def __init__(self, size: int, pieces: Mapping[int, bytes | Path]) -> None:
        self.size = size
        self.reads: list[tuple[int, int]] = []
        self._pieces: list[tuple[int, int, bytes | Path, int]] = []
        for start, what in pieces.items():
            self.put(start, what)

    def put(self, start: int, what: bytes | Path, within: int = 0, length: int | None = None) -> None:
        """Lay down bytes, or a stretch of a file."""
        whole = len(what) if isinstance(what, bytes) else what.stat().st_size
        self._pieces.append((start, whole - within if length is None else length, what, within))

    def read_at(self, offset: int, length: int) -> bytes:
        assert offset >= 0
        assert length > 0
        length = min(length, self.size - offset)
        assert length > 0, "nothing is asked for beyond the disk"
        self.reads.append((offset, length))
        data = bytearray(length)
        for start, long, what, within in self._pieces:
            first, last = max(start, offset), min(start + long, offset + length)
            if first < last:
                data[first - offset : last - offset] = _stretch(what, within + first - start, last - first)
        return bytes(data)

    @property
    def read_bytes(self) -> int:
        return sum(length for _, length in self.reads)

    def opened(self) -> OpenedDisk:
        return open_disk(self.read_at, self.size)

    def window(self) -> Window:
        return Window(self.read_at, (Piece(0, self.size, 0),))


def whole(*images: Path | bytes) -> HeldDisk:
    """A disk that is one file system, without a partition table."""
    (image,) = images
    return HeldDisk(len(image) if isinstance(image, bytes) else image.stat().st_size, {0: image})


def _stretch(what: bytes | Path, start: int, length: int) -> bytes:
    if isinstance(what, bytes):
        return what[start : start + length].ljust(length, b"\0")
    with what.open("rb") as file:
        file.seek(start)
        return file.read(length).ljust(length, b"\0")


def in_order(reads: list[tuple[int, int]]) -> bool:
    """Whether each read goes on where the one before it ended."""
    return all(a + n == b for (a, n), (b, _) in itertools.pairwise(reads))
