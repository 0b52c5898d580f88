"""Chapter `windows_accounts`: names of the local accounts and whether they are enabled, by the SAM hive.

Of an account only "F" is read (times, number, flags); "V", which holds the password hashes, never.
"""

from __future__ import annotations

import struct
from typing import Final

from wizard.inspection.found.windows_accounts import WindowsAccount, WindowsAccounts
from wizard.inspection.system_files import Files
from wizard.inspection.windows.hive import Hive
from wizard.inspection.windows.hives import open_hive

_USERS: Final = r"SAM\Domains\Account\Users"
_FLAGS_AT: Final = 0x38
_DISABLED: Final = 0x0001
_ACCOUNTS_MOST: Final = 500


def read_accounts(files: Files) -> WindowsAccounts | None:
    """The accounts; None where there is no SAM hive."""
    hive = open_hive(files, "SAM")
    if hive is None:
        return None
    names = hive.key(_USERS + r"\Names")
    accounts: list[WindowsAccount] = []
    for key in names.children() if names is not None else ():
        # The type of the default value is the account's number.
        number = next((value.kind for value in key.values() if not value.name), None)
        if number is not None and len(accounts) < _ACCOUNTS_MOST:
            accounts.append(WindowsAccount(key.name[:64], number, _enabled(hive, number)))
    return WindowsAccounts(tuple(sorted(accounts, key=lambda each: each.id)), older=hive.dirty)


def _enabled(hive: Hive, number: int) -> bool | None:
    key = hive.key(rf"{_USERS}\{number:08X}")
    value = key.value("F") if key is not None else None
    data = value.data() if value is not None else b""
    if len(data) < _FLAGS_AT + 2:
        return None
    return not struct.unpack_from("<H", data, _FLAGS_AT)[0] & _DISABLED
