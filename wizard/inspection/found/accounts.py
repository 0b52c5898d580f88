"""Chapter `accounts`: who may log in, and what protects the files that say so. Never a password's hash, nor part of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# What a password field is. A hash with "!" before it cannot be used to log in, but it can still be guessed at.
HASH: Final = "hash"
LOCKED_HASH: Final = "locked_hash"
LOCKED: Final = "locked"
STAR: Final = "star"
SHADOWED: Final = "x"
EMPTY: Final = "empty"
MISSING: Final = "missing"

NO_UID: Final = -1  # of a line in /etc/shadow whose user is gone

_NO_PASSWORD: Final = (LOCKED_HASH, LOCKED, STAR, SHADOWED, MISSING)


@dataclass(frozen=True, slots=True)
class User:
    """A line of /etc/passwd with what /etc/shadow says of its password.

    `can_log_in`: its shell is there, and is none that only turns people away. `groups`: of those that may use sudo.
    `password`: one of the kinds above; `password_file` and `password_line`: where it stands.
    """

    name: str = ""
    uid: int = 0
    home: str = ""
    shell: str = ""
    can_log_in: bool = False
    password: str = MISSING
    password_file: str = ""
    password_line: int = 0
    passwd_line: int = 0
    groups: tuple[str, ...] = ()

    @property
    def is_locked(self) -> bool:
        """Whether no password opens it; another way in (a key) may still do."""
        return self.password in _NO_PASSWORD


@dataclass(frozen=True, slots=True)
class Rights:
    """A file with its permission bits and its owner's user id."""

    path: str = ""
    mode: int = 0
    owner: int = 0


TARGETPW: Final = "targetpw"
NO_TARGETPW: Final = "not_targetpw"
NOPASSWD: Final = "nopasswd"
EVERYONE: Final = "everyone"


@dataclass(frozen=True, slots=True)
class SudoLine:
    """A line of the sudoers files that a rule asks about, in sudo's own order.

    `what`: targetpw (asks for the target user's password), not_targetpw (turns that off), nopasswd (asks for none),
    everyone (any user may do anything: SUSE's companion of targetpw).
    """

    what: str = ""
    file: str = ""
    line: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Users, the rights of the files about them, and sudo. `has_shadow`: whether /etc/shadow is there.

    `sudo_files`: every file that sudo reads. `complete`: False where there were more users or lines than are kept.
    """

    users: tuple[User, ...] = ()
    rights: tuple[Rights, ...] = ()
    sudo: tuple[SudoLine, ...] = ()
    sudo_files: tuple[str, ...] = ()
    has_shadow: bool = True
    complete: bool = True

    @property
    def login_users(self) -> tuple[User, ...]:
        """Those with a shell that lets them in."""
        return tuple(each for each in self.users if each.can_log_in)

    def user(self, name: str) -> User | None:
        """The user of that name; None where there is none."""
        return next((each for each in self.users if each.name == name), None)

    @property
    def asks_for_targets_password(self) -> tuple[SudoLine, ...]:
        """The lines that make sudo ask for the target user's password; none where the last word turns it off."""
        said = [each for each in self.sudo if each.what in (TARGETPW, NO_TARGETPW)]
        if not said or said[-1].what == NO_TARGETPW:
            return ()
        return tuple(each for each in said if each.what == TARGETPW)
