"""A fixed VHD: the disk's bytes, and a footer of 512 bytes behind them.

Virtual Hard Disk Image Format Specification, Microsoft, version 1.0 (October 2006).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.disk.files.extents import Extent
from wizard.disk.formats.file_image import FileImage, ImageFile
from wizard.disk.recognise import FileKind
from wizard.disk.refused import cut_off, damaged
from wizard.disk.vhd_footer import FOOTER_BYTES, Footer
from wizard.messages import msg

SECTOR: Final = 512


class FixedVhdImage(FileImage):
    """A fixed VHD. Its size is the footer's current size, as Azure takes it, whoever made the file (VHD-04).

    Raises RefusedImage where the file is shorter than its footer says, or its footer cannot be believed.
    """

    def __init__(self, source: ImageFile, footer: Footer) -> None:
        before, size = source.length - FOOTER_BYTES, footer.current_size
        remarks = []
        if not footer.checksum_valid:
            if size != before:
                raise damaged(
                    FileKind.FIXED_VHD,
                    msg("its footer’s checksum is wrong, and its size as well"),
                    current_size=size,
                    bytes_before_footer=before,
                )
            remarks.append(
                msg("The footer’s checksum is wrong; its size agrees with the file and is believed")
            )
        if size > before:
            raise cut_off(FileKind.FIXED_VHD, current_size=size, bytes_before_footer=before)
        if size == 0 or size % SECTOR:
            raise damaged(
                FileKind.FIXED_VHD, msg("its size is no whole number of sectors"), current_size=size
            )
        if size < before:
            remarks.append(
                msg(
                    "The file is longer than its footer says; the {bytes} bytes behind the disk are left out",
                    bytes=before - size,
                )
            )
        super().__init__(
            source,
            FileKind.FIXED_VHD,
            size,
            unique_id=footer.unique_id,
            created=footer.timestamp,
            footer=footer,
            remarks=tuple(remarks),
        )

    def extents(self) -> Iterator[Extent]:
        """Where the file has no holes."""
        return self._source.extents(self.size)

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly these bytes of the disk."""
        self.check_within(offset, length)
        return self._source.read_at(offset, length)
