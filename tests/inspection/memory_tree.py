"""A file system held in memory: what the readers of chapters are given in their tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind


@dataclass
class Link:
    """A symbolic link."""

    to: str


@dataclass
class Held:
    """A file with its rights, where these matter."""

    data: bytes | str = b""
    mode: int = 0o644
    owner: int = 0
    modified: int = 0
    size: int | None = None  # what it says of its length, where that is a lie


@dataclass
class MemoryEntry:
    """An entry of the tree (wizard.inspection.tree.Entry)."""

    name: str
    kind: Kind
    data: bytes = b""
    mode: int = 0o644
    owner: int = 0
    modified: int = 0
    to: str = ""
    below: dict[str, MemoryEntry] = field(default_factory=dict)
    says: int | None = None
    any_case: bool = False

    @property
    def number(self) -> int:
        return id(self)

    @property
    def size(self) -> int:
        if self.kind is not Kind.FILE:
            return 0
        return len(self.data) if self.says is None else self.says

    def children(self) -> Iterator[MemoryEntry]:
        yield from list(self.below.values())

    def child(self, name: str) -> MemoryEntry | None:
        if self.any_case:
            return next((each for each in self.below.values() if each.name.lower() == name.lower()), None)
        return self.below.get(name)

    def read(self, offset: int, length: int) -> bytes:
        content = self.data[offset : offset + length]
        return content.ljust(min(length, max(self.size - offset, 0)), b"\0")

    def target(self) -> str:
        return self.to


class MemoryTree:
    """`content`: path → text, bytes, Held, Link, or None for an empty folder. Folders above are made by themselves."""

    def __init__(
        self, content: Mapping[str, bytes | str | Held | Link | None], *, any_case: bool = False
    ) -> None:
        self.root = MemoryEntry("", Kind.FOLDER, mode=0o755, any_case=any_case)
        self._any_case = any_case
        for path, what in content.items():
            self._put(path, what)

    def _put(self, path: str, what: bytes | str | Held | Link | None) -> None:
        *above, name = [part for part in path.split("/") if part]
        folder = self.root
        for part in above:
            folder = folder.below.setdefault(
                part, MemoryEntry(part, Kind.FOLDER, mode=0o755, any_case=self._any_case)
            )
        if what is None:
            folder.below.setdefault(name, MemoryEntry(name, Kind.FOLDER, mode=0o755, any_case=self._any_case))
        elif isinstance(what, Link):
            folder.below[name] = MemoryEntry(name, Kind.LINK, to=what.to, mode=0o777)
        else:
            held = what if isinstance(what, Held) else Held(what)
            data = held.data.encode() if isinstance(held.data, str) else held.data
            folder.below[name] = MemoryEntry(
                name, Kind.FILE, data, held.mode, held.owner, held.modified, says=held.size
            )


def files(
    content: Mapping[str, bytes | str | Held | Link | None],
    mounted: Mapping[str, MemoryTree] | None = None,
    *,
    any_case: bool = False,
) -> Files:
    """The files of a system made of `content` (see MemoryTree)."""
    return Files(MemoryTree(content, any_case=any_case), mounted)
