"""A file system inside an image, as a tree that can be read; nothing of it is executed, mounted or written to disk."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What an entry of a tree is."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"


class Entry(Protocol):
    """A file, folder, link or device. Links are not followed; wizard.inspection.system_files does that, inside the image.

    Whatever stands in an image may be made to harm: sizes and names are what it says, not what is true.
    Everything raises OSError where the file system is damaged.
    """

    @property
    def name(self) -> str:
        """Its name in its folder; "" for the root."""

    @property
    def kind(self) -> Kind:
        """What it is."""

    @property
    def number(self) -> int:
        """What the file system calls it by; the same wherever the same folder is met again."""

    @property
    def size(self) -> int:
        """Of a file: its length in bytes; 0 for the others."""

    @property
    def mode(self) -> int:
        """Permission bits as in POSIX (0o7777); 0o644 where the file system has none."""

    @property
    def owner(self) -> int:
        """The owner's user id; 0 where the file system has none."""

    @property
    def modified(self) -> int:
        """When its content changed last, in seconds since 1970 UTC; 0 where unknown."""

    def children(self) -> Iterator[Entry]:
        """What a folder holds, without "." and ".."; nothing for the others."""

    def child(self, name: str) -> Entry | None:
        """The entry of that name in a folder, None where there is none; FAT and NTFS do not look at upper and lower case."""

    def read(self, offset: int, length: int) -> bytes:
        """These bytes of a file, fewer where it ends."""

    def target(self) -> str:
        """Where a link points, as it says; "" for the others."""


class Tree(Protocol):
    """One file system. For one thread."""

    @property
    def root(self) -> Entry:
        """Its topmost folder."""
