"""Bad input, each with its message, its cure and a test: what goes wrong is said, can be cured, and nothing is lost.

Everything here goes through whole journeys or commands. What the parts do by themselves is tested with the parts:

| what                                  | here                                             | with its part                                  |
| ------------------------------------- | ------------------------------------------------ | ---------------------------------------------- |
| not a VHD, empty, truncated           | test_what_is_no_disk_goes_no_further             | checks/test_vhd_format, disk/test_recognise,   |
|                                       |                                                  | cli/test_check_disk, cli/test_upload           |
| footer damaged                        | test_what_is_no_disk_goes_no_further             | checks/test_vhd_format                         |
| file vanishes during upload           | test_a_disk_that_vanishes_in_mid_upload          | transfer/test_trouble, steps/test_upload       |
| file changes during upload            | test_a_disk_that_changes_in_mid_upload           | transfer/test_trouble, steps/test_upload       |
| no read permission                    | test_a_disk_that_may_not_be_read                 | cli/test_check_disk (not for root)             |
| disk full for the journey             | test_a_full_disk_loses_the_journey_but_not_...   | test_session, journeys/test_autosave,          |
|                                       |                                                  | journeys/test_journey_file, ui/test_app        |
| Azurite stopped in mid-upload         | test_the_server_goes_in_mid_upload_and_comes_back| transfer/test_trouble                          |
| wrong key                             | test_real_account                                | services/test_cloud, steps/test_upload         |
| container name against the rules      | test_a_container_name_against_the_rules          | steps/test_upload, services/test_cloud         |
| SAS expired, not yet valid, without   | test_a_bad_link_is_judged_and_harms_nothing      | steps/test_sas_uri, checks/test_sas*           |
| list, with write, user-delegation,    |                                                  |                                                |
| account SAS                           |                                                  |                                                |
| SAS for another container             | test_a_link_for_another_container                | steps/test_sas_uri                             |
| two windows on one journey            | test_two_on_one_journey                          | journeys/test_journey_file, ui/test_app        |
| journey file damaged                  | test_a_damaged_journey_is_set_aside              | journeys/test_journey_file                     |
| journey file newer                    | test_a_newer_journey_is_left_alone               | journeys/test_journey_file, test_session       |
| journey file read-only                | test_a_write_protected_journey_is_left_alone     | journeys/test_journey_file                     |
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobServiceClient,
    ResourceTypes,
    UserDelegationKey,
    generate_account_sas,
    generate_container_sas,
)

from tests.acceptance.journeys import (
    check,
    choose_account,
    choose_image,
    do,
    findings,
    linux_vhd,
    opened,
    why,
)
from tests.cli.conftest import Command
from tests.cloud import MIB, connect, find_account, new_container
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys import journey_file
from wizard.journeys.journey_file import JourneyFile
from wizard.journeys.journey_format import VERSION
from wizard.messages import msg
from wizard.practice.cloud import PracticeCloud
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.step import Outcome
from wizard.tasks import Task, TaskState
from wizard.transfer.resuming.mark import read_mark

DAY = timedelta(days=1)


@pytest.fixture
def engine(tmp_path: Path, cloud: Cloud) -> Iterator[Engine]:
    """A journey in the practice cloud."""
    with opened(tmp_path / "j.imagewizard", cloud) as session:
        yield session.engine


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    return linux_vhd(tmp_path / "gateway.vhd")


# The disk image


def not_a_vhd(vhd: Path) -> None:
    vhd.write_bytes(os.urandom(MIB))


def empty(vhd: Path) -> None:
    vhd.write_bytes(b"")


def truncated(vhd: Path) -> None:
    os.truncate(vhd, vhd.stat().st_size - 100 * MIB)


def footer_damaged(vhd: Path) -> None:
    _overwrite(vhd, vhd.stat().st_size - 512 + 48, b"\xff")  # a byte of the size


def cookie_damaged(vhd: Path) -> None:
    _overwrite(vhd, vhd.stat().st_size - 512, b"CONECTIX")


@pytest.mark.parametrize("spoil", [not_a_vhd, empty, truncated, footer_damaged, cookie_damaged])
def test_what_is_no_disk_goes_no_further(
    engine: Engine,
    vhd: Path,
    cloud: Cloud,
    account: StorageAccount,
    container: str,
    spoil: Callable[[Path], None],
) -> None:
    spoil(vhd)
    before = vhd.stat()
    choose_image(engine, vhd)

    broken = [each for each in findings(engine, "disk_image").values() if each.outcome is Outcome.FAILED]
    assert broken
    assert all(each.cure is not None for each in broken)
    assert why(engine, "disk_image")[0] == "failed"
    choose_account(engine, account, container)
    assert engine.held_back("upload", "upload") is not None
    assert cloud.blob_names(account, container) == []
    assert (vhd.stat().st_size, vhd.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open file be renamed")
def test_a_disk_that_vanishes_in_mid_upload(
    engine: Engine, tmp_path: Path, account: StorageAccount, container: str
) -> None:
    vhd, elsewhere = linux_vhd(tmp_path / "big.vhd", fill=64 * MIB), tmp_path / "elsewhere"
    choose_image(engine, vhd)
    choose_account(engine, account, container)
    _upload_and_meanwhile(engine, lambda: vhd.rename(elsewhere))

    error = engine.error("upload")
    assert error is not None
    assert "has gone while it was being uploaded" in str(error.what)
    assert "Put the file back" in str(error.cure)
    assert _is_unfinished(engine, account, container, "big.vhd")
    elsewhere.rename(vhd)
    do(engine, "upload", "upload")
    assert why(engine, "upload")[0] == "done"


def test_a_disk_that_changes_in_mid_upload(
    engine: Engine, tmp_path: Path, account: StorageAccount, container: str
) -> None:
    vhd = linux_vhd(tmp_path / "big.vhd", fill=64 * MIB)
    choose_image(engine, vhd)
    choose_account(engine, account, container)
    _upload_and_meanwhile(engine, lambda: _overwrite(vhd, 4096, b"another"))

    error = engine.error("upload")
    assert error is not None
    assert "was changed while it was being uploaded" in str(error.what)
    assert _is_unfinished(engine, account, container, "big.vhd")
    engine.refresh_files()
    assert why(engine, "disk_image")[0] == "stale"
    assert engine.held_back("upload", "upload") is not None

    check(engine, "disk_image")
    with pytest.raises(WizardError, match="unfinished upload") as another:
        engine.perform("upload", "upload", Task(msg("Uploading")))
    assert "overwritten" in str(another.value.cure)
    engine.answer("upload", "overwrite", True)
    do(engine, "upload", "upload")
    assert why(engine, "upload")[0] == "done"


def test_a_disk_that_changes_where_nobody_looks_at_once(
    engine: Engine, tmp_path: Path, account: StorageAccount, container: str
) -> None:
    """A change outside of what is sampled looks like a file that was copied: then all that was sent is compared."""
    vhd = linux_vhd(tmp_path / "big.vhd", fill=64 * MIB)
    choose_image(engine, vhd)
    choose_account(engine, account, container)
    _upload_and_meanwhile(engine, lambda: _overwrite(vhd, 3 * MIB + 4096, b"another"))
    engine.refresh_files()
    check(engine, "disk_image")
    do(engine, "upload", "upload")

    assert why(engine, "upload")[0] == "done"
    assert engine.cloud is not None
    blob = engine.cloud.page_blob(account, container, "big.vhd")
    with vhd.open("rb") as file:
        for start in range(0, 64 * MIB, 4 * MIB):
            assert blob.read(start, 4 * MIB) == file.read(4 * MIB), start


@pytest.mark.skipif(os.name == "nt", reason="another kind of permissions")
def test_a_disk_that_may_not_be_read(engine: Engine, vhd: Path) -> None:
    choose_image(engine, vhd)  # what is imported late is imported now
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        locked = linux_vhd(Path(folder) / "locked.vhd")
        locked.chmod(0)
        engine.answer("disk_image", "image", str(locked))
        with _as_nobody():
            check(engine, "disk_image")
        found = findings(engine, "disk_image")["file"]
    assert found.outcome is Outcome.FAILED
    assert found.cure is not None
    assert "may not be read" in str(found.reason)
    assert engine.result("disk_image") is None
    assert engine.held_back("upload", "upload") is not None


# The cloud


def test_the_server_goes_in_mid_upload_and_comes_back(tmp_path: Path, own_practice: PracticeCloud) -> None:
    cloud = connect(own_practice)
    account = find_account(cloud, "practiceimages")
    container = new_container(cloud, account)
    vhd = linux_vhd(tmp_path / "big.vhd", fill=96 * MIB)
    went, said = threading.Event(), threading.Event()

    def outage() -> None:
        own_practice.azurite.stop()
        went.set()

    def come_back() -> None:
        said.wait(60)
        own_practice.azurite.start()

    with opened(tmp_path / "j.imagewizard", cloud) as session:
        engine = session.engine
        choose_image(engine, vhd)
        choose_account(engine, account, container)
        helper = threading.Thread(target=come_back)
        helper.start()

        def watch(task: Task) -> None:
            phase = str(task.progress.phase)
            if phase == "Uploading" and task.progress.done and not went.is_set():
                outage()
            if "trying again" in phase:
                said.set()

        task = Task(msg("Uploading"), can_pause=True)
        task.listen(watch)
        task.run(lambda running: engine.perform("upload", "upload", running))
        said.set()
        helper.join()
        assert task.state is TaskState.DONE, task.error
        assert went.is_set()
        assert why(engine, "upload")[0] == "done"
        assert findings(engine, "upload")["page-ranges"].outcome is Outcome.PASSED


@pytest.mark.parametrize("name", ["My_VHDs", "ab", "a--b", "镜像"])
def test_a_container_name_against_the_rules(command: Command, tmp_path: Path, name: str) -> None:
    run = command(
        "walk", "--practice", "--container", name, "--journey", tmp_path / "j.imagewizard", "--lang", "en"
    )
    assert run.status == 2
    assert "A container’s name" in run.err
    assert "Nothing was done" in run.err
    assert run.out == ""


# The SAS URI


@pytest.fixture(scope="session")
def uploaded(
    cloud: Cloud, account: StorageAccount, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """A container with a VHD in it, and the blob's address."""
    folder, container = tmp_path_factory.mktemp("uploaded"), new_container(cloud, account)
    with opened(folder / "j.imagewizard", cloud) as session:
        choose_image(session.engine, linux_vhd(folder / "gateway.vhd"))
        choose_account(session.engine, account, container)
        do(session.engine, "upload", "upload")
        return container, session.engine.result("vhd_blob").url


Sign = Callable[..., str]


@pytest.fixture
def sign(cloud: Cloud, account: StorageAccount, uploaded: tuple[str, str]) -> Sign:
    """Makes a link to the VHD, with these things otherwise than they should be."""

    def signed(**changed: Any) -> str:
        now = datetime.now(UTC)
        given: dict[str, Any] = {
            "container": uploaded[0],
            "blob_name": "gateway.vhd",
            "starts": now - DAY,
            "expires": now + 60 * DAY,
            "permissions": "rl",
            "protocol": "https,http",
        }
        return cloud.sign_container_sas(account, **given | changed).reveal()

    return signed


def expired(sign: Sign, **_: Any) -> str:
    return sign(starts=datetime.now(UTC) - 30 * DAY, expires=datetime.now(UTC) - DAY)


def not_yet_valid(sign: Sign, **_: Any) -> str:
    return sign(starts=datetime.now(UTC) + DAY)


def without_list(sign: Sign, **_: Any) -> str:
    return sign(permissions="r")


def with_write(sign: Sign, **_: Any) -> str:
    return sign(permissions="rwl")


def user_delegation(sign: Sign, practice: PracticeCloud, uploaded: tuple[str, str]) -> str:
    key = UserDelegationKey()
    now = datetime.now(UTC)
    key.signed_oid = key.signed_tid = "00000000-0000-0000-0000-000000000001"
    key.signed_start, key.signed_expiry = f"{now:%Y-%m-%dT%H:%M:%SZ}", f"{now + 7 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    key.signed_service, key.signed_version = "b", "2021-12-02"
    key.value = practice.endpoints.keys["practiceimages"].key1.reveal()
    token = generate_container_sas(
        "practiceimages", uploaded[0], user_delegation_key=key, permission="rl", start=now - DAY, expiry=now + 7 * DAY
    )  # fmt: skip
    return f"{uploaded[1]}?{token}"


def account_sas(sign: Sign, practice: PracticeCloud, uploaded: tuple[str, str]) -> str:
    now = datetime.now(UTC)
    token = generate_account_sas(
        "practiceimages",
        practice.endpoints.keys["practiceimages"].key1.reveal(),
        ResourceTypes(container=True, object=True),
        AccountSasPermissions(read=True, list=True),
        now + 60 * DAY,
        start=now - DAY,
    )
    return f"{uploaded[1]}?{token}"


@pytest.mark.parametrize(
    ("make", "rules"),
    [
        (expired, {"SAS-05", "SAS-11"}),
        (not_yet_valid, {"SAS-04", "SAS-11"}),
        (without_list, {"SAS-02", "SAS-11"}),
        (with_write, {"SAS-02", "SAS-11"}),
        (user_delegation, {"SAS-07"}),
        (account_sas, {"SAS-03"}),
    ],
)
def test_a_bad_link_is_judged_and_harms_nothing(
    command: Command,
    sign: Sign,
    practice: PracticeCloud,
    uploaded: tuple[str, str],
    make: Callable[..., str],
    rules: set[str],
) -> None:
    link = make(sign=sign, practice=practice, uploaded=uploaded)
    before = _etag(practice, uploaded[0])
    run = command("check", "sas", link, "--json", "--lang", "en")

    assert run.status == 1
    assert run.data["outcome"] == "failed"
    broken = {each["rule"]: each for each in run.data["findings"] if each["outcome"] == "failed"}
    assert rules <= set(broken)
    assert all(each["cure"] for each in broken.values())
    assert link.partition("sig=")[2] not in run.out + run.err
    assert _etag(practice, uploaded[0]) == before, "the attempt to write changed nothing"


def test_a_link_for_another_container(
    engine: Engine, sign: Sign, vhd: Path, cloud: Cloud, account: StorageAccount, container: str
) -> None:
    choose_image(engine, vhd)
    choose_account(engine, account, container)
    do(engine, "upload", "upload")
    engine.answer("sas_uri", "source", "paste")
    engine.answer("sas_uri", "pasted", sign())
    do(engine, "sas_uri", "inspect")
    found = findings(engine, "sas_uri")["SAS-13"]
    assert found.outcome is Outcome.FAILED
    assert found.cure is not None
    assert why(engine, "sas_uri")[0] == "failed"


# The journey's file


@pytest.fixture
def journey(command: Command, tmp_path: Path) -> Path:
    """A journey that was walked as far as a walk goes by itself."""
    path = tmp_path / "gateway.imagewizard"
    assert command("walk", "--practice", "--journey", path).status == 0
    return path


def test_a_full_disk_loses_the_journey_but_not_what_was_done(
    command: Command, journey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = journey.read_bytes()

    def full(path: Path, _text: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(journey_file, "write_atomically", full)
    run = command("walk", "--practice", "--journey", journey, "--days", "30", "--lang", "en")
    assert run.status == 1
    assert "The disk is full" in run.err
    assert "What was saved before is still there" in run.err
    assert "The SAS URI is proven" in run.out
    assert journey.read_bytes() == saved


def test_two_on_one_journey(command: Command, journey: Path) -> None:
    saved = journey.read_bytes()
    held = JourneyFile.open(journey)
    try:
        run = command("walk", "--practice", "--journey", journey, "--lang", "en")
    finally:
        held.close()
    assert run.status == 2
    assert "already open" in run.err
    assert str(os.getpid()) in run.err
    assert "close it first" in run.err
    assert journey.read_bytes() == saved
    assert command("walk", "--practice", "--journey", journey).status == 0


def test_a_damaged_journey_is_set_aside(command: Command, journey: Path) -> None:
    before = command("journey", "status", journey, "--lang", "en").out
    damaged = journey.read_bytes()[:1000]
    journey.write_bytes(damaged)
    run = command("walk", "--practice", "--journey", journey, "--lang", "en")
    assert run.status == 0
    assert "was damaged. It was set aside as" in run.err
    (aside,) = journey.parent.glob("*.damaged-*")
    assert aside.read_bytes() == damaged
    assert command("journey", "status", journey, "--lang", "en").out == before


def test_a_newer_journey_is_left_alone(command: Command, journey: Path) -> None:
    data = json.loads(journey.read_text(encoding="utf-8"))
    journey.write_text(json.dumps(data | {"version": VERSION + 1}), encoding="utf-8")
    newer = journey.read_bytes()
    run = command("walk", "--practice", "--journey", journey, "--lang", "en")
    assert run.status == 2
    assert "newer version of the wizard" in run.err
    assert "proven" not in run.out
    assert command("journey", "status", journey).status == 0
    assert journey.read_bytes() == newer


def test_a_write_protected_journey_is_left_alone(
    command: Command, journey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = journey.read_bytes()
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    run = command("walk", "--practice", "--journey", journey, "--lang", "en")
    assert run.status == 2
    assert "write-protected" in run.err
    assert "journey status" in run.err
    assert journey.read_bytes() == saved


# Helpers


def _overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)
    os.utime(path, ns=(1, 1))


def _upload_and_meanwhile(engine: Engine, deed: Callable[[], object]) -> None:
    """Upload, and do this as soon as something was sent; the upload has to fail."""
    done: list[object] = []

    def watch(task: Task) -> None:
        if str(task.progress.phase) == "Uploading" and task.progress.done and not done:
            done.append(deed())

    task = Task(msg("Uploading"), can_pause=True)
    task.listen(watch)
    task.run(lambda running: engine.perform("upload", "upload", running))
    assert done, "the upload was too quick to be disturbed"
    assert task.state is TaskState.FAILED
    assert engine.result("vhd_blob") is None
    assert why(engine, "upload")[0] == "failed"


def _is_unfinished(engine: Engine, account: StorageAccount, container: str, name: str) -> bool:
    assert engine.cloud is not None
    state = engine.cloud.page_blob(account, container, name).state()
    assert state is not None
    mark = read_mark(state.metadata)
    return mark is not None and not mark.is_complete


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Without the right of root to read everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def _etag(practice: PracticeCloud, container: str) -> str:
    text = practice.endpoints.connection_string("practiceimages").reveal()
    with BlobServiceClient.from_connection_string(text) as client:
        return str(client.get_blob_client(container, "gateway.vhd").get_blob_properties().etag)
