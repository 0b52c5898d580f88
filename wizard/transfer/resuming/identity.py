"""What tells one source of an upload from another, on every computer and in every session alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from wizard.transfer.ranges import Stretch

_ENDS: Final = 1024 * 1024
_PIECES: Final = 64
_PIECE: Final = 4096


@dataclass(frozen=True, slots=True)
class Identity:
    """`length` of the VHD in bytes, time of the file's last change, SHA-256 of the footer (with the VHD's unique id).

    `sample`: SHA-256 over fixed places of the VHD (see `places`), `file_bytes`: the file's own size. Both are empty where
    version 0.1 began the upload.
    """

    length: int
    modified_ns: int
    footer_digest: str
    sample: str = ""
    file_bytes: int = 0


class Likeness(Enum):
    """What a source is to the one that an upload was begun with."""

    SAME = "same"
    TOUCHED = "only the file's date or size is another: it was copied, touched or packed anew"
    OTHER_LENGTH = "another length"
    OTHER_FOOTER = "another footer"
    OTHER_CONTENT = "another content"
    OTHER_DATE = "another date, and nothing is known of the content"

    @property
    def is_ours(self) -> bool:
        """Whether an upload can go on with it."""
        return self in (Likeness.SAME, Likeness.TOUCHED)


def likeness(before: Identity, now: Identity) -> Likeness:
    """What `now` is to the source that an upload was begun with."""
    if now.length != before.length:
        return Likeness.OTHER_LENGTH
    if now.footer_digest != before.footer_digest:
        return Likeness.OTHER_FOOTER
    same_date = now.modified_ns == before.modified_ns
    if not before.sample:
        return Likeness.SAME if same_date else Likeness.OTHER_DATE
    if now.sample != before.sample:
        return Likeness.OTHER_CONTENT
    return Likeness.SAME if same_date and now.file_bytes == before.file_bytes else Likeness.TOUCHED


def places(length: int) -> list[Stretch]:
    """Where a VHD of so many bytes is sampled: its first and last MiB, and 64 places of 4 KiB spread between them."""
    ends = min(_ENDS, length)
    between = [
        (at, min(_PIECE, length - at)) for at in (length * n // (_PIECES + 1) for n in range(1, _PIECES + 1))
    ]
    return [(0, ends), *between, (length - ends, ends)]


def sample_of(read_at: Callable[[int, int], bytes], length: int) -> str:
    """SHA-256 in hex over the VHD's length and its bytes at `places`: 2.3 MiB are read at the most."""
    sha = hashlib.sha256(b"%d" % length)
    for start, size in places(length):
        sha.update(read_at(start, size))
    return sha.hexdigest()
