"""The checklist: what proves an item, what confirms it, what refutes it, and where exactly a link ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wizard.checks import checklist
from wizard.checks.checklist import ITEMS, Known, items, judge, judge_certification, judge_item, open_items
from wizard.messages import msg
from wizard.results import ContainerAccess, SasLink
from wizard.step import Finding, Outcome

PASSED, WARNING, FAILED, SKIPPED = Outcome.PASSED, Outcome.WARNING, Outcome.FAILED, Outcome.SKIPPED
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ENDS = "2027-01-20T00:00:00Z"
BY_ID = {item.id: item for item in ITEMS}
SIGNED = {"by": "Li Lei", "at": "2026-11-21T08:00:00Z"}

SAS_KEPT = ("SAS-01", "SAS-02", "SAS-03", "SAS-04", "SAS-05", "SAS-07", "SAS-11")


def found(*rules: str, outcome: Outcome = PASSED) -> dict[str, Finding]:
    return {
        rule: Finding(outcome, msg("seen"), None if outcome is PASSED else msg("mend"), rule=rule)
        for rule in rules
    }


def link(expires: str = ENDS) -> SasLink:
    return SasLink(
        "https://a/c/d.vhd", "c", "rl", "c", "2026-11-20T00:00:00Z", expires, "https", "2022-11-02", "created"
    )


def known(**changed: Any) -> Known:
    settings: dict[str, Any] = {
        "evidence": {},
        "confirmations": {},
        "build_path": "linux",
        "sas_link": None,
        "container_access": None,
        "now": NOW,
    }
    return Known(**(settings | changed))


def outcome(item_id: str, **changed: Any) -> Outcome:
    return judge_item(BY_ID[item_id], known(**changed)).outcome


def test_the_items_are_those_of_the_guide() -> None:
    assert list(BY_ID) == [f"CHK-{number:02}" for number in range(1, 12)]


def test_nothing_is_confirmed_by_itself() -> None:
    assert {outcome(item_id) for item_id in BY_ID} == {SKIPPED}
    assert len(open_items(known())) == 11


def test_a_person_confirms_with_name_and_time() -> None:
    finding = judge_item(BY_ID["CHK-01"], known(confirmations={"CHK-01": SIGNED}))
    assert finding.outcome is PASSED
    assert str(finding.reason) == "Confirmed by Li Lei on 2026-11-21 08:00 UTC"
    assert finding.facts == {"basis": "confirmed", **SIGNED}


def test_a_tick_without_a_name_confirms_nothing() -> None:
    finding = judge_item(BY_ID["CHK-01"], known(confirmations={"CHK-01": {"by": "", "at": SIGNED["at"]}}))
    assert finding.outcome is SKIPPED
    assert finding.cure is not None


@pytest.mark.parametrize(("item_id"), ["CHK-05", "CHK-06"])
@pytest.mark.parametrize(("build_path", "asked"), [("linux", True), ("windows_local", False), (None, True)])
def test_linux_items_are_not_asked_of_windows(item_id: str, build_path: str | None, asked: bool) -> None:
    facts = known(build_path=build_path)
    assert (item_id in {item.id for item in items(facts)}) is asked
    assert judge_item(BY_ID[item_id], facts).outcome is SKIPPED
    assert (item_id in {item.id for item in open_items(facts)}) is asked


def test_rules_of_an_earlier_step_prove_an_item() -> None:
    finding = judge_item(BY_ID["CHK-06"], known(evidence=found("LIN-15", "LIN-16", "LIN-18")))
    assert finding.outcome is PASSED
    assert str(finding.reason) == "Proven by LIN-15, LIN-16, LIN-18"
    assert finding.facts["basis"] == "proven"


@pytest.mark.parametrize("weak", [WARNING, SKIPPED])
def test_a_rule_that_did_not_pass_proves_nothing(weak: Outcome) -> None:
    evidence = found("LIN-15", "LIN-16") | found("LIN-18", outcome=weak)
    assert outcome("CHK-06", evidence=evidence) is SKIPPED
    assert outcome("CHK-06", evidence=found("LIN-15", "LIN-16")) is SKIPPED


def test_an_earlier_failure_outweighs_a_tick() -> None:
    finding = judge_item(
        BY_ID["CHK-05"], known(evidence=found("LIN-17", outcome=FAILED), confirmations={"CHK-05": SIGNED})
    )
    assert finding.outcome is FAILED
    assert str(finding.reason) == "LIN-17 says otherwise: seen"
    assert str(finding.cure) == "mend"


def test_rules_of_the_other_system_say_nothing() -> None:
    windows = found("WIN-07", "WIN-08", "WIN-20")
    assert outcome("CHK-03", evidence=windows, build_path="windows") is PASSED
    assert outcome("CHK-03", evidence=windows, build_path="linux") is SKIPPED
    assert outcome("CHK-03", evidence=found("WIN-07", outcome=FAILED), build_path="linux") is SKIPPED


@pytest.mark.parametrize(
    ("before_the_end", "expected"),
    [(timedelta(seconds=1), PASSED), (timedelta(0), FAILED), (timedelta(seconds=-1), FAILED)],
)
def test_chk_10_a_link_counts_until_the_second_it_ends(before_the_end: timedelta, expected: Outcome) -> None:
    end = datetime.fromisoformat(ENDS)
    changed = {"sas_link": link(), "evidence": found(*SAS_KEPT), "now": end - before_the_end}
    assert outcome("CHK-10", **changed) is expected
    assert outcome("CHK-10", **changed, confirmations={"CHK-10": SIGNED}) is expected


def test_chk_10_says_until_when() -> None:
    finding = judge_item(BY_ID["CHK-10"], known(sas_link=link(), evidence=found(*SAS_KEPT)))
    assert "until 2027-01-20 00:00 UTC" in str(finding.reason)


@pytest.mark.parametrize("rule", SAS_KEPT)
def test_chk_10_takes_every_one_of_these_rules(rule: str) -> None:
    others = [each for each in SAS_KEPT if each != rule]
    assert outcome("CHK-10", sas_link=link(), evidence=found(*others)) is SKIPPED
    for weak in (WARNING, SKIPPED):
        assert (
            outcome("CHK-10", sas_link=link(), evidence=found(*others) | found(rule, outcome=weak)) is SKIPPED
        )
    assert outcome("CHK-10", sas_link=link(), evidence=found(*others) | found(rule, outcome=FAILED)) is FAILED


def test_chk_10_other_sas_rules_may_warn_but_not_fail() -> None:
    kept = found(*SAS_KEPT)
    assert outcome("CHK-10", sas_link=link(), evidence=kept | found("SAS-12", outcome=WARNING)) is PASSED
    assert outcome("CHK-10", sas_link=link(), evidence=kept | found("SAS-12", outcome=FAILED)) is FAILED


@pytest.mark.parametrize("expires", ["", "soon", "2027-01-20", "2027-01-20T00:00:00"])
def test_chk_10_an_end_that_cannot_be_read_counts_as_ended(expires: str) -> None:
    assert outcome("CHK-10", sas_link=link(expires), evidence=found(*SAS_KEPT)) is FAILED


@pytest.mark.parametrize(
    ("level", "allowed", "evidence", "expected"),
    [
        ("blob", True, found("ACC-01"), PASSED),
        ("container", None, found("ACC-01"), PASSED),
        ("container", False, found("ACC-01"), SKIPPED),
        ("private", True, found("ACC-01"), SKIPPED),
        ("blob", True, {}, SKIPPED),
        ("blob", True, found("ACC-01", outcome=FAILED), SKIPPED),
    ],
)
def test_chk_10_a_public_container_will_do(
    level: str, allowed: bool | None, evidence: dict[str, Finding], expected: Outcome
) -> None:
    assert (
        outcome("CHK-10", container_access=ContainerAccess("c", level, allowed), evidence=evidence)
        is expected
    )


def test_chk_10_a_broken_link_does_no_harm_where_the_container_is_public() -> None:
    evidence = found("ACC-01") | found("SAS-02", outcome=FAILED)
    access = ContainerAccess("c", "blob", True)
    assert outcome("CHK-10", sas_link=link(), container_access=access, evidence=evidence) is PASSED


def test_a_proof_is_shown_with_its_line() -> None:
    lines = {item.id: item for item in items(known(evidence=found("LIN-17")))}
    assert lines["CHK-05"].proof is not None
    assert lines["CHK-06"].proof is None
    assert lines["CHK-06"].detail == checklist.NOT_LOOKED_INTO
    assert all(item.rule == item.id for item in lines.values())


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ({}, SKIPPED),
        (found("CRT-02", outcome=SKIPPED), SKIPPED),
        (found("CRT-02"), PASSED),
        (found("CRT-02", outcome=WARNING), WARNING),
        (found("CRT-02", outcome=FAILED), FAILED),
    ],
)
def test_certification_is_known_to_the_checklist(evidence: dict[str, Finding], expected: Outcome) -> None:
    assert judge_certification(evidence).outcome is expected


def test_a_judge_asks_for_what_a_step_has_in_reach() -> None:
    finding = judge(BY_ID["CHK-01"])(
        evidence={}, confirmations=None, build_path=None, sas_link=None, container_access=None, now=NOW
    )
    assert finding.outcome is SKIPPED
