"""What the wizard and its reader say to each other over two pipes: frames of a kind, a length and bytes.

The reader: HELLO once; then READ for whatever it wants of the disk (each is answered by DATA), OPENED when it knows what
there is, BEGINS and then CHAPTER or UNREAD for each chapter, END. The wizard: WORK once, after HELLO; DATA.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from wizard.inspection.found.inside import Unread
from wizard.inspection.found.volumes import FoundVolume

# From the reader.
HELLO: Final = b"H"  # its process id, 8 bytes
READ: Final = b"R"  # REQUEST
OPENED: Final = b"O"  # Opened, as JSON
BEGINS: Final = b"B"  # a chapter's name
CHAPTER: Final = b"C"  # its record, as JSON
UNREAD: Final = b"U"  # Unread, as JSON
END: Final = b"E"

# From the wizard.
WORK: Final = b"W"  # Work, as JSON
DATA: Final = b"D"  # what was asked for, fewer bytes where the disk ends

NUMBER: Final = struct.Struct(">Q")
REQUEST: Final = struct.Struct(">QI")
"""Where on the disk, and how many bytes."""

READ_MOST: Final = 1024 * 1024
"""Bytes that may be asked for at once."""

_HEAD: Final = struct.Struct(">cI")

FROM_READER: Final = {
    HELLO: NUMBER.size,
    READ: REQUEST.size,
    OPENED: 256 * 1024,
    BEGINS: 64,
    CHAPTER: 1024 * 1024,
    UNREAD: 4096,
    END: 0,
}
"""The kinds that the reader may send, and how many bytes of each at the most."""

FROM_WIZARD: Final = {WORK: 64 * 1024, DATA: READ_MOST}
"""The same of the wizard."""


class NonsenseError(ValueError):
    """What came is no frame, or none that may come."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be read: a disk of `size` bytes, all chapters but `leave_out`; with so much `memory`, in so many `seconds`."""

    size: int
    memory: int
    seconds: int
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What there is on the disk: as in wizard.inspection.found.inside.Inside. `chapters`: those that concern the system."""

    volumes: tuple[FoundVolume, ...] = ()
    system: str = ""
    chapters: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()


def write(pipe: BinaryIO, kind: bytes, content: bytes = b"") -> None:
    """Send one frame; raises OSError where nobody is there any more."""
    pipe.write(_HEAD.pack(kind, len(content)))
    pipe.write(content)
    pipe.flush()


def read(pipe: BinaryIO, allowed: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The next frame's kind and content. Raises EOFError at the end, NonsenseError for what is not allowed, OSError."""
    kind, length = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    if length > allowed.get(kind, -1):
        raise NonsenseError(f"{length} bytes of {kind!r}")
    return kind, _exactly(pipe, length)


def _exactly(pipe: BinaryIO, length: int) -> bytes:
    data = pipe.read(length)
    if len(data) != length:
        raise EOFError
    return data
