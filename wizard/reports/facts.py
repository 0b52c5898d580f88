"""What the steps handed to each other, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.checks.checklist import shown_time
from wizard.figures import exactly, in_units
from wizard.messages import Message, msg, plural
from wizard.results import Certification, ContainerAccess, DiskImage, SasLink, VhdBlob

Row = tuple[Message, Message]


def facts(results: Mapping[str, Any]) -> tuple[Row, ...]:
    """A line or more for most results, in their order; what the answers say already is left to the JSON report."""
    return tuple(row for value in results.values() for row in _rows(value))


def _rows(value: Any) -> tuple[Row, ...]:
    match value:
        case DiskImage():
            return (
                (msg("Size of the disk"), _bytes(value.virtual_bytes)),
                (msg("Generation"), _plain(str(value.generation)) if value.generation else msg("not known")),
            )
        case VhdBlob():
            return (
                (msg("Address of the blob"), _plain(value.url)),
                (msg("Length"), _bytes(value.length)),
                (msg("Data in it"), _bytes(value.data_bytes)),
                (msg("SHA-256 of where its data lies"), _plain(value.ranges_digest)),
            )
        case Certification():
            names = tuple(file.name for file in value.files)
            return (
                (
                    msg("Files in the container {container}", container=value.container),
                    msg("{names}", names=names),
                ),
            )
        case ContainerAccess():
            return (
                (
                    msg("Public access of the container {container}", container=value.container),
                    _LEVELS.get(value.level, _plain(value.level)),
                ),
            )
        case SasLink():
            return (
                (msg("Address without its signature"), _plain(value.url)),
                (msg("Permissions and scope"), _plain(f"sp={value.permissions} sr={value.scope}")),
                (msg("Works from"), _plain(shown_time(value.starts))),
                (msg("Works until"), _plain(shown_time(value.expires))),
            )
        case _:
            return ()


_LEVELS = {
    "private": msg("private: nobody reads it without a SAS URI"),
    "blob": msg("Blob: everyone who knows an address reads it"),
    "container": msg("Container: everyone lists and reads everything in it"),
}


def _bytes(count: int) -> Message:
    if count < 1024:
        return plural("{n} byte", "{n} bytes", n=count)
    return msg("{size} ({bytes} bytes)", size=in_units(count), bytes=exactly(count))


def _plain(text: str) -> Message:
    return msg("{text}", text=text)
