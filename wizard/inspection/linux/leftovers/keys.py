"""Recognises keys by what their files begin with, and counts those that let somebody log in."""

from __future__ import annotations

import re
from typing import Final

from wizard.inspection.found.accounts import User
from wizard.inspection.found.leftovers import KeyFile
from wizard.inspection.found.ssh import Ssh
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind

_READ_MOST: Final = 64 * 1024
_PATTERNS_MOST: Final = 8
_DEFAULT: Final = (".ssh/authorized_keys", ".ssh/authorized_keys2")  # sshd_config(5)

_PRIVATE: Final = re.compile(
    rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"
)
_PRIVATE_AT_START: Final = (b"PuTTY-User-Key-File-", b"SSH PRIVATE KEY FILE FORMAT")
_CERTIFICATE: Final = re.compile(rb"-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----")

# What cloud-init puts before root's key: who logs in as root is told another name, and let go.
_HARMLESS: Final = ("command=\"echo 'Please login as the user", 'rather than the user \\"root\\"')


def is_private_key(data: bytes) -> bool:
    """Whether a file that begins so holds a private key (PEM, OpenSSH, PuTTY, OpenPGP)."""
    return data.startswith(_PRIVATE_AT_START) or _PRIVATE.search(data) is not None


def is_certificate(data: bytes) -> bool:
    """Whether a file that begins so holds a certificate."""
    return _CERTIFICATE.search(data) is not None


def read_authorized_keys(files: Files, users: tuple[User, ...], ssh: Ssh) -> tuple[KeyFile, ...]:
    """The authorized_keys file of every user that has one, where sshd looks for it and where everybody else does."""
    setting = ssh.effective("AuthorizedKeysFile")
    configured = tuple(each for each in (setting.value.split() if setting else ()) if each != "none")
    patterns = tuple(dict.fromkeys((*_DEFAULT, *configured)))[:_PATTERNS_MOST]
    found: dict[str, KeyFile] = {}
    for user in sorted((*users, *_homes_of_nobody(files, users)), key=lambda each: not each.can_log_in):
        for pattern in patterns:
            path = _expanded(pattern, user)
            entry = files.find(path) if path else None
            real = files.real_path(path) if entry is not None else None
            if entry is None or real is None or entry.kind is not Kind.FILE or real in found:
                continue
            keys, harmless = _counted(files.text(path, _READ_MOST) or "")
            found[real] = KeyFile(
                path,
                user.name,
                entry.size,
                keys,
                harmless,
                entry.size <= _READ_MOST,
                user.can_log_in,
                entry.mode & 0o7777,
                entry.owner,
            )
    return tuple(found.values())


def _homes_of_nobody(files: Files, users: tuple[User, ...]) -> tuple[User, ...]:
    """Homes below /home, and /root, that no user has (any more)."""
    had = {user.home.rstrip("/") for user in users}
    homes = ("/root", *(f"/home/{name}" for name in files.names("/home")))
    return tuple(User(home=home) for home in homes if home not in had)


def _expanded(pattern: str, user: User) -> str:
    """The path that a pattern of AuthorizedKeysFile stands for; "" where the user has no such file."""
    if "%u" in pattern and not user.name:
        return ""
    home = user.home.rstrip("/")
    named = {"%": "%", "h": home, "u": user.name, "U": str(user.uid)}
    path = re.sub(r"%(.)", lambda found: named.get(found[1], ""), pattern)
    if not path.startswith("/"):
        path = f"{home}/{path}"
    return path if user.home.startswith("/") else ""


def _counted(text: str) -> tuple[int, bool]:
    """How many keys, and whether there are some and all of them are harmless."""
    lines = [
        line for each in text.split("\n") if (line := each.strip(" \t\r\0")) and not line.startswith("#")
    ]
    return len(lines), bool(lines) and all(all(part in line for part in _HARMLESS) for line in lines)
