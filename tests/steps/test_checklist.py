"""Step 8 in the small journey of tests/reports: it is always possible, and it knows what earlier steps proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_journey import SIGNATURE, URL, MakeEngine, do, walk
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import ContainerAccess, WrittenReport
from wizard.settings import Settings
from wizard.step import Outcome, State
from wizard.steps.checklist import STEP, default_folder, default_language, default_person, views
from wizard.tasks import Task
from wizard.view import Facts, Files, Link, Note


def test_a_report_can_be_written_before_anything_is_done(make_engine: MakeEngine) -> None:
    engine = make_engine()
    assert engine.held_back(STEP.id, "write_report") is None
    do(engine, STEP.id, "write_report")
    assert engine.status(STEP.id).state is State.READY
    assert str(engine.missing(STEP.id)) == "11 items are still open"


def test_done_when_everything_is_settled_and_the_report_is_written(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    assert engine.missing(STEP.id) is None
    do(engine, STEP.id, "write_report")
    assert engine.status(STEP.id).state is State.DONE


def test_windows_journeys_have_nine_items(make_engine: MakeEngine) -> None:
    engine = make_engine()
    engine.answer("build_path", "build_path", "windows_local")
    assert [
        item.id for item in engine.items(STEP.id, "confirmations") if item.id in ("CHK-05", "CHK-06")
    ] == []
    assert len(engine.items(STEP.id, "confirmations")) == 9


def test_one_failed_verdict_fails_the_checklist(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    engine.answer("certification", "verdicts", {"linux-48": "failed"})
    engine.check("certification", Task(msg("Checking")))
    engine.check(STEP.id, Task(msg("Checking")))
    found = {row.check.rule: row.finding for row in engine.rows(STEP.id)}
    assert found["CRT-02"] is not None
    assert found["CRT-02"].outcome is Outcome.FAILED
    assert engine.status(STEP.id).state is State.FAILED


def test_nothing_is_ticked_for_a_person_without_a_name(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "")
    engine = make_engine()
    engine.settings = Settings()
    engine.tick(STEP.id, "confirmations", "CHK-01", True)
    assert str(engine.missing(STEP.id)) == "Still to be given: Your name"
    engine.answer(STEP.id, "person", "Han Meimei")
    assert str(engine.missing(STEP.id)) == "11 items are still open"
    engine.tick(STEP.id, "confirmations", "CHK-01", True)
    assert str(engine.missing(STEP.id)) == "10 items are still open"


def test_defaults_come_from_the_settings(tmp_path: Path) -> None:
    settings = Settings(person="Li Lei", journeys_folder=str(tmp_path))
    assert default_person(settings) == "Li Lei"
    assert default_folder(settings) == str(tmp_path)
    assert default_language("zh_CN") == "zh_CN"


def test_without_a_name_in_the_settings_it_is_that_of_the_computers_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "lilei")
    assert default_person(Settings()) == "lilei"
    assert default_person(Settings(person="Li Lei")) == "Li Lei"


@pytest.mark.parametrize("error", [OSError("no username"), KeyError("uid"), ImportError("pwd")])
def test_a_computer_without_names_leaves_the_name_to_the_person(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", fail)
    assert default_person(Settings()) == ""


def test_the_whole_link_is_at_hand_while_this_session_knows_it(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    (shown,) = engine.views(STEP.id)
    assert isinstance(shown, Link)
    assert SIGNATURE not in shown.masked
    assert shown.secret == Secret(f"{URL}?sp=rl&sig={SIGNATURE}")
    assert shown.hint is None
    engine.secret_results.clear()
    (after_reopening,) = engine.views(STEP.id)
    assert isinstance(after_reopening, Link)
    assert after_reopening.secret is None
    assert after_reopening.hint is not None


@pytest.mark.parametrize(("level", "kind"), [("private", Note), ("blob", Facts)])
def test_a_public_address_needs_no_link(make_engine: MakeEngine, level: str, kind: type) -> None:
    blob = walk(make_engine()).result("vhd_blob")
    (shown,) = views(blob, None, ContainerAccess("vhds", level, True), None, None)
    assert isinstance(shown, kind)


def test_the_written_files_are_shown() -> None:
    shown = views(None, None, None, None, WrittenReport(("/r.md", "/r.json"), "2026-11-21T08:00:00Z"))
    assert isinstance(shown[-1], Files)
    assert shown[-1].paths == (Path("/r.md"), Path("/r.json"))


def test_only_what_a_report_consists_of_is_offered_to_be_opened() -> None:
    """Journeys are passed on, and whoever passes one on may have edited it."""
    kept = ("/journeys/a-report.md", "/journeys/a-report.json")
    report = WrittenReport((*kept, "/tmp/program.exe", r"\\elsewhere\share\a.lnk", "/tmp/a.md.bat"), "")
    (shown,) = [each for each in views(None, None, None, None, report) if isinstance(each, Files)]
    assert shown.paths == tuple(map(Path, kept))
