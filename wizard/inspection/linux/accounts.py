"""Reads the chapter `accounts`: users, the rights of the files about them, and sudo."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.accounts import Accounts, Rights
from wizard.inspection.linux.sudoers import read_sudoers
from wizard.inspection.linux.users import USERS_MOST, read_users
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind

_PROTECTED: Final = (
    "/etc/passwd",
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/master.passwd",
    "/etc/group",
    "/etc/sudoers",
    "/etc/ssh/sshd_config",
    "/usr/etc/ssh/sshd_config",
)


def read_accounts(files: Files) -> Accounts:
    """Who is there; with no users at all where there is no /etc/passwd."""
    users = read_users(files)
    sudo, sudo_files = read_sudoers(files)
    rights = []
    for path in _PROTECTED:
        entry = files.find(path)
        if entry is not None and entry.kind is Kind.FILE:
            rights.append(Rights(path, entry.mode & 0o7777, entry.owner))
    return Accounts(
        users,
        tuple(rights),
        sudo,
        sudo_files,
        has_shadow=files.is_file("/etc/shadow") or files.is_file("/etc/master.passwd"),
        complete=len(users) < USERS_MOST,
    )
