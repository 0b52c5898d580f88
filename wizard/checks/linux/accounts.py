"""The rules about accounts: no password (LIN-15), sudo (LIN-31), user id 0 and the rights of their files (LIN-38)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import is_linux, known, not_read
from wizard.checks.linux.commands import quoted
from wizard.groups import Group
from wizard.messages import Message, msg, plural
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import Where, printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.accounts import Accounts, SudoLine, User
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.leftovers import Leftovers

_MOST: Final = 10
_NAME: Final = re.compile(r"[a-z_][a-z0-9_.-]{0,63}\$?", re.IGNORECASE)
_SUDOERS_VENDOR: Final = "/usr/"

_NO_USERS: Final = msg("There is no /etc/passwd on the disk, so its accounts are not known")

# Who may not do what with these files.
_SECRET: Final = ("/etc/shadow", "/etc/gshadow", "/etc/master.passwd")


def names_of(users: tuple[User, ...] | list[User]) -> tuple[str, ...]:
    """The first ten names, as they can be shown."""
    return tuple(printable(each.name) for each in users[:_MOST])


def take_password(*users: User) -> tuple[str, ...]:
    """Lines that leave these accounts without any password; nothing where a name is none that a command takes.

    One that is locked stays so: without PAM, "!" keeps sshd from letting a key in, and "*" does not.
    """
    return tuple(
        f"usermod -p '{'!' if each.password == 'locked_hash' else '*'}' {each.name}"
        for each in users
        if each.uid >= 0 and each.password_file != "/etc/master.passwd" and _NAME.fullmatch(each.name)
    )


def seen(users: list[User]) -> tuple[Where, ...]:
    """Where their passwords stand, without them."""
    return tuple(where(each.password_file, each.password_line, f"{each.name}:…") for each in users[:_MOST])


def no_passwords(inside: Inside) -> Finding:
    """LIN-15: no password hash in /etc/shadow. One behind "!" is passed by LISA, but whoever has the image can guess at it."""
    accounts = known(inside.accounts, inside, "accounts")
    if isinstance(accounts, Finding):
        return accounts
    if not accounts.users:
        return skipped(_NO_USERS)
    open_ones = [each for each in accounts.users if each.password == "hash"]
    locked = [each for each in accounts.users if each.password == "locked_hash"]
    cure = msg(
        "Delete the account, or remove its password with the command. Nobody can log in with that password afterwards, so "
        "do it last. The account that Azure made is deleted by waagent -deprovision+user."
    )
    if open_ones:
        return failed(
            plural(
                "{n} account has a password: {names}",
                "{n} accounts have a password: {names}",
                n=len(open_ones),
                names=names_of(open_ones),
            ),
            cure,
            seen_at=seen(open_ones),
            commands=take_password(*open_ones[:_MOST], *locked[:_MOST]),
            accounts=list(names_of(open_ones)),
        )
    if locked:
        return warning(
            plural(
                "{n} account is locked, but the hash of its password is still in the image: {names}",
                "{n} accounts are locked, but the hashes of their passwords are still in the image: {names}",
                n=len(locked),
                names=names_of(locked),
            ),
            msg("Remove the hash with the command; the account stays locked."),
            seen_at=seen(locked),
            commands=take_password(*locked[:_MOST]),
            accounts=list(names_of(locked)),
        )
    if not accounts.has_shadow:
        return skipped(
            msg("/etc/shadow is not there, or is no file: nobody can say which accounts have a password"),
            msg(
                "Check whether this is the system’s disk, and whole. On a running system, pwconv makes the file."
            ),
        )
    if not accounts.complete:
        return skipped(msg("There are more accounts on the disk than the wizard looks at"))
    return passed(
        plural(
            "{n} account, none with a password", "{n} accounts, none with a password", n=len(accounts.users)
        ),
        count=len(accounts.users),
    )


def sudo_asks_for_own_password(inside: Inside) -> Finding:
    """LIN-31: `Defaults targetpw` is not active. LISA reads /etc/sudoers only; what that includes counts as much."""
    accounts = known(inside.accounts, inside, "accounts")
    if isinstance(accounts, Finding):
        return accounts
    lines = accounts.asks_for_targets_password
    if not lines:
        return passed(
            msg("No line of the sudoers files turns targetpw on")
            if accounts.sudo_files
            else msg("sudo is not set up on this disk")
        )
    everyone = tuple(each for each in accounts.sudo if each.what == "everyone")
    shown = (*lines, *everyone)
    return warning(
        msg("sudo asks for root’s password instead of the user’s own (Defaults targetpw)"),
        msg(
            "Put # before Defaults targetpw, and before ALL ALL=(ALL) ALL where that stands beside it: without targetpw "
            "it makes everybody root. First make sure that your own account has a line of its own."
        ),
        seen_at=tuple(where(each.file, each.line, each.text) for each in shown[:_MOST]),
        commands=_without_targetpw(lines, everyone),
    )


def _without_targetpw(lines: tuple[SudoLine, ...], everyone: tuple[SudoLine, ...]) -> tuple[str, ...]:
    """Lines that comment both out; nothing where one of them says something else as well, or is the vendor's file."""
    simple = re.compile(r"Defaults\s+targetpw\s*(#.*)?")
    files = tuple(dict.fromkeys(each.file for each in (*lines, *everyone)))
    if not all(simple.fullmatch(each.text) for each in lines):
        return ()
    if any(each.startswith(_SUDOERS_VENDOR) or not each.isprintable() for each in files):
        return ()
    blank = "[[:space:]]"
    targetpw = f"s/^{blank}*Defaults{blank}+targetpw{blank}*(#.*)?$/# &/"
    everybody = (
        f"s/^{blank}*ALL{blank}+ALL{blank}*={blank}*(\\(ALL(:ALL)?\\))?{blank}*ALL{blank}*(#.*)?$/# &/"
    )
    return (
        *(f"sed -i -E -e '{targetpw}' -e '{everybody}' {quoted(each)}" for each in files),
        "visudo -c -q",
    )


def accounts_are_protected(inside: Inside) -> Finding:
    """LIN-38: user id 0 is root's alone, and files about accounts cannot be read or written by whom they do not concern."""
    accounts = known(inside.accounts, inside, "accounts")
    if isinstance(accounts, Finding):
        return accounts
    if not accounts.users:
        return skipped(_NO_USERS)
    leftovers = inside.leftovers
    found = [*_user_id_0(accounts), *_rights(accounts), *(_keys(leftovers) if leftovers is not None else ())]
    if found:
        return warning(
            msg("Seen: {what}", what=tuple(what for what, _, _ in found)),
            msg(
                "Set the rights with the commands. Another account with user id 0 is root under another name: give it an id of "
                "its own, or delete it."
            ),
            seen_at=tuple(place for _, place, _ in found)[:_MOST],
            commands=tuple(command for _, _, command in found if command),
        )
    if leftovers is None:
        return not_read(inside, "leftovers")
    return passed(msg("Only root has user id 0, and the files about accounts are protected"))


Trouble = tuple[Message, Where, str]


def _user_id_0(accounts: Accounts) -> Iterator[Trouble]:
    for user in accounts.users:
        if user.uid == 0 and user.name != "root":
            yield (
                msg("{name} has user id 0", name=printable(user.name)),
                where("/etc/passwd", user.passwd_line, f"{user.name}:…:0:…"),
                "",
            )


def _rights(accounts: Accounts) -> Iterator[Trouble]:
    for each in accounts.rights:
        place = where(each.path, 0, f"{each.mode:04o}")
        if each.path in _SECRET and each.mode & 0o007:
            yield (
                msg("others may read {path}", path=each.path),
                place,
                f"chmod o-rwx {quoted(each.path)}",
            )
        elif each.mode & 0o002:
            yield (
                msg("everybody may write {path}", path=each.path),
                place,
                f"chmod o-w {quoted(each.path)}",
            )
        if each.owner != 0:
            yield (
                msg("{path} does not belong to root", path=each.path),
                place,
                f"chown root {quoted(each.path)}",
            )


def _keys(leftovers: Leftovers) -> Iterator[Trouble]:
    for each in leftovers.authorized_keys[:_MOST]:
        if each.mode & 0o177:
            path = quoted(each.path)
            yield (
                msg("{path} has wider rights than 0600", path=printable(each.path)),
                where(each.path, 0, f"{each.mode:04o}"),
                # The cure of another rule may have deleted it already.
                f"[ ! -e {path} ] || chmod 600 {path}" if each.path.isprintable() else "",
            )


CHECKS: Final[tuple[Check, ...]] = (
    Check("LIN-15", msg("No account has a password"), no_passwords, group=Group.SECURITY, applies=is_linux),
    Check(
        "LIN-31",
        msg("sudo asks for the user’s own password"),
        sudo_asks_for_own_password,
        group=Group.SECURITY,
        applies=is_linux,
    ),
    Check(
        "LIN-38",
        msg("Only root has user id 0, and account files are protected"),
        accounts_are_protected,
        group=Group.SECURITY,
        applies=is_linux,
    ),
)
