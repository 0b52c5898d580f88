"""What an upload writes into the blob's metadata, so that an unfinished one is known for what it is, and goes on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from wizard.transfer.resuming.identity import Identity

__all__ = ["COMPLETE", "PARTIAL", "Identity", "Mark", "new_mark", "read_mark"]

PARTIAL: Final = "partial"
COMPLETE: Final = "complete"

_PREFIX: Final = "imagewizard_"  # metadata names must be names in C# too
_FENCE_DIGITS: Final = 12  # 48 bits: a whole number in every implementation


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

    def completed(self, source: Identity | None = None) -> Mark:
        """The same for a whole blob; `source` as it was at the end, where its date is another one by now."""
        return replace(self, state=COMPLETE, source=source or self.source)

    def to_metadata(self) -> dict[str, str]:
        """The mark as blob metadata."""
        found = {
            "upload": self.upload,
            "state": self.state,
            "source_length": str(self.source.length),
            "source_modified": str(self.source.modified_ns),
            "source_footer": self.source.footer_digest,
            "source_sample": self.source.sample,
            "source_bytes": str(self.source.file_bytes or ""),
        }
        return {_PREFIX + name: value for name, value in found.items() if value}


def new_mark(source: Identity) -> Mark:
    """The mark of an upload that begins."""
    return Mark(secrets.token_hex(16), source, PARTIAL)


def read_mark(metadata: Mapping[str, str]) -> Mark | None:
    """The mark in a blob's metadata; None where this program did not write it, or another changed it.

    Version 0.1 wrote no sample and not the file's size.
    """
    values = {name.lower(): value for name, value in metadata.items()}
    try:
        mark = Mark(
            values[_PREFIX + "upload"],
            Identity(
                int(values[_PREFIX + "source_length"]),
                int(values[_PREFIX + "source_modified"]),
                values[_PREFIX + "source_footer"],
                values.get(_PREFIX + "source_sample", ""),
                int(values.get(_PREFIX + "source_bytes", "0")),
            ),
            values[_PREFIX + "state"],
        )
        is_ours = mark.fence >= 0 and len(mark.upload) >= _FENCE_DIGITS and mark.state in (PARTIAL, COMPLETE)
    except (KeyError, ValueError):
        return None
    return mark if is_ours else None
