"""Says of each file what kind of leftover it is, by its place, its name, and the first bytes of a few."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from wizard.inspection.found.leftovers import (
    CERTIFICATES,
    CRASH_DUMPS,
    CREDENTIALS,
    HOST_KEYS,
    KEY_STORES,
    KEYS_OF_DISTRIBUTION,
    KEYS_OF_PACKAGES,
    KNOWN_HOSTS,
    LOGS,
    OTHER_HISTORIES,
    PASSWORD_FILES,
    PATHS_MOST,
    PRIVATE_KEYS,
    ROTATED_LOGS,
    TEMPORARY,
    History,
    LeftoverGroup,
)
from wizard.inspection.linux.leftovers.keys import is_certificate, is_private_key
from wizard.inspection.linux.leftovers.walk import Place
from wizard.inspection.system_files import Content, Files
from wizard.inspection.tree import Entry
from wizard.rules_data import load

_READ_MOST: Final = 32 * 1024
_LOOKS_MOST: Final = 600  # files whose first bytes are read
_LOOKS_MOST_IN_PACKAGES: Final = 200  # those that nobody misses much
_KEY_SIZE_MOST: Final = 4 * 1024 * 1024  # no key is larger; bundles of them are
_HISTORIES_MOST: Final = 200

_ROTATED: Final = re.compile(r"\.(gz|xz|bz2|zst|old|[0-9]{1,3})$|-[0-9]{8}$")
_CORE: Final = re.compile(r"core(\.[0-9]{1,10})?")
_KEY_NAME: Final = re.compile(
    r"^(id_(rsa|dsa|ecdsa|ed25519)|identity$|secring\.gpg$)|([_-]key|_rsa|_dsa|_ecdsa|_ed25519)$|priv(ate)?[_-]?key",
    re.IGNORECASE,
)
_IN_SSH_FOLDER: Final = ("authorized_keys", "config", "environment", "known_hosts", "rc")


@dataclass(slots=True)
class _Heap:
    paths: list[str] = field(default_factory=list)
    count: int = 0
    size: int = 0
    largest: str = ""
    largest_size: int = -1


@dataclass(frozen=True, slots=True)
class _Known:
    tail: str
    marks: tuple[bytes, ...]
    kind: str

    def is_end_of(self, path: str) -> bool:
        return path == self.tail if self.tail.startswith("/") else path.endswith(f"/{self.tail}")


class Sorter:
    """Takes files one by one; `groups` and `histories` then say what was among them."""

    def __init__(self, files: Files, login: Mapping[str, bool]) -> None:
        data: Mapping[str, Any] = load("leftovers")
        self._files, self._login = files, login
        self._heaps: dict[str, _Heap] = {}
        self._looks = {False: _LOOKS_MOST, True: _LOOKS_MOST_IN_PACKAGES}
        self.histories: list[History] = []
        self.complete = True
        self._no_leftover = {kind: frozenset(names) for kind, names in data["not_left_over"].items()}
        self._other_histories = frozenset(data["other_histories"])
        self._key_endings = frozenset(data["key_endings"])
        self._store_endings = frozenset(data["key_store_endings"])
        self._of_distributions = tuple(data["keys_of_distributions"])
        self._password_names = frozenset(data["password_names"])
        self._password_endings = frozenset(data["password_endings"])
        # By name, and by folder for all that is in one: the end of the path, what the file must hold, and what it is.
        self._named: dict[str, list[_Known]] = {}
        self._folders: list[_Known] = []
        for name, kind in (("credentials", CREDENTIALS), ("password_files", PASSWORD_FILES)):
            for tail, marks in {**dict.fromkeys(data[name], ()), **data[f"{name}_that_hold"]}.items():
                above, _, last = tail.rpartition("/")
                known = _Known(above if last == "*" else tail, tuple(mark.encode() for mark in marks), kind)
                if last == "*":
                    self._folders.append(known)
                else:
                    self._named.setdefault(last, []).append(known)

    def groups(self) -> tuple[LeftoverGroup, ...]:
        """What was found, by kind."""
        return tuple(
            LeftoverGroup(kind, tuple(sorted(heap.paths)), heap.count, heap.size, heap.largest)
            for kind, heap in sorted(self._heaps.items())
        )

    def add(self, kind: str, path: str, size: int) -> None:
        """One more file of that kind."""
        heap = self._heaps.setdefault(kind, _Heap())
        heap.count += 1
        heap.size += size
        if len(heap.paths) < PATHS_MOST:
            heap.paths.append(path)
        if size > heap.largest_size:
            heap.largest, heap.largest_size = path, size

    def sort(self, place: Place, entry: Entry) -> None:
        """See what this file is."""
        name, path = entry.name, f"{place.path}/{entry.name}"
        if place.home and name.startswith(".") and self._history(place, entry, path):
            return
        secret = self._secret(place, entry, path)
        if secret:
            self.add(secret, path, entry.size)
        elif place.purpose and name not in self._no_leftover.get(place.purpose, ()):
            self._piled_up(place, entry, path)
        elif place.home == place.path and _CORE.fullmatch(name) and entry.size:
            self.add(CRASH_DUMPS, path, entry.size)

    def _piled_up(self, place: Place, entry: Entry, path: str) -> None:
        kind, size = place.purpose, entry.size
        if kind == LOGS and size and _ROTATED.search(entry.name):
            kind = ROTATED_LOGS
        # An empty file for logs, mail or dumps is only a place for some.
        if size or kind == TEMPORARY:
            self.add(kind, path, size)

    def _history(self, place: Place, entry: Entry, path: str) -> bool:
        name = entry.name
        if name.endswith("sh_history") or name == ".history":
            if len(self.histories) < _HISTORIES_MOST:
                self.histories.append(
                    History(path, place.user, entry.size, self._login.get(place.user, False))
                )
            else:
                self.complete = False
            return True
        if name in self._other_histories:
            if entry.size:
                self.add(OTHER_HISTORIES, path, entry.size)
            return True
        return False

    def _secret(self, place: Place, entry: Entry, path: str) -> str:
        """The kind of key or credential that the file is, "" for none."""
        name = entry.name
        ending = name.rpartition(".")[2].lower()
        in_ssh_folder = place.path.endswith("/.ssh")
        if in_ssh_folder and name.startswith("known_hosts"):
            return KNOWN_HOSTS if entry.size else ""
        if kind := self._by_path(place, entry, path):
            return kind
        if place.path.endswith("/private-keys-v1.d") and ending == "key" and entry.size:
            return self._whose(place, path)
        if ending != "pub" and (
            (in_ssh_folder and not name.startswith(_IN_SSH_FOLDER))
            or ending in self._key_endings
            or _KEY_NAME.search(name)
        ):
            return self._looked_into(place, entry, path)
        if ending in self._store_endings and entry.size:
            if place.of_a_package:
                return KEYS_OF_PACKAGES
            return KEY_STORES if place.home or path.startswith("/etc/") else ""
        if ending in self._password_endings and (place.home or path.startswith(("/opt/", "/srv/"))):
            parts = re.split(r"[^a-z]+", name.rpartition(".")[0].lower())
            if not place.of_a_package and not self._password_names.isdisjoint(parts) and entry.size:
                return PASSWORD_FILES
        return ""

    def _by_path(self, place: Place, entry: Entry, path: str) -> str:
        """The kind of a file that is known by its path, where it holds what it must; "" for none."""
        known = [each for each in self._named.get(entry.name, ()) if each.is_end_of(path)]
        known += [each for each in self._folders if each.is_end_of(place.path)]
        if not known or place.of_a_package or not entry.size:
            return ""
        return next(
            (
                each.kind
                for each in known
                if not each.marks or _says(self._first_bytes(place, entry), each.marks)
            ),
            "",
        )

    def _looked_into(self, place: Place, entry: Entry, path: str) -> str:
        if not 0 < entry.size <= _KEY_SIZE_MOST:
            return ""
        data = self._first_bytes(place, entry)
        if is_private_key(data):
            if path.startswith("/etc/ssh/ssh_host_"):
                return HOST_KEYS
            return self._whose(place, path)
        return CERTIFICATES if place.home and not place.of_a_package and is_certificate(data) else ""

    def _whose(self, place: Place, path: str) -> str:
        if path.startswith(self._of_distributions):
            return KEYS_OF_DISTRIBUTION
        return KEYS_OF_PACKAGES if place.of_a_package else PRIVATE_KEYS

    def _first_bytes(self, place: Place, entry: Entry) -> bytes:
        if self._looks[place.of_a_package] == 0:
            self.complete = self.complete and place.of_a_package
            return b""
        self._looks[place.of_a_package] -= 1
        return Content(entry, self._files.budget).read_at(0, _READ_MOST)


def _says(data: bytes, marks: tuple[bytes, ...]) -> bool:
    """Whether a line that is no comment holds one of these."""
    return any(
        mark in line for line in data.split(b"\n") if not line.lstrip().startswith(b"#") for mark in marks
    )
