"""Azure China without a sign-in: a storage account reached by its name and key, in every step, also after reopening."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.acceptance.azure_china import AzureChina, new_key
from tests.acceptance.journeys import check, choose_image, do, findings, linux_vhd, opened, why
from tests.cli.conftest import Command
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import azure_china as connect
from wizard.settings import Settings
from wizard.step import Outcome
from wizard.tasks import Task

KEY = "IMAGE_WIZARD_ACCOUNT_KEY"


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    return linux_vhd(tmp_path / "gateway.vhd")


@pytest.fixture
def journey(tmp_path: Path) -> Path:
    return tmp_path / "real.imagewizard"


def enter_account(engine: Engine, china: AzureChina, key: Secret | None = None) -> None:
    engine.answer("upload", "key_account", china.account)
    engine.answer("upload", "account_key", key or china.key)


# On the command line


def test_the_whole_walk(
    command: Command, china: AzureChina, vhd: Path, journey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, china.key.reveal())
    run = command("walk", "--image", vhd, "--account", china.account, "--journey", journey, "--lang", "en")

    assert run.status == 0, run.out + run.err
    assert "The SAS URI is proven" in run.out
    assert f"{china.endpoint}/vhds/gateway.vhd?…" in run.out
    assert china.key.reveal() not in run.out + run.err
    again = command("walk", "--journey", journey, "--lang", "en")
    assert again.status == 0, again.out + again.err


@pytest.mark.parametrize(
    ("key", "said", "cure"),
    [
        (new_key().reveal(), "is not accepted", "Copy the key again"),
        ("no key at all", "not a key of", "Copy"),
    ],
    ids=["wrong", "none"],
)
def test_a_wrong_key_fails_and_leaves_nothing(
    command: Command,
    china: AzureChina,
    vhd: Path,
    journey: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    said: str,
    cure: str,
) -> None:
    monkeypatch.setenv(KEY, key)
    run = command("walk", "--image", vhd, "--account", china.account, "--journey", journey, "--lang", "en")

    assert run.status == 1
    assert said in run.err
    assert cure in run.err
    assert "Failed: Upload" in run.out
    assert "proven" not in run.out
    assert key not in run.out + run.err
    assert _containers(china) == []


def test_without_an_account_or_a_key_it_says_what_to_name(
    command: Command, vhd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = command("walk", "--image", vhd, "--lang", "en")
    assert (run.status, run.out) == (2, "")
    assert "--account" in run.err

    monkeypatch.delenv(KEY, raising=False)
    with Path(os.devnull).open(encoding="utf-8") as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        monkeypatch.setattr("getpass.getpass", _nobody_answers)
        run = command(
            "walk", "--image", vhd, "--account", "contoso", "--journey", tmp_path / "j", "--lang", "en"
        )
    assert run.status == 1
    assert KEY in run.err
    assert not (tmp_path / "j").exists()


def _nobody_answers(*_: object, **__: object) -> str:
    raise EOFError


# In a journey, as the window drives it


def test_the_key_is_asked_for_again_where_it_is_needed(china: AzureChina, vhd: Path, journey: Path) -> None:
    with opened(journey, connect(Settings())) as session:
        engine = session.engine
        choose_image(engine, vhd)
        enter_account(engine, china)
        do(engine, "upload", "upload")
        check(engine, "container_access")
        do(engine, "sas_uri", "create")
        first = engine.result("sas_uri")
    assert china.key.reveal() not in journey.read_text(encoding="utf-8")

    with opened(journey, connect(Settings())) as session:
        engine = session.engine
        assert why(engine, "upload") == ("done", "gateway.vhd in vhds")
        assert why(engine, "container_access") == ("done", "Private")
        assert why(engine, "sas_uri")[0] == "done"

        report = vhd.with_name("report.xml")
        report.write_text("<passed/>", encoding="utf-8")
        engine.answer("certification", "result_files", [str(report)])
        task = Task(msg("Doing it"))
        for step_id, work in (
            ("upload", lambda: engine.check("upload", task)),
            ("certification", lambda: engine.perform("certification", "store_files", task)),
            ("container_access", lambda: engine.check("container_access", task)),
            ("sas_uri", lambda: engine.perform("sas_uri", "show_again", task)),
            ("sas_uri", lambda: engine.perform("sas_uri", "create", task)),
        ):
            with pytest.raises(WizardError, match="not known in this session") as unknown:
                work()
            assert "Upload" in str(unknown.value.cure)
            assert why(engine, step_id)[0] == "failed"
        assert "account key" in str(engine.held_back("upload", "upload"))

        enter_account(engine, china)
        check(engine, "upload")
        do(engine, "certification", "store_files")
        check(engine, "container_access")
        do(engine, "sas_uri", "show_again")
        assert engine.result("sas_uri") == first
        states = {step.id: engine.status(step.id).state.value for step in engine.steps}
        assert states["upload"] == states["container_access"] == states["sas_uri"] == "done"


def test_a_key_that_was_renewed_is_said_and_the_old_link_is_dead(
    china: AzureChina, vhd: Path, journey: Path
) -> None:
    with opened(journey, connect(Settings())) as session:
        engine = session.engine
        choose_image(engine, vhd)
        enter_account(engine, china)
        do(engine, "upload", "upload")
        do(engine, "sas_uri", "create")
        old = engine.result("sas_uri")
        china.renew_key()

        check(engine, "sas_uri")
        found = findings(engine, "sas_uri")["SAS-11"]
        assert found.outcome is Outcome.FAILED
        assert found.cure is not None
        with pytest.raises(WizardError, match="is not accepted"):
            engine.check("upload", Task(msg("Checking")))

        enter_account(engine, china)
        check(engine, "upload")
        with pytest.raises(WizardError, match="not the one that the link was created with"):
            engine.perform("sas_uri", "show_again", Task(msg("Showing it again")))
        do(engine, "sas_uri", "create")
        assert findings(engine, "sas_uri")["SAS-11"].outcome is Outcome.PASSED
        assert engine.result("sas_uri") != old


def test_the_report_is_one_of_azure_china(china: AzureChina, vhd: Path, journey: Path) -> None:
    with opened(journey, connect(Settings())) as session:
        engine = session.engine
        choose_image(engine, vhd)
        enter_account(engine, china)
        do(engine, "upload", "upload")
        do(engine, "sas_uri", "create")
        do(engine, "checklist", "write_report")
        paths = [Path(path) for path in engine.result("report").paths]
        signature = engine.result("sas_uri").reveal().partition("sig=")[2]
    for_people, for_programs, _ = (path.read_text(encoding="utf-8") for path in paths)
    data = json.loads(for_programs)
    assert data["practice"] is False
    assert data["address"]["url"] == f"{china.endpoint}/vhds/gateway.vhd"
    assert "PRACTICE" not in for_people
    for secret in (china.key.reveal(), signature):
        assert secret not in for_people + for_programs


def _containers(china: AzureChina) -> list[str]:
    from wizard.results import StorageAccount

    cloud = connect(Settings())
    cloud.add_account_key(china.account, china.key)
    return cloud.containers(StorageAccount(china.account))
