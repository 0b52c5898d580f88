"""Step 4 against the practice cloud: choosing where to, sending, going on, overwriting, reading back."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cloud import MIB, write_vhd
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys.journey import Journey, StoredResult
from wizard.journeys.journey_format import decode, encode
from wizard.messages import msg
from wizard.practice.cloud import PracticeCloud
from wizard.redaction import Secret
from wizard.results import DiskImage, StorageAccount, VhdBlob
from wizard.services.cloud import Cloud
from wizard.services.endpoints import AZURE_CHINA
from wizard.services.web import Web
from wizard.settings import Settings
from wizard.step import Action, Outcome, State, Step
from wizard.steps.upload import STEP
from wizard.tasks import Task, TaskPool, TaskState
from wizard.view import Facts

DISK_IMAGE = Step(
    id="disk_image",
    title=msg("Disk image"),
    guide="2.2",
    purpose=msg("Choose it."),
    actions=(Action("give", msg("Give"), lambda task: {}, gives=("disk_image",)),),
)
MakeEngine = Callable[..., Engine]


def image_of(path: Path) -> DiskImage:
    seen = path.stat()
    return DiskImage(str(path), seen.st_size, seen.st_mtime_ns, seen.st_size - 512, "the-unique-id", 1)


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    return write_vhd(tmp_path / "My image.vhd", 32 * MIB, {MIB: b"data", 20 * MIB: b"more"})


@pytest.fixture
def make_engine(cloud: Cloud, vhd: Path, tmp_path: Path) -> Iterator[MakeEngine]:
    """An engine over a journey whose disk image is chosen; another cloud, disk or journey as wished."""
    pool = TaskPool(1)

    def make(*, cloud: Cloud = cloud, path: Path = vhd, journey: Journey | None = None) -> Engine:
        if journey is None:
            journey = Journey("j", "practice")
            journey.results["disk_image"] = StoredResult(image_of(path), {}, "2026-11-21T00:00:00Z")
        engine = Engine(
            (DISK_IMAGE, STEP), journey, cloud=cloud, settings=Settings(), pool=pool, save=lambda _: None
        )
        engine.extras["journal"] = lambda: tmp_path / ".journal"
        return engine

    yield make
    pool.stop()


@pytest.fixture
def engine(make_engine: MakeEngine, account: StorageAccount, container: str) -> Engine:
    engine = make_engine()
    engine.answer("upload", "subscription", account.subscription)
    engine.answer("upload", "account_name", account.name)
    engine.answer("upload", "container", container)
    return engine


def do_upload(engine: Engine) -> VhdBlob:
    assert engine.held_back("upload", "upload") is None
    engine.perform("upload", "upload", Task(msg("Uploading")))
    result = engine.result("vhd_blob")
    assert isinstance(result, VhdBlob)
    return result


def outcomes(engine: Engine) -> dict[str, Outcome]:
    return {row.check.rule: row.finding.outcome for row in engine.rows("upload") if row.finding is not None}


def load(engine: Engine, input_id: str) -> list[str]:
    return [option.value for option in engine.load_options("upload", input_id, Task(msg("Loading")))]


def test_uploaded_and_proven(
    engine: Engine, cloud: Cloud, account: StorageAccount, container: str, vhd: Path
) -> None:
    blob = do_upload(engine)

    assert (blob.account, blob.container, blob.name) == (account, container, "My-image.vhd")
    assert blob.url == cloud.blob_url(account, container, "My-image.vhd")
    assert (blob.length, blob.data_bytes, blob.range_count) == (vhd.stat().st_size, 3 * 512, 3)
    assert blob.unique_id == "the-unique-id"
    assert engine.result("account") == account
    found = outcomes(engine)
    assert found.pop("content") is Outcome.SKIPPED, "nobody asked for it yet"
    assert set(found) == {
        "VHD-13",
        "VHD-04",
        "VHD-14",
        "footer-equal",
        "page-ranges",
        "unchanged",
        "clock",
    }
    assert set(found.values()) == {Outcome.PASSED}
    assert engine.status("upload").state is State.DONE
    assert str(engine.status("upload").why) == f"My-image.vhd in {container}"
    (facts,) = engine.views("upload")
    assert isinstance(facts, Facts)
    assert blob.url in [str(value) for _, value in facts.rows]


def test_every_byte_is_compared_on_request(engine: Engine, cloud: Cloud, account: StorageAccount) -> None:
    assert "Nothing was uploaded yet" in str(engine.held_back("upload", "compare"))
    blob = do_upload(engine)
    engine.perform("upload", "compare", Task(msg("Comparing")))
    assert outcomes(engine)["content"] is Outcome.PASSED
    assert engine.status("upload").state is State.DONE

    with cloud._accounts.client(account) as client:
        client.get_blob_client(blob.container, blob.name).upload_page(b"x" * 512, MIB, 512)
    engine.perform("upload", "compare", Task(msg("Comparing")))
    assert outcomes(engine)["content"] is Outcome.FAILED
    (row,) = (row for row in engine.rows("upload") if row.check.rule == "content")
    assert row.finding is not None
    assert row.finding.facts["first_difference"] == MIB

    engine.answer("upload", "overwrite", True)
    do_upload(engine)
    assert outcomes(engine)["content"] is Outcome.SKIPPED, "it was another blob that was compared"


def test_what_can_be_chosen(make_engine: MakeEngine, account: StorageAccount, container: str) -> None:
    engine = make_engine()
    assert load(engine, "account_name") == []
    assert load(engine, "container") == []
    assert account.subscription in load(engine, "subscription")
    engine.answer("upload", "subscription", account.subscription)
    assert {"practiceimages", "practicepublic"} <= set(load(engine, "account_name"))
    engine.answer("upload", "account_name", account.name)
    assert container in load(engine, "container")


def test_accounts_that_are_not_fit_say_so(make_engine: MakeEngine, cloud: Cloud) -> None:
    engine = make_engine()
    said = {}
    for subscription in cloud.subscriptions():
        engine.answer("upload", "subscription", subscription.id)
        for option in engine.load_options("upload", "account_name", Task(msg("Loading"))):
            said[option.value] = str(option.detail)
    assert said["practiceimages"] == "chinanorth3, StorageV2, Standard_LRS"
    assert "account keys are switched off" in said["practicelocked"]
    assert "network rules shut the marketplace out" in said["practicefirewall"]
    assert "no page blobs" in said["practicelake"]


def test_an_account_that_is_not_fit_is_not_uploaded_to(engine: Engine, cloud: Cloud) -> None:
    lake = next(
        each
        for sub in cloud.subscriptions()
        for each in cloud.storage_accounts(sub.id)
        if each.name == "practicelake"
    )
    engine.answer("upload", "subscription", lake.subscription)
    engine.answer("upload", "account_name", "practicelake")
    with pytest.raises(WizardError, match="no page blobs"):
        do_upload(engine)
    assert engine.status("upload").state is State.FAILED


def test_a_container_that_is_not_there_is_made_private(
    engine: Engine, cloud: Cloud, account: StorageAccount, container: str
) -> None:
    engine.answer("upload", "container", f"{container}-new")
    do_upload(engine)
    assert cloud.container_access(account, f"{container}-new") == "private"


@pytest.mark.parametrize(
    ("input_id", "value", "said"),
    [("container", "My_VHDs", "capital letters"), ("blob_name", "a b.vhd", "may have letters"), ("blob_name", "disk.img", ".vhd")],
)  # fmt: skip
def test_names_against_the_rules_hold_the_upload_back(
    engine: Engine, input_id: str, value: str, said: str
) -> None:
    engine.answer("upload", input_id, value)
    assert said in str(engine.held_back("upload", "upload"))


def test_the_upload_waits_for_what_is_not_chosen_yet(make_engine: MakeEngine) -> None:
    assert "Subscription" in str(make_engine().held_back("upload", "upload"))


def test_another_blob_is_overwritten_only_after_a_plain_yes(
    engine: Engine, make_engine: MakeEngine, vhd: Path, container: str
) -> None:
    do_upload(engine)
    other = write_vhd(vhd.with_name("other.vhd"), 32 * MIB, {0: b"other"})
    second = make_engine(path=other)
    for name in ("subscription", "account_name", "container"):
        second.answer("upload", name, engine.answer_of("upload", name))
    second.answer("upload", "blob_name", "My-image.vhd")
    assert second.confirmation("upload", "upload") is None
    with pytest.raises(WizardError, match="already"):
        do_upload(second)

    second.answer("upload", "overwrite", True)
    asked = second.confirmation("upload", "upload")
    assert asked is not None
    for part in ("My-image.vhd", container, "practiceimages"):
        assert part in str(asked.effect)
    do_upload(second)
    assert second.answer_of("upload", "overwrite") is False, "a yes is for once"
    assert second.status("upload").state is State.DONE
    engine.check("upload", Task(msg("Checking")))
    assert outcomes(engine)["page-ranges"] is Outcome.FAILED


def test_paused_and_gone_on_with(
    engine: Engine, cloud: Cloud, container: str, account: StorageAccount
) -> None:
    task = Task(msg("Uploading"), can_pause=True)
    task.listen(lambda task: task.pause() if str(task.progress.phase) == "Uploading" else None)
    task.run(lambda task: engine.perform("upload", "upload", task))
    assert task.state is TaskState.PAUSED
    assert engine.result("vhd_blob") is None
    assert engine.status("upload").state is State.READY

    do_upload(engine)
    assert engine.status("upload").state is State.DONE


def test_a_disk_that_changed_after_it_was_checked(engine: Engine, vhd: Path) -> None:
    with vhd.open("r+b") as file:
        file.write(b"changed")
    import os

    os.utime(vhd, ns=(1, 1))
    with pytest.raises(WizardError, match="was changed after it was checked") as changed:
        do_upload(engine)
    assert "Disk image" in str(changed.value.cure)


def test_a_disk_that_is_not_there_any_more(engine: Engine, vhd: Path) -> None:
    vhd.unlink()
    with pytest.raises(FileNotFoundError):
        do_upload(engine)
    error = engine.error("upload")
    assert error is not None
    assert "is not there" in str(error.what)


def test_a_blob_that_was_deleted_is_found_out(
    engine: Engine, cloud: Cloud, account: StorageAccount, container: str
) -> None:
    do_upload(engine)
    with cloud._accounts.client(account) as client:
        client.get_container_client(container).delete_blob("My-image.vhd")
    engine.check("upload", Task(msg("Checking")))
    assert engine.status("upload").state is State.FAILED
    assert outcomes(engine)["page-ranges"] is Outcome.FAILED


def test_a_blob_that_somebody_wrote_to_is_found_out(
    engine: Engine, cloud: Cloud, account: StorageAccount
) -> None:
    blob = do_upload(engine)
    with cloud._accounts.client(account) as client:
        remote = client.get_blob_client(blob.container, blob.name)
        remote.upload_page(b"x" * 512, 0, 512)
    engine.check("upload", Task(msg("Checking")))
    found = outcomes(engine)
    assert (found["page-ranges"], found["unchanged"], found["footer-equal"]) == (
        "failed",
        "warning",
        "passed",
    )


# Azure China, where an account is reached by its name and key


@pytest.fixture
def china(practice: PracticeCloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Azure China as it is without a sign-in; its blob addresses lead to the practice cloud."""
    monkeypatch.setattr(
        "wizard.services.endpoints.Endpoints.default_blob_endpoint",
        lambda _self, account: practice.endpoints.blob_endpoint(account),
    )
    return Cloud(AZURE_CHINA, Web(None, direct=True))


def test_by_name_and_key(
    china: Cloud, make_engine: MakeEngine, practice: PracticeCloud, container: str
) -> None:
    key = practice.endpoints.keys["practiceimages"].key1
    engine = make_engine(cloud=china)
    assert [engine.input_applies("upload", name) for name in ("subscription", "account_name")] == [False] * 2
    assert [engine.input_applies("upload", name) for name in ("key_account", "account_key")] == [True] * 2
    assert load(engine, "container") == []
    engine.answer("upload", "key_account", "practiceimages")
    assert "account key" in str(engine.held_back("upload", "upload"))
    engine.answer("upload", "account_key", key)
    assert container in load(engine, "container")
    engine.answer("upload", "container", container)

    blob = do_upload(engine)

    assert blob.account == StorageAccount("practiceimages")
    assert engine.status("upload").state is State.DONE
    saved = encode(engine.journey)
    assert key.reveal() not in saved

    # The next session knows no key: the upload stays done, and the key is asked for only when it is needed.
    later = make_engine(cloud=Cloud(AZURE_CHINA, Web(None, direct=True)), journey=decode(saved)[0])
    assert later.status("upload").state is State.DONE
    with pytest.raises(WizardError, match="not known in this session"):
        later.check("upload", Task(msg("Checking")))
    later.answer("upload", "account_key", key)
    later.check("upload", Task(msg("Checking")))
    assert later.status("upload").state is State.DONE


def test_a_wrong_key_is_said_when_containers_are_loaded_and_when_it_is_uploaded(
    china: Cloud, make_engine: MakeEngine
) -> None:
    engine = make_engine(cloud=china)
    engine.answer("upload", "key_account", "practiceimages")
    engine.answer("upload", "account_key", Secret(base64.b64encode(b"w" * 64).decode()))
    for ask in (lambda: load(engine, "container"), lambda: do_upload(engine)):
        with pytest.raises(
            WizardError, match="key of the storage account practiceimages is not accepted"
        ) as wrong:
            ask()
        assert "Copy the key again" in str(wrong.value.cure)
    assert engine.options_error("upload", "container") is not None
    engine.answer("upload", "account_key", Secret("zzz-no-base64-zzz"))
    with pytest.raises(WizardError, match="not a key of"):
        load(engine, "container")


def test_practice_asks_for_no_key(make_engine: MakeEngine) -> None:
    engine = make_engine()
    assert not engine.input_applies("upload", "key_account")
    assert not engine.input_applies("upload", "account_key")


def test_two_disks_in_one_container(engine: Engine, cloud: Cloud, account: StorageAccount) -> None:
    first = do_upload(engine)
    engine.answer("upload", "blob_name", "second.vhd")
    assert engine.status("upload").state is State.STALE
    second = do_upload(engine)
    assert first.url != second.url
    assert sorted(cloud.blob_names(account, first.container)) == ["My-image.vhd", "second.vhd"]
