"""A small journey with real reports at its end: the steps before the checklist are stand-ins that hand over what they must."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from wizard.core.engine import Engine
from wizard.journeys.journey import Journey, StoredResult, iso
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.reports.summary import summarise
from wizard.results import Certification, DiskImage, SasLink, StorageAccount, StoredFile, VhdBlob
from wizard.settings import Settings
from wizard.step import Action, Check, Choice, File, Finding, Option, SecretText, Step, Text, failed, passed
from wizard.steps.certification import STEP as CERTIFICATION
from wizard.steps.checklist import STEP as CHECKLIST
from wizard.tasks import Task, TaskPool

__all__ = ["make_engine"]

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
ACCOUNT = StorageAccount("contosoimages", "sub", "group")
URL = "https://contosoimages.blob.core.chinacloudapi.cn/vhds/contoso.vhd"
SIGNATURE = "c2lnbmF0dXJlLXRoYXQtbm9ib2R5LW1heS1zZWU="
ACCOUNT_KEY = "QUJD" * 21 + "QQ=="
SAS_RULES = ("SAS-01", "SAS-02", "SAS-03", "SAS-04", "SAS-05", "SAS-07", "SAS-11")


def give_image(task: Task) -> Mapping[str, Any]:
    return {"disk_image": DiskImage("/home/li/images/contoso.vhd", 30 * 2**30 + 512, 1, 30 * 2**30, "ab", 2)}


def give_faulty_image(task: Task) -> Mapping[str, Any]:
    return {"disk_image": DiskImage("/home/li/images/contoso.vhd", 519, 1, 7, "ab", None)}


def give_blob(task: Task) -> Mapping[str, Any]:
    blob = VhdBlob(
        ACCOUNT, "vhds", "contoso.vhd", URL, 30 * 2**30 + 512, "1", 2**20, 4, "ff" * 32, "ee" * 32, "ab"
    )
    return {"vhd_blob": blob, "account": ACCOUNT}


def give_link(task: Task) -> Mapping[str, Any]:
    link = SasLink(
        URL,
        "vhds",
        "rl",
        "c",
        "2026-11-20T00:00:00Z",
        "2027-01-20T00:00:00Z",
        "https",
        "2021-12-02",
        "created",
    )
    return {"sas_link": link, "sas_uri": Secret(f"{URL}?sp=rl&sig={SIGNATURE}")}


def size_rule(disk_image: DiskImage | None) -> Finding:
    if disk_image is None or disk_image.virtual_bytes != 7:
        return passed(msg("The size is whole"))
    return failed(
        msg("The size is 7 bytes | too much"), msg("Round it <up>."), size=7, path="/home/li/images"
    )


def leaking_rule() -> Finding:
    """A step that forgot itself: the report must still hold no secret."""
    return passed(
        msg("Asked {url}", url=f"{URL}?sp=rl&sig={SIGNATURE}"),
        key=f"AccountKey={ACCOUNT_KEY}",
        header="Authorization: Bearer a-token-of-a-person.def.ghi",
        nested=[{"sig": f"sig%3D{SIGNATURE}"}],
    )


BUILD_PATH = Step(
    id="build_path",
    title=msg("Build path"),
    guide="2",
    purpose=msg("Choose."),
    inputs=(
        Choice(
            "build_path",
            msg("Build path"),
            options=(Option("linux_local", msg("Linux")), Option("windows_local", msg("Windows"))),
        ),
        Text("notes", msg("Notes"), required=False),
        SecretText("key", msg("Key"), required=False),
        File("file", msg("File"), required=False),
    ),
    shares=("build_path",),
)
IMAGE = Step(
    id="disk_image",
    title=msg("Disk image"),
    guide="2.3",
    purpose=msg("Read it."),
    actions=(
        Action("read", msg("Read"), give_image, gives=("disk_image",), primary=True),
        Action("read_faulty", msg("Read"), give_faulty_image, gives=("disk_image",)),
    ),
    checks=(Check("VHD-03", msg("The size is whole"), size_rule),),
    blocking=False,
)
UPLOAD = Step(
    id="upload",
    title=msg("Upload"),
    guide="2.6",
    purpose=msg("Send it."),
    actions=(Action("send", msg("Send"), give_blob, gives=("vhd_blob", "account"), primary=True),),
)
LINK = Step(
    id="sas_uri",
    title=msg("SAS URI"),
    guide="3.3",
    purpose=msg("Sign it."),
    actions=(Action("sign", msg("Sign"), give_link, gives=("sas_link", "sas_uri"), primary=True),),
    checks=(
        *(Check(rule, msg("A rule is kept"), lambda: passed(msg("Kept"))) for rule in SAS_RULES),
        Check("SAS-14", msg("Nothing leaks"), leaking_rule),
    ),
)
STEPS = (BUILD_PATH, IMAGE, UPLOAD, CERTIFICATION, LINK, CHECKLIST)

MakeEngine = Callable[..., Engine]


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[MakeEngine]:
    """An engine over the small journey; `name` and `cloud` as wished."""
    pool = TaskPool(1)

    def make(name: str = "Contoso 1.0", cloud: str = "AzureChinaCloud", **journey: Any) -> Engine:
        engine = Engine(
            STEPS,
            Journey(name, cloud, **journey),
            cloud=None,
            settings=Settings(person="Li Lei", journeys_folder=str(tmp_path / "journeys")),
            pool=pool,
            save=lambda journey: None,
            clock=lambda: NOW,
        )
        engine.extras["summary"] = lambda: summarise(engine)
        return engine

    yield make
    pool.stop()


def do(engine: Engine, step_id: str, action_id: str) -> None:
    engine.perform(step_id, action_id, Task(msg("Doing it")))


def walk(engine: Engine, *, with_faulty_image: bool = False) -> Engine:
    """Everything done up to the checklist, with every verdict of the official tool recorded as passed."""
    engine.answer("build_path", "build_path", "linux_local")
    do(engine, "disk_image", "read_faulty" if with_faulty_image else "read")
    do(engine, "upload", "send")
    do(engine, "sas_uri", "sign")
    for item in engine.items("certification", "preparation"):
        engine.tick("certification", "preparation", item.id, True)
    verdicts = {item.id: "passed" for item in engine.items("certification", "verdicts")}
    engine.answer("certification", "verdicts", verdicts)
    certification = Certification("vhds", (StoredFile("certification/contoso.vhd/report.pdf", 9, "00" * 32),))
    engine.answer("certification", "result_files", ["/home/li/report.pdf"])
    engine.journey.results["certification"] = StoredResult(certification, {}, iso(NOW))
    engine.check("certification", Task(msg("Checking")))
    for item in engine.items("checklist", "confirmations"):
        if item.proof is None:
            engine.tick("checklist", "confirmations", item.id, True)
    return engine
