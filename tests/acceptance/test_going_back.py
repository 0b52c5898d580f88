"""Going back in a finished journey: what was made from what has changed is out of date, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.journeys import check, do, findings, linux_vhd, opened, states, to_the_end, why
from tests.cloud import new_container
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.step import Outcome
from wizard.tasks import Task

DONE = {
    "prerequisites": "done",
    "build_path": "done",
    "disk_image": "warning",  # the sample has no partition table
    "upload": "done",
    "copy": "skipped",  # the image comes from this computer
    "certification": "done",
    "container_access": "done",
    "sas_uri": "done",
    "checklist": "done",
}


@pytest.fixture
def engine(tmp_path: Path, cloud: Cloud, public_account: StorageAccount) -> Iterator[Engine]:
    """A journey that is finished."""
    with opened(tmp_path / "j.imagewizard", cloud) as session:
        container = new_container(cloud, public_account)
        to_the_end(session.engine, linux_vhd(tmp_path / "first.vhd"), public_account, container)
        assert states(session.engine) == DONE
        yield session.engine


def test_another_life_of_the_link(engine: Engine) -> None:
    link = engine.result("sas_link")
    engine.answer("sas_uri", "days", 30)
    assert states(engine) == DONE | {"sas_uri": "stale", "checklist": "stale"}
    engine.answer("sas_uri", "days", 60)
    assert states(engine) == DONE, "taken back, everything holds again"

    engine.answer("sas_uri", "days", 30)
    do(engine, "sas_uri", "create")
    assert engine.result("sas_link").expires < link.expires
    assert states(engine) == DONE | {"checklist": "stale"}
    do(engine, "checklist", "write_report")
    assert states(engine) == DONE


def test_another_access(engine: Engine) -> None:
    engine.answer("container_access", "access", "blob")
    assert why(engine, "container_access")[0] == "ready"
    do(engine, "container_access", "set_access")
    assert states(engine) == DONE | {"container_access": "warning", "checklist": "stale"}
    engine.answer("container_access", "access", "private")
    do(engine, "container_access", "set_access")
    assert states(engine) == DONE


def test_another_image_under_the_same_name(engine: Engine, tmp_path: Path) -> None:
    old = engine.result("vhd_blob")
    engine.answer("disk_image", "image", str(linux_vhd(tmp_path / "second.vhd", seed=2)))
    waiting = {
        "certification": "locked",
        "container_access": "locked",
        "sas_uri": "locked",
        "checklist": "stale",
    }
    assert states(engine) == DONE | waiting | {"disk_image": "stale", "upload": "locked"}
    check(engine, "disk_image")
    assert states(engine) == DONE | waiting | {"upload": "stale"}

    engine.answer("upload", "blob_name", old.name)
    with pytest.raises(WizardError, match="has a blob first") as refused:
        engine.perform("upload", "upload", Task(msg("Uploading")))
    assert "overwritten" in str(refused.value.cure)
    check(engine, "upload")
    assert findings(engine, "upload")["page-ranges"].outcome is Outcome.PASSED, "the old image is whole"

    engine.answer("upload", "overwrite", True)
    asked = engine.confirmation("upload", "upload")
    assert asked is not None
    assert old.account.name in str(asked.effect)
    do(engine, "upload", "upload")
    new = engine.result("vhd_blob")
    assert (new.url, new.ranges_digest) == (old.url, old.ranges_digest)
    assert new.etag != old.etag
    stale = {"certification": "stale", "container_access": "stale", "sas_uri": "stale", "checklist": "stale"}
    assert states(engine) == DONE | stale

    check(engine, "container_access")
    do(engine, "sas_uri", "create")
    assert states(engine) == DONE | {"certification": "stale", "checklist": "stale"}
    items = {item.id: item for item in engine.items("checklist", "confirmations")}
    assert items["CHK-10"].proof is not None, "the new link is proven"


def test_another_build_path(engine: Engine) -> None:
    engine.answer("build_path", "build_path", "windows_local")
    assert why(engine, "disk_image") == ("stale", "Build path has changed since")
    check(engine, "disk_image")
    assert findings(engine, "disk_image")["VHD-08"].outcome is Outcome.SKIPPED
    engine.answer("build_path", "build_path", "linux_local")
    check(engine, "disk_image")
    do(engine, "checklist", "write_report")
    assert states(engine) == DONE


def test_what_was_certified_is_not_the_new_image(engine: Engine, tmp_path: Path) -> None:
    engine.answer("disk_image", "image", str(linux_vhd(tmp_path / "second.vhd", seed=2)))
    check(engine, "disk_image")
    do(engine, "upload", "upload")
    check(engine, "certification")
    found = findings(engine, "certification")
    assert {found[rule].outcome for rule in ("CRT-01", "CRT-02", "CRT-03", "CRT-04")} == {Outcome.SKIPPED}
    assert "earlier image" in str(found["CRT-02"].reason)
    check(engine, "checklist")
    assert findings(engine, "checklist")["CRT-02"].outcome is not Outcome.PASSED
    do(engine, "certification", "store_files")
    check(engine, "checklist")
    assert findings(engine, "checklist")["CRT-02"].outcome is Outcome.PASSED
