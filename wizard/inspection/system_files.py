"""The files of the system in an image: its file systems put together as when it runs, links followed inside it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wizard.inspection.tree import Entry, Kind, Tree

_LINKS_MOST: Final = 40  # as the kernel's own limit (path_resolution(7))
_PARTS_MOST: Final = 512
_DEPTH_MOST: Final = 100  # how deep a walk goes
_PATTERN_MOST: Final = 4096  # characters; as the kernel's own limit of a path
_READ_MOST: Final = 1024 * 1024
_LINE_MOST: Final = 64 * 1024


class TooMuchError(Exception):
    """An image made so that reading it would take for ever, or more memory than is given."""


@dataclass(slots=True)
class Budget:
    """What may still be read: bytes of files, entries of folders."""

    bytes: int = 1024 * 1024 * 1024
    entries: int = 2_000_000

    def read(self, length: int) -> None:
        """So many bytes are going to be read; raises TooMuchError."""
        self.bytes -= length
        if self.bytes < 0:
            raise TooMuchError("bytes")

    def seen(self) -> None:
        """One more entry of a folder; raises TooMuchError."""
        self.entries -= 1
        if self.entries < 0:
            raise TooMuchError("entries")


class Content:
    """A file's content, read in pieces: for what is too large to be read whole."""

    def __init__(self, entry: Entry, budget: Budget) -> None:
        self._entry, self._budget = entry, budget

    @property
    def size(self) -> int:
        """Its length in bytes, by the file system's word."""
        return self._entry.size

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, fewer where it ends."""
        length = max(min(length, self.size - offset), 0)
        self._budget.read(length)
        return self._entry.read(offset, length) if length else b""


class Files:
    """All files by their path in the running system ("/etc/fstab"; on Windows "/Windows/System32" of the system's drive).

    `mounted`: what is mounted where, besides the root; there need be no folder for it: the partitions that a Windows starts from
    are "/$EFI" (EFI system partition) and "/$System" (system partition of generation 1). Everything raises OSError where a file system is damaged and
    TooMuchError where the budget is at its end; nothing is raised for what is not there.
    """

    def __init__(
        self, root: Tree, mounted: Mapping[str, Tree] | None = None, budget: Budget | None = None
    ) -> None:
        self._root = root
        self._mounted = {_normal(path): tree for path, tree in (mounted or {}).items()}
        self.budget = budget or Budget()

    def find(self, path: str, *, follow: bool = True) -> Entry | None:
        """The entry at this path, None where there is none; links are followed inside the image, the last one where `follow`."""
        found = self._resolve(path, follow)
        return found[1] if found is not None else None

    def real_path(self, path: str) -> str | None:
        """The path without links, None where there is nothing."""
        found = self._resolve(path, follow=True)
        return found[0] if found is not None else None

    def exists(self, path: str) -> bool:
        """Whether something is there, links followed."""
        return self.find(path) is not None

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there, links followed."""
        entry = self.find(path)
        return entry is not None and entry.kind is Kind.FILE

    def names(self, path: str) -> tuple[str, ...]:
        """What a folder holds, sorted; nothing where it is no folder."""
        return tuple(sorted(entry.name for entry in self.entries(path)))

    def entries(self, path: str) -> Iterator[Entry]:
        """What a folder holds, in no order; nothing where it is no folder."""
        folder = self.find(path)
        if folder is not None and folder.kind is Kind.FOLDER:
            yield from self._children(folder)

    def content(self, path: str) -> Content | None:
        """A file's content to be read in pieces; None where there is no regular file."""
        entry = self.find(path)
        return Content(entry, self.budget) if entry is not None and entry.kind is Kind.FILE else None

    def read(self, path: str, most: int = _READ_MOST) -> bytes | None:
        """The first `most` bytes of a file; None where there is no regular file."""
        content = self.content(path)
        return content.read_at(0, min(content.size, most)) if content is not None else None

    def text(self, path: str, most: int = _READ_MOST) -> str | None:
        """A file as UTF-8 text, what is none replaced; None where there is no regular file."""
        data = self.read(path, most)
        return data.decode("utf-8-sig", "replace") if data is not None else None

    def lines(self, path: str, most: int = _READ_MOST) -> tuple[str, ...]:
        """A file's lines without their ends, each cut at 64 Ki characters; nothing where there is no regular file."""
        text = self.text(path, most)
        if not text:
            return ()
        lines = text.replace("\r\n", "\n").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        return tuple(line[:_LINE_MOST] for line in lines)

    def glob(self, pattern: str) -> tuple[str, ...]:
        """The paths that match, sorted; *, ? and [] stand for characters of one part of the path."""
        reached = [""] if len(pattern) <= _PATTERN_MOST else []
        for part in _parts(pattern):
            if not any(sign in part for sign in "*?["):
                reached = [f"{path}/{part}" for path in reached]
                continue
            reached = [
                f"{path}/{name}"
                for path in reached
                for name in self.names(path or "/")
                if fnmatch.fnmatchcase(name, part) and (part.startswith(".") or not name.startswith("."))
            ]
        return tuple(path for path in reached if self.find(path, follow=False) is not None)

    def walk(self, path: str) -> Iterator[tuple[str, Entry]]:
        """Everything below a folder with its path, folders before what they hold; links are given, not followed.

        It stays in the file system that it began in. A folder that is met again, as no sound file system has it, is given
        but not entered.
        """
        found = self._resolve(path, follow=True)
        if found is None or found[1].kind is not Kind.FOLDER:
            return
        start, folder = found
        entered = {folder.number}
        waiting = [(start.rstrip("/"), folder, 0)]
        while waiting:
            above, folder, depth = waiting.pop()
            for entry in self._children(folder):
                below = f"{above}/{entry.name}"
                yield below, entry
                if entry.kind is not Kind.FOLDER or depth >= _DEPTH_MOST or below in self._mounted:
                    continue
                if entry.number not in entered:
                    entered.add(entry.number)
                    waiting.append((below, entry, depth + 1))

    def _children(self, folder: Entry) -> Iterator[Entry]:
        """What a folder holds, as far as its name can be a name (a system would not even show the others)."""
        for entry in folder.children():
            self.budget.seen()
            if entry.name not in ("", ".", "..") and "/" not in entry.name and "\0" not in entry.name:
                yield entry

    def _resolve(self, path: str, follow: bool) -> tuple[str, Entry] | None:
        """The real path and its entry."""
        waiting = list(reversed(_parts(path)))
        trail: list[tuple[str, Entry]] = [("", self._root.root)]
        links = 0
        while waiting:
            above, folder = trail[-1]
            if len(waiting) > _PARTS_MOST or folder.kind is not Kind.FOLDER:
                return None
            part = waiting.pop()
            if part == "..":
                del trail[max(len(trail) - 1, 1) :]
                continue
            tree = self._mounted.get(f"{above}/{part}")
            entry = tree.root if tree is not None else folder.child(part)
            if entry is None:
                return None
            if entry.kind is not Kind.LINK or not (waiting or follow):
                trail.append((f"{above}/{part if tree is not None else entry.name}", entry))
                continue
            target = entry.target()
            links += 1
            if links > _LINKS_MOST or not target:
                return None
            if target.startswith("/"):
                del trail[1:]
            waiting.extend(reversed(_parts(target)))
        return trail[-1][0] or "/", trail[-1][1]


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/", _PARTS_MOST * 2) if part not in ("", ".")]


def _normal(path: str) -> str:
    return "".join(f"/{part}" for part in _parts(path))
