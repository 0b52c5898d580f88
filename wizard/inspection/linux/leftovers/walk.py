"""One walk over the folders where a build leaves things behind, and what each of them is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from wizard.inspection.found.accounts import User
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Entry, Kind
from wizard.rules_data import load

_ENTRIES_MOST: Final = 400_000
_DEPTH_MOST: Final = 40

# Homes of system users in here (/usr/sbin, /bin, /) are the system's own folders, and not walked.
_SYSTEM: Final = frozenset(
    {"bin", "boot", "dev", "lib", "lib32", "lib64", "proc", "run", "sbin", "sys", "usr", "nonexistent"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder. `purpose`: a kind of wizard.inspection.found.leftovers for all that is in it, or "".

    `home`: the home that it lies in, "" for none; `user`: whose that is, "" where no account has it.
    `of_a_package`: below a folder of tests or examples that packages bring.
    """

    path: str
    purpose: str = ""
    home: str = ""
    user: str = ""
    of_a_package: bool = False
    depth: int = 0


class Walk:
    """`complete` says afterwards whether everything was seen."""

    def __init__(self, files: Files, users: tuple[User, ...]) -> None:
        self._files = files
        self._data: Mapping[str, Any] = load("leftovers")
        self._left = _ENTRIES_MOST
        self.complete = True
        self._homes = self._real_homes(users)
        self._purposes = {
            real: purpose
            for path, purpose in self._data["purposes"].items()
            if (real := files.real_path(path)) is not None
        }
        for home in self._homes:
            for below, purpose in self._data["purposes_below_home"].items():
                self._purposes[f"{home}/{below}"] = purpose
        self._skipped = frozenset(self._data["skipped_folders"])
        self._skipped_names = frozenset(self._data["skipped_names"])
        self._beginnings = tuple(self._data["skipped_beginnings"])
        self._tests = frozenset(self._data["folders_of_tests"])

    def files(self) -> Iterator[tuple[Place, Entry]]:
        """Every regular file with the folder that it is in; links are left alone. Raises OSError and TooMuchError."""
        # Each is walked for itself, so that what is mounted there is seen, and not what lies below the mount.
        starts = dict.fromkeys(self._starts())
        for start in starts:
            folder = self._files.find(start)
            if folder is None or folder.kind is not Kind.FOLDER:
                continue
            waiting = [(self._start(start), folder)]
            while waiting:
                place, folder = waiting.pop()
                for entry in folder.children():
                    if self._left == 0:
                        self.complete = False
                        return
                    self._left -= 1
                    self._files.budget.seen()
                    if entry.kind is Kind.FILE:
                        yield place, entry
                    elif entry.kind is Kind.FOLDER:
                        below = self._below(place, entry.name)
                        if below is not None and below.path not in starts:
                            waiting.append((below, entry))

    def _starts(self) -> Iterator[str]:
        for path in (*self._data["starts"], *self._homes):
            real = self._files.real_path(path)
            if real is not None and real != "/" and real not in self._skipped:
                yield real

    def _start(self, path: str) -> Place:
        """A start is what the folders above it make it."""
        place = Place("")
        for part in path.strip("/").split("/"):
            place = replace(self._below(place, part) or Place(f"{place.path}/{part}"), depth=0)
        return place

    def _below(self, above: Place, name: str) -> Place | None:
        """The folder of that name; None where it is not looked into."""
        path = f"{above.path}/{name}"
        if above.depth >= _DEPTH_MOST:
            self.complete = False
            return None
        if (
            path in self._skipped
            or name in self._skipped_names
            or (above.purpose and name.startswith(self._beginnings))
        ):
            return None
        home, user = above.home, above.user
        if path in self._homes or above.path == "/home":
            home, user = path, self._homes.get(path, "")
        # In a home, a folder of tests may well be the person's own.
        of_a_package = above.of_a_package or (not home and name in self._tests)
        return Place(path, self._purposes.get(path, above.purpose), home, user, of_a_package, above.depth + 1)

    def _real_homes(self, users: tuple[User, ...]) -> dict[str, str]:
        """By real path, whose home it is: of several users the first that may log in."""
        homes = {"/root": "root"}
        for user in sorted(users, key=lambda each: not each.can_log_in):
            real = self._files.real_path(user.home) if user.home.startswith("/") else None
            if real is not None and real != "/" and real.split("/")[1] not in _SYSTEM:
                homes.setdefault(real, user.name)
        return homes
