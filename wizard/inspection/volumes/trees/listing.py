"""Folders, found by their names; those that were looked into last are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sized
from typing import Any, Final, Generic, TypeVar

from wizard.inspection.tree import Entry
from wizard.inspection.volumes.trees.libyal import ask, ask_number, damaged

_FOLDERS: Final = 256
_NAMES: Final = 200_000  # in all folders that are kept
_ENTRIES_MOST: Final = 4_000_000  # of one folder

Make = Callable[[Any, int], Entry]
Folder = TypeVar("Folder", bound=Sized)


class Listings(Generic[Folder]):
    """The folders that were looked into last, by their number in the file system."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Folder] = OrderedDict()
        self._names = 0

    def of(self, number: int, new: Callable[[], Folder]) -> Folder:
        """The folder, made by `new` where it is not kept; raises OSError."""
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
            return kept
        folder = new()
        self._kept[number] = folder
        self._names += len(folder)
        while self._kept and (len(self._kept) > _FOLDERS or self._names > _NAMES):
            self._names -= len(self._kept.popitem(last=False)[1])
        return folder


class Listing:
    """One folder of libyal's: its `get_sub_file_entry` reads the entry's inode, and the name is known only then."""

    def __init__(self, folder: Any, make: Make, key: Callable[[str], str]) -> None:
        self._folder, self._make, self._key = folder, make, key
        self._count = min(max(ask_number(folder.get_number_of_sub_file_entries), 0), _ENTRIES_MOST)
        self._places: dict[str, int] | None = None
        self._damaged = False

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Entry]:
        """Every entry that can be read, once; then OSError where there was another."""
        places: dict[str, int] = {}
        broken = False
        for index in range(self._count):
            try:
                entry = self._entry(index)
            except OSError:
                broken = True
                continue
            # A name that stands twice in a folder is the work of an attacker, or damage: the first one counts.
            if places.setdefault(self._key(entry.name), index) == index:
                yield entry
        self._places, self._damaged = places, broken
        if broken:
            raise damaged()

    def find(self, name: str) -> Entry | None:
        """The entry of that name, None where there is none. Raises OSError where it may be one that cannot be read."""
        if self._places is None:
            try:
                for _ in self:
                    pass
            except OSError:
                pass
        index = (self._places or {}).get(self._key(name))
        if index is None:
            if self._damaged:
                raise damaged()
            return None
        return self._entry(index)

    def _entry(self, index: int) -> Entry:
        return self._make(ask(self._folder.get_sub_file_entry, index), index)
