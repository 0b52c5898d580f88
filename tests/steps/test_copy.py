"""Step 5 against the practice cloud and, where a copy has to stay pending, against the strict server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cloud import MIB, find_account, new_container, send_vhd, write_vhd
from tests.images.disks import gen2_linux, needs_ext4, needs_fat
from tests.images.linux_systems import ubuntu
from tests.strict.fixtures import *  # noqa: F403
from tests.strict.server import StrictServer
from wizard.checks.contents import CHECKS as CONTENTS
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys.journey import Journey
from wizard.journeys.journey_format import decode, encode
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import CopyUnderWay, StorageAccount, VhdBlob
from wizard.services.cloud import Cloud
from wizard.services.connect import page_blob_from_url
from wizard.services.endpoints import AZURE_CHINA
from wizard.services.records import AccountProperties
from wizard.services.web import Web
from wizard.settings import Settings
from wizard.step import Outcome, State
from wizard.steps import STEPS
from wizard.tasks import Task, TaskPool, TaskState
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.sending.line import Patience
from wizard.view import Facts

SIZE = 32 * MIB
MakeEngine = Callable[..., Engine]


@pytest.fixture
def make_engine(cloud: Cloud) -> Iterator[MakeEngine]:
    """An engine over the real steps, on the way of an image that is in a storage account."""
    pool = TaskPool(1)

    def make(*, cloud: Cloud = cloud, journey: Journey | None = None, way: str = "linux_blob") -> Engine:
        engine = Engine(
            STEPS,
            journey or Journey("j", cloud.endpoints.id),
            cloud=cloud,
            settings=Settings(),
            pool=pool,
            save=lambda _: None,
        )
        engine.answer("build_path", "build_path", way)
        return engine

    yield make
    pool.stop()


@pytest.fixture
def source(cloud: Cloud, public_account: StorageAccount, tmp_path: Path) -> tuple[StorageAccount, str, str]:
    """A VHD in another account: the account, the container and the blob."""
    name = new_container(cloud, public_account)
    fill(cloud.page_blob(public_account, name, "Built image.vhd"), tmp_path)
    return public_account, name, "Built image.vhd"


def fill(blob: PageBlob, folder: Path) -> None:
    """A whole VHD with two stretches of data and its footer."""
    content = write_vhd(folder / "source.vhd", SIZE, {2 * MIB: b"data", 20 * MIB: b"more"}).read_bytes()
    blob.create(len(content), {}, fence=0, replaces=None)
    for start in (2 * MIB, 20 * MIB, SIZE):
        blob.put_pages(start, content[start : start + 512], fence=0)


def choose_target(engine: Engine, account: StorageAccount, container: str) -> None:
    engine.answer("copy", "subscription", account.subscription)
    engine.answer("copy", "account_name", account.name)
    engine.answer("copy", "container", container)


def choose_source(engine: Engine, source: tuple[StorageAccount, str, str]) -> None:
    engine.answer("copy", "way", "account")
    engine.answer("copy", "from_subscription", source[0].subscription)
    engine.answer("copy", "from_account", source[0].name)
    engine.answer("copy", "from_container", source[1])
    engine.answer("copy", "from_blob", source[2])


def do(engine: Engine, action: str = "copy") -> VhdBlob:
    assert engine.action_applies("copy", action)
    assert engine.held_back("copy", action) is None
    engine.perform("copy", action, Task(msg("Copying")))
    result = engine.result("vhd_blob")
    assert isinstance(result, VhdBlob)
    return result


def outcomes(engine: Engine) -> dict[str, Outcome]:
    return {row.check.rule: row.finding.outcome for row in engine.rows("copy") if row.finding is not None}


def offered(engine: Engine) -> set[str]:
    return {each.id for each in engine.step("copy").actions if engine.action_applies("copy", each.id)}


def load(engine: Engine, input_id: str) -> list[str]:
    return [option.value for option in engine.load_options("copy", input_id, Task(msg("Loading")))]


# The way through the journey


@pytest.mark.parametrize(
    ("way", "skipped"),
    [
        ("linux_blob", {"disk_image", "upload"}),
        ("windows_blob", {"disk_image", "upload"}),
        ("linux_local", {"copy"}),
        ("windows_local", {"copy"}),
    ],
)
def test_either_uploaded_or_copied(make_engine: MakeEngine, way: str, skipped: set[str]) -> None:
    engine = make_engine(way=way)
    assert {step.id for step in STEPS if engine.status(step.id).state is State.SKIPPED} == skipped
    assert (
        str(engine.status("certification").why) == f"First: {'Copy' if way.endswith('_blob') else 'Upload'}"
    )


def test_before_a_way_is_chosen_it_is_skipped_and_says_for_whom_it_is(make_engine: MakeEngine) -> None:
    engine = make_engine()
    engine.answer("build_path", "build_path", None)
    assert "in a storage account already" in str(engine.status("copy").why)


# Copying from one account to another


# There is no system on these disks.
INSIDE = {check.rule for check in CONTENTS}


def test_copied_from_another_account(
    make_engine: MakeEngine,
    cloud: Cloud,
    account: StorageAccount,
    container: str,
    source: tuple[StorageAccount, str, str],
) -> None:
    engine = make_engine()
    choose_source(engine, source)
    choose_target(engine, account, container)
    assert engine.answer_of("copy", "blob_name") == "Built-image.vhd"

    blob = do(engine)

    assert (blob.account, blob.container, blob.name) == (account, container, "Built-image.vhd")
    assert (blob.length, blob.data_bytes, blob.range_count) == (SIZE + 512, 3 * 512, 3)
    assert engine.result("account") == account
    found = outcomes(engine)
    inside = {rule: each for rule, each in found.items() if rule in INSIDE}
    assert {*inside.values()} <= {Outcome.SKIPPED, Outcome.PASSED}
    assert {rule for rule, each in found.items() if each is not Outcome.PASSED} - {*inside} == {
        "VHD-08",  # 32 MiB is too small for a system
        "VHD-09",
        "VHD-12",
        "VHD-17",
        "partition-table",
    }
    assert found["as-source"] is Outcome.PASSED
    assert engine.given(engine.step("copy"), "copy_under_way") is None
    assert engine.stale_because(engine.step("copy")) is None
    (facts,) = engine.views("copy")
    assert isinstance(facts, Facts)
    assert blob.url in [str(value) for _, value in facts.rows]


@needs_ext4
@needs_fat
def test_what_was_copied_is_looked_into_where_it_is(
    make_engine: MakeEngine, cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path
) -> None:
    content = ubuntu() | {"/root/.bash_history": "passwd\n" * 1000}
    blob = cloud.page_blob(account, container, "system.vhd")
    send_vhd(gen2_linux(tmp_path, content), blob)
    engine = make_engine()
    engine.answer("copy", "way", "as_is")
    choose_target(engine, account, container)
    engine.answer("copy", "blob", "system.vhd")

    do(engine, "take")

    found = {row.check.rule: row.finding for row in engine.rows("copy") if row.finding is not None}
    assert found["LIN-01"].outcome is Outcome.FAILED
    assert [each.path for each in found["LIN-01"].seen_at] == ["/root/.bash_history"]
    assert found["LIN-24"].outcome is Outcome.PASSED
    assert found["VHD-15"].outcome is Outcome.PASSED
    titles = [str(view.title) for view in engine.views("copy") if isinstance(view, Facts)]
    assert titles == ["The image in the cloud", "What a customer would get"]
    holding_back = {row.check.rule for row in engine.rows("copy") if row.check.blocks}
    assert not any(rule.startswith("LIN-") for rule in holding_back)


def test_what_can_be_chosen(
    make_engine: MakeEngine, account: StorageAccount, source: tuple[StorageAccount, str, str], container: str
) -> None:
    engine = make_engine()
    engine.answer("copy", "way", "account")
    assert load(engine, "from_account") == load(engine, "from_container") == load(engine, "from_blob") == []
    choose_source(engine, source)
    assert source[0].name in load(engine, "from_account")
    assert source[1] in load(engine, "from_container")
    assert load(engine, "from_blob") == ["Built image.vhd"]
    engine.answer("copy", "way", "as_is")
    assert load(engine, "blob") == []
    choose_target(engine, source[0], source[1])
    assert load(engine, "blob") == ["Built image.vhd"]
    choose_target(engine, account, "not-there-yet")
    assert load(engine, "blob") == []


def test_another_blob_is_overwritten_only_after_a_plain_yes(
    make_engine: MakeEngine,
    cloud: Cloud,
    account: StorageAccount,
    container: str,
    source: tuple[StorageAccount, str, str],
) -> None:
    cloud.page_blob(account, container, "taken.vhd").create(MIB, {}, fence=0, replaces=None)
    engine = make_engine()
    choose_source(engine, source)
    choose_target(engine, account, container)
    engine.answer("copy", "blob_name", "taken.vhd")
    assert engine.confirmation("copy", "copy") is None
    with pytest.raises(WizardError, match="already"):
        do(engine)
    engine.answer("copy", "overwrite", True)
    asked = engine.confirmation("copy", "copy")
    assert asked is not None
    for part in ("taken.vhd", container, account.name):
        assert part in str(asked.effect)
    do(engine)
    assert engine.answer_of("copy", "overwrite") is False


def test_a_blob_is_not_copied_onto_itself(
    make_engine: MakeEngine, source: tuple[StorageAccount, str, str]
) -> None:
    engine = make_engine()
    choose_source(engine, (source[0], source[1], "x.vhd"))
    choose_target(engine, source[0], source[1])
    with pytest.raises(WizardError, match="same blob") as refused:
        do(engine)
    assert "as it is" in str(refused.value.cure)


def test_a_block_blob_is_refused_with_the_cure(
    make_engine: MakeEngine, cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.vhd"
    notes.write_bytes(b"no disk")
    cloud.store_file(account, container, "notes.vhd", notes, Task(msg("Storing")))
    engine = make_engine()
    choose_source(engine, (account, container, "notes.vhd"))
    choose_target(engine, account, f"{container}-b")
    with pytest.raises(WizardError, match="block blob") as refused:
        do(engine)
    assert "--blob-type PageBlob" in str(refused.value.cure)
    engine.answer("copy", "way", "as_is")
    choose_target(engine, account, container)
    engine.answer("copy", "blob", "notes.vhd")
    with pytest.raises(WizardError, match="block blob"):
        do(engine, "take")


# By a link


def read_link(cloud: Cloud, source: tuple[StorageAccount, str, str], **how: Any) -> Secret:
    now = datetime.now(UTC)
    how = {"starts": now - timedelta(hours=1), "expires": now + timedelta(hours=1), "permissions": "r"} | how
    return cloud.sign_container_sas(*source, protocol="https,http", **how)


def test_copied_by_a_link_and_still_done_in_the_next_session(
    make_engine: MakeEngine,
    cloud: Cloud,
    account: StorageAccount,
    container: str,
    source: tuple[StorageAccount, str, str],
) -> None:
    engine = make_engine()
    engine.answer("copy", "way", "link")
    choose_target(engine, account, container)
    assert "paste the link" in str(engine.held_back("copy", "copy"))
    link = read_link(cloud, source)
    engine.answer("copy", "source_link", Secret(f"  {link.reveal()}\n"))
    do(engine)
    assert engine.stale_because(engine.step("copy")) is None

    saved = encode(engine.journey)
    assert "sig=" not in saved
    later = make_engine(journey=decode(saved)[0])
    assert later.answer_of("copy", "blob_name") == "Built-image.vhd"
    assert later.stale_because(later.step("copy")) is None
    assert later.missing("copy") is None
    assert later.result("vhd_blob") == engine.result("vhd_blob")


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("sv=2021-12-02&sp=r&sig=abc", "without an address"),
        ("https://contoso.blob.core.chinacloudapi.cn/vhds?sv=2021-12-02&sig=abc", "to a container"),
        ("hello", "not an address"),
    ],
)
def test_what_is_no_link_to_a_blob_is_told_at_once(make_engine: MakeEngine, pasted: str, said: str) -> None:
    engine = make_engine()
    engine.answer("copy", "way", "link")
    engine.answer("copy", "source_link", Secret(pasted))
    assert said in str(engine.problem("copy", "source_link"))


# Taken as it is


def test_a_blob_in_the_right_place_is_taken_as_it_is(
    make_engine: MakeEngine, cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path
) -> None:
    fill(cloud.page_blob(account, container, "image.vhd"), tmp_path)
    engine = make_engine()
    choose_target(engine, account, container)
    assert offered(engine) == {"take"}
    engine.answer("copy", "blob", "image.vhd")
    blob = do(engine, "take")
    assert (blob.name, blob.length, blob.range_count) == ("image.vhd", SIZE + 512, 3)
    found = outcomes(engine)
    assert (found["VHD-01"], found["as-source"], found["unchanged"], found["SAS-12"]) == (
        "passed",
        "skipped",
        "passed",
        "passed",
    )
    cloud.page_blob(account, container, "image.vhd").put_pages(4 * MIB, b"x" * 512, fence=0)
    engine.check("copy", Task(msg("Checking")))
    assert outcomes(engine)["unchanged"] is Outcome.WARNING


def test_a_blob_that_is_not_there(make_engine: MakeEngine, account: StorageAccount, container: str) -> None:
    engine = make_engine()
    choose_target(engine, account, container)
    engine.answer("copy", "blob", "gone.vhd")
    with pytest.raises(WizardError, match=r"no blob gone\.vhd"):
        do(engine, "take")


def test_the_journey_goes_on_with_it(
    make_engine: MakeEngine, cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path
) -> None:
    """Access and SAS work with an image that was never uploaded from here."""
    fill(cloud.page_blob(account, container, "image.vhd"), tmp_path)
    engine = make_engine()
    choose_target(engine, account, container)
    engine.answer("copy", "blob", "image.vhd")
    do(engine, "take")
    # The image is small, so its size is a failure that blocks; what comes next is tried all the same.
    engine.journey.findings.pop("copy")
    engine.perform("sas_uri", "create", Task(msg("Signing")))
    found = {row.check.rule: row.finding for row in engine.rows("sas_uri") if row.finding is not None}
    assert found["SAS-11"].outcome is Outcome.PASSED
    engine.check("container_access", Task(msg("Checking")))
    assert engine.result("container_access") is not None


def test_a_vhd_with_a_broken_footer_is_found_out(
    make_engine: MakeEngine, cloud: Cloud, account: StorageAccount, container: str
) -> None:
    blob = cloud.page_blob(account, container, "image.vhd")
    blob.create(SIZE, {}, fence=0, replaces=None)
    engine = make_engine()
    choose_target(engine, account, container)
    engine.answer("copy", "blob", "image.vhd")
    do(engine, "take")
    found = outcomes(engine)
    assert found["VHD-01"] is Outcome.FAILED
    assert {found[rule] for rule in ("VHD-02", "VHD-03", "VHD-04", "VHD-06", "VHD-07")} == {Outcome.SKIPPED}
    assert engine.status("copy").state is State.FAILED
    assert "problems to be solved" in str(engine.status("certification").why)


# A copy that takes its time, by name and key as in Azure China


class BlobsAlone(Cloud):
    """The strict server speaks of blobs alone: what is asked of accounts and containers is answered here."""

    def containers(self, account: StorageAccount) -> list[str]:
        self.page_blob(account, "vhds", "any.vhd").state()
        return ["vhds", "another", "source"]

    def account_properties(self, account: StorageAccount) -> AccountProperties:
        return AccountProperties(account.name, "", kind="StorageV2")


@pytest.fixture
def china(strict: StrictServer, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Azure China as it is without a sign-in; its blob addresses lead to the strict server."""
    monkeypatch.setattr(
        "wizard.services.endpoints.Endpoints.default_blob_endpoint",
        lambda _self, account: strict.endpoint(account),
    )
    return BlobsAlone(AZURE_CHINA, Web(None, direct=True))


@pytest.fixture
def slow(make_engine: MakeEngine, strict: StrictServer, china: Cloud, tmp_path: Path) -> Engine:
    """A copy by a link into an account of Azure China that stays pending until it is let go on."""
    strict.add_container("source", account="colleague")
    fill(
        page_blob_from_url(Secret(strict.link("built.vhd", container="source", account="colleague"))),
        tmp_path,
    )
    strict.copies.hold()
    engine = make_engine(cloud=china)
    engine.answer("copy", "way", "link")
    link = strict.link("built.vhd", container="source", account="colleague", permissions="r")
    engine.answer("copy", "source_link", Secret(link))
    engine.answer("copy", "key_account", "strictimages")
    engine.answer("copy", "account_key", Secret(strict.key()))
    engine.answer("copy", "container", "vhds")
    return engine


def stop_following(engine: Engine) -> None:
    """Begin the copy and pause it once the cloud copies."""
    task = Task(msg("Copying"), can_pause=True)
    task.listen(lambda task: task.pause() if "goes on without" in str(task.progress.phase) else None)
    task.run(lambda task: engine.perform("copy", "copy", task))
    assert task.state is TaskState.PAUSED, task.error


def reopened(make_engine: MakeEngine, engine: Engine, strict: StrictServer) -> Engine:
    later = make_engine(
        cloud=BlobsAlone(AZURE_CHINA, Web(None, direct=True)), journey=decode(encode(engine.journey))[0]
    )
    assert "account key" in str(later.held_back("copy", "follow"))
    later.answer("copy", "account_key", Secret(strict.key()))
    return later


def test_left_alone_and_followed_in_the_next_session(
    slow: Engine, make_engine: MakeEngine, strict: StrictServer
) -> None:
    assert offered(slow) == {"copy"}
    stop_following(slow)
    assert offered(slow) == {"follow", "abort"}
    assert slow.status("copy").state is State.READY
    assert "goes on in the cloud" in str(slow.status("copy").why)
    asked_for = {each.id for each in slow.step("copy").inputs if slow.input_applies("copy", each.id)}
    assert asked_for == {"account_key"}, "nothing can be chosen while a copy is under way"
    (facts,) = slow.views("copy")
    assert isinstance(facts, Facts)
    assert strict.address("built.vhd", container="source", account="colleague") in [
        str(row[1]) for row in facts.rows
    ]
    assert slow.result("vhd_blob") is None

    later = reopened(make_engine, slow, strict)
    assert offered(later) == {"follow", "abort"}
    strict.copies.let_all()
    blob = do(later, "follow")

    assert (blob.account.name, blob.container, blob.name) == ("strictimages", "vhds", "built.vhd")
    assert outcomes(later)["as-source"] is Outcome.PASSED
    assert later.stale_because(later.step("copy")) is None
    assert strict.content("built.vhd") == strict.content("built.vhd", container="source", account="colleague")
    assert len([each for each in strict.sent("PUT", "") if each.path.endswith("/vhds/built.vhd")]) == 1
    assert offered(later) == {"copy"}


def test_a_second_copy_takes_the_place_of_the_first_from_its_beginning(
    slow: Engine, strict: StrictServer
) -> None:
    strict.copies.let_all()
    do(slow)
    strict.copies.hold()
    slow.answer("copy", "blob_name", "second.vhd")
    stop_following(slow)
    assert slow.status("copy").state is State.READY
    assert "goes on in the cloud" in str(slow.status("copy").why)
    assert str(slow.status("sas_uri").why) == "First: Copy"
    strict.copies.let_all()
    assert do(slow, "follow").name == "second.vhd"
    assert slow.stale_because(slow.step("copy")) is None


def test_an_answer_that_was_changed_meanwhile_makes_the_image_stale(
    slow: Engine, strict: StrictServer
) -> None:
    stop_following(slow)
    slow.answer("copy", "container", "another")
    strict.copies.let_all()
    assert do(slow, "follow").container == "vhds"
    assert str(slow.stale_result("vhd_blob")) == "“Container” has changed since"


def test_aborted_after_a_plain_yes(slow: Engine, make_engine: MakeEngine, strict: StrictServer) -> None:
    stop_following(slow)
    later = reopened(make_engine, slow, strict)
    asked = later.confirmation("copy", "abort")
    assert asked is not None
    assert "lost" in str(asked.effect)
    assert "built.vhd" in str(asked.question)
    later.perform("copy", "abort", Task(msg("Aborting")))
    held = strict.held("built.vhd")
    assert held.copy is not None
    assert held.copy.status == "aborted"
    assert offered(later) == {"copy"}
    assert later.result("vhd_blob") is None

    strict.copies.let_all()
    link = strict.link("built.vhd", container="source", account="colleague", permissions="r")
    later.answer("copy", "source_link", Secret(link))
    do(later)


def test_a_copy_that_was_complete_before_it_could_be_aborted_is_followed(
    slow: Engine, strict: StrictServer
) -> None:
    stop_following(slow)
    strict.copies.let_all()
    while strict.held("built.vhd").copy.status == "pending":  # type: ignore[union-attr]
        Task(msg("Waiting")).sleep(0.01)
    with pytest.raises(WizardError, match="complete already"):
        slow.perform("copy", "abort", Task(msg("Aborting")))
    do(slow, "follow")


def test_a_copy_that_fails_is_not_under_way_any_more(slow: Engine, strict: StrictServer) -> None:
    stop_following(slow)
    under_way = slow.given(slow.step("copy"), "copy_under_way")
    assert isinstance(under_way, CopyUnderWay)
    held = strict.held("built.vhd")
    assert held.copy is not None
    held.copy.status, held.copy.reason = (
        "failed",
        '403 AuthenticationFailed "Copy failed when reading the source."',
    )
    with pytest.raises(WizardError, match="link has ended"):
        slow.perform("copy", "follow", Task(msg("Following")))
    assert offered(slow) == {"copy"}


# A source that refuses


@pytest.fixture
def ask(slow: Engine, strict: StrictServer) -> Callable[[str], WizardError]:
    """Copy from an address that refuses, and return what was said."""

    def copy_from(link: str) -> WizardError:
        slow.answer("copy", "source_link", Secret(link))
        with pytest.raises(WizardError) as refused:
            slow.perform("copy", "copy", Task(msg("Copying")))
        assert strict.blob("built.vhd") is None, "nothing was begun"
        assert "sig=" not in f"{refused.value.what} {refused.value.cure} {refused.value.details}"
        assert offered(slow) == {"copy"}
        return refused.value

    return copy_from


@pytest.fixture
def source_of(strict: StrictServer) -> Callable[..., str]:
    return lambda blob="built.vhd", **fields: strict.link(
        blob, **{"container": "source", "account": "colleague", "permissions": "r"} | fields
    )


def test_a_private_source_without_a_signature(ask: Any, strict: StrictServer) -> None:
    error = ask(strict.address("built.vhd", container="source", account="colleague"))
    assert "no signature" in str(error.what)
    assert "Generate SAS" in str(error.cure)


def test_a_link_that_has_ended(ask: Any, source_of: Any) -> None:
    error = ask(source_of(starts=timedelta(days=-2), ends=timedelta(days=-1)))
    assert "ended at" in str(error.what)
    assert "UTC" in str(error.what)


def test_a_link_that_is_not_valid_yet(ask: Any, source_of: Any) -> None:
    assert "not valid before" in str(ask(source_of(starts=timedelta(days=1), ends=timedelta(days=2))).what)


def test_a_link_that_may_not_read(ask: Any, source_of: Any) -> None:
    assert "does not allow reading (sp=wl)" in str(ask(source_of(permissions="wl")).what)


def test_a_link_of_another_account(ask: Any, source_of: Any, strict: StrictServer) -> None:
    strict.add_container("source", account="stranger")
    error = ask(source_of().replace("/colleague/", "/stranger/"))
    assert "The storage account stranger does not accept" in str(error.what)
    assert "renewed" in str(error.cure)


def test_a_link_to_another_host(ask: Any, source_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.transfer.copy.Patience", lambda **_: Patience(at_first=0.0))
    error = ask(source_of().replace("127.0.0.1", "127.0.0.1.nowhere.invalid").replace("http:", "https:"))
    assert "127.0.0.1.nowhere.invalid" in str(error.what)


def test_a_source_that_is_gone(ask: Any, source_of: Any) -> None:
    error = ask(source_of("other.vhd"))
    assert "no blob other.vhd in the container source" in str(error.what)


def test_a_source_that_this_computer_may_read_but_the_cloud_may_not(
    ask: Any, source_of: Any, strict: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.strict.copying import _Source
    from tests.strict.refused import Refused

    def refuse(_self: object) -> None:
        raise Refused(
            403, "CannotVerifyCopySource", "This request is not authorized to perform this operation."
        )

    monkeypatch.setattr(_Source, "look", refuse)
    error = ask(source_of())
    assert "This computer may read the source, but the cloud may not" in str(error.what)
    assert "network rules" in str(error.cure)


def test_a_wrong_key_of_the_target_is_not_blamed_on_the_source(slow: Engine, strict: StrictServer) -> None:
    slow.answer("copy", "account_key", Secret(strict.key("colleague")))
    with pytest.raises(WizardError, match="key of the storage account strictimages"):
        slow.perform("copy", "copy", Task(msg("Copying")))


def test_upload_and_copy_are_kept_side_by_side(
    make_engine: MakeEngine, cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path
) -> None:
    """Whoever changes the way and comes back finds what was done there."""
    fill(cloud.page_blob(account, container, "image.vhd"), tmp_path)
    engine = make_engine()
    choose_target(engine, account, container)
    engine.answer("copy", "blob", "image.vhd")
    blob = do(engine, "take")
    engine.answer("build_path", "build_path", "linux_local")
    assert engine.result("vhd_blob") is None
    uploaded = replace(blob, name="uploaded.vhd")
    upload = engine.step("upload")
    engine.keep_results(upload, upload.actions[0], {"vhd_blob": uploaded, "account": account}, {})
    assert engine.result("vhd_blob") == uploaded
    engine.answer("build_path", "build_path", "linux_blob")
    assert engine.result("vhd_blob") == blob


def test_the_accounts_of_practice_are_another_cloud_each(cloud: Cloud) -> None:
    """Azurite copies between its accounts: the practice accounts stand for the one built in and the one published from."""
    assert find_account(cloud, "practiceimages") != find_account(cloud, "practicepublic")
