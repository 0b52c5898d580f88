"""The rules about keys: none to log in with (LIN-16), and no other keys or credentials (LIN-18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.commands import DEPROVISION, delete
from wizard.figures import in_units
from wizard.groups import Group
from wizard.messages import Message, msg, plural
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import Where, printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.leftovers import KeyFile, LeftoverGroup, Leftovers

_MOST: Final = 10

NOT_ALL_SEEN: Final = msg(
    "Nothing was found, but there are more files than the wizard looks at, so this is not certain"
)

# Kinds of wizard.inspection.found.leftovers. A key that packages bring is no secret of the publisher's.
_BAD: Final = ("private_keys", "credentials", "known_hosts", "key_stores")
_DOUBTFUL: Final = ("keys_of_distribution", "keys_of_packages")


def no_keys_to_log_in_with(inside: Inside) -> Finding:
    """LIN-16: no authorized_keys of an account that can log in; those of others, and files without a key, are only told."""
    leftovers = known(inside.leftovers, inside, "leftovers")
    if isinstance(leftovers, Finding):
        return leftovers
    files = [each for each in leftovers.authorized_keys if each.size and not each.harmless]
    if not files:
        if any(each.harmless for each in leftovers.authorized_keys):
            return passed(
                msg("The only key is root’s, and it just names another account to log in with"),
                seen_at=tuple(where(each.path) for each in leftovers.authorized_keys[:_MOST]),
            )
        return passed(msg("No account holds a key to log in with"))
    bad = [each for each in files if each.login and each.keys]
    shown = [*bad, *(each for each in files if each not in bad)]
    commands = (
        *delete(*(each.path for each in shown[:_MOST] if each.path.startswith("/root/"))),
        *((DEPROVISION,) if any(not each.path.startswith("/root/") for each in shown) else ()),
    )
    cure = msg(
        "waagent -deprovision+user deletes the account that Azure made, and its key. Delete the other files last of all: "
        "whoever logs in with such a key cannot do so afterwards."
    )
    places = tuple(_place(each) for each in shown[:_MOST])
    if bad:
        reason = plural(
            "{n} account that can log in holds keys: {paths}",
            "{n} accounts that can log in hold keys: {paths}",
            n=len(bad),
            paths=tuple(printable(each.path) for each in bad[:_MOST]),
        )
        return failed(reason, cure, seen_at=places, commands=commands, keys=sum(each.keys for each in bad))
    if any(each.keys for each in files):
        reason = plural(
            "{n} file with keys belongs to an account that cannot log in, or to none",
            "{n} files with keys belong to accounts that cannot log in, or to none",
            n=len(files),
        )
    else:
        reason = msg("An authorized_keys file holds no recognised key, but is not empty")
    return warning(reason, cure, seen_at=places, commands=commands)


def _place(file: KeyFile) -> Where:
    return where(file.path, 0, in_units(file.size))


def no_other_keys(inside: Inside) -> Finding:
    """LIN-18: no private keys, credentials, known hosts or SSH host keys.

    Host keys fail only where nothing makes new ones in each machine; else, as with keys that came with packages, a person
    should look.
    """
    leftovers = known(inside.leftovers, inside, "leftovers")
    if isinstance(leftovers, Finding):
        return leftovers
    groups = {each.kind: each for each in leftovers.groups}
    bad = [groups[kind] for kind in _BAD if kind in groups]
    doubtful = [groups[kind] for kind in _DOUBTFUL if kind in groups]
    if "host_keys" in groups:
        (doubtful if leftovers.host_keys_made_by else bad).append(groups["host_keys"])
    found = [*bad, *doubtful]
    if not found:
        if not leftovers.complete:
            return skipped(NOT_ALL_SEEN)
        return passed(msg("No private keys, credentials, known hosts or SSH host keys were found"))
    judge = failed if bad else warning
    return judge(
        msg("Found: {what}", what=tuple(_counted(each) for each in found)),
        msg(
            "Delete what belongs to you or to the machine it was built on. What the product itself needs has to be made anew in "
            "each machine, when it first starts. SSH host keys come last: without them nobody gets in after a restart, until "
            "provisioning has made new ones."
        ),
        seen_at=tuple(where(path) for each in found for path in each.paths)[:_MOST],
        commands=_delete(leftovers),
        kinds=[each.kind for each in found],
        count=sum(each.count for each in found),
    )


def _counted(group: LeftoverGroup) -> Message:
    n = group.count
    return {
        "private_keys": lambda: plural("{n} private key", "{n} private keys", n=n),
        "credentials": lambda: plural("{n} file with credentials", "{n} files with credentials", n=n),
        "known_hosts": lambda: plural("{n} known_hosts file", "{n} known_hosts files", n=n),
        "key_stores": lambda: plural(
            "{n} key store (.pfx, .p12, .jks)", "{n} key stores (.pfx, .p12, .jks)", n=n
        ),
        "host_keys": lambda: plural("{n} SSH host key", "{n} SSH host keys", n=n),
        "keys_of_distribution": lambda: plural(
            "{n} key that the distribution made while it was installed",
            "{n} keys that the distribution made while it was installed",
            n=n,
        ),
        "keys_of_packages": lambda: plural(
            "{n} key among tests or examples", "{n} keys among tests or examples", n=n
        ),
    }[group.kind]()


def _delete(leftovers: Leftovers) -> tuple[str, ...]:
    """Lines for what certainly is no part of the product: in .ssh of a home, known hosts, credentials, host keys."""
    personal = (
        path
        for kind in ("known_hosts", "credentials", "private_keys")
        if (group := leftovers.group(kind)) is not None
        for path in group.paths
        if path.startswith(("/root/", "/home/")) and (kind != "private_keys" or "/.ssh/" in path)
    )
    host_keys = leftovers.group("host_keys")
    last = (
        ("rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub",)
        if host_keys is not None and leftovers.host_keys_made_by
        else ()
    )
    return (*delete(*personal), *last)


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-16",
        msg("No account holds a key to log in with"),
        no_keys_to_log_in_with,
        group=Group.SECURITY,
        applies=is_linux,
    ),
    Check(
        "LIN-18",
        msg("No other keys or credentials are left"),
        no_other_keys,
        group=Group.SECURITY,
        applies=is_linux,
    ),
)
