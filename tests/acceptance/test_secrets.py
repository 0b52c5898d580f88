"""Whatever is done, no account key, token or signature is written: not in a file, a report, a log or on the screen."""

from __future__ import annotations

import base64
import contextlib
import logging
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.acceptance.azure_china import AzureChina
from tests.acceptance.journeys import check, choose_image, do, linux_vhd, opened, tick_all, to_the_end
from tests.cli.conftest import Command
from tests.cloud import connect, find_account, new_container
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.practice import cloud as practice_cloud
from wizard.practice.cloud import PracticeCloud
from wizard.redaction import Secret
from wizard.services.connect import azure_china as connect_china
from wizard.settings import Settings
from wizard.tasks import Task

PLANTED_KEY = base64.b64encode(b"planted-" * 8).decode()
PLANTED_TOKEN = "planted-token-of-the-practice-cloud"


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every practice cloud has the same keys and the same token: then they can be looked for."""
    monkeypatch.setattr(practice_cloud, "_new_key", lambda: Secret(PLANTED_KEY))
    monkeypatch.setattr(practice_cloud.secrets, "token_urlsafe", lambda _: PLANTED_TOKEN)


def spellings(secret: str) -> set[str]:
    """How a secret may look when it is written."""
    plain = secret.strip()
    return {plain, quote(plain, safe=""), quote(plain), plain.replace("/", "\\/")}


def signature_of(link: Secret) -> str:
    """The signature as it stands in the link, percent-encoded."""
    return link.reveal().partition("sig=")[2].partition("&")[0]


def leaks(folder: Path, *secrets: str) -> list[str]:
    """Files below the folder in which one of the secrets stands, or a signature of whatever link."""
    wanted = {spelling.encode() for secret in secrets for spelling in spellings(secret)}
    return [
        f"{path.name}: {each.decode()}"
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_size < 2**28  # not the disk images
        for each in wanted
        if each in path.read_bytes()
    ]


def test_a_walk_in_practice(
    command: Command, home: Path, planted: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shown = command("walk", "--practice", "--reveal", "--lang", "en")
    assert shown.status == 0, shown.err
    link = next(line.strip() for line in shown.out.splitlines() if "sig=" in line)
    signature = link.partition("sig=")[2]
    again = command("walk", "--practice", "--lang", "zh")

    secrets = (PLANTED_KEY, PLANTED_TOKEN, signature)
    assert leaks(home, *secrets) == []
    for spelling in {each for secret in secrets for each in spellings(secret)}:
        assert spelling not in again.out + again.err + caplog.text
        assert spelling not in shown.err
    assert [path for path in home.rglob("*.log") if "azurite" not in path.name], "there is a log to look into"


def test_a_finished_journey_with_many_troubles(
    tmp_path: Path, home: Path, planted: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with PracticeCloud(home / "cloud") as running:
        cloud = connect(running)
        account = find_account(cloud, "practicepublic")
        with opened(tmp_path / "j.imagewizard", cloud) as session:
            engine = session.engine
            to_the_end(engine, linux_vhd(tmp_path / "gateway.vhd"), account, new_container(cloud, account))
            good = engine.result("sas_uri")
            engine.answer("sas_uri", "source", "paste")
            bad = Secret(good.reveal().replace("sp=rl", "sp=rwdl").replace("&", "&amp;"))
            engine.answer("sas_uri", "pasted", bad)
            do(engine, "sas_uri", "inspect")
            engine.answer("upload", "blob_name", "again.vhd")
            running.azurite.stop()
            with pytest.raises(WizardError):
                engine.check("container_access", Task(msg("Checking")))
            engine.check("sas_uri", Task(msg("Checking")))
            running.azurite.start()
            do(engine, "checklist", "write_report")
            shown = repr(engine.journey) + repr([engine.error(step.id) for step in engine.steps])
            shown += repr([engine.views(step.id) for step in engine.steps])
    secrets = (PLANTED_KEY, PLANTED_TOKEN, signature_of(good))
    assert leaks(home, *secrets) == []
    assert leaks(tmp_path, *secrets) == []
    for spelling in {each for secret in secrets for each in spellings(secret)}:
        assert spelling not in shown + caplog.text


def test_an_account_by_its_name_and_key(
    china: AzureChina, tmp_path: Path, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wrong = base64.b64encode(b"mistyped" * 8).decode()
    folder = tmp_path / "journeys"
    with opened(folder / "j.imagewizard", connect_china(Settings())) as session:
        engine = session.engine
        choose_image(engine, linux_vhd(tmp_path / "gateway.vhd"))
        engine.answer("upload", "key_account", china.account)
        for key in (wrong, china.key.reveal()[:-3], china.key.reveal()):
            engine.answer("upload", "account_key", key)
            with contextlib.suppress(WizardError):
                engine.perform("upload", "upload", Task(msg("Uploading")))
            error = engine.error("upload")
            assert key not in repr(error) + repr(error.details if error else "")
        assert engine.error("upload") is None
        check(engine, "container_access")
        do(engine, "sas_uri", "create")
        tick_all(engine, "checklist", "confirmations")
        do(engine, "checklist", "write_report")
        link = engine.result("sas_uri")
    secrets = (china.key.reveal(), china.key.reveal()[:-3], wrong, signature_of(link))
    assert _all_leaks((folder, home), secrets) == []
    for spelling in {each for secret in secrets for each in spellings(secret)}:
        assert spelling not in caplog.text


def _all_leaks(folders: Iterable[Path], secrets: tuple[str, ...]) -> list[str]:
    return [each for folder in folders for each in leaks(folder, *secrets)]


def test_a_leak_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.log").write_text(f"key {quote(PLANTED_KEY, safe='')}", encoding="utf-8")
    assert leaks(tmp_path, PLANTED_KEY)
