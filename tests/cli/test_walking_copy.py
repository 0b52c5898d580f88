"""A walk with an image that is in a storage account already: what does not apply is passed over, and the rest is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import new_container
from wizard.cli.console import Console
from wizard.cli.walking import walk_all
from wizard.core.engine import Engine
from wizard.disk.vhd_footer import fixed_footer
from wizard.journeys.journey import Journey
from wizard.reports.summary import summarise
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.settings import Settings
from wizard.step import State
from wizard.steps import STEPS
from wizard.tasks import TaskPool

SIZE = 40 * 1024**3


@pytest.fixture
def engine(cloud: Cloud, tmp_path: Path) -> Iterator[Engine]:
    pool = TaskPool(1)
    settings = Settings(person="Li Lei", journeys_folder=str(tmp_path))
    engine = Engine(
        STEPS, Journey("j", "practice"), cloud=cloud, settings=settings, pool=pool, save=lambda _: None
    )
    engine.extras["summary"] = lambda: summarise(engine)
    yield engine
    pool.stop()


def test_nothing_is_uploaded_and_the_copy_is_published(
    engine: Engine,
    cloud: Cloud,
    account: StorageAccount,
    public_account: StorageAccount,
    container: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    built = new_container(cloud, public_account)
    source = cloud.page_blob(public_account, built, "built.vhd")
    source.create(SIZE + 512, {}, fence=0, replaces=None)
    source.put_pages(SIZE, fixed_footer(SIZE).build(), fence=0)
    answers = {
        "build_path": {"build_path": "linux_blob"},
        "copy": {
            "way": "account",
            "from_subscription": public_account.subscription,
            "from_account": public_account.name,
            "from_container": built,
            "from_blob": "built.vhd",
            "subscription": account.subscription,
            "account_name": account.name,
            "container": container,
        },
    }

    walked = walk_all(engine, Console("en"), answers)

    out = capsys.readouterr().out
    assert out.count("The image is in a storage account already") == 2
    assert "the same as in the source" in out
    assert engine.status("disk_image").state is engine.status("upload").state is State.SKIPPED
    assert engine.result("vhd_blob").name == "built.vhd"
    assert {str(title) for title in walked.failed} == set()
    assert engine.result("sas_link") is not None
    again = walk_all(engine, Console("en"), answers)
    assert again == walked
