"""XFS, read by ourselves (see xfs_layout for why): folders, links and files."""

from __future__ import annotations

import bisect
import stat
import struct
from collections.abc import Iterator
from typing import Final

from wizard.inspection.tree import Entry, Kind
from wizard.inspection.volumes.trees.libyal import damaged, seconds
from wizard.inspection.volumes.trees.listing import Listings
from wizard.inspection.volumes.trees.xfs_layout import LOCAL, Extent, Inode, Layout
from wizard.inspection.volumes.window import Window

_KINDS: Final = {stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER, stat.S_IFLNK: Kind.LINK}
_IN_FOLDERS: Final = {
    1: Kind.FILE,
    2: Kind.FOLDER,
    7: Kind.LINK,
}  # as a folder's entry says it; 0: it does not
_OTHERS: Final = range(3, 10)

_LEAVES: Final = 1 << 35  # what lies behind this byte of a folder is its index, not its entries
_ENTRIES_MOST: Final = 4_000_000
_TARGET_MOST: Final = 1024  # bytes of a link
_FREE: Final = 0xFFFF

Names = dict[str, tuple[int, int]]
"""A folder's entries: the inode's number, and the kind that the folder tells."""


class XfsTree:
    """The file system in this window."""

    def __init__(self, window: Window) -> None:
        self.layout = Layout(window)
        self.listings: Listings[Names] = Listings()
        self.root = XfsEntry(self, "", self.layout.root, 2)


class XfsEntry:
    """An entry of it (wizard.inspection.tree.Entry). Its inode is read when more is asked than its folder tells."""

    __slots__ = ("_extents", "_found", "_told", "_tree", "name", "number")

    def __init__(self, tree: XfsTree, name: str, number: int, told: int) -> None:
        self._tree, self.name, self.number, self._told = tree, name, number, told
        self._found: Inode | None = None
        self._extents: list[Extent] | None = None

    @property
    def kind(self) -> Kind:
        if self._told == 0:
            return _KINDS.get(stat.S_IFMT(self._inode.mode), Kind.OTHER)
        return _IN_FOLDERS.get(self._told, Kind.OTHER)

    @property
    def size(self) -> int:
        return self._inode.size if self.kind is Kind.FILE else 0

    @property
    def mode(self) -> int:
        return stat.S_IMODE(self._inode.mode)

    @property
    def owner(self) -> int:
        return self._inode.owner

    @property
    def modified(self) -> int:
        return seconds(self._inode.modified * 1_000_000_000)

    def children(self) -> Iterator[Entry]:
        if self.kind is Kind.FOLDER:
            for name, (number, told) in self._names().items():
                yield XfsEntry(self._tree, name, number, told)

    def child(self, name: str) -> Entry | None:
        found = self._names().get(name) if self.kind is Kind.FOLDER else None
        return XfsEntry(self._tree, name, *found) if found is not None else None

    def read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        return self._content(offset, length) if self.kind is Kind.FILE and offset >= 0 and length > 0 else b""

    def target(self) -> str:
        if self.kind is not Kind.LINK:
            return ""
        inode = self._inode
        if not 0 < inode.size <= _TARGET_MOST:
            raise damaged()
        if inode.format == LOCAL:
            return inode.fork[: inode.size].decode("utf-8", "replace")
        layout, found, offset = self._tree.layout, b"", 0
        header = 56 if layout.checked else 0
        while len(found) < inode.size:
            data = self._content(offset, layout.block)
            if header and not data.startswith(b"XSLM"):
                raise damaged()
            found, offset = found + data[header:], offset + layout.block
        return found[: inode.size].decode("utf-8", "replace")

    @property
    def _inode(self) -> Inode:
        if self._found is None:
            inode = self._tree.layout.inode(self.number)
            kind = _KINDS.get(stat.S_IFMT(inode.mode), Kind.OTHER)
            if self._told and kind is not _IN_FOLDERS.get(self._told, Kind.OTHER):
                raise damaged()
            self._found = inode
        return self._found

    def _content(self, offset: int, length: int) -> bytes:
        """These bytes of the data fork; zeros where it has none."""
        layout = self._tree.layout
        if self._extents is None:
            self._extents = layout.extents(self._inode)
        pieces: list[bytes] = []
        at, end = offset, offset + length
        first = bisect.bisect_right(self._extents, offset // layout.block, key=lambda each: each.start)
        for each in self._extents[max(first - 1, 0) :]:
            start, stop = each.start * layout.block, (each.start + each.count) * layout.block
            if start >= end:
                break
            if stop <= at:
                continue
            pieces.append(bytes(max(start - at, 0)))
            at = max(start, at)
            pieces.append(layout.read(each, at - start, min(stop, end) - at))
            at = min(stop, end)
        pieces.append(bytes(end - at))
        return b"".join(pieces)

    def _names(self) -> Names:
        return self._tree.listings.of(self.number, self._listing)

    def _listing(self) -> Names:
        found: Names = {}
        entries = self._in_inode() if self._inode.format == LOCAL else self._in_blocks()
        for name, number, told in entries:
            if name in (b".", b".."):
                continue
            text = name.decode("utf-8", "replace")
            # A name that is no UTF-8 gets its number, lest two of them be shown as one.
            found.setdefault(text if text.encode() == name else f"{text}{number}", (number, told))
            if len(found) > _ENTRIES_MOST:
                raise damaged()
        return found

    def _in_inode(self) -> Iterator[tuple[bytes, int, int]]:
        """The entries of a small folder."""
        data, told_bytes = self._inode.fork, int(self._tree.layout.kinds_in_folders)
        if len(data) < 6:
            raise damaged()
        width = 8 if data[1] else 4
        at = 2 + width
        for _ in range(data[0]):
            if at >= len(data):
                raise damaged()
            end = at + 3 + data[at]
            told = data[end] if told_bytes and end < len(data) else 0
            number = data[end + told_bytes : end + told_bytes + width]
            if len(number) < width:
                raise damaged()
            yield self._entry(data[at + 3 : end], int.from_bytes(number, "big"), told)
            at = end + told_bytes + width

    def _in_blocks(self) -> Iterator[tuple[bytes, int, int]]:
        """The entries of a larger folder, block by block; each is as long as its name wants, in steps of eight bytes."""
        layout, size, last = self._tree.layout, self._tree.layout.folder_block, -1
        self._extents = layout.extents(self._inode)
        for extent in self._extents:
            start, stop = extent.start * layout.block, (extent.start + extent.count) * layout.block
            for index in range(max(start // size, last + 1), -(-min(stop, _LEAVES) // size)):
                last = index
                yield from self._in_block(self._content(index * size, size))

    def _in_block(self, data: bytes) -> Iterator[tuple[bytes, int, int]]:
        layout = self._tree.layout
        magic, told_bytes = data[:4], int(layout.kinds_in_folders)
        if magic not in ((b"XDB3", b"XDD3") if layout.checked else (b"XD2B", b"XD2D")):
            raise damaged()
        at, end = (64 if layout.checked else 16), len(data)
        if magic in (b"XDB3", b"XD2B"):  # the only block: its index stands at its end
            end -= 8 + 8 * min(struct.unpack_from(">I", data, len(data) - 8)[0], len(data) // 8 - 1)
        while at + 16 <= end:
            number = struct.unpack_from(">Q", data, at)[0]
            if number >> 48 == _FREE:
                at += max(struct.unpack_from(">H", data, at + 2)[0], 8)
                continue
            name_end = at + 9 + data[at + 8]
            if name_end + told_bytes + 2 > end:
                raise damaged()
            yield self._entry(data[at + 9 : name_end], number, data[name_end] if told_bytes else 0)
            at += -(-(name_end + told_bytes + 2 - at) // 8) * 8

    @staticmethod
    def _entry(name: bytes, number: int, told: int) -> tuple[bytes, int, int]:
        return name, number, told if told in _IN_FOLDERS or told in _OTHERS else 0
