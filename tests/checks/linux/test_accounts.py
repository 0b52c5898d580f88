"""LIN-15, LIN-31 and LIN-38, each at its boundary."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from wizard.checks.linux.accounts import CHECKS
from wizard.inspection.found.accounts import Accounts, Rights, SudoLine, User
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.found.leftovers import KeyFile, Leftovers
from wizard.step import Finding

JUDGES = {each.rule: each for each in CHECKS}
NOTHING_LEFT = Leftovers()
ROOT = User("root", 0, "/root", "/bin/bash", True, "star", "/etc/shadow", 1, 1)


def user(name: str, password: str, uid: int = 1000, file: str = "/etc/shadow") -> User:
    return User(name, uid, f"/home/{name}", "/bin/bash", True, password, file, 2, 2)


def judged(
    rule: str, accounts: Accounts | None, leftovers: Leftovers | None = NOTHING_LEFT, *unread: Unread
) -> Finding:
    return JUDGES[rule].finding(
        inside=Inside(system="linux", accounts=accounts, leftovers=leftovers, unread=unread)
    )


@pytest.mark.parametrize("rule", JUDGES)
def test_what_was_not_read_is_skipped(rule: str) -> None:
    finding = judged(rule, None, None, Unread("accounts", Why.DAMAGED.value))

    assert finding.outcome == "skipped"
    assert "damaged" in str(finding.reason)


@pytest.mark.parametrize("rule", ["LIN-15", "LIN-38"])
def test_without_a_list_of_users_nothing_is_judged(rule: str) -> None:
    assert judged(rule, Accounts()).outcome == "skipped"


@pytest.mark.parametrize(
    ("password", "outcome"),
    [
        ("star", "passed"),
        ("locked", "passed"),
        ("x", "passed"),
        ("missing", "passed"),
        ("empty", "passed"),
        ("locked_hash", "warning"),
        ("hash", "failed"),
    ],
)
def test_lin_15(password: str, outcome: str) -> None:
    finding = judged("LIN-15", Accounts((ROOT, user("ada", password))))

    assert finding.outcome == outcome
    if outcome != "passed":
        assert [str(each) for each in finding.seen_at] == ["/etc/shadow line 2: ada:…"]
        assert finding.commands == (f"usermod -p '{'*' if password == 'hash' else '!'}' ada",)


def test_lin_15_takes_every_password_that_a_command_can_take() -> None:
    users = (
        ROOT,
        user("ada", "hash"),
        user("bob", "locked_hash"),
        user("-rf", "hash"),
        user("a b", "hash"),
        user("gone", "hash", -1),
        user("bsd", "hash", file="/etc/master.passwd"),
    )
    finding = judged("LIN-15", Accounts(users))

    assert finding.outcome == "failed"
    assert finding.facts["accounts"] == ["ada", "-rf", "a b", "gone", "bsd"]
    assert finding.commands == ("usermod -p '*' ada", "usermod -p '!' bob")


def test_lin_15_of_more_users_than_were_read_is_not_passed() -> None:
    assert judged("LIN-15", Accounts((ROOT,), complete=False)).outcome == "skipped"


def test_lin_15_makes_a_name_harmless() -> None:
    assert judged("LIN-15", Accounts((user("a\x1b\u202e", "hash"),))).facts["accounts"] == ["a��"]


TARGETPW = SudoLine("targetpw", "/etc/sudoers", 1, "Defaults targetpw   # ask for root's")
EVERYONE = SudoLine("everyone", "/etc/sudoers", 2, "ALL ALL=(ALL) ALL")


@pytest.mark.parametrize(
    ("lines", "outcome", "commands"),
    [
        ((), "passed", 0),
        ((EVERYONE,), "passed", 0),
        ((SudoLine("nopasswd", "/etc/sudoers.d/a", 1, "x"),), "passed", 0),
        ((TARGETPW,), "warning", 2),
        ((TARGETPW, EVERYONE), "warning", 2),
        ((TARGETPW, SudoLine("not_targetpw", "/etc/sudoers.d/z", 1, "Defaults !targetpw")), "passed", 0),
        ((SudoLine("not_targetpw", "/etc/sudoers", 1, "Defaults !targetpw"), TARGETPW), "warning", 2),
        ((SudoLine("targetpw", "/etc/sudoers", 1, "Defaults env_reset, targetpw"),), "warning", 0),
        ((SudoLine("targetpw", "/usr/etc/sudoers", 1, "Defaults targetpw"),), "warning", 0),
        ((TARGETPW, SudoLine("targetpw", "/etc/sudoers.d/a", 1, "Defaults targetpw")), "warning", 3),
    ],
)
def test_lin_31(lines: tuple[SudoLine, ...], outcome: str, commands: int) -> None:
    finding = judged("LIN-31", Accounts((ROOT,), sudo=lines, sudo_files=("/etc/sudoers",)))

    assert (finding.outcome, len(finding.commands)) == (outcome, commands)


@pytest.mark.skipif(sys.platform != "linux", reason="the cure is for the sed of Linux")
def test_the_cure_of_lin_31_comments_both_lines_out_and_can_be_run_again(tmp_path: Path) -> None:
    sudoers = tmp_path / "sudoers"
    before = "Defaults always_set_home\nDefaults targetpw   # ask\nALL   ALL=(ALL) ALL   # WARNING!\nroot ALL=(ALL) ALL\n"
    sudoers.write_text(before)
    finding = judged("LIN-31", Accounts((ROOT,), sudo=(TARGETPW, EVERYONE), sudo_files=("/etc/sudoers",)))

    for _ in range(2):
        subprocess.run(["sh", "-c", finding.commands[0].replace("/etc/sudoers", str(sudoers))], check=True)

    assert sudoers.read_text() == re.sub("(?m)^(?=Defaults targetpw|ALL)", "# ", before)


RIGHTS = (Rights("/etc/passwd", 0o644), Rights("/etc/shadow", 0o640), Rights("/etc/ssh/sshd_config", 0o644))


@pytest.mark.parametrize(
    ("users", "rights", "outcome", "command"),
    [
        ((ROOT,), RIGHTS, "passed", ""),
        ((ROOT, user("toor", "star", 0)), RIGHTS, "warning", ""),
        ((ROOT,), (Rights("/etc/shadow", 0o600),), "passed", ""),
        ((ROOT,), (Rights("/etc/shadow", 0),), "passed", ""),
        ((ROOT,), (Rights("/etc/shadow", 0o644),), "warning", "chmod o-rwx /etc/shadow"),
        ((ROOT,), (Rights("/etc/gshadow", 0o642),), "warning", "chmod o-rwx /etc/gshadow"),
        ((ROOT,), (Rights("/etc/passwd", 0o664),), "passed", ""),
        ((ROOT,), (Rights("/etc/passwd", 0o646),), "warning", "chmod o-w /etc/passwd"),
        ((ROOT,), (Rights("/etc/ssh/sshd_config", 0o666),), "warning", "chmod o-w /etc/ssh/sshd_config"),
        ((ROOT,), (Rights("/etc/shadow", 0o640, 1000),), "warning", "chown root /etc/shadow"),
    ],
)
def test_lin_38(users: tuple[User, ...], rights: tuple[Rights, ...], outcome: str, command: str) -> None:
    finding = judged("LIN-38", Accounts(users, rights))

    assert (finding.outcome, finding.commands) == (outcome, (command,) if command else ())


@pytest.mark.parametrize(
    ("mode", "outcome"), [(0o600, "passed"), (0o400, "passed"), (0o640, "warning"), (0o644, "warning")]
)
def test_lin_38_of_authorized_keys(mode: int, outcome: str) -> None:
    key = KeyFile("/home/a b/.ssh/authorized_keys", "ada", 80, 1, mode=mode)
    finding = judged("LIN-38", Accounts((ROOT,), RIGHTS), Leftovers(authorized_keys=(key,)))

    assert finding.outcome == outcome
    assert finding.commands == (
        () if outcome == "passed" else (f"[ ! -e '{key.path}' ] || chmod 600 '{key.path}'",)
    )


def test_lin_38_is_not_passed_where_keys_were_not_looked_for() -> None:
    late = Unread("leftovers", Why.TOO_MUCH.value)

    assert judged("LIN-38", Accounts((ROOT,), RIGHTS), None, late).outcome == "skipped"
    assert (
        judged("LIN-38", Accounts((ROOT,), (Rights("/etc/passwd", 0o666),)), None, late).outcome == "warning"
    )


def test_lin_15_without_a_shadow_nobody_can_say() -> None:
    finding = judged("LIN-15", Accounts((ROOT,), RIGHTS, has_shadow=False))

    assert finding.outcome == "skipped"
    assert "/etc/shadow" in str(finding.reason)
