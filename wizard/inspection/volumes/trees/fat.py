"""FAT12, FAT16, FAT32 (libfsfat): an EFI system partition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from wizard.inspection.tree import Entry, Kind
from wizard.inspection.volumes.trees.libyal import ask, ask_number, name_of, read, root_of
from wizard.inspection.volumes.trees.listing import Listing, Listings

_FOLDER: Final = 0x10
_VOLUME_LABEL: Final = 0x08


class FatTree:
    """The file system of an opened libfsfat volume."""

    def __init__(self, volume: Any) -> None:
        self._volume = volume
        self.listings: Listings[Listing] = Listings()
        self.root = FatEntry(self, root_of(volume), "", is_root=True)


class FatEntry:
    """An entry of it. FAT knows neither owner nor rights; times are local ones of nobody knows where, so none is told."""

    __slots__ = ("_entry", "_tree", "kind", "name", "number")

    mode: Final = 0o644
    owner: Final = 0
    modified: Final = 0

    def __init__(self, tree: FatTree, entry: Any, name: str, *, is_root: bool = False) -> None:
        self._tree, self._entry, self.name = tree, entry, name
        flags = _FOLDER if is_root else ask_number(entry.get_file_attribute_flags)
        self.kind = Kind.FOLDER if flags & _FOLDER else Kind.OTHER if flags & _VOLUME_LABEL else Kind.FILE
        self.number = 0 if is_root else _place(entry)

    @property
    def size(self) -> int:
        return max(ask_number(self._entry.get_size), 0) if self.kind is Kind.FILE else 0

    def children(self) -> Iterator[Entry]:
        if self.kind is Kind.FOLDER:
            yield from self._listing()

    def child(self, name: str) -> Entry | None:
        return self._listing().find(name) if self.kind is Kind.FOLDER else None

    def read(self, offset: int, length: int) -> bytes:
        return read(self._entry, self.size, offset, length) if self.kind is Kind.FILE else b""

    def target(self) -> str:
        return ""

    def _listing(self) -> Listing:
        def make(entry: Any, index: int) -> Entry:
            return FatEntry(self._tree, entry, name_of(entry, index))

        return self._tree.listings.of(self.number, lambda: Listing(self._entry, make, str.casefold))


def _place(entry: Any) -> int:
    """Where its content begins: the same for each entry that names the same folder. What has none is known by its entry."""
    try:
        if ask_number(entry.get_number_of_extents) > 0:
            place: int = ask(entry.get_extent, 0)[0]
            return place
    except OSError:
        pass
    return -1 - ask_number(entry.get_identifier)
