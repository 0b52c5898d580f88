"""What the readers of all formats have in common: the open file, and what an image says of itself."""

from __future__ import annotations

import os
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from errno import EIO
from io import FileIO
from typing import Self

from wizard.disk.files.extents import Extent, allocated_extents
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import Footer
from wizard.messages import Message


class ImageFile:
    """An open file (unbuffered, so that nothing is read twice) and its length, as they were found."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self.length = file.seek(0, os.SEEK_END)

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly these bytes of the file; raises OSError where they cannot be read, or where it has become shorter."""
        self._file.seek(offset)
        data = self._file.read(length)
        if len(data) == length:
            return data
        whole = bytearray(length)
        self.read_into(memoryview(whole), offset)
        return bytes(whole)

    def read_into(self, part: memoryview, offset: int) -> None:
        """Fill `part` with the file's bytes from `offset` on; raises OSError as `read_at`."""
        self._file.seek(offset)
        filled = 0
        while filled < len(part):  # a read may give less than there is, on a network drive above all
            got = self._file.readinto(part[filled:])
            if not got:
                raise OSError(EIO, "The file has become shorter while it was read")
            filled += got

    def extents(self, length: int) -> Iterator[Extent]:
        """Where the first `length` bytes of the file are no holes, as far as the file system tells."""
        return allocated_extents(self._file, length)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


class FileImage(ABC):
    """What every image says of itself; its format adds `extents` and `read_at`. See `wizard.disk.image.Image`."""

    def __init__(
        self,
        source: ImageFile,
        kind: FileKind,
        size: int,
        *,
        unique_id: uuid.UUID | None = None,
        created: int | None = None,
        footer: Footer | None = None,
        remarks: tuple[Message, ...] = (),
    ) -> None:
        self._source = source
        self.kind = kind
        self.size = size
        self.file_bytes = source.length
        self.unique_id = unique_id
        self.created = created
        self.footer = footer
        self.remarks = remarks

    @abstractmethod
    def extents(self) -> Iterator[Extent]:
        """Where the disk may hold data."""

    @abstractmethod
    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly these bytes of the disk."""

    def read_within(self, offset: int, length: int) -> bytes:
        """These bytes as far as the disk has them: what `wizard.disk.recognise` and the partition tables read by."""
        wanted = min(length, self.size - offset)
        return self.read_at(offset, wanted) if offset >= 0 and wanted > 0 else b""

    def check_within(self, offset: int, length: int) -> None:
        """Raises ValueError where this stretch is not wholly inside the disk."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise ValueError(f"{length} bytes at {offset} are not within a disk of {self.size}")

    def close(self) -> None:
        """Let the file go."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
