"""ACC-01 to ACC-05, for what is set and for what a stranger got."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wizard.checks import container_access as checks
from wizard.checks.container_access import AccessReading
from wizard.messages import msg
from wizard.services.anonymous import Answer
from wizard.services.records import AccountProperties
from wizard.step import Finding, Outcome

ACCOUNT = AccountProperties(
    "contoso",
    "https://contoso",
    allow_public=True,
    minimum_tls="TLS1_2",
    https_only=True,
    network_default="Allow",
)
IN, OUT, HIDDEN = Answer(200), Answer(403), Answer(404, "ResourceNotFound")
FORBIDDEN = Answer(409, "PublicAccessNotPermitted")


def reading(level: str, head: Answer | None = HIDDEN, **account: object) -> AccessReading:
    properties = replace(ACCOUNT, **account)  # type: ignore[arg-type]
    return AccessReading(level, properties, head, head, None if head else msg("No network"))


def judged(finding: Finding) -> str:
    if finding.outcome in (Outcome.FAILED, Outcome.WARNING):
        assert finding.cure is not None
    return finding.outcome.value


@pytest.mark.parametrize(
    ("level", "head", "outcome"),
    [
        ("private", HIDDEN, "passed"),
        ("private", OUT, "passed"),
        ("private", FORBIDDEN, "passed"),
        ("private", IN, "failed"),
        ("blob", IN, "passed"),
        ("container", IN, "passed"),
        ("blob", HIDDEN, "failed"),
        ("container", FORBIDDEN, "failed"),
        ("private", None, "warning"),
        ("blob", None, "warning"),
    ],
)
def test_acc_01_goes_by_what_a_stranger_got(level: str, head: Answer | None, outcome: str) -> None:
    finding = checks.reachable(reading(level, head))
    assert judged(finding) == outcome
    if head is not None:
        assert finding.facts["status"] == head.status


@pytest.mark.parametrize(
    ("level", "outcome"), [("private", "passed"), ("blob", "warning"), ("container", "warning")]
)
def test_acc_02(level: str, outcome: str) -> None:
    finding = checks.private_is_better(reading(level))
    assert judged(finding) == outcome
    if outcome == "warning":
        assert finding.fix is not None
        assert (finding.fix.answers, finding.fix.action) == ({"access": "private"}, "set_access")


@pytest.mark.parametrize(
    ("level", "allowed", "head", "outcome"),
    [
        ("private", True, HIDDEN, "passed"),
        ("private", False, HIDDEN, "passed"),
        ("private", None, HIDDEN, "skipped"),
        ("blob", True, IN, "passed"),
        ("blob", False, FORBIDDEN, "failed"),
        ("blob", None, FORBIDDEN, "failed"),
        ("blob", None, IN, "passed"),
        ("blob", None, HIDDEN, "skipped"),
        ("blob", None, None, "skipped"),
    ],
)
def test_acc_03(level: str, allowed: bool | None, head: Answer | None, outcome: str) -> None:
    assert judged(checks.account_allows(reading(level, head, allow_public=allowed))) == outcome


@pytest.mark.parametrize(
    ("network", "https_only", "outcome"),
    [
        ("Allow", True, "passed"),
        ("Allow", None, "passed"),
        ("Allow", False, "warning"),
        ("Deny", True, "failed"),
        ("Deny", False, "failed"),
        (None, None, "skipped"),
    ],
)
def test_acc_04(network: str | None, https_only: bool | None, outcome: str) -> None:
    finding = checks.network_open(reading("private", network_default=network, https_only=https_only))
    assert judged(finding) == outcome


@pytest.mark.parametrize(
    ("version", "outcome"),
    [
        ("TLS1_0", "warning"),
        ("TLS1_1", "warning"),
        ("TLS1_2", "passed"),
        ("TLS1_3", "passed"),
        (None, "skipped"),
    ],
)
def test_acc_05(version: str | None, outcome: str) -> None:
    finding = checks.modern_tls(reading("private", minimum_tls=version))
    assert judged(finding) == outcome
    assert "_" not in str(finding.reason)
