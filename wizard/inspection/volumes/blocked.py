"""A tree in place of one that cannot be read: whoever needs what is in it learns that, instead of finding nothing there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NoReturn

from wizard.inspection.tree import Entry, Kind
from wizard.inspection.volumes.trees.libyal import damaged


class BlockedFolder:
    """A folder whose content nobody can tell (wizard.inspection.tree.Entry)."""

    name: Final = ""
    kind: Final = Kind.FOLDER
    number: Final = 0
    size: Final = 0
    mode: Final = 0o755
    owner: Final = 0
    modified: Final = 0

    def children(self) -> Iterator[Entry]:
        self._refuse()

    def child(self, _name: str, /) -> Entry | None:
        self._refuse()

    def read(self, _offset: int, _length: int, /) -> bytes:
        self._refuse()

    def target(self) -> str:
        return ""

    def _refuse(self) -> NoReturn:
        raise damaged()


class BlockedTree:
    """A file system of which nothing is known but where it is mounted."""

    def __init__(self) -> None:
        self.root = BlockedFolder()
