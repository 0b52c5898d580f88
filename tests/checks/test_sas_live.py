"""SAS-08, SAS-11, SAS-12 and SAS-16: what the server and the account say."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.checks.sas_links import DAY, DISK_BYTES, NOW, account, judged, link, probed, uploaded, written
from wizard.disk.vhd_footer import fixed_footer
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.services.anonymous import Answer
from wizard.step import Outcome

PASSED, WARNING, FAILED, SKIPPED = Outcome.PASSED, Outcome.WARNING, Outcome.FAILED, Outcome.SKIPPED


def footer_with(position: int, value: bytes) -> bytes:
    """A footer with these bytes changed, its checksum not."""
    good = bytearray(fixed_footer(DISK_BYTES).build())
    good[position : position + len(value)] = value
    return bytes(good)


@pytest.mark.parametrize(
    ("changed", "outcome", "word"),
    [
        ({}, PASSED, "30 GiB"),
        ({"head": Answer(404, "BlobNotFound"), "footer": b""}, FAILED, "no VHD at this address"),
        ({"head": Answer(404, "ContainerNotFound"), "footer": b""}, FAILED, "no VHD at this address"),
        ({"head": Answer(403, "AuthenticationFailed"), "footer": b""}, FAILED, "signature"),
        ({"head": Answer(403, "AuthorizationPermissionMismatch"), "footer": b""}, FAILED, "does not allow"),
        ({"head": Answer(403, "AuthorizationFailure"), "footer": b""}, FAILED, "does not let this link in"),
        ({"head": Answer(403, "KeyBasedAuthenticationNotPermitted"), "footer": b""}, FAILED, "key"),
        ({"head": Answer(409, "PublicAccessNotPermitted"), "footer": b""}, FAILED, "without a SAS"),
        (
            {"head": Answer(400, "InvalidQueryParameterValue"), "footer": b""},
            FAILED,
            "HTTP 400 InvalidQueryParameterValue",
        ),
        ({"head": Answer(503, "ServerBusy"), "footer": b""}, WARNING, "HTTP 503"),
        ({"write": Answer(500)}, WARNING, "HTTP 500"),
        ({"blob_type": "BlockBlob"}, FAILED, "BlockBlob"),
        ({"footer": b"", "footer_read": Answer(403)}, FAILED, "could not be read"),
        ({"footer": bytes(512)}, FAILED, "does not end in a VHD footer"),
        ({"footer": footer_with(64, b"\0\0\0\0")}, FAILED, "damaged"),
        ({"footer": footer_with(8, b"\xff\xff\xff\xff")}, FAILED, "damaged"),
        ({"length": DISK_BYTES}, FAILED, "footer says"),
        ({"length": DISK_BYTES + 1024}, FAILED, "footer says"),
        (
            {"footer": fixed_footer(DISK_BYTES + 512).build(), "length": DISK_BYTES + 1024},
            FAILED,
            "whole number of MiB",
        ),
        ({"listing": Answer(403, "AuthorizationPermissionMismatch")}, FAILED, "cannot be listed"),
        ({"is_listed": False}, FAILED, "not in the list"),
        ({"write": Answer(412, "ConditionNotMet")}, FAILED, "would have let this link write"),
        ({"write": Answer(201)}, FAILED, "would have let this link write"),
        ({"write": None}, FAILED, "not proven"),
    ],
)
def test_tried_against_the_server(changed: dict[str, Any], outcome: Outcome, word: str) -> None:
    finding = judged("SAS-11", link(), probe=probed(**changed))

    assert finding.outcome is outcome
    assert word in str(finding.reason)


def test_a_disk_of_changing_size_is_refused() -> None:
    footer = dataclasses.replace(fixed_footer(DISK_BYTES), disk_type=3).sealed()
    finding = judged("SAS-11", link(), probe=probed(footer=footer.build()))

    assert finding.outcome is FAILED
    assert "fixed size" in str(finding.reason)


def test_not_tried_and_not_reached() -> None:
    assert judged("SAS-11", link()).outcome is SKIPPED
    finding = judged(
        "SAS-11", link(), unreached=WizardError(msg("No network"), msg("Plug it in"), {"host": "x"})
    )
    assert finding.outcome is WARNING
    assert "No network" in str(finding.reason)


def test_an_account_that_lets_nobody_in() -> None:
    refused = probed(head=Answer(403, "AuthorizationFailure"), footer=b"")
    finding = judged("SAS-11", link(), probe=refused, account_facts=account(network_default="Deny"))

    assert "firewall" in str(finding.reason)


def test_a_refusal_names_the_reason_that_the_link_itself_tells() -> None:
    refused = probed(head=Answer(403, "AuthenticationFailed"), footer=b"")

    expired = judged("SAS-11", link(se=written(NOW - DAY)), probe=refused)
    early = judged("SAS-11", link(st=written(NOW + DAY)), probe=refused)

    assert "ended on 2026-11-20 09:30 UTC" in str(expired.reason)
    assert "starts on 2026-11-22 09:30 UTC" in str(early.reason)


@pytest.mark.parametrize("changed", [{"length": DISK_BYTES + 1024**2 + 512}, {"footer_digest": "0" * 64}])
def test_another_vhd_behind_the_link_is_noticed(changed: dict[str, Any]) -> None:
    finding = judged("SAS-11", link(), probe=probed(), vhd_blob=uploaded(**changed))

    assert finding.outcome is FAILED
    assert "not the one that was uploaded" in str(finding.reason)


@pytest.mark.parametrize(
    ("text", "allowed", "head", "outcome"),
    [
        (link(), None, None, SKIPPED),
        (link(), True, None, PASSED),
        (link(), None, Answer(200), PASSED),
        (link(), None, Answer(403, "AuthenticationFailed"), SKIPPED),
        (link(), None, Answer(403, "KeyBasedAuthenticationNotPermitted"), FAILED),
        (link(), False, Answer(200), FAILED),
        (link(), False, None, FAILED),
        (link(skoid="a"), False, None, SKIPPED),
    ],
)
def test_the_account_accepts_its_key(
    text: str, allowed: bool | None, head: Answer | None, outcome: Outcome
) -> None:
    finding = judged(
        "SAS-08",
        text,
        probe=probed(head=head) if head else None,
        account_facts=account(allow_shared_key=allowed) if allowed is not None else None,
    )

    assert finding.outcome is outcome


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, PASSED),
        ({"copy_status": "success"}, PASSED),
        ({"copy_status": "pending"}, FAILED),
        ({"copy_status": "failed"}, FAILED),
        ({"copy_status": "aborted"}, FAILED),
        ({"lease": "leased"}, WARNING),
        ({"lease": "breaking"}, WARNING),
        ({"lease": "expired"}, PASSED),
        ({"access_tier": "P10"}, PASSED),
        ({"access_tier": "Archive"}, FAILED),
        ({"head": Answer(403)}, SKIPPED),
    ],
)
def test_free_to_be_copied(changed: dict[str, Any], outcome: Outcome) -> None:
    assert judged("SAS-12", link(), probe=probed(**changed)).outcome is outcome


def test_a_snapshot_is_not_the_blob() -> None:
    assert judged("SAS-12", link() + "&snapshot=2026-11-20T00:00:00.0000000Z").outcome is FAILED


@pytest.mark.parametrize(
    ("days", "outcome"),
    [
        (None, PASSED),
        (7, WARNING),
        (20.99, WARNING),
        (21, WARNING),
        (60, WARNING),
        (61, PASSED),
        (365, PASSED),
    ],
)
def test_the_accounts_own_limit(days: float | None, outcome: Outcome) -> None:
    """The link lasts 61 days from its start; the limit counts from there."""
    text = link(st=written(NOW - DAY), se=written(NOW + 60 * DAY))

    assert judged("SAS-16", text, account_facts=account(sas_policy_days=days)).outcome is outcome


def test_the_accounts_own_limit_when_it_was_not_read() -> None:
    assert judged("SAS-16", link()).outcome is SKIPPED
    assert judged("SAS-16", link(), account_facts=account(subscription="")).outcome is SKIPPED
