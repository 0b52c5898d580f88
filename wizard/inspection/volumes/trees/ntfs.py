"""NTFS (libfsntfs): compressed files, also those of the Windows Overlay Filter, are read as what they stand for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Final

from wizard.inspection.tree import Entry, Kind
from wizard.inspection.volumes.trees.libyal import ask, ask_number, damaged, name_of, read, root_of, seconds

_REPARSE_POINT: Final = 0x400
_ENCRYPTED: Final = 0x4000
_SYSTEM_FILES: Final = 24  # the first entries of the MFT: $MFT, $Bitmap and their like
_BITMAP: Final = 6  # its number in the MFT
_RECORD: Final = (1 << 48) - 1
_FILETIME_OF_1970: Final = 116_444_736_000_000_000  # in units of 100 ns since 1601
_KEPT: Final = 2048  # entries that were found by their names
_ENTRIES_MOST: Final = 4_000_000


class NtfsTree:
    """The file system of an opened libfsntfs volume. Names are found whatever their upper and lower case."""

    def __init__(self, volume: Any) -> None:
        self.volume = volume
        self._found: OrderedDict[str, NtfsEntry | None] = OrderedDict()
        self.root = NtfsEntry(self, root_of(volume), "", "")

    def find(self, path: str) -> NtfsEntry | None:
        """The entry of this path with backslashes. Those found last are kept: libfsntfs reads a folder's whole index anew."""
        if path in self._found:
            self._found.move_to_end(path)
            return self._found[path]
        entry = ask(self.volume.get_file_entry_by_path, path)
        above = path[: path.rindex("\\")]
        found = below(self, entry, name_of(entry, 0), above) if entry is not None else None
        self._found[path] = found
        if len(self._found) > _KEPT:
            self._found.popitem(last=False)
        return found

    @property
    def label(self) -> str:
        """The volume's name, "" where it has none."""
        name: str | None = ask(self.volume.get_name)
        return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name or "")

    @property
    def cluster_bytes(self) -> int:
        """Bytes of a cluster."""
        return ask_number(self.volume.get_cluster_block_size)

    def bitmap(self, offset: int, length: int) -> bytes:
        """These bytes of $Bitmap, a bit for each cluster that is in use."""
        entry = ask(self.volume.get_file_entry, _BITMAP)
        return read(entry, ask_number(entry.get_size), offset, length)


class NtfsEntry:
    """An entry of it. What the volume keeps for itself ($MFT …) and what was deleted is not shown."""

    __slots__ = ("_entry", "_flags", "_path", "_tree", "kind", "name", "number")

    mode: Final = 0o644
    owner: Final = 0

    def __init__(self, tree: NtfsTree, entry: Any, name: str, path: str) -> None:
        """`path`: with backslashes, as libfsntfs wants it; "" for the root."""
        self._tree, self._entry, self.name, self._path = tree, entry, name, path
        self.number = ask_number(entry.get_file_reference) & _RECORD
        self._flags = ask_number(entry.get_file_attribute_flags)
        is_folder: bool = ask(entry.has_directory_entries_index)
        self.kind = Kind.FOLDER if is_folder else Kind.FILE
        if self._flags & _REPARSE_POINT and (is_folder or self._link() is not None):
            self.kind = Kind.LINK

    @property
    def size(self) -> int:
        if self.kind is not Kind.FILE or not ask(self._entry.has_default_data_stream):
            return 0
        return max(ask_number(self._entry.get_size), 0)

    @property
    def modified(self) -> int:
        time = ask_number(self._entry.get_modification_time_as_integer)
        return seconds((time - _FILETIME_OF_1970) * 100)

    def children(self) -> Iterator[Entry]:
        if self.kind is not Kind.FOLDER:
            return
        broken = False
        seen = set[str]()
        for index in range(min(ask_number(self._entry.get_number_of_sub_file_entries), _ENTRIES_MOST)):
            try:
                entry = ask(self._entry.get_sub_file_entry, index)
                found = below(self._tree, entry, name_of(entry, index), self._path)
            except OSError:
                broken = True
                continue
            if found is not None and found.name not in seen:
                seen.add(found.name)
                yield found
        if broken:
            raise damaged()

    def child(self, name: str) -> Entry | None:
        if self.kind is not Kind.FOLDER or not name or "\\" in name or "/" in name or "\0" in name:
            return None
        return self._tree.find(f"{self._path}\\{name}")

    def read(self, offset: int, length: int) -> bytes:
        if self.kind is not Kind.FILE:
            return b""
        if self._flags & _ENCRYPTED or (self._flags & _REPARSE_POINT and not self._is_overlaid()):
            raise damaged()  # what stands there is not what a program would get
        return read(self._entry, self.size, offset, length)

    def target(self) -> str:
        """Of a symbolic link on this drive, written with slashes; of junctions libfsntfs tells none, then ""."""
        return _with_slashes(self._link() or "") if self.kind is Kind.LINK else ""

    def _link(self) -> str | None:
        target: str | None = ask(self._entry.get_symbolic_link_target)
        return target

    def _is_overlaid(self) -> bool:
        """Whether the Windows Overlay Filter keeps the content elsewhere in the file; libfsntfs knows how to read that."""
        return bool(ask(self._entry.has_alternate_data_stream_by_name, "WofCompressedData"))


def below(tree: NtfsTree, entry: Any, name: str, path: str) -> NtfsEntry | None:
    """The entry in the folder of this path; None where it is none of the person's, or was deleted."""
    if not ask(entry.is_allocated):
        return None
    found = NtfsEntry(tree, entry, name, f"{path}\\{name}")
    return None if found.number < _SYSTEM_FILES else found


def _with_slashes(target: str) -> str:
    r"""\??\C:\Windows → /Windows, ..\x → ../x; "" for what is no path of this drive."""
    plain = target.removeprefix("\\??\\").removeprefix("\\\\?\\")
    if plain[1:2] == ":":
        # Links name the drive as it was when they were made; links from the system's drive to another one are rare, and
        # lead nowhere here.
        return plain[2:].replace("\\", "/") if plain[:1] in "Cc" and plain[2:3] == "\\" else ""
    return "" if plain.startswith("Volume{") else plain.replace("\\", "/")
