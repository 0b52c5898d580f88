"""What an upload writes into the blob's metadata, so that an unfinished one is known for what it is, and goes on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

PARTIAL: Final = "partial"
COMPLETE: Final = "complete"

_PREFIX: Final = "imagewizard_"  # metadata names must be names in C# too
_FENCE_DIGITS: Final = 12  # 48 bits: a whole number in every implementation


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one source from another: length in bytes, time of its last change, SHA-256 of its footer (with the VHD's unique id)."""

    length: int
    modified_ns: int
    footer_digest: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Which upload of which source a blob is, and whether it is whole. `upload` is made anew for every blob."""

    upload: str
    source: Identity
    state: str

    @property
    def fence(self) -> int:
        """The blob's sequence number: an older upload, say of a computer that slept, cannot write into a newer blob."""
        return int(self.upload[:_FENCE_DIGITS], 16)

    @property
    def is_complete(self) -> bool:
        """Whether everything has arrived and was compared."""
        return self.state == COMPLETE

    def completed(self) -> Mark:
        """The same for a whole blob."""
        return replace(self, state=COMPLETE)

    def to_metadata(self) -> dict[str, str]:
        """The mark as blob metadata."""
        return {
            _PREFIX + "upload": self.upload,
            _PREFIX + "state": self.state,
            _PREFIX + "source_length": str(self.source.length),
            _PREFIX + "source_modified": str(self.source.modified_ns),
            _PREFIX + "source_footer": self.source.footer_digest,
        }


def new_mark(source: Identity) -> Mark:
    """The mark of an upload that begins."""
    return Mark(secrets.token_hex(16), source, PARTIAL)


def read_mark(metadata: Mapping[str, str]) -> Mark | None:
    """The mark in a blob's metadata; None where this program did not write it, or another changed it."""
    values = {name.lower(): value for name, value in metadata.items()}
    try:
        mark = Mark(
            values[_PREFIX + "upload"],
            Identity(
                int(values[_PREFIX + "source_length"]),
                int(values[_PREFIX + "source_modified"]),
                values[_PREFIX + "source_footer"],
            ),
            values[_PREFIX + "state"],
        )
        is_ours = mark.fence >= 0 and len(mark.upload) >= _FENCE_DIGITS and mark.state in (PARTIAL, COMPLETE)
    except (KeyError, ValueError):
        return None
    return mark if is_ours else None
