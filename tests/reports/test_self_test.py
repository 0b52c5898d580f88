"""What was found inside the disk, in the shape of the self-test's answer (CRT-05, CRT-06)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wizard.messages import msg
from wizard.reports.self_test import self_test
from wizard.reports.summary import CheckSummary, JourneySummary, StepSummary
from wizard.step import Finding, Outcome, State

FIELDS = {
    "SchemaVersion", "AppCertificationCategory", "ProviderID", "OSName", "OSDistro", "KernelVersion",
    "KernelFullVersion", "OSVersion", "CreatedDate", "TestResult", "APIVersion", "Tests",
}  # fmt: skip


def summary(*found: tuple[str, Outcome], stale: bool = False, **facts: Any) -> JourneySummary:
    checks = tuple(
        CheckSummary(msg("Title"), Finding(outcome, msg("Seen"), facts=facts, rule=rule), stale)
        for rule, outcome in found
    )
    step = StepSummary("disk_image", "2.2", msg("Disk image"), State.DONE, checks=checks)
    return JourneySummary("A", "id-7", "practice", "2026-11-20", "2026-11-21T08:00:00Z", (step,))


def answer(*found: tuple[str, Outcome], **facts: Any) -> dict[str, Any]:
    outer = json.loads(self_test(summary(*found, **facts)) or "")
    assert set(outer) == {"TrackingId", "Response"}
    assert outer["TrackingId"] == "id-7"
    inner: dict[str, Any] = json.loads(outer["Response"])
    return inner


def results_of(inner: dict[str, Any]) -> dict[str, str]:
    for test in inner["Tests"]:
        assert set(test) == {
            "TestID", "TestCaseName", "Description", "Result", "ActualValue", "RequiredValue",
        }  # fmt: skip
    return {test["TestID"]: test["Result"] for test in inner["Tests"]}


def test_the_shape_of_the_service() -> None:
    rules = ("LIN-01", "LIN-34", "PRE-07")
    inner = answer(
        *((rule, Outcome.PASSED) for rule in rules), kernel="5.14.0-570.el9", name="RHEL 9.6", version="9.6"
    )

    assert set(inner) == FIELDS
    assert (inner["OSName"], inner["OSDistro"], inner["OSVersion"]) == ("Linux", "RHEL 9.6", "9.6")
    assert (inner["KernelVersion"], inner["KernelFullVersion"]) == ("5.14.0", "5.14.0-570.el9")
    assert inner["Tests"][0]["RequiredValue"] == "1024"


@pytest.mark.parametrize(
    ("outcomes", "result"),
    [
        ((Outcome.PASSED, Outcome.PASSED), "Passed"),
        ((Outcome.PASSED, Outcome.WARNING), "Warning"),
        ((Outcome.FAILED, Outcome.WARNING), "Failed"),
        ((Outcome.SKIPPED, Outcome.SKIPPED), "Skipped"),
    ],
)
def test_several_rules_are_one_case_there(outcomes: tuple[Outcome, Outcome], result: str) -> None:
    inner = answer(("LIN-04", outcomes[0]), ("LIN-05", outcomes[1]))

    assert results_of(inner) == {"40": result}


def test_the_other_rules_stand_under_their_own_ids_and_nothing_is_left_out() -> None:
    inner = answer(("LIN-02", Outcome.PASSED), ("LIN-15", Outcome.FAILED), ("VHD-16", Outcome.PASSED))

    assert results_of(inner) == {"39": "Passed", "49": "Passed", "LIN-15": "Failed"}
    assert inner["TestResult"] == "Failed"


def test_windows() -> None:
    assert answer(("WIN-05", Outcome.WARNING))["OSName"] == "Windows"


def test_where_nobody_looked_inside_there_is_none() -> None:
    assert self_test(summary(("VHD-01", Outcome.PASSED))) is None
    assert self_test(summary(("LIN-01", Outcome.PASSED), stale=True)) is None
