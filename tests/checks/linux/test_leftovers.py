"""LIN-01, LIN-19 and LIN-50, each at its boundary."""

from __future__ import annotations

import pytest

from wizard.checks.linux.leftovers import CHECKS
from wizard.inspection.found.accounts import Accounts, User
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.found.leftovers import History, LeftoverGroup, Leftovers
from wizard.rules_data import load
from wizard.step import Finding

JUDGES = {each.rule: each for each in CHECKS}
NOBODY = Accounts()


def judged(
    rule: str, leftovers: Leftovers, accounts: Accounts = NOBODY, distribution: str = "debian"
) -> Finding:
    inside = Inside(leftovers=leftovers, accounts=accounts, distribution=Distribution(id=distribution))
    return JUDGES[rule].finding(inside=inside)


@pytest.mark.parametrize("rule", JUDGES)
def test_what_was_not_read_is_skipped(rule: str) -> None:
    inside = Inside(accounts=NOBODY, unread=(Unread("leftovers", Why.TOO_LONG.value),))
    assert JUDGES[rule].finding(inside=inside).outcome == "skipped"


@pytest.mark.parametrize(
    ("size", "login", "outcome"),
    [
        (0, True, "passed"),
        (1, True, "warning"),
        (1024, True, "warning"),
        (1025, True, "failed"),
        (1025, False, "warning"),
    ],
)
def test_lin_01(size: int, login: bool, outcome: str) -> None:
    finding = judged("LIN-01", Leftovers((History("/root/.bash_history", "root", size, login),)))

    assert finding.outcome == outcome
    assert finding.commands == (() if outcome == "passed" else ("rm -f /root/.bash_history",))


def test_lin_01_without_any_history() -> None:
    assert judged("LIN-01", Leftovers()).outcome == "passed"
    assert judged("LIN-01", Leftovers(complete=False)).outcome == "skipped"


def test_lin_01_shows_the_worst_first_and_quotes_paths() -> None:
    finding = judged(
        "LIN-01",
        Leftovers(
            (
                History("/home/gone/.bash_history", "", 90_000),
                History("/home/a;rm -rf x/.sh_history", "a", 2000, login=True),
                History("/home/b\n/.sh_history", "b", 10, login=True),
            )
        ),
    )

    assert "/home/a;rm -rf x/.sh_history has 2,000 bytes" in str(finding.reason)
    assert finding.commands == (
        "rm -f '/home/a;rm -rf x/.sh_history'",
        "rm -f /home/gone/.bash_history",
    )


def user(name: str, password: str, can_log_in: bool = True) -> User:
    return User(name, 1000, "/home", "/bin/sh", can_log_in, password, "/etc/shadow", 9)


def group(kind: str, size: int = 100, *paths: str) -> LeftoverGroup:
    return LeftoverGroup(kind, paths or ("/x",), max(len(paths), 1), size, paths[-1] if paths else "/x")


@pytest.mark.parametrize(
    ("users", "groups", "outcome"),
    [
        ((), (), "skipped"),
        ((user("ada", "star"),), (), "skipped"),
        ((user("ada", "hash"),), (), "skipped"),
        ((user("vagrant", "locked"),), (), "skipped"),
        ((user("vagrant", "hash"),), (), "warning"),
        ((user("vagrant", "hash", can_log_in=False),), (), "skipped"),
        ((user("ada", "empty"),), (), "warning"),
        ((user("sync", "empty", can_log_in=False),), (), "skipped"),
        ((), (group("password_files", 9, "/root/passwords.txt"),), "warning"),
        ((), (group("credentials"),), "skipped"),
    ],
)
def test_lin_19_warns_at_most_and_never_passes(
    users: tuple[User, ...], groups: tuple[LeftoverGroup, ...], outcome: str
) -> None:
    finding = judged("LIN-19", Leftovers(groups=groups), Accounts(users))

    assert (finding.outcome, finding.commands) == (outcome, ())


LIMITS = load("leftovers")["limits"]


@pytest.mark.parametrize(
    ("groups", "outcome"),
    [
        ((), "passed"),
        ((group("logs", LIMITS["logs_bytes"]),), "passed"),
        ((group("logs", LIMITS["logs_bytes"] + 1),), "warning"),
        ((group("journals", LIMITS["journals_bytes"]),), "passed"),
        ((group("journals", LIMITS["journals_bytes"] + 1),), "warning"),
        ((group("package_caches", LIMITS["package_caches_bytes"]),), "passed"),
        ((group("package_caches", LIMITS["package_caches_bytes"] + 1),), "warning"),
        ((group("rotated_logs", 1),), "warning"),
        ((group("temporary", 0),), "warning"),
        ((group("crash_dumps"),), "warning"),
        ((group("mail"),), "warning"),
        ((group("other_histories"),), "warning"),
        ((group("certificates"),), "warning"),
        ((group("resolv_conf"),), "warning"),
        ((group("private_keys"),), "passed"),
    ],
)
def test_lin_50(groups: tuple[LeftoverGroup, ...], outcome: str) -> None:
    assert judged("LIN-50", Leftovers(groups=groups)).outcome == outcome


def test_lin_50_tells_of_the_current_logs_where_old_ones_are_kept() -> None:
    finding = judged("LIN-50", Leftovers(groups=(group("logs", 1), group("rotated_logs", 2048))))

    assert str(finding.reason) == "Left over: logs (1 B), old logs (2 KiB)"


def test_lin_50_is_not_passed_where_not_all_was_seen() -> None:
    assert judged("LIN-50", Leftovers(complete=False)).outcome == "skipped"


@pytest.mark.parametrize(
    ("distribution", "command"),
    [
        ("debian", "apt-get clean"),
        ("rhel", "if command -v dnf >/dev/null; then dnf clean all; else yum clean all; fi"),
        ("sles", "zypper --non-interactive clean --all"),
        ("azurelinux", "tdnf clean all"),
    ],
)
def test_lin_50_in_the_distributions_own_words(distribution: str, command: str) -> None:
    caches = group("package_caches", 2**30, "/root/.cache/pip/http/a", "/var/cache/a")
    finding = judged("LIN-50", Leftovers(groups=(caches,)), distribution=distribution)

    assert finding.commands == (command, "rm -rf /root/.cache/pip")


def test_lin_50_cleans_only_what_was_found() -> None:
    finding = judged(
        "LIN-50",
        Leftovers(
            groups=(
                group("certificates"),
                group("crash_dumps", 9, "/var/crash/a b"),
                group("resolv_conf", 9, "/etc/resolv.conf"),
                group("temporary", 9, "/tmp/a"),
            )
        ),
    )

    assert finding.commands == (
        "find /tmp /var/tmp -xdev -mindepth 1 -type f -delete",
        "rm -f '/var/crash/a b'",
        "waagent -force -deprovision+user",
    )
