"""A header of rpm, as its databases keep one per package (rpm's "File Format" manual, header structure).

Two numbers (how many entries, how many bytes of data, big-endian), the index of 16 bytes an entry (tag, type, offset,
count), and the data. Only the beginning is read: what is asked for comes long before the lists of files.
"""

from __future__ import annotations

import struct
from typing import Final, Protocol

from wizard.inspection.found.packages import Package
from wizard.where import printable

_ENTRIES_MOST: Final = 1024  # rpm has some 100 kinds of facts of a package
_DATA_MOST: Final = 256 * 1024  # so far into the data it is looked for a name
_TEXT_MOST: Final = 256
_NAME, _VERSION, _RELEASE, _EPOCH, _ARCHITECTURE = 1000, 1001, 1002, 1003, 1022
_TEXTS: Final = (_NAME, _VERSION, _RELEASE, _ARCHITECTURE)
_INT32, _STRING, _I18N_STRING = 4, 6, 9


class Blob(Protocol):
    """Bytes that lie in a database in pieces."""

    def first(self, length: int) -> bytes:
        """The first bytes of it, fewer where it ends (or where the database is damaged)."""


def package_of(blob: Blob) -> Package | None:
    """The package whose header it is; None where it is none."""
    intro = blob.first(8)
    if len(intro) < 8:
        return None
    entries, _bytes = struct.unpack(">II", intro)
    if not 0 < entries <= _ENTRIES_MOST:
        return None
    start = 8 + 16 * entries
    index = blob.first(start)[8:]
    if len(index) < start - 8:
        return None
    places: dict[int, int] = {}
    for tag, kind, offset, count in struct.iter_unpack(">iIiI", index):
        fits = (tag in _TEXTS and kind in (_STRING, _I18N_STRING)) or (tag == _EPOCH and kind == _INT32)
        if fits and count and 0 <= offset < _DATA_MOST:
            places.setdefault(tag, offset)
    if not {_NAME, _VERSION, _RELEASE} <= places.keys():
        return None
    data = blob.first(start + max(places.values()) + _TEXT_MOST)[start:]
    texts = {tag: _text(data, place) for tag, place in places.items() if tag in _TEXTS}
    if not (texts[_NAME] and texts[_VERSION] and texts[_RELEASE]):
        return None
    number = data[places[_EPOCH] :][:4] if _EPOCH in places else b""
    epoch = int.from_bytes(number, "big") if len(number) == 4 else 0
    return Package(
        texts[_NAME],
        f"{epoch}:{texts[_VERSION]}-{texts[_RELEASE]}" if epoch else f"{texts[_VERSION]}-{texts[_RELEASE]}",
        texts.get(_ARCHITECTURE, ""),
    )


def _text(data: bytes, place: int) -> str:
    text, end, _rest = data[place : place + _TEXT_MOST].partition(b"\0")
    return printable(text.decode("utf-8", "replace")) if end else ""
