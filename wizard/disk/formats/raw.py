"""A raw disk: the file's bytes are the disk's bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.disk.files.extents import Extent
from wizard.disk.formats.file_image import FileImage, ImageFile
from wizard.disk.recognise import FileKind

SECTOR: Final = 512


class RawImage(FileImage):
    """A raw disk. Where its last sector is not whole, zeros complete it."""

    def __init__(self, source: ImageFile) -> None:
        super().__init__(source, FileKind.RAW_DISK, -(-source.length // SECTOR) * SECTOR)

    def extents(self) -> Iterator[Extent]:
        """Where the file has no holes."""
        return self._source.extents(self.file_bytes)

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly these bytes of the disk."""
        self.check_within(offset, length)
        there = min(length, max(self.file_bytes - offset, 0))
        return self._source.read_at(offset, there).ljust(length, b"\0")
