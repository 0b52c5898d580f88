"""Which stretches of a file the file system holds data for. A hint: what it calls data may still be zeros."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from errno import ENOTSUP, ENXIO
from typing import BinaryIO, Final

from wizard.disk.files.windows_files import FSCTL_QUERY_ALLOCATED_RANGES, device_control

Extent = tuple[int, int]
"""Where a stretch begins and how long it is, in bytes."""

_RANGE: Final = struct.Struct("<qq")  # FILE_ALLOCATED_RANGE_BUFFER
_RANGES_AT_ONCE: Final = 4096


def allocated_extents(file: BinaryIO, length: int) -> Iterator[Extent]:
    """The stretches of the first `length` bytes that are no holes, in order; one whole stretch where nobody can tell.

    Each question leaves the file's position as it was. Raises nothing: a file system that cannot tell gives the whole.
    """
    return merged(_windows(file, length) if sys.platform == "win32" else _posix(file, length))


def _posix(file: BinaryIO, length: int) -> Iterator[Extent]:
    position = 0
    while position < length:
        try:
            extent = _next_extent(file.fileno(), position)
        except OSError:  # EINVAL: this file system does not know the question
            extent = (position, length)
        if extent is None:
            return
        start, end = extent
        if start >= length or end <= position:
            return
        yield start, min(end, length) - start
        position = end


def _next_extent(descriptor: int, position: int) -> tuple[int, int] | None:
    """Start and end of the first data at or after `position`; None where only a hole follows."""
    if sys.platform == "win32":
        raise OSError(ENOTSUP, "Windows asks in another way")
    else:
        before = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            start = os.lseek(descriptor, position, os.SEEK_DATA)
            return start, os.lseek(descriptor, start, os.SEEK_HOLE)
        except OSError as error:
            if error.errno == ENXIO:  # nothing but a hole up to the end, or the file has become shorter
                return None
            raise
        finally:
            os.lseek(descriptor, before, os.SEEK_SET)


def _windows(file: BinaryIO, length: int) -> Iterator[Extent]:
    position = 0
    while position < length:
        question = _RANGE.pack(position, length - position)
        try:
            answer, more = device_control(
                file, FSCTL_QUERY_ALLOCATED_RANGES, question, _RANGES_AT_ONCE * _RANGE.size
            )
        except OSError:
            yield position, length - position
            return
        reached = position
        for start, size in _RANGE.iter_unpack(answer[: len(answer) // _RANGE.size * _RANGE.size]):
            start, end = max(start, position), min(start + size, length)
            if end > start:
                yield start, end - start
                reached = end
        if not more or reached <= position:
            return
        position = reached


def merged(extents: Iterator[Extent]) -> Iterator[Extent]:
    """The same stretches (in order), those that touch or overlap in one."""
    held: Extent | None = None
    for start, size in extents:
        if held is not None and start <= held[0] + held[1]:
            held = (held[0], max(held[0] + held[1], start + size) - held[0])
            continue
        if held is not None:
            yield held
        held = (start, size)
    if held is not None:
        yield held
