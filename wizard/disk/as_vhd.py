"""An opened disk image as the fixed VHD that Azure takes: its bytes and a footer behind them, without a copy.

The same disk gives the same bytes on every computer and at any time: an upload that was broken off goes on only where
the footer is the same. So no clock, no file's date and nothing random is in it.
"""

from __future__ import annotations

import hashlib
import heapq
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

from wizard.disk.files.extents import Extent, merged
from wizard.disk.image import Image
from wizard.disk.opening import open_image
from wizard.disk.partitions.gpt_moving import Patch
from wizard.disk.partitions.growing import MEBIBYTE, Growth, growth
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import EPOCH, FOOTER_BYTES, DiskType, Footer, fixed_footer
from wizard.errors import WizardError
from wizard.figures import exactly
from wizard.messages import Message, msg

# An identity for disks that have none: made from their size, their first and last MiB, and samples between them.
_SAMPLES: Final = 64
_SAMPLE_BYTES: Final = 4096
_RAW_DISKS: Final = uuid.UUID("5d6c4c5e-7f0b-5b7c-9f5e-0d3f0c5b8a11")


class FixedVhd:
    """The disk in an image as a fixed VHD. For one thread at a time; a context manager that closes the image.

    `length`: with the footer. `footer`: its 512 bytes. `grown_by`: how many zeros were put behind the disk, and `growth`
    what that did. `kind`: the format of the file that it is read from. `written`: what stands in it instead of the
    image's own bytes, ascending and apart, the footer at the end. Of a sound fixed VHD every byte is as in its file.
    """

    def __init__(self, image: Image, path: Path, footer: Footer, grown: Growth) -> None:
        self.path = path
        self.kind: FileKind = image.kind
        self.footer = footer.build()
        self.growth = grown
        self.grown_by = grown.bytes
        self.size = image.size + grown.bytes
        self.length = self.size + FOOTER_BYTES
        self.remarks: tuple[Message, ...] = image.remarks
        self._image = image
        self.written: tuple[Patch, ...] = (*grown.patches, (self.size, self.footer))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the image go."""
        self._image.close()

    def extents(self) -> Iterator[Extent]:
        """Where there may be data, ascending and apart, the footer at the end; everything else is zeros.

        Raises what the image's `extents` raises.
        """
        written = ((start, len(data)) for start, data in self.written)
        return merged(heapq.merge(self._image.extents(), written))

    def read_at(self, start: int, length: int) -> bytes:
        """Exactly these bytes. Raises ValueError for a stretch beyond `length`, and what the image's `read_at` raises."""
        end = start + length
        if start < 0 or length < 0 or end > self.length:
            raise ValueError(f"{length} bytes at {start} are not within a VHD of {self.length}")
        there = max(min(end, self._image.size) - start, 0)
        data = self._image.read_at(start, there) if there else b""
        over = [(at, piece) for at, piece in self.written if at < end and at + len(piece) > start]
        if there == length and not over:
            return data
        whole = bytearray(data.ljust(length, b"\0"))
        for at, piece in over:
            low, high = max(at, start), min(at + len(piece), end)
            whole[low - start : high - start] = piece[low - at : high - at]
        return bytes(whole)


def open_fixed_vhd(path: Path, *, grow: bool = False) -> FixedVhd:
    """The disk in this file as a fixed VHD. Raises RefusedImage and OSError as `open_image`, WizardError as `as_fixed_vhd`."""
    image = open_image(path)
    try:
        return as_fixed_vhd(image, path, grow=grow)
    except BaseException:
        image.close()
        raise


def as_fixed_vhd(image: Image, path: Path, *, grow: bool = False) -> FixedVhd:
    """This disk as a fixed VHD; the image is then closed with it.

    A fixed VHD with a right checksum keeps its own footer, unless it grows; any other gets a new one, with the identity
    and the date that the file names. Raises WizardError where the size is no whole number of MiB and it may not `grow`,
    and what the image raises when it is read.
    """
    if image.size % MEBIBYTE and not grow:
        raise no_whole_mebibyte(image.size)
    grown = growth(image)
    return FixedVhd(image, path, _footer(image, grown), grown)


def no_whole_mebibyte(size: int) -> WizardError:
    """The error of a disk whose size Azure refuses (VHD-03)."""
    return WizardError(
        msg(
            "The disk has {size} bytes, which is no whole number of MiB; Azure refuses that",
            size=exactly(size),
        ),
        msg(
            "Let the disk grow to the next MiB on the way: tick it in the step Disk image, or add --grow to the command."
        ),
        {"size": str(size)},
    )


def _footer(image: Image, grown: Growth) -> Footer:
    own = image.footer
    if own is not None and not grown.bytes and _is_sound(own, image.size):
        return own
    return fixed_footer(
        image.size + grown.bytes,
        unique_id=image.unique_id or _identity(image),
        when=EPOCH + timedelta(seconds=image.created or 0),
    )


def _is_sound(footer: Footer, size: int) -> bool:
    """Whether Azure would take this footer behind a disk of `size` bytes (VHD-01, VHD-02, VHD-04, VHD-06)."""
    return (
        footer.cookie_valid
        and footer.checksum_valid
        and footer.disk_type == DiskType.FIXED
        and footer.current_size == size
    )


def _identity(image: Image) -> uuid.UUID:
    """An identity by the disk's size and samples of its content, for files that name none."""
    size = image.size
    content = hashlib.sha256(f"{size}".encode("ascii"))
    ends = min(size, MEBIBYTE)
    content.update(image.read_at(0, ends))
    content.update(image.read_at(size - ends, ends))
    for number in range(1, _SAMPLES):
        at = size * number // _SAMPLES
        content.update(image.read_at(at, min(_SAMPLE_BYTES, size - at)))
    return uuid.uuid5(_RAW_DISKS, content.hexdigest())
