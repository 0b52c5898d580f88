"""A practice journey opened again on another day: the keys are new ones, the ports may be, and the blobs may be gone."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.journeys import check, do, findings, linux_vhd, opened, states, to_the_end, why
from tests.cloud import connect, find_account, new_container
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.practice.cloud import PracticeCloud
from wizard.redaction import Secret
from wizard.services.anonymous import probe_sas
from wizard.step import Outcome
from wizard.tasks import Task

STEPS_WITH_CLOUD = ("prerequisites", "upload", "certification", "container_access", "sas_uri", "checklist")


@pytest.fixture
def journey(tmp_path: Path) -> Path:
    return tmp_path / "practice.imagewizard"


@pytest.fixture
def yesterday(tmp_path: Path, journey: Path) -> Secret:
    """The link of a journey that was finished in a practice cloud, which has ended since."""
    with PracticeCloud(tmp_path / "cloud") as practice:
        cloud = connect(practice)
        account = find_account(cloud, "practiceimages")
        with opened(journey, cloud) as session:
            to_the_end(
                session.engine, linux_vhd(tmp_path / "disk.vhd"), account, new_container(cloud, account)
            )
            link = session.engine.result("sas_uri")
            assert isinstance(link, Secret)
            return link


@pytest.mark.parametrize("moved", [False, True], ids=["same ports", "other ports"])
def test_everything_goes_on(tmp_path: Path, journey: Path, yesterday: Secret, moved: bool) -> None:
    if moved:
        (tmp_path / "cloud" / "ports.json").unlink()
    with PracticeCloud(tmp_path / "cloud") as practice, opened(journey, connect(practice)) as session:
        engine = session.engine
        engine.refresh_files()
        before = states(engine)
        assert set(before.values()) == {"done", "warning", "skipped"}
        for step_id in STEPS_WITH_CLOUD:
            check(engine, step_id)
        assert states(engine) == before

        do(engine, "sas_uri", "show_again")
        shown = engine.result("sas_uri")
        assert findings(engine, "sas_uri")["SAS-11"].outcome is Outcome.PASSED
        assert shown != yesterday, "practice has new keys at each start"
        if not moved:
            old = probe_sas(yesterday, Task(msg("Trying")))
            assert not old.head.granted


def test_before_the_cloud_is_there_nothing_is_out_of_date(
    tmp_path: Path, journey: Path, yesterday: Secret
) -> None:
    with PracticeCloud(tmp_path / "cloud") as practice:
        cloud = connect(practice)
        with opened(journey, cloud) as session:
            session.engine.cloud = None
            assert set(states(session.engine).values()) == {"done", "warning", "skipped"}
            for step_id in STEPS_WITH_CLOUD[:-1]:
                held_back = session.engine.check_held_back(step_id)
                assert held_back is None or "being started" in str(held_back)
            session.engine.use_cloud(cloud)
            check(session.engine, "sas_uri")


def test_what_was_thrown_away_is_said_and_can_be_done_again(
    tmp_path: Path, journey: Path, yesterday: Secret
) -> None:
    shutil.rmtree(tmp_path / "cloud")
    with PracticeCloud(tmp_path / "cloud") as practice, opened(journey, connect(practice)) as session:
        engine = session.engine
        for step_id in ("upload", "container_access"):
            with pytest.raises(WizardError, match="There is no container") as gone:
                engine.check(step_id, Task(msg("Checking")))
            assert str(gone.value.cure)
            assert why(engine, step_id)[0] == "failed"
        check(engine, "sas_uri")
        assert findings(engine, "sas_uri")["SAS-11"].outcome is Outcome.FAILED

        do(engine, "upload", "upload")
        check(engine, "container_access")
        do(engine, "sas_uri", "create")
        do(engine, "certification", "store_files")
        do(engine, "checklist", "write_report")
        assert set(states(engine).values()) == {"done", "warning", "skipped"}


def test_a_link_that_ended_meanwhile_is_said_and_renewed(
    tmp_path: Path, journey: Path, yesterday: Secret
) -> None:
    with PracticeCloud(tmp_path / "cloud") as practice, opened(journey, connect(practice)) as session:
        engine, now = session.engine, session.engine.clock
        engine.clock = lambda: now() + timedelta(days=56)
        check(engine, "sas_uri")
        nearly = findings(engine, "sas_uri")["SAS-15"]
        assert (nearly.outcome, nearly.cure is not None) == (Outcome.WARNING, True)

        engine.clock = lambda: now() + timedelta(days=61)
        assert "expired" in str(engine.missing("sas_uri"))
        assert why(engine, "sas_uri")[0] != "done"
        assert why(engine, "checklist")[0] != "done"

        engine.clock = now
        do(engine, "sas_uri", "create")
        do(engine, "checklist", "write_report")
        assert set(states(engine).values()) == {"done", "warning", "skipped"}
