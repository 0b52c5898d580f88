"""Step 5 against the practice cloud: the tool's files are stored beside the VHD, the verdicts count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys.journey import Journey, StoredResult
from wizard.messages import msg
from wizard.results import StorageAccount, VhdBlob
from wizard.services.cloud import Cloud
from wizard.settings import Settings
from wizard.step import Action, Outcome, State, Step
from wizard.steps.build_path import STEP as BUILD_PATH
from wizard.steps.certification import STEP, named_apart, verdict_items
from wizard.tasks import Task, TaskPool
from wizard.view import Facts, Note

UPLOAD = Step(
    id="upload",
    title=msg("Upload"),
    guide="2.6",
    purpose=msg("Send it."),
    actions=(Action("send", msg("Send"), lambda task: {}, gives=("vhd_blob",)),),
)


@pytest.fixture
def engine(cloud: Cloud, account: StorageAccount, container: str) -> Iterator[Engine]:
    """A Linux journey whose VHD lies in a container of its own."""
    pool = TaskPool(1)
    journey = Journey("j", "practice")
    blob = VhdBlob(
        account, container, "disk.vhd", "http://127.0.0.1/disk.vhd", 512, "etag", 0, 0, "digest", "", ""
    )
    journey.results["vhd_blob"] = StoredResult(blob, {}, "2026-11-21T08:00:00Z")
    engine = Engine(
        (BUILD_PATH, UPLOAD, STEP), journey, cloud=cloud, settings=Settings(), pool=pool, save=lambda _: None
    )
    engine.answer("build_path", "build_path", "linux_local")
    yield engine
    pool.stop()


def files(folder: Path, *names: str) -> list[str]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"what the tool wrote into {name}", encoding="utf-8")
    return [str(folder / name) for name in names]


def store(engine: Engine, paths: list[str]) -> None:
    engine.answer(STEP.id, "result_files", paths)
    assert engine.held_back(STEP.id, "store_files") is None
    engine.perform(STEP.id, "store_files", Task(msg("Storing")))


def outcome(engine: Engine, rule: str) -> Outcome | None:
    return next(
        row.finding.outcome if row.finding else None for row in engine.rows(STEP.id) if row.check.rule == rule
    )


def test_the_files_are_stored_beside_the_vhd(
    engine: Engine, cloud: Cloud, account: StorageAccount, tmp_path: Path
) -> None:
    store(engine, files(tmp_path, "report.xml", "run 1/测试.log", "run 2/测试.log"))
    names = cloud.blob_names(account, engine.result("vhd_blob").container, "certification/")
    assert sorted(names) == [
        "certification/disk.vhd/report.xml",
        "certification/disk.vhd/测试-2.log",
        "certification/disk.vhd/测试.log",
    ]
    assert [file.name for file in engine.result("certification").files] == [
        "certification/disk.vhd/report.xml",
        "certification/disk.vhd/测试.log",
        "certification/disk.vhd/测试-2.log",
    ]
    assert outcome(engine, "CRT-04") is Outcome.PASSED


def test_storing_the_same_files_again_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    paths = files(tmp_path, "report.xml")
    store(engine, paths)
    before = engine.result("certification")
    store(engine, paths)
    assert engine.result("certification") == before


def test_another_file_of_the_same_name_is_not_overwritten(engine: Engine, tmp_path: Path) -> None:
    store(engine, files(tmp_path, "report.xml"))
    (tmp_path / "report.xml").write_text("the second run", encoding="utf-8")
    with pytest.raises(WizardError) as raised:
        store(engine, [str(tmp_path / "report.xml")])
    assert "report.xml" in str(raised.value.what)
    assert engine.error(STEP.id) is not None


def test_a_file_that_vanished_is_an_error_a_person_can_read(engine: Engine, tmp_path: Path) -> None:
    paths = files(tmp_path, "report.xml")
    (tmp_path / "report.xml").unlink()
    with pytest.raises((WizardError, FileNotFoundError)):
        store(engine, paths)
    error = engine.error(STEP.id)
    assert error is not None
    assert "report.xml" in str(error.what)


def test_without_files_there_is_nothing_to_store(engine: Engine) -> None:
    assert str(engine.held_back(STEP.id, "store_files")) == "Choose the tool’s files first"
    engine.check(STEP.id, Task(msg("Checking")))
    assert outcome(engine, "CRT-04") is Outcome.SKIPPED


def test_the_whole_step(engine: Engine, tmp_path: Path) -> None:
    assert str(engine.missing(STEP.id)) == "6 items are still to be ticked off"
    for item in engine.items(STEP.id, "preparation"):
        engine.tick(STEP.id, "preparation", item.id, True)
    assert str(engine.missing(STEP.id)) == "10 tests have no verdict yet"
    required = [item.id for item in engine.items(STEP.id, "verdicts")][:10]
    engine.answer(STEP.id, "verdicts", dict.fromkeys(required, "passed"))
    assert str(engine.missing(STEP.id)) == "The tool’s files have not been stored yet"
    store(engine, files(tmp_path, "report.xml"))
    assert engine.missing(STEP.id) is None
    assert engine.status(STEP.id).state is State.DONE
    engine.answer(STEP.id, "verdicts", dict.fromkeys(required, "passed") | {"linux-41": "failed"})
    engine.check(STEP.id, Task(msg("Checking")))
    assert outcome(engine, "CRT-02") is Outcome.FAILED
    assert engine.status(STEP.id).state is State.FAILED


def test_verdicts_on_an_image_that_was_replaced_count_no_more(engine: Engine, tmp_path: Path) -> None:
    engine.answer(STEP.id, "verdicts", {item.id: "passed" for item in engine.items(STEP.id, "verdicts")})
    store(engine, files(tmp_path, "report.xml"))
    assert outcome(engine, "CRT-02") is Outcome.PASSED
    stored = engine.journey.results["vhd_blob"]
    engine.journey.results["vhd_blob"] = replace(stored, value=replace(stored.value, etag="another"))
    assert engine.status(STEP.id).state is State.STALE
    engine.check(STEP.id, Task(msg("Checking")))
    assert outcome(engine, "CRT-02") is Outcome.SKIPPED
    assert outcome(engine, "CRT-04") is Outcome.SKIPPED
    store(engine, files(tmp_path, "report of the second run.xml"))
    assert outcome(engine, "CRT-02") is Outcome.PASSED


def test_it_never_holds_back_a_later_step() -> None:
    assert not STEP.blocking


def test_the_tests_are_those_of_the_operating_system(engine: Engine) -> None:
    assert all(item.id.startswith("linux-") for item in verdict_items("linux_local"))
    assert all(item.id.startswith("windows-") for item in verdict_items("windows_local"))
    engine.answer("build_path", "build_path", "windows_local")
    assert len(engine.items(STEP.id, "verdicts")) == 18


def test_it_says_that_it_is_no_certification_itself(engine: Engine, tmp_path: Path) -> None:
    note, tool = engine.views(STEP.id)
    assert isinstance(note, Note)
    assert "pre-check" in str(note.text)
    assert isinstance(tool, Facts)
    assert any("44299" in str(value) for _, value in tool.rows)
    store(engine, files(tmp_path, "report.xml"))
    stored = engine.views(STEP.id)[-1]
    assert isinstance(stored, Facts)
    assert "report.xml" in str(stored.rows[0][0])


def test_files_of_one_name_are_kept_apart() -> None:
    named = named_apart(["/a/r.log", "/b/R.log", "/c/r.log", "/c/r-2.log", "/d/none"])
    assert [name for name, _ in named] == ["r.log", "R-2.log", "r-3.log", "r-2-2.log", "none"]
    assert len({name.lower() for name, _ in named}) == len(named)
