"""Chapter `windows_accounts`: the local accounts of a Windows. No password hash is ever in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ADMINISTRATOR: Final = (
    500  # the last part of the built-in administrator's SID, however the account is called
)
_GUEST: Final = 501
_FIRST_OWN: Final = 1000  # accounts that Windows brings along have smaller ones


@dataclass(frozen=True, slots=True)
class WindowsAccount:
    """`id`: the last part of its SID. `enabled`: None where the hive does not say."""

    name: str
    id: int
    enabled: bool | None = None

    @property
    def built_in(self) -> bool:
        """Whether Windows itself brings it along."""
        return self.id < _FIRST_OWN


@dataclass(frozen=True, slots=True)
class WindowsAccounts:
    """`older`: the hive has changes that were not read."""

    accounts: tuple[WindowsAccount, ...] = ()
    older: bool = False

    @property
    def administrator(self) -> WindowsAccount | None:
        """The built-in administrator, by whatever name."""
        return next((each for each in self.accounts if each.id == _ADMINISTRATOR), None)

    @property
    def guest(self) -> WindowsAccount | None:
        """The built-in guest."""
        return next((each for each in self.accounts if each.id == _GUEST), None)
