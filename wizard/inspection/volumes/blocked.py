"""A tree in place of one that cannot be read: whoever needs what is in it learns that, instead of finding nothing there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from typing import Final, NoReturn

from wizard.inspection.found.inside import Why
from wizard.inspection.tree import Entry, Kind


class BlockedError(OSError):
    """What is wanted lies on a volume that cannot be read, for this reason (inside.Why) and with its detail."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(errno.EIO, os.strerror(errno.EIO))
        self.why, self.detail = why, detail


class BlockedFolder:
    """A folder whose content nobody can tell (wizard.inspection.tree.Entry)."""

    name: Final = ""
    kind: Final = Kind.FOLDER
    number: Final = 0
    size: Final = 0
    mode: Final = 0o755
    owner: Final = 0
    modified: Final = 0

    def __init__(self, why: Why, detail: str) -> None:
        self._why, self._detail = why, detail

    def children(self) -> Iterator[Entry]:
        self._refuse()

    def child(self, _name: str, /) -> Entry | None:
        self._refuse()

    def read(self, _offset: int, _length: int, /) -> bytes:
        self._refuse()

    def target(self) -> str:
        return ""

    def _refuse(self) -> NoReturn:
        raise BlockedError(self._why, self._detail)


class BlockedTree:
    """A file system of which nothing is known but where it is mounted, and why that is so."""

    def __init__(self, why: Why, detail: str) -> None:
        self.root = BlockedFolder(why, detail)
