"""LIN-16 and LIN-18, each at its boundary."""

from __future__ import annotations

import pytest

from wizard.checks.linux.keys import CHECKS
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.found.leftovers import KeyFile, LeftoverGroup, Leftovers
from wizard.step import Finding

JUDGES = {each.rule: each for each in CHECKS}


def judged(rule: str, leftovers: Leftovers) -> Finding:
    return JUDGES[rule].finding(inside=Inside(leftovers=leftovers))


@pytest.mark.parametrize("rule", JUDGES)
def test_what_was_not_read_is_skipped(rule: str) -> None:
    inside = Inside(unread=(Unread("leftovers", Why.TOO_LONG.value),))
    assert JUDGES[rule].finding(inside=inside).outcome == "skipped"


ROOTS = "/root/.ssh/authorized_keys"
ADAS = "/home/ada/.ssh/authorized_keys"
DEPROVISION = "waagent -force -deprovision+user"


@pytest.mark.parametrize(
    ("files", "outcome", "commands"),
    [
        ((), "passed", ()),
        ((KeyFile(ROOTS, "root", 200, 1, harmless=True, login=True),), "passed", ()),
        ((KeyFile(ROOTS, "root", 0, 0, login=True),), "passed", ()),
        ((KeyFile(ROOTS, "root", 80, 1, login=True),), "failed", (f"rm -f {ROOTS}",)),
        ((KeyFile(ADAS, "ada", 80, 1, login=True),), "failed", (DEPROVISION,)),
        ((KeyFile(ADAS, "", 80, 1),), "warning", (DEPROVISION,)),
        ((KeyFile("/srv/git/.ssh/authorized_keys", "git", 80, 2),), "warning", (DEPROVISION,)),
        ((KeyFile(ROOTS, "root", 20, 0, login=True),), "warning", (f"rm -f {ROOTS}",)),
        ((KeyFile(ROOTS, "root", 1024**4, 0, whole=False, login=True),), "warning", (f"rm -f {ROOTS}",)),
        (
            (
                KeyFile(ROOTS, "root", 200, 1, harmless=True, login=True),
                KeyFile(ADAS, "ada", 80, 1, login=True),
            ),
            "failed",
            (DEPROVISION,),
        ),
    ],
)
def test_lin_16(files: tuple[KeyFile, ...], outcome: str, commands: tuple[str, ...]) -> None:
    finding = judged("LIN-16", Leftovers(authorized_keys=files))

    assert (finding.outcome, finding.commands) == (outcome, commands)


def group(kind: str, *paths: str) -> LeftoverGroup:
    return LeftoverGroup(kind, paths or ("/etc/x",), max(len(paths), 1), 100)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("private_keys", "failed"),
        ("credentials", "failed"),
        ("known_hosts", "failed"),
        ("key_stores", "failed"),
        ("keys_of_distribution", "warning"),
        ("keys_of_packages", "warning"),
        ("certificates", "passed"),
        ("password_files", "passed"),
        ("logs", "passed"),
    ],
)
def test_lin_18(kind: str, outcome: str) -> None:
    assert judged("LIN-18", Leftovers(groups=(group(kind),))).outcome == outcome


@pytest.mark.parametrize(
    ("made_by", "outcome"), [("cloud-init", "warning"), ("waagent", "warning"), ("", "failed")]
)
def test_lin_18_of_host_keys(made_by: str, outcome: str) -> None:
    found = Leftovers(groups=(group("host_keys", "/etc/ssh/ssh_host_rsa_key"),), host_keys_made_by=made_by)
    finding = judged("LIN-18", found)

    assert finding.outcome == outcome
    # Where nothing makes new ones, deleting them would shut everybody out.
    assert bool(finding.commands) is bool(made_by)


def test_lin_18_deletes_only_what_is_no_part_of_the_product() -> None:
    finding = judged(
        "LIN-18",
        Leftovers(
            groups=(
                group("credentials", "/root/.aws/credentials", "/srv/app/.netrc"),
                group("known_hosts", "/home/a b/.ssh/known_hosts"),
                group(
                    "private_keys",
                    "/root/.ssh/id_rsa",
                    "/root/server.key",
                    "/etc/nginx/a.key",
                    "/root/.ssh/a\nb",
                ),
            )
        ),
    )

    assert str(finding.reason) == "Found: 4 private keys, 2 files with credentials, 1 known_hosts file"
    assert finding.commands == (
        "rm -f '/home/a b/.ssh/known_hosts'",
        "rm -f /root/.aws/credentials",
        "rm -f /root/.ssh/id_rsa",
    )


def test_lin_18_is_not_passed_where_not_all_was_seen() -> None:
    assert judged("LIN-18", Leftovers(complete=False)).outcome == "skipped"
    assert judged("LIN-18", Leftovers(groups=(group("private_keys"),), complete=False)).outcome == "failed"
