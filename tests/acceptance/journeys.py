"""Whole journeys with all their steps, as the program opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.cloud import MIB, write_vhd
from wizard.core.engine import Engine
from wizard.journeys.journey_file import SUFFIX, JourneyFile
from wizard.messages import msg
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.session import Session
from wizard.settings import Settings
from wizard.step import Finding
from wizard.steps import STEPS
from wizard.tasks import Task, TaskPool

PERSON: Final = "李伟"
LINUX_BYTES: Final = 30 * 1024 * MIB


@contextmanager
def opened(path: Path, cloud: Cloud) -> Iterator[Session]:
    """The journey at that path, open for work; it is made where there is none."""
    file = (
        JourneyFile.open(path)
        if path.exists()
        else JourneyFile.create(path, path.name.removesuffix(SUFFIX), cloud.endpoints.id)
    )
    pool = TaskPool()
    settings = Settings(person=PERSON, journeys_folder=str(path.parent))
    session = Session(file, STEPS, cloud_id=cloud.endpoints.id, cloud=cloud, settings=settings, pool=pool)
    try:
        yield session
    finally:
        session.close()
        pool.stop()


def linux_vhd(path: Path, *, fill: int = 64 * 1024, seed: int = 1) -> Path:
    """A fixed VHD that a Linux journey accepts: sparse, without partitions (a warning), with some random data."""
    return write_vhd(path, LINUX_BYTES, fill=fill, seed=seed)


def choose_image(engine: Engine, vhd: Path) -> None:
    """Say what the image is, choose it and have it checked."""
    engine.answer("build_path", "build_path", "linux_local")
    engine.answer("disk_image", "image", str(vhd))
    engine.check("disk_image", Task(msg("Checking")))


def choose_account(engine: Engine, account: StorageAccount, container: str) -> None:
    """Choose where the upload goes to."""
    engine.answer("upload", "subscription", account.subscription)
    engine.answer("upload", "account_name", account.name)
    engine.answer("upload", "container", container)


def do(engine: Engine, step_id: str, action_id: str) -> None:
    """Do what nothing holds back."""
    assert engine.held_back(step_id, action_id) is None, engine.held_back(step_id, action_id)
    engine.perform(step_id, action_id, Task(msg("Doing it")))


def check(engine: Engine, step_id: str) -> None:
    """Check what nothing holds back."""
    assert engine.check_held_back(step_id) is None, engine.check_held_back(step_id)
    engine.check(step_id, Task(msg("Checking")))


def as_far_as_the_link(engine: Engine, vhd: Path, account: StorageAccount, container: str) -> None:
    """Image, upload, container access and a SAS URI."""
    choose_image(engine, vhd)
    choose_account(engine, account, container)
    do(engine, "upload", "upload")
    check(engine, "container_access")
    do(engine, "sas_uri", "create")


def findings(engine: Engine, step_id: str) -> dict[str, Finding]:
    """What the checks of the step found, by rule."""
    return {row.check.rule: row.finding for row in engine.rows(step_id) if row.finding is not None}


def why(engine: Engine, step_id: str) -> tuple[str, str]:
    """The step's state and the sentence beside it."""
    status = engine.status(step_id)
    return status.state.value, str(status.why) if status.why is not None else ""


def to_the_end(engine: Engine, vhd: Path, account: StorageAccount, container: str) -> None:
    """Everything done, ticked off and written."""
    check(engine, "prerequisites")
    tick_all(engine, "prerequisites", "account_ready")
    as_far_as_the_link(engine, vhd, account, container)
    tick_all(engine, "certification", "preparation")
    verdicts = {item.id: "passed" for item in engine.items("certification", "verdicts")}
    engine.answer("certification", "verdicts", verdicts)
    report = vhd.with_name("certification-report.xml")
    report.write_text("<passed/>", encoding="utf-8")
    engine.answer("certification", "result_files", [str(report)])
    do(engine, "certification", "store_files")
    tick_all(engine, "checklist", "confirmations")
    do(engine, "checklist", "write_report")


def tick_all(engine: Engine, step_id: str, input_id: str) -> None:
    """Tick off what is not proven."""
    for item in engine.items(step_id, input_id):
        if item.proof is None:
            engine.tick(step_id, input_id, item.id, True)


def states(engine: Engine) -> dict[str, str]:
    """Where every step stands."""
    return {step.id: engine.status(step.id).state.value for step in engine.steps}
