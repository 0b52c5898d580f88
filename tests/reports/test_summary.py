"""A journey told as a report tells it."""

from __future__ import annotations

from tests.small_journey import ACCOUNT_KEY, NOW, SIGNATURE, URL, MakeEngine, do, walk
from wizard.messages import msg
from wizard.reports.summary import StepSummary, portal_address, summarise
from wizard.results import ContainerAccess, SasLink, StorageAccount, VhdBlob
from wizard.step import Outcome, State
from wizard.tasks import Task


def step(engine_summary: object, step_id: str) -> StepSummary:
    return next(each for each in engine_summary.steps if each.id == step_id)  # type: ignore[attr-defined]


def test_an_untouched_journey_is_unfinished_everywhere(make_engine: MakeEngine) -> None:
    summary = summarise(make_engine())
    assert len(summary.unfinished) == len(summary.steps) == 6
    assert summary.address is None
    assert summary.written == "2026-11-21T08:30:00Z"
    assert not summary.is_practice


def test_answers_are_told_by_a_whitelist(make_engine: MakeEngine) -> None:
    engine = make_engine()
    engine.answer("build_path", "build_path", "linux_local")
    engine.answer("build_path", "notes", "our root password is hunter2")
    engine.answer("build_path", "key", ACCOUNT_KEY)
    engine.answer("build_path", "file", r"C:\Users\Li\secret project\disk.vhd")
    told = {str(label): str(value) for label, value in step(summarise(engine), "build_path").answers}
    assert told == {"Build path": "Linux", "File": "disk.vhd"}


def test_who_confirmed_what_and_when(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    items = {item.rule: item for item in step(summarise(engine), "checklist").confirmed}
    assert (items["CHK-01"].by, items["CHK-01"].at) == ("Li Lei", "2026-11-21T08:30:00Z")
    assert items["CHK-10"].proof is not None
    assert items["CHK-10"].at == ""
    assert all(item.is_settled for item in items.values())


def test_checks_that_only_judge_what_is_known_are_judged_anew(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    engine.answer("certification", "verdicts", {"linux-48": "failed"})
    summary = summarise(engine)
    (verdict,) = (check for check in step(summary, "certification").checks if check.finding.rule == "CRT-02")
    assert verdict.finding.outcome is Outcome.FAILED
    assert not verdict.stale
    assert not any(check.stale for check in step(summary, "checklist").checks)


def test_the_checklist_is_finished_once_nothing_is_open(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    assert step(summarise(engine), "checklist").state is State.DONE
    engine.tick("checklist", "confirmations", "CHK-01", False)
    unfinished = step(summarise(engine), "checklist")
    assert (unfinished.state, str(unfinished.why)) == (State.READY, "1 item is still open")


def test_one_failed_test_of_the_official_tool_fails_the_checklist(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    engine.answer("certification", "verdicts", {"linux-48": "failed"})
    engine.check("certification", Task(msg("Checking")))
    assert step(summarise(engine), "checklist").state is State.FAILED


def test_the_report_is_no_part_of_the_report(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    do(engine, "checklist", "write_report")
    assert engine.status("checklist").state is State.DONE
    assert step(summarise(engine), "checklist").results == {}


def test_secret_results_are_left_out(make_engine: MakeEngine) -> None:
    results = step(summarise(walk(make_engine())), "sas_uri").results
    assert results is not None
    assert set(results) == {"sas_link"}


def test_the_address_for_the_portal() -> None:
    blob = VhdBlob(StorageAccount("a"), "c", "d.vhd", URL, 1, "", 0, 0, "", "", "")
    link = SasLink(f"{URL}?sig={SIGNATURE}", "c", "rl", "c", "", NOW.isoformat(), "https", "", "pasted")
    public = ContainerAccess("c", "container", True)
    assert portal_address(None, None, None) is None
    assert portal_address(blob, None, None) is None
    assert portal_address(blob, None, ContainerAccess("c", "private", None)) is None
    found = portal_address(blob, None, public)
    assert found is not None
    assert (found.url, found.is_sas) == (URL, False)
    signed = portal_address(blob, link, public)
    assert signed is not None
    assert signed.is_sas
    assert SIGNATURE not in signed.url


def test_answers_that_make_no_sense_are_no_answers(make_engine: MakeEngine) -> None:
    engine = make_engine()
    engine.journey.answers["certification"] = {"verdicts": {"linux-48": "splendid", "linux-39": 7}}
    engine.journey.answers["checklist"] = {"confirmations": {"CHK-02": "yes"}}
    summary = summarise(engine)
    assert {test.verdict for test in step(summary, "certification").verdicts} == {None}
    assert not any(item.is_settled for item in step(summary, "checklist").confirmed)
