"""Reads the chapter `leftovers`: one walk over the folders where a build leaves things behind."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.accounts import User
from wizard.inspection.found.leftovers import CRASH_DUMPS, RESOLV_CONF, History, Leftovers
from wizard.inspection.linux.leftovers.keys import read_authorized_keys
from wizard.inspection.linux.leftovers.sorting import Sorter
from wizard.inspection.linux.leftovers.walk import Walk
from wizard.inspection.linux.ssh import read_ssh
from wizard.inspection.linux.users import read_users
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind

_SHELL_HISTORIES: Final = (".bash_history", ".sh_history", ".zsh_history", ".ash_history", ".history")
_READ_MOST: Final = 64 * 1024
_NO: Final = ("false", "no", "off", "0")


def read_leftovers(files: Files) -> Leftovers:
    """What was left behind. Raises OSError where the file system is damaged, TooMuchError beyond the budget."""
    users = read_users(files)
    walk = Walk(files, users)
    sorter = Sorter(files, {user.name: user.can_log_in or user.uid == 0 for user in users})
    for place, entry in walk.files():
        sorter.sort(place, entry)
    resolv_conf = files.find("/etc/resolv.conf", follow=False)
    if (
        resolv_conf is not None
        and resolv_conf.kind is Kind.FILE
        and any(
            line.lstrip().startswith("nameserver") for line in files.lines("/etc/resolv.conf", _READ_MOST)
        )
    ):
        sorter.add(RESOLV_CONF, "/etc/resolv.conf", resolv_conf.size)
    core = files.find("/core", follow=False)
    if core is not None and core.kind is Kind.FILE and core.size:
        sorter.add(CRASH_DUMPS, "/core", core.size)
    histories = {each.path: each for each in (*sorter.histories, *_in_system_folders(files, users))}
    return Leftovers(
        histories=tuple(histories[path] for path in sorted(histories)),
        authorized_keys=read_authorized_keys(files, users, read_ssh(files)),
        groups=sorter.groups(),
        host_keys_made_by=_host_keys_made_by(files),
        complete=walk.complete and sorter.complete,
    )


def _in_system_folders(files: Files, users: tuple[User, ...]) -> list[History]:
    """Histories of who may log in and has a home that is not walked, as / or /usr/share/x."""
    found = []
    for user in users:
        if not user.can_log_in or not user.home.startswith("/"):
            continue
        for name in _SHELL_HISTORIES:
            path = f"{(files.real_path(user.home) or user.home).rstrip('/')}/{name}"
            entry = files.find(path, follow=False)
            if entry is not None and entry.kind is Kind.FILE:
                found.append(History(path, user.name, entry.size, login=True))
    return found


def _host_keys_made_by(files: Files) -> str:
    """What makes new SSH host keys in each new machine: cloud-init does by default, waagent where it is told to."""
    if files.exists("/usr/bin/cloud-init"):
        said = ""
        for path in ("/etc/cloud/cloud.cfg", *files.glob("/etc/cloud/cloud.cfg.d/*.cfg")):
            for line in files.lines(path, _READ_MOST):
                name, separator, value = line.partition(":")
                if separator and name.strip() == "ssh_deletekeys":
                    said = value.partition("#")[0].strip().strip("'\"").lower()
        if said not in _NO:
            return "cloud-init"
    for line in files.lines("/etc/waagent.conf", _READ_MOST):
        name, _, value = line.partition("=")
        if name.strip() == "Provisioning.RegenerateSshHostKeyPair" and value.strip().lower().startswith("y"):
            return "waagent"
    return ""
