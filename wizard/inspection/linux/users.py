"""Reads /etc/passwd and /etc/shadow: who is there, and of each password what kind it is, never what it says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from wizard.inspection.found.accounts import (
    EMPTY,
    HASH,
    LOCKED,
    LOCKED_HASH,
    MISSING,
    NO_UID,
    SHADOWED,
    STAR,
    User,
)
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind

USERS_MOST: Final = 2000
_SHADOWS: Final = ("/etc/shadow", "/etc/master.passwd")
_NO_LOGIN: Final = frozenset({"nologin", "false", "true", "sync", "halt", "shutdown"})
_SUDO_GROUPS: Final = frozenset({"sudo", "wheel", "admin", "google-sudoers"})
_DEFAULT_SHELL: Final = "/bin/sh"  # passwd(5): what an empty field stands for
_HASH_LEAST: Final = 13  # characters of the shortest hash that crypt(5) knows

# Its kind, file and line.
Password = tuple[str, str, int]


def read_users(files: Files) -> tuple[User, ...]:
    """The users in the order of /etc/passwd, at most 2,000 of them."""
    shadow = {name: (kind, path, line) for name, kind, path, line in _passwords(files)}
    groups = _sudo_groups(files)
    shells: dict[str, bool] = {}
    users: dict[str, User] = {}
    for number, line in enumerate(files.lines("/etc/passwd"), 1):
        fields = line.strip().split(":")
        if len(fields) < 7 or not fields[0] or fields[0].startswith(("#", "+", "-")) or fields[0] in users:
            continue
        name, password, uid, _gid, _about, home, shell = fields[:7]
        if not uid.isascii() or not uid.isdecimal() or len(uid) > 10:
            continue
        shell = shell.strip() or _DEFAULT_SHELL
        if shell not in shells:
            shells[shell] = _lets_in(files, shell)
        kind, file, at = _worse((kind_of(password), "/etc/passwd", number), shadow.pop(name, None))
        users[name] = User(
            name, int(uid), home, shell, shells[shell], kind, file, at, number, groups.get(name, ())
        )
        if len(users) == USERS_MOST:
            return tuple(users.values())
    # A hash whose user is gone is still a hash in the image.
    forgotten = (
        User(name, NO_UID, "", "", False, kind, file, at)
        for name, (kind, file, at) in shadow.items()
        if kind in (HASH, LOCKED_HASH)
    )
    return (*users.values(), *islice(forgotten, USERS_MOST - len(users)))


def _worse(passwd: Password, shadow: Password | None) -> Password:
    """What counts of the two files: PAM heeds a password that /etc/passwd itself holds, and else goes to /etc/shadow."""
    if shadow is None:
        return passwd if passwd[0] != SHADOWED else (MISSING, "", 0)
    return passwd if passwd[0] in (HASH, EMPTY, LOCKED_HASH) and shadow[0] != HASH else shadow


def kind_of(field: str) -> str:
    """What a password field is: see wizard.inspection.found.accounts.

    A field with "*" or "!" anywhere is no password (LIN-15), for no hash has such a character.
    """
    if not field:
        return EMPTY
    if field == "x":
        return SHADOWED
    rest = field.lstrip("!*")
    if rest == field:
        return LOCKED if "!" in field or "*" in field else HASH
    if len(rest) >= _HASH_LEAST and "!" not in rest and "*" not in rest:
        return LOCKED_HASH
    return LOCKED if field.startswith("!") else STAR


def _passwords(files: Files) -> Iterator[tuple[str, str, str, int]]:
    path = next((each for each in _SHADOWS if files.is_file(each)), "")
    seen: set[str] = set()
    for number, line in enumerate(files.lines(path) if path else (), 1):
        name, separator, rest = line.partition(":")
        if not separator or not name or name.startswith("#") or name in seen:
            continue
        seen.add(name)
        yield name, kind_of(rest.partition(":")[0].strip()), path, number


def _lets_in(files: Files, shell: str) -> bool:
    if shell.rpartition("/")[2] in _NO_LOGIN:
        return False
    entry = files.find(shell) if shell.startswith("/") else None
    return entry is not None and entry.kind is Kind.FILE


def _sudo_groups(files: Files) -> dict[str, tuple[str, ...]]:
    """By user: the groups among those that sudo usually trusts that list it."""
    found: dict[str, tuple[str, ...]] = {}
    for line in files.lines("/etc/group"):
        fields = line.strip().split(":")
        if len(fields) < 4 or fields[0] not in _SUDO_GROUPS:
            continue
        for name in fields[3].split(","):
            if name:
                found[name] = (*found.get(name, ()), fields[0])
    return found
