"""What the official tool said, judged; and the list of its tests, as dated data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from wizard.checks import certification as checks
from wizard.checks.certification_tests import WORDS, items_of, optional_of
from wizard.results import Certification, StorageAccount, StoredFile, VhdBlob
from wizard.rules_data import load
from wizard.step import Outcome

PASSED, WARNING, FAILED, SKIPPED = Outcome.PASSED, Outcome.WARNING, Outcome.FAILED, Outcome.SKIPPED
DATA: Any = load("certification_tests")
SYSTEMS = ("linux", "windows")


def blob(container: str = "vhds") -> VhdBlob:
    return VhdBlob(
        StorageAccount("acct"), container, "disk.vhd", "https://acct/vhds/disk.vhd", 1, "", 0, 0, "", "", ""
    )


def stored(*names: str, container: str = "vhds") -> Certification:
    return Certification(container, tuple(StoredFile(name, 1, "") for name in names))


def verdicts(system: str, **changed: str) -> dict[str, str]:
    """Every test that is in all versions of the tool passed, but for the changed ones (id with _ for -)."""
    tests = DATA[system]
    optional = optional_of(tests)
    given = {test["id"]: "passed" for test in tests if test["id"] not in optional}
    return given | {name.replace("_", "-"): verdict for name, verdict in changed.items()}


def judge(system: str, given: dict[str, str]) -> Any:
    return checks.all_tests_passed(given, items_of(DATA[system]), optional_of(DATA[system]))


@pytest.mark.parametrize("system", SYSTEMS)
def test_crt_02_all_passed(system: str) -> None:
    assert judge(system, verdicts(system)).outcome is PASSED


@pytest.mark.parametrize("system", SYSTEMS)
def test_crt_02_any_single_failure_means_not_certified(system: str) -> None:
    for test in DATA[system]:
        found = judge(system, verdicts(system) | {test["id"]: "failed"})
        assert found.outcome is FAILED
        assert str(found.reason).startswith("Not certified: 1 test failed")
        assert found.facts["failed"] == 1


def test_crt_02_a_failure_counts_before_the_list_is_complete() -> None:
    assert judge("linux", {"linux-48": "failed"}).outcome is FAILED


def test_crt_02_warnings_do_not_stop_it_but_are_said() -> None:
    found = judge("linux", verdicts("linux", linux_40="warning", linux_46="warning"))
    assert found.outcome is WARNING
    assert "Required Kernel Parameters, Client Alive Interval" in str(found.reason)


@pytest.mark.parametrize("given", [{}, {"linux-48": "passed"}, {"linux-48": "warning"}])
def test_crt_02_is_not_judged_before_every_test_has_a_verdict(given: dict[str, str]) -> None:
    found = judge("linux", given)
    assert found.outcome is SKIPPED
    assert found.facts["open"] == 10 - len(given)


def test_crt_02_needs_no_verdict_on_a_test_that_the_tool_may_not_have() -> None:
    assert "linux-52" not in verdicts("linux")
    assert judge("linux", verdicts("linux", linux_52="failed")).outcome is FAILED
    assert judge("linux", verdicts("linux", linux_other="warning")).outcome is WARNING


def test_crt_02_verdicts_on_tests_of_the_other_system_count_for_nothing() -> None:
    assert judge("linux", verdicts("linux") | {"windows-snmp": "failed"}).outcome is PASSED


@pytest.mark.parametrize(
    ("ticked", "outcome"),
    [
        ((), SKIPPED),
        (("vm_created", "tool_on_windows"), SKIPPED),
        (("vm_created", "tool_on_windows", "tests_run"), PASSED),
    ],
)
def test_crt_01_running_vm(ticked: tuple[str, ...], outcome: Outcome) -> None:
    assert checks.tested_running_vm(ticked).outcome is outcome


@pytest.mark.parametrize(
    ("ticked", "outcome"),
    [((), SKIPPED), (("questionnaires",), SKIPPED), (("questionnaires", "report_generated"), PASSED)],
)
def test_crt_03_questionnaires(ticked: tuple[str, ...], outcome: Outcome) -> None:
    assert checks.questionnaires_answered(ticked).outcome is outcome


@pytest.mark.parametrize(("ticked", "outcome"), [((), SKIPPED), (("administrator",), PASSED)])
def test_crt_09_rights(ticked: tuple[str, ...], outcome: Outcome) -> None:
    assert checks.had_administrator_rights(ticked).outcome is outcome


@pytest.mark.parametrize(
    ("certification", "vhd_blob", "outcome"),
    [
        (None, blob(), SKIPPED),
        (Certification("vhds", ()), blob(), SKIPPED),
        (stored("certification/disk.vhd/report.pdf"), blob(), PASSED),
        (stored("certification/disk.vhd/report.pdf"), None, PASSED),
        (stored("report.pdf", container="other"), blob(), FAILED),
    ],
)
def test_crt_04_same_container(
    certification: Certification | None, vhd_blob: VhdBlob | None, outcome: Outcome
) -> None:
    assert checks.report_beside_vhd(certification, vhd_blob).outcome is outcome


@pytest.mark.parametrize(("image", "holds"), [("digest", True), ("", True), ("another digest", False)])
def test_what_was_recorded_for_an_earlier_image_counts_no_more(image: str, holds: bool) -> None:
    verdict = judge("linux", verdicts("linux"))
    now_there = replace(blob(), etag="digest")
    recorded = Certification("vhds", (), image)
    found = checks.of_this_image(verdict, recorded, now_there)
    assert found.outcome is (PASSED if holds else SKIPPED)
    assert checks.of_this_image(verdict, None, now_there) is verdict
    assert checks.of_this_image(verdict, recorded, None) is verdict


def test_every_test_has_words_and_every_word_a_test() -> None:
    listed = [test["id"] for system in SYSTEMS for test in DATA[system]]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(WORDS)


def test_the_list_is_the_one_of_the_rule_book() -> None:
    numbers = {test.get("test_id") for test in DATA["linux"]} - {None}
    assert numbers == {39, 40, 41, 42, 44, 45, 46, 48, 49, 50, 51, 52}  # CRT-06
    tool = [test for test in DATA["windows"] if test["id"] not in optional_of(DATA["windows"])]
    assert len(tool) == 16


def test_the_data_says_where_it_is_from_and_of_when() -> None:
    for source in DATA["sources"].values():
        assert date.fromisoformat(source["dated"]) <= date.fromisoformat(source["checked"])
    for system in SYSTEMS:
        assert {test["source"] for test in DATA[system]} <= set(DATA["sources"])
