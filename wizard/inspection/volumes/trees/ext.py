"""ext2, ext3, ext4 (libfsext)."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from typing import Any

from wizard.inspection.tree import Entry, Kind
from wizard.inspection.volumes.trees.libyal import ask, ask_number, name_of, read, root_of, seconds
from wizard.inspection.volumes.trees.listing import Listing, Listings

_KINDS = {stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER, stat.S_IFLNK: Kind.LINK}


class ExtTree:
    """The file system of an opened libfsext volume."""

    def __init__(self, volume: Any) -> None:
        self._volume = volume  # kept, for its entries do not keep it
        self.listings: Listings[Listing] = Listings()
        self.root = ExtEntry(self, root_of(volume), "")


class ExtEntry:
    """An entry of it (wizard.inspection.tree.Entry)."""

    __slots__ = ("_entry", "_mode", "_tree", "kind", "name", "number")

    def __init__(self, tree: ExtTree, entry: Any, name: str) -> None:
        self._tree, self._entry, self.name = tree, entry, name
        self._mode = ask_number(entry.get_file_mode)
        self.kind = _KINDS.get(stat.S_IFMT(self._mode), Kind.OTHER)
        self.number = ask_number(entry.get_inode_number)

    @property
    def size(self) -> int:
        return max(ask_number(self._entry.get_size), 0) if self.kind is Kind.FILE else 0

    @property
    def mode(self) -> int:
        return stat.S_IMODE(self._mode)

    @property
    def owner(self) -> int:
        return ask_number(self._entry.get_owner_identifier)

    @property
    def modified(self) -> int:
        return seconds(ask_number(self._entry.get_modification_time_as_integer))

    def children(self) -> Iterator[Entry]:
        if self.kind is Kind.FOLDER:
            yield from self._listing()

    def child(self, name: str) -> Entry | None:
        return self._listing().find(name) if self.kind is Kind.FOLDER else None

    def read(self, offset: int, length: int) -> bytes:
        return read(self._entry, self.size, offset, length) if self.kind is Kind.FILE else b""

    def target(self) -> str:
        return (ask(self._entry.get_symbolic_link_target) or "") if self.kind is Kind.LINK else ""

    def _listing(self) -> Listing:
        def make(entry: Any, index: int) -> Entry:
            return ExtEntry(self._tree, entry, name_of(entry, index))

        # libfsext's own lookup of a name fails for every one that is there.
        return self._tree.listings.of(self.number, lambda: Listing(self._entry, make, str))
