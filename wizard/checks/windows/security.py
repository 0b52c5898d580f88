"""WIN-20: the rule about what Microsoft's security recommendations ask of an image, as far as a disk tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, known
from wizard.checks.windows.words import (
    PLACES_MOST,
    Difference,
    at_file,
    at_service,
    at_setting,
    differing,
    remove_value,
    with_age,
)
from wizard.groups import Group
from wizard.messages import msg, plural
from wizard.step import Check, Finding, passed
from wizard.where import printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_accounts import WindowsAccounts
    from wizard.inspection.found.windows_files import WindowsFiles

_DISABLED: Final = 4
_NO_UPDATES: Final = 1  # of AUOptions
_ACCOUNTS: Final = r"HKLM\SAM\SAM\Domains\Account\Users\Names"
_HOSTS: Final = "/Windows/System32/drivers/etc/hosts"
# The paths come from here, not from the image: a name there may be made to harm.
_NO_HISTORY: Final = (
    'Remove-Item -Path "$env:SystemDrive\\Users\\*\\AppData\\Roaming\\Microsoft\\Windows\\PowerShell\\PSReadLine\\'
    '*_history.txt" -Force -ErrorAction SilentlyContinue'
)
_NO_DUMPS: Final = (
    'Remove-Item -Path "$env:SystemRoot\\MEMORY.DMP", "$env:SystemRoot\\Minidump\\*", "$env:SystemDrive\\CrashDumps\\*" '
    "-Recurse -Force -ErrorAction SilentlyContinue"
)
_NO_BIN: Final = "Clear-RecycleBin -DriveLetter ($env:SystemDrive[0]) -Force -ErrorAction SilentlyContinue"


def nothing_unsafe_is_left(inside: Inside) -> Finding:
    """SEC: updates come by themselves; no accounts, hosts entries, histories, keys or dumps that are somebody's own.

    What only shows on the running machine (malware, roles that are not needed) a person confirms.
    """
    settings = known(inside.settings, inside, "settings")
    if isinstance(settings, Finding):
        return settings
    files = known(inside.files, inside, "files")
    if isinstance(files, Finding):
        return files
    found = [*_updates(inside), *_accounts(inside.windows_accounts), *_files(files)]
    older = bool(settings.older) or (inside.windows_accounts is not None and inside.windows_accounts.older)
    facts: dict[str, Any] = {
        "profiles": list(files.profiles),
        "extensions": list(files.extensions),
        "accounts_read": inside.windows_accounts is not None,
    }
    if found:
        cure = msg(
            "Remove what is not meant for customers, delete accounts and profiles of people, and let updates install by "
            "themselves; then generalise the image again."
        )
        return with_age(differing(found, cure, **facts), older)
    reason = (
        msg("Updates install by themselves; no accounts, hosts entries, histories, keys or dumps are left")
        if inside.windows_accounts is not None
        else msg(
            "Updates install by themselves; no hosts entries, histories, keys or dumps are left. Accounts were not read"
        )
    )
    return with_age(passed(reason, **facts), older)


def _updates(inside: Inside) -> list[Difference]:
    found: list[Difference] = []
    if inside.settings is not None:
        off, options = inside.settings.get("no_automatic_updates"), inside.settings.get("automatic_updates")
        if off.number:
            found.append(
                Difference(
                    msg("a policy turns automatic updates off"),
                    at_setting(off),
                    (remove_value("no_automatic_updates"),),
                )
            )
        if options.number == _NO_UPDATES:
            found.append(
                Difference(
                    msg("a policy turns automatic updates off"),
                    at_setting(options),
                    (remove_value("automatic_updates"),),
                )
            )
    service = inside.windows_services.get("wuauserv") if inside.windows_services is not None else None
    if service is not None and service.start == _DISABLED:
        found.append(
            Difference(
                msg("the service of Windows Update is disabled"),
                at_service(service),
                ("Set-Service -Name wuauserv -StartupType Manual",),
            )
        )
    return found


def _accounts(accounts: WindowsAccounts | None) -> list[Difference]:
    """Accounts beyond those of Windows. The administrator's own state is Sysprep's work, and Azure's afterwards."""
    if accounts is None:
        return []
    found: list[Difference] = []
    own = [each for each in accounts.accounts if not each.built_in]
    if own:
        names = tuple(printable(each.name) for each in own[:PLACES_MOST])
        found.append(
            Difference(
                plural(
                    "{n} account was added: {names}",
                    "{n} accounts were added: {names}",
                    n=len(own),
                    names=names,
                ),
                where(_ACCOUNTS, 0, ", ".join(names)),
            )
        )
    if accounts.guest is not None and accounts.guest.enabled:
        found.append(
            Difference(
                msg("the guest account is enabled"),
                where(_ACCOUNTS, 0, accounts.guest.name),
                ("Get-LocalUser | Where-Object { $_.SID -like 'S-1-5-21-*-501' } | Disable-LocalUser",),
            )
        )
    return found


def _files(files: WindowsFiles) -> list[Difference]:
    found: list[Difference] = []
    if files.hosts:
        first = files.hosts[0]
        found.append(
            Difference(
                plural(
                    "the hosts file has {n} entry of its own",
                    "the hosts file has {n} entries of its own",
                    n=len(files.hosts),
                ),
                at_file(_HOSTS, first.line, first.text),
            )
        )
    if files.histories:
        found.append(
            Difference(
                msg("what was typed into PowerShell is kept"),
                at_file(files.histories[0].path),
                (_NO_HISTORY,),
            )
        )
    if files.keys:
        found.append(
            Difference(
                plural("{n} SSH key file is left", "{n} SSH key files are left", n=len(files.keys)),
                at_file(files.keys[0]),
            )
        )
    if files.dumps:
        found.append(Difference(msg("memory dumps are left"), at_file(files.dumps[0].path), (_NO_DUMPS,)))
    if files.recycle_bin is not None:
        found.append(
            Difference(msg("the recycle bin is not empty"), at_file(files.recycle_bin.path), (_NO_BIN,))
        )
    return found


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "WIN-20",
        msg("Nothing unsafe or personal is left"),
        nothing_unsafe_is_left,
        group=Group.CLEAN_UP,
        applies=is_windows,
    ),
)
