"""The rules about what a build leaves behind: shell histories (LIN-01), usual passwords (LIN-19), logs and the like (LIN-50)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.accounts import names_of, seen
from wizard.checks.linux.commands import DEPROVISION, clean_cache, delete
from wizard.checks.linux.keys import NOT_ALL_SEEN
from wizard.figures import exactly, in_units
from wizard.groups import Group
from wizard.messages import Message, msg, plural
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import Where, printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.leftovers import LeftoverGroup, Leftovers

_MOST: Final = 10
_ROTATED: Final = ("*.gz", "*.xz", "*.bz2", "*.zst", "*.old", "*.[0-9]", "*.[0-9][0-9]", f"*-{'[0-9]' * 8}")


def no_shell_history(inside: Inside) -> Finding:
    """LIN-01: no history above 1,024 bytes of who may log in (self-test); LISA wants none at all."""
    leftovers = known(inside.leftovers, inside, "leftovers")
    if isinstance(leftovers, Finding):
        return leftovers
    most = int(load("leftovers")["shell_history"]["most_bytes"])
    found = sorted(
        (each for each in leftovers.histories if each.size), key=lambda each: (not each.login, -each.size)
    )
    if not found:
        if not leftovers.complete:
            return skipped(NOT_ALL_SEEN)
        return passed(msg("No shell history holds anything"))
    bad = [each for each in found if each.login and each.size > most]
    first = (bad or found)[0]
    reason = plural(
        "{n} shell history holds something: {path} has {size} bytes",
        "{n} shell histories hold something; {path} has {size} bytes",
        n=len(found),
        path=printable(first.path),
        size=exactly(first.size),
    )
    cure = msg(
        "Delete them last of all, and run unset HISTFILE first: a shell writes its history when it ends."
    )
    judge = failed if bad else warning
    return judge(
        reason,
        cure,
        seen_at=tuple(where(each.path, 0, in_units(each.size)) for each in found[:_MOST]),
        commands=delete(*(each.path for each in found[: 2 * _MOST])),
        bytes=sum(each.size for each in found),
    )


def no_default_credentials(inside: Inside) -> Finding:
    """LIN-19: signs of passwords that every customer would have. Never passed: what an application ships with, no file tells."""
    accounts = known(inside.accounts, inside, "accounts")
    if isinstance(accounts, Finding):
        return accounts
    leftovers = known(inside.leftovers, inside, "leftovers")
    if isinstance(leftovers, Finding):
        return leftovers
    signs: list[Message] = []
    places: list[Where] = []
    empty = [each for each in accounts.login_users if each.password == "empty"]
    if empty:
        signs.append(
            plural(
                "{n} account can log in with an empty password: {names}",
                "{n} accounts can log in with an empty password: {names}",
                n=len(empty),
                names=names_of(empty),
            )
        )
        places += seen(empty)
    usual = load("leftovers")["usual_accounts"]
    known_names = [each for each in accounts.login_users if each.name in usual and each.password == "hash"]
    if known_names:
        signs.append(
            msg(
                "an account whose name attackers try first has a password: {names}",
                names=names_of(known_names),
            )
        )
        places += seen(known_names)
    files = leftovers.group("password_files")
    if files is not None:
        signs.append(
            plural(
                "{n} file that usually holds passwords",
                "{n} files that usually hold passwords",
                n=files.count,
            )
        )
        places += [where(path) for path in files.paths]
    if not signs:
        return skipped(
            msg(
                "No usual sign was found. Whether the product comes with a default password, only you can tell"
            )
        )
    return warning(
        msg("Signs of default credentials: {what}", what=tuple(signs)),
        msg(
            "Look at each. Every customer would get the same password: have it made anew when a machine first starts, and take "
            "it out of the image."
        ),
        seen_at=tuple(places[:_MOST]),
    )


def nothing_piled_up(inside: Inside) -> Finding:
    """LIN-50: logs, caches, temporary files, crash dumps, mail and histories of programs are gone; a few lines are let pass."""
    leftovers = known(inside.leftovers, inside, "leftovers")
    if isinstance(leftovers, Finding):
        return leftovers
    found = list(_piled_up(leftovers))
    if not found:
        if not leftovers.complete:
            return skipped(NOT_ALL_SEEN)
        return passed(msg("No logs, caches or temporary files worth mentioning are left"))
    kinds = [group.kind for group, _ in found]
    return warning(
        msg("Left over: {what}", what=tuple(what for _, what in found)),
        msg(
            "Delete what the product does not need, right before the machine is shut down. Customers would get all of it."
        ),
        seen_at=tuple(where(group.largest or group.paths[0]) for group, _ in found)[:_MOST],
        commands=_commands(inside, leftovers, kinds),
        bytes=leftovers.bytes_of(*kinds),
    )


def _piled_up(leftovers: Leftovers) -> Iterator[tuple[LeftoverGroup, Message]]:
    limits = load("leftovers")["limits"]
    rotated = leftovers.group("rotated_logs")
    for kind in _SAID:
        group = leftovers.group(kind)
        if group is None or group.count == 0:
            continue
        # Where old logs are kept, the current ones are left over as well.
        if not (kind == "logs" and rotated is not None) and group.bytes <= limits.get(f"{kind}_bytes", -1):
            continue
        yield group, _SAID[kind](group)


_SAID: Final[Mapping[str, Callable[[LeftoverGroup], Message]]] = {
    "logs": lambda group: msg("logs ({size})", size=in_units(group.bytes)),
    "rotated_logs": lambda group: msg("old logs ({size})", size=in_units(group.bytes)),
    "journals": lambda group: msg("the journal ({size})", size=in_units(group.bytes)),
    "package_caches": lambda group: msg("package caches ({size})", size=in_units(group.bytes)),
    "temporary": lambda group: msg("temporary files ({size})", size=in_units(group.bytes)),
    "crash_dumps": lambda group: msg("crash dumps ({size})", size=in_units(group.bytes)),
    "mail": lambda group: msg("mail ({size})", size=in_units(group.bytes)),
    "other_histories": lambda group: plural(
        "the history of {n} program", "histories of {n} programs", n=group.count
    ),
    "certificates": lambda group: plural(
        "{n} certificate in a home", "{n} certificates in homes", n=group.count
    ),
    "resolv_conf": lambda _group: msg("the build network’s name servers in /etc/resolv.conf"),
}


def _commands(inside: Inside, leftovers: Leftovers, kinds: list[str]) -> tuple[str, ...]:
    """Lines for the kinds that nobody needs; certificates are a person's decision."""
    names = " -o ".join(f"-name '{each}'" for each in _ROTATED)
    home_caches = [
        folder
        for folder in ("/root/.cache/pip", "/root/.npm/_cacache", "/root/.cache/yarn")
        if (group := leftovers.group("package_caches")) is not None
        and any(path.startswith(f"{folder}/") for path in group.paths)
    ]
    deleted = (
        path
        for kind in ("crash_dumps", "mail", "other_histories")
        if kind in kinds and (group := leftovers.group(kind)) is not None
        for path in group.paths
    )
    lines: dict[str, tuple[str, ...]] = {
        "rotated_logs": (f"find /var/log -type f \\( {names} \\) -delete",),
        "logs": ("find /var/log -type f ! -path '/var/log/journal/*' -exec truncate -s 0 {} +",),
        "journals": ("journalctl --rotate", "journalctl --vacuum-time=1s"),
        "package_caches": (
            *clean_cache(inside.distribution),
            *(f"rm -rf {folder}" for folder in home_caches),
        ),
        "temporary": ("find /tmp /var/tmp -xdev -mindepth 1 -type f -delete",),
    }
    return (
        *(line for kind, those in lines.items() if kind in kinds for line in those),
        *delete(*deleted),
        *((DEPROVISION,) if "resolv_conf" in kinds else ()),
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-01",
        msg("No shell history is left"),
        no_shell_history,
        group=Group.CLEAN_UP,
        applies=is_linux,
    ),
    Check(
        "LIN-19",
        msg("No default credentials are shipped"),
        no_default_credentials,
        group=Group.SECURITY,
        applies=is_linux,
    ),
    Check(
        "LIN-50",
        msg("Logs, caches and temporary files are removed"),
        nothing_piled_up,
        group=Group.CLEAN_UP,
        applies=is_linux,
    ),
)
