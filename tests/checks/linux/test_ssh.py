"""LIN-14 and LIN-17, each at its boundary, and cures that set an option where sshd heeds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.inspection.memory_tree import files
from wizard.checks.linux.ssh import CHECKS, set_option
from wizard.inspection.found.accounts import Accounts, User
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.found.leftovers import KeyFile, Leftovers
from wizard.inspection.found.packages import Package, Packages
from wizard.inspection.found.ssh import Setting, Ssh
from wizard.inspection.linux.ssh import read_ssh
from wizard.step import Finding

JUDGES = {each.rule: each for each in CHECKS}
MAIN = "/etc/ssh/sshd_config"
DROP_IN = "/etc/ssh/sshd_config.d"


def ssh(*settings: Setting, drop_in: str = "", file: str = MAIN, complete: bool = True) -> Ssh:
    return Ssh(True, file, (file,), settings, drop_in, complete)


def interval(value: str) -> Ssh:
    return ssh(Setting("ClientAliveInterval", value, MAIN, 7))


def judged(rule: str, inside: Inside) -> Finding:
    return JUDGES[rule].finding(inside=inside)


@pytest.mark.parametrize("rule", JUDGES)
def test_what_was_not_read_is_skipped(rule: str) -> None:
    assert judged(rule, Inside(unread=(Unread("", Why.CRASHED.value),))).outcome == "skipped"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("180", "passed"),
        ("3m", "passed"),
        ("0", "failed"),
        ("1", "warning"),
        ("29", "warning"),
        ("30", "warning"),
        ("120", "warning"),
        ("179", "warning"),
        ("181", "warning"),
        ("235", "warning"),
        ("236", "failed"),
        ("1h", "failed"),
        ("never", "failed"),
    ],
)
def test_lin_14(value: str, outcome: str) -> None:
    finding = judged("LIN-14", Inside(ssh=interval(value)))

    assert finding.outcome == outcome
    assert [str(each) for each in finding.seen_at] == [f"{MAIN} line 7: ClientAliveInterval {value}"]
    assert bool(finding.commands) is (outcome != "passed")


def test_lin_14_tells_what_is_unusual_from_what_only_warns() -> None:
    said = {value: str(judged("LIN-14", Inside(ssh=interval(value))).reason) for value in ("29", "30")}

    assert "30 to 235 are usual" in said["29"]
    assert "That is accepted" in said["30"]


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (ssh(), "failed"),
        (ssh(complete=False), "skipped"),
        (Ssh(), "skipped"),
        (Ssh(installed=True), "failed"),
        (ssh(Setting("ClientAliveInterval", "180", MAIN, 3, "user ada")), "failed"),
        (ssh(Setting("ClientAliveInterval", "180", MAIN, 3, "all")), "passed"),
        (ssh(Setting("ClientAliveInterval", "180"), Setting("ClientAliveInterval", "0")), "passed"),
        (ssh(Setting("ClientAliveInterval", "0"), Setting("ClientAliveInterval", "180")), "failed"),
    ],
)
def test_lin_14_of_what_counts(found: Ssh, outcome: str) -> None:
    assert judged("LIN-14", Inside(ssh=found)).outcome == outcome


def root(password: str = "star") -> Accounts:
    return Accounts((User("root", 0, "/root", "/bin/bash", True, password, "/etc/shadow", 1),))


def permit(value: str, match: str = "") -> Setting:
    return Setting("PermitRootLogin", value, f"{DROP_IN}/50-cloud.conf", 3, match)


def packages(version: str) -> Packages:
    return Packages((Package("openssh-server", version),), "dpkg")


def key(harmless: bool = False, size: int = 80) -> Leftovers:
    return Leftovers(
        authorized_keys=(KeyFile("/root/.ssh/authorized_keys", "root", size, 1, harmless, login=True),)
    )


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("no", "passed"),
        ("prohibit-password", "passed"),
        ("without-password", "passed"),
        ("Prohibit-Password", "passed"),
        ("forced-commands-only", "passed"),
        ("yes", "failed"),
        ("maybe", "failed"),
    ],
)
def test_lin_17_of_the_option(value: str, outcome: str) -> None:
    finding = judged("LIN-17", Inside(accounts=root(), ssh=ssh(permit(value)), leftovers=Leftovers()))

    assert finding.outcome == outcome
    assert str(finding.seen_at[0]) == f"{DROP_IN}/50-cloud.conf line 3: PermitRootLogin {value}"


@pytest.mark.parametrize(
    ("password", "outcome"),
    [
        ("star", "passed"),
        ("locked", "passed"),
        ("locked_hash", "passed"),
        ("missing", "passed"),
        ("hash", "failed"),
        ("empty", "failed"),
    ],
)
def test_lin_17_of_the_password(password: str, outcome: str) -> None:
    for found in (ssh(permit("no")), Ssh()):
        finding = judged("LIN-17", Inside(accounts=root(password), ssh=found, leftovers=Leftovers()))

        assert finding.outcome == outcome
        assert finding.commands == (("usermod -p '*' root",) if outcome == "failed" else ())


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        (key(), "failed"),
        (key(harmless=True), "passed"),
        (key(size=0), "passed"),
        (Leftovers(authorized_keys=(KeyFile("/home/ada/.ssh/authorized_keys", "ada", 80, 1),)), "passed"),
        (None, "skipped"),
    ],
)
def test_lin_17_of_the_key(left: Leftovers | None, outcome: str) -> None:
    unread = (Unread("leftovers", Why.TOO_MUCH.value),)
    finding = judged("LIN-17", Inside(accounts=root(), ssh=ssh(permit("no")), leftovers=left, unread=unread))

    assert finding.outcome == outcome
    assert finding.commands == (("rm -f /root/.ssh/authorized_keys",) if outcome == "failed" else ())


@pytest.mark.parametrize(
    ("version", "distribution", "outcome"),
    [
        ("1:9.2p1-2+deb12u7", "debian 12", "passed"),
        ("7.0p1", "centos 7.9", "passed"),
        ("6.9p1", "centos 7.0", "warning"),
        ("", "debian 12", "warning"),
        ("9.6p1-150600.6.29.2", "sles 15.7", "warning"),
        ("10.0p2-160000.2.2", "sles 16.0", "passed"),
        ("9.9p2", "opensuse-tumbleweed 20260101", "passed"),
    ],
)
def test_lin_17_where_nothing_is_set(version: str, distribution: str, outcome: str) -> None:
    name, _, release = distribution.partition(" ")
    inside = Inside(
        accounts=root(),
        ssh=ssh(drop_in=DROP_IN),
        leftovers=Leftovers(),
        packages=packages(version) if version else Packages(),
        distribution=Distribution(id=name, version=release, like=("suse",) if "suse" in name else ()),
    )
    finding = judged("LIN-17", inside)

    assert finding.outcome == outcome
    assert bool(finding.commands) is (outcome == "warning")


def test_lin_17_of_some_connections() -> None:
    inside = Inside(
        accounts=root(), ssh=ssh(permit("no"), permit("yes", "address 10.0.0.0/8")), leftovers=Leftovers()
    )
    finding = judged("LIN-17", inside)

    assert (finding.outcome, finding.commands) == ("warning", ())
    assert "for some connections" in str(finding.reason)


def test_lin_17_without_root() -> None:
    assert (
        judged("LIN-17", Inside(accounts=Accounts(), ssh=Ssh(), leftovers=Leftovers())).outcome == "skipped"
    )


def test_lin_17_says_all_at_once() -> None:
    finding = judged("LIN-17", Inside(accounts=root("hash"), ssh=ssh(permit("yes")), leftovers=key()))

    assert (
        str(finding.reason)
        == "Seen: root has a password, PermitRootLogin is yes, root has a key to log in with"
    )
    assert len(finding.commands) == 3


CONFIGS = {
    "drop-ins come first": {MAIN: f"Include {DROP_IN}/*.conf\nUsePAM yes\n"},
    "a drop-in says otherwise": {
        MAIN: f"Include {DROP_IN}/*.conf\nClientAliveInterval 180\n",
        f"{DROP_IN}/00-a.conf": "  clientaliveinterval=60\nPort 22\nClientAliveInterval 90\n",
    },
    "the main file says otherwise": {MAIN: "# ClientAliveInterval 0\nClientAliveInterval 0\n"},
    "nobody says it, and a Match is there": {MAIN: "UsePAM yes\nMatch user ada\nPermitRootLogin no\n"},
    "the drop-ins come late": {MAIN: f"Port 22\nInclude {DROP_IN}/*.conf\n"},
    "the folder is not there": {MAIN: f"Include {DROP_IN}/*.conf\n"},
    "a path with a blank": {MAIN: "Include '/etc/ssh/a b/*.conf'\n", "/etc/ssh/a b/it's.conf": "ClientAliveInterval 9\n"},
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="the cure is for the sed of Linux")
@pytest.mark.parametrize("case", CONFIGS)
def test_a_cure_makes_it_count_and_can_be_run_again(case: str, tmp_path: Path) -> None:
    content = CONFIGS[case]
    for path, text in content.items():
        (tmp_path / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path[1:]).write_text(text)
    commands = set_option(read_ssh(files({**content})), "ClientAliveInterval", "180")
    script = "\n".join(["set -e", *commands]).replace("/etc/ssh", f"{tmp_path}/etc/ssh")

    after = []
    for _ in range(2):
        subprocess.run(["sh", "-c", script], check=True)
        after.append(
            {
                f"/{each.relative_to(tmp_path)}": each.read_text()
                for each in tmp_path.rglob("*")
                if each.is_file()
            }
        )

    setting = read_ssh(files({**after[0]})).effective("ClientAliveInterval")
    assert commands
    assert setting is not None
    assert (setting.seconds, setting.match) == (180, "")
    assert after[0] == after[1]


@pytest.mark.parametrize(
    "found",
    [
        ssh(Setting("ClientAliveInterval", "60", MAIN, 1, "all")),
        ssh(Setting("ClientAliveInterval", "60", MAIN, 1, "user ada")),
        ssh(Setting("ClientAliveInterval", "60", "/etc/sysconfig/sshd", 1)),
        ssh(Setting("ClientAliveInterval", "60", "/etc/ssh/a\nb", 1)),
        ssh(file="/usr/etc/ssh/sshd_config"),
        Ssh(installed=True),
    ],
)
def test_what_takes_a_person_has_no_command(found: Ssh) -> None:
    assert set_option(found, "ClientAliveInterval", "180") == ()
