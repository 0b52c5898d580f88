"""Step 7 against the practice cloud: a link is made, proven, shown again; a pasted one is judged rule by rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import AccountSasPermissions, ResourceTypes, generate_account_sas

from tests.cloud import MIB, find_account, new_container, send_vhd, write_vhd
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys.journey import Journey, StoredResult, iso
from wizard.journeys.journey_format import decode, encode
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import SasLink, StorageAccount, VhdBlob
from wizard.sas.uri import read_sas
from wizard.services.cloud import Cloud
from wizard.settings import Settings
from wizard.step import Action, Finding, Outcome, State, Step
from wizard.steps.sas_uri import STEP, from_until
from wizard.tasks import Task, TaskPool
from wizard.view import Link, Timeline

DAY = timedelta(days=1)
UPLOAD = Step(
    id="upload",
    title=msg("Upload"),
    guide="2.6",
    purpose=msg("Send it."),
    actions=(Action("send", msg("Send"), lambda task: {}, gives=("account", "vhd_blob")),),
)


class Clock:
    """The time that the journey goes by; the server's own does not move."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vhd_blob(cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path) -> VhdBlob:
    """A small VHD in a container of its own."""
    return put_vhd(cloud, account, container, tmp_path)


def put_vhd(
    cloud: Cloud, account: StorageAccount, container: str, folder: Path, name: str = "gateway.vhd"
) -> VhdBlob:
    """Upload a VHD of 4 MiB."""
    path = write_vhd(folder / name, 4 * MIB, fill=MIB)
    done = send_vhd(path, cloud.page_blob(account, container, name))
    return VhdBlob(
        account, container, name, done.url, done.length, done.etag, done.data_bytes, done.range_count,
        done.ranges_digest, done.footer_digest, "",
    )  # fmt: skip


MakeEngine = Callable[..., Engine]


@pytest.fixture
def make_engine(cloud: Cloud, vhd_blob: VhdBlob, clock: Clock) -> Iterator[MakeEngine]:
    """An engine over a journey whose VHD is uploaded; another journey or VHD as wished."""
    pool = TaskPool(1)

    def make(journey: Journey | None = None, blob: VhdBlob = vhd_blob) -> Engine:
        if journey is None:
            journey = Journey("j", "practice")
            journey.results["vhd_blob"] = StoredResult(blob, {}, iso(clock()))
            journey.results["account"] = StoredResult(blob.account, {}, iso(clock()))
        return Engine(
            (UPLOAD, STEP),
            journey,
            cloud=cloud,
            settings=Settings(),
            pool=pool,
            save=lambda _: None,
            clock=clock,
        )

    yield make
    pool.stop()


@pytest.fixture
def engine(make_engine: MakeEngine) -> Engine:
    return make_engine()


def do(engine: Engine, action: str) -> None:
    assert engine.held_back(STEP.id, action) is None
    engine.perform(STEP.id, action, Task(msg("Doing it")))


def paste(engine: Engine, text: str) -> None:
    engine.answer(STEP.id, "source", "paste")
    engine.answer(STEP.id, "pasted", text)
    do(engine, "inspect")


def findings(engine: Engine) -> dict[str, Finding]:
    return {row.check.rule: row.finding for row in engine.rows(STEP.id) if row.finding is not None}


def failed(engine: Engine) -> set[str]:
    return {rule for rule, finding in findings(engine).items() if finding.outcome is Outcome.FAILED}


def secret_of(engine: Engine) -> str:
    secret = engine.result("sas_uri")
    assert isinstance(secret, Secret)
    return secret.reveal()


def view(engine: Engine, kind: type) -> Any:
    return next((each for each in engine.views(STEP.id) if isinstance(each, kind)), None)


def test_a_link_made_here_is_proven(engine: Engine, vhd_blob: VhdBlob, clock: Clock) -> None:
    clock.now = clock.now.replace(microsecond=999_999)
    do(engine, "create")
    sas = read_sas(secret_of(engine))

    assert {
        rule: each.outcome for rule, each in findings(engine).items() if each.outcome is not Outcome.PASSED
    } == {}
    assert sas.starts is not None
    assert sas.expires is not None
    assert sas.starts.at == clock.now.replace(microsecond=0) - DAY
    assert sas.expires.at == clock.now.replace(microsecond=0) + 60 * DAY
    assert (sas.get("sp"), sas.get("sr"), sas.get("spr")) == ("rl", "c", "https,http")
    assert sas.address == vhd_blob.url
    assert engine.status(STEP.id).state is State.DONE
    assert str(engine.status(STEP.id).why) == f"Valid until {sas.expires.at:%Y-%m-%d}"
    proof = findings(engine)["SAS-11"].facts
    assert (proof["head"], proof["list"], proof["write"]) == (200, 200, 403)


def test_the_shortest_life_passes_to_the_second(engine: Engine, clock: Clock) -> None:
    clock.now = clock.now.replace(microsecond=999_999)
    engine.answer(STEP.id, "days", 21)
    do(engine, "create")

    assert findings(engine)["SAS-05"].outcome is Outcome.PASSED
    clock.now += 14 * DAY
    engine.check(STEP.id, Task(msg("Checking")))
    assert findings(engine)["SAS-05"].outcome is Outcome.PASSED
    assert findings(engine)["SAS-15"].outcome is Outcome.WARNING


@pytest.mark.parametrize("days", [20, 366, 0])
def test_days_out_of_range_hold_the_action_back(engine: Engine, days: int) -> None:
    engine.answer(STEP.id, "days", days)

    assert engine.held_back(STEP.id, "create") is not None


def test_the_link_is_shown_again_after_the_program_was_closed(
    engine: Engine, make_engine: MakeEngine, clock: Clock
) -> None:
    do(engine, "create")
    first = secret_of(engine)
    saved = encode(engine.journey)
    assert first not in saved
    assert read_sas(first).signature is not None
    assert read_sas(first).signature.reveal() not in saved  # type: ignore[union-attr]

    clock.now += 3 * DAY
    again = make_engine(decode(saved)[0])
    assert again.status(STEP.id).state is State.STALE, "it was checked on another day"
    assert view(again, Link).secret is None
    assert view(again, Link).hint is not None
    assert again.action_applies(STEP.id, "show_again")
    do(again, "show_again")

    assert secret_of(again) == first
    assert view(again, Link).secret.reveal() == first
    assert not again.action_applies(STEP.id, "show_again")
    assert again.status(STEP.id).state is State.DONE


def test_checked_again_without_being_shown(engine: Engine, make_engine: MakeEngine) -> None:
    do(engine, "create")
    again = make_engine(decode(encode(engine.journey))[0])
    again.check(STEP.id, Task(msg("Checking")))

    assert failed(again) == set()
    assert again.result("sas_uri") is None


def test_an_expired_link_is_told_and_renewed(engine: Engine, clock: Clock) -> None:
    do(engine, "create")
    clock.now += 60 * DAY

    assert engine.status(STEP.id).state is State.STALE
    engine.check(STEP.id, Task(msg("Checking")))
    assert "SAS-05" in failed(engine)
    fix = findings(engine)["SAS-05"].fix
    assert fix is not None
    task = engine.apply_fix(STEP.id, fix)
    assert task is not None
    assert task.wait(60)
    assert task.error is None
    assert "SAS-05" not in failed(engine)


def test_another_number_of_days_makes_the_link_stale(engine: Engine) -> None:
    do(engine, "create")
    engine.answer(STEP.id, "days", 90)

    assert engine.status(STEP.id).state is State.STALE
    engine.answer(STEP.id, "days", 60)
    assert engine.status(STEP.id).state is State.DONE


def test_the_life_of_the_link_as_a_picture(engine: Engine, clock: Clock) -> None:
    planned = view(engine, Timeline)
    assert planned.ends.at - planned.starts.at == 61 * DAY
    engine.answer(STEP.id, "days", 30)
    do(engine, "create")

    line = view(engine, Timeline)
    assert line.ends.at - line.starts.at == 31 * DAY
    assert [each.at for each in line.between] == [line.starts.at + 22 * DAY]
    assert line.now == clock.now
    link = view(engine, Link)
    assert link.masked == read_sas(secret_of(engine)).masked
    assert "sig=•" in link.masked
    assert [type(each) for each in engine.views(STEP.id)] == [Link, Timeline], (
        "what is handed over comes first"
    )


def test_the_days_in_words() -> None:
    said = from_until(60, datetime(2026, 11, 21, 9, 30, 5, tzinfo=UTC))

    assert str(said) == "From 2026-11-20 09:30 until 2027-01-20 09:30 (UTC)"


def signed(cloud: Cloud, blob: VhdBlob, **changed: Any) -> str:
    """A link for the VHD, signed by the account, with these things changed."""
    now = datetime.now(UTC).replace(microsecond=0)
    given = {
        "container": blob.container,
        "blob_name": blob.name,
        "starts": now - DAY,
        "expires": now + 60 * DAY,
        "permissions": "rl",
        "protocol": "https,http",
    } | changed
    return cloud.sign_container_sas(blob.account, **given).reveal()


def test_a_pasted_link_is_proven_too(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    paste(engine, signed(cloud, vhd_blob))

    assert failed(engine) == set()
    assert engine.result("sas_link").origin == "pasted"
    assert engine.status(STEP.id).state is State.DONE


@pytest.mark.parametrize(
    "breaking",
    [
        lambda link: link.replace("&", "&amp;"),
        lambda link: link.replace("&", "\\u0026"),
        lambda link: link.replace("&", "\n&"),
        lambda link: link.replace("?", "??"),
        lambda link: f"“{link}”。",
    ],
)
def test_a_link_broken_by_copying_is_mended_and_told(
    engine: Engine, cloud: Cloud, vhd_blob: VhdBlob, breaking: Callable[[str], str]
) -> None:
    whole = signed(cloud, vhd_blob)
    paste(engine, breaking(whole))

    assert findings(engine)["SAS-01"].outcome is Outcome.WARNING
    assert findings(engine)["SAS-11"].outcome is Outcome.PASSED
    assert secret_of(engine) == whole
    paste(engine, whole)
    assert findings(engine)["SAS-01"].outcome is Outcome.PASSED


def test_expired(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    paste(engine, signed(cloud, vhd_blob, expires=datetime.now(UTC) - timedelta(minutes=1)))

    assert failed(engine) == {"SAS-05", "SAS-11"}
    assert "expired" in str(findings(engine)["SAS-05"].reason)
    assert "it ended on" in str(findings(engine)["SAS-11"].reason)


def test_not_yet_valid(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    paste(engine, signed(cloud, vhd_blob, starts=datetime.now(UTC) + DAY))

    assert failed(engine) == {"SAS-04", "SAS-11"}
    assert "not valid yet" in str(findings(engine)["SAS-04"].reason)
    assert "it starts on" in str(findings(engine)["SAS-11"].reason)


def test_too_short(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    paste(engine, signed(cloud, vhd_blob, expires=datetime.now(UTC) + 20 * DAY))

    assert failed(engine) == {"SAS-05"}


def test_for_another_container(
    engine: Engine, cloud: Cloud, account: StorageAccount, vhd_blob: VhdBlob, tmp_path: Path
) -> None:
    other = put_vhd(cloud, account, new_container(cloud, account), tmp_path, "other.vhd")
    paste(engine, signed(cloud, other))
    assert "another container" in str(findings(engine)["SAS-13"].reason)

    paste(engine, vhd_blob.url + "?" + signed(cloud, other).partition("?")[2])
    assert failed(engine) == {"SAS-11"}
    assert "made for another container" in str(findings(engine)["SAS-11"].cure)


def test_for_another_vhd_of_the_same_container(
    engine: Engine, cloud: Cloud, account: StorageAccount, vhd_blob: VhdBlob, tmp_path: Path
) -> None:
    other = put_vhd(cloud, account, vhd_blob.container, tmp_path, "other.vhd")
    paste(engine, signed(cloud, other))

    assert failed(engine) == {"SAS-11", "SAS-13"}
    assert "another VHD" in str(findings(engine)["SAS-13"].reason)


def test_for_a_vhd_that_is_not_there(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    paste(engine, signed(cloud, vhd_blob, blob_name="gone.vhd"))

    assert failed(engine) == {"SAS-11", "SAS-13"}
    assert "no VHD at this address" in str(findings(engine)["SAS-11"].reason)


def test_without_list(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    paste(engine, signed(cloud, vhd_blob, permissions="r"))

    assert failed(engine) == {"SAS-02", "SAS-11"}
    assert "It does not allow: List (l)." in str(findings(engine)["SAS-02"].reason)
    assert "cannot be listed" in str(findings(engine)["SAS-11"].reason)


def test_with_write_and_nothing_was_written(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    before = cloud.page_blob(vhd_blob.account, vhd_blob.container, vhd_blob.name).state()
    paste(engine, signed(cloud, vhd_blob, permissions="rwl"))

    assert failed(engine) == {"SAS-02", "SAS-11"}
    assert "Write (w)" in str(findings(engine)["SAS-02"].reason)
    assert "would have let this link write" in str(findings(engine)["SAS-11"].reason)
    assert cloud.page_blob(vhd_blob.account, vhd_blob.container, vhd_blob.name).state() == before


def test_user_delegation(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    delegated = (
        "&skoid=a&sktid=b&skt=2026-11-20T00%3A00%3A00Z&ske=2026-11-27T00%3A00%3A00Z&sks=b&skv=2021-12-02"
    )
    paste(engine, signed(cloud, vhd_blob).replace("&sig=", f"{delegated}&sig="))

    assert "SAS-07" in failed(engine)
    assert findings(engine)["SAS-08"].outcome is Outcome.SKIPPED


def test_account_sas(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    token = generate_account_sas(
        vhd_blob.account.name,
        cloud._accounts.key(vhd_blob.account).reveal(),
        ResourceTypes(service=True, container=True, object=True),
        AccountSasPermissions(read=True, list=True),
        expiry=datetime.now(UTC) + 60 * DAY,
        start=datetime.now(UTC) - DAY,
    )
    paste(engine, f"{vhd_blob.url}?{token}")

    assert {"SAS-03", "SAS-10"} <= failed(engine)
    assert "whole account" in str(findings(engine)["SAS-10"].reason)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [("0001-01-01T00:00:00Z", "2027-01-31T00:00:00Z"), ("2026-11-01T00:00:00Z", "9999-12-31T23:59:59Z")],
)
def test_a_link_to_the_ends_of_time_is_drawn(
    engine: Engine, cloud: Cloud, vhd_blob: VhdBlob, starts: str, ends: str
) -> None:
    link = signed(cloud, vhd_blob)
    for name, value in (("st", starts), ("se", ends)):
        link = re.sub(rf"(?<=[?&]{name}=)[^&]*", value, link)
    paste(engine, link)

    life = view(engine, Timeline)
    assert [each.at.isoformat() for each in (life.starts, life.ends)] == [
        time.replace("Z", "+00:00") for time in (starts, ends)
    ]
    assert decode(encode(engine.journey))


@pytest.mark.parametrize("text", ["hello", "?sp=rl&sig=abcdefgh", "AccountName=a;AccountKey=b"])
def test_a_text_that_is_no_link(engine: Engine, text: str) -> None:
    paste(engine, text)

    assert "SAS-01" in failed(engine)
    assert engine.result("sas_link") is None
    assert not engine.result("sas_uri")


def test_a_key_that_is_switched_off(cloud: Cloud, make_engine: MakeEngine, vhd_blob: VhdBlob) -> None:
    locked = find_account(cloud, "practicelocked")
    engine = make_engine(blob=VhdBlob(locked, *[getattr(vhd_blob, name) for name in VhdBlob.__slots__[1:]]))
    do(engine, "create")

    assert "SAS-08" in failed(engine)
    assert "signed with its key" in str(findings(engine)["SAS-08"].reason)


def test_a_server_that_does_not_answer_leaves_the_other_rules_their_say(
    engine: Engine, cloud: Cloud, vhd_blob: VhdBlob
) -> None:
    whole = signed(cloud, vhd_blob, permissions="r")
    paste(engine, re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", whole))

    assert failed(engine) == {"SAS-02"}
    assert findings(engine)["SAS-11"].outcome is Outcome.WARNING
    assert "could not be tried" in str(findings(engine)["SAS-11"].reason)


def test_a_host_of_another_cloud_is_not_asked(engine: Engine) -> None:
    paste(engine, "https://contosoimages.blob.core.windows.net/vhds/gateway.vhd?sp=rl&sr=c&sig=abcdefgh")

    assert "global Azure" in str(findings(engine)["SAS-01"].reason)
    assert findings(engine)["SAS-11"].outcome is Outcome.SKIPPED


def test_the_accounts_own_limit_is_told(cloud: Cloud, make_engine: MakeEngine, tmp_path: Path) -> None:
    account = find_account(cloud, "practicepolicy")
    engine = make_engine(blob=put_vhd(cloud, account, new_container(cloud, account), tmp_path))
    do(engine, "create")

    assert findings(engine)["SAS-16"].outcome is Outcome.WARNING
    assert "7 days at most" in str(findings(engine)["SAS-16"].reason)
    assert failed(engine) == set()


def test_nothing_to_look_at_yet(engine: Engine) -> None:
    assert str(engine.check_held_back(STEP.id)) == "There is no link yet"
    engine.answer(STEP.id, "source", "paste")
    assert engine.held_back(STEP.id, "inspect") is not None
    assert str(engine.missing(STEP.id)) == "No link yet"
    engine.answer(STEP.id, "source", "create")
    do(engine, "create")
    assert engine.check_held_back(STEP.id) is None


def test_a_pasted_link_is_gone_with_the_session(
    engine: Engine, make_engine: MakeEngine, cloud: Cloud, vhd_blob: VhdBlob
) -> None:
    paste(engine, signed(cloud, vhd_blob))
    again = make_engine(decode(encode(engine.journey))[0])

    assert again.status(STEP.id).state is State.DONE
    assert not again.action_applies(STEP.id, "show_again")
    assert view(again, Link).secret is None
    with pytest.raises(WizardError) as raised:
        again.check(STEP.id, Task(msg("Checking")))
    assert "Paste it again" in str(raised.value.cure)


def test_a_second_pasted_link_has_to_be_looked_at_too(
    engine: Engine, cloud: Cloud, vhd_blob: VhdBlob
) -> None:
    paste(engine, signed(cloud, vhd_blob))
    assert not engine.action_applies(STEP.id, "inspect_another")

    engine.answer(STEP.id, "pasted", signed(cloud, vhd_blob, permissions="rwl"))
    assert engine.status(STEP.id).state is State.READY
    assert str(engine.missing(STEP.id)) == "The pasted link has not been looked at yet"
    assert engine.action_applies(STEP.id, "inspect_another")

    do(engine, "inspect_another")
    assert "SAS-02" in failed(engine)
    assert not engine.action_applies(STEP.id, "inspect_another")
    engine.answer(STEP.id, "source", "create")
    assert not engine.action_applies(STEP.id, "inspect_another")


def test_the_signature_is_in_nothing_that_is_kept(engine: Engine, cloud: Cloud, vhd_blob: VhdBlob) -> None:
    whole = signed(cloud, vhd_blob, permissions="rwdl")
    paste(engine, whole.replace("&", "&amp;"))
    signature = read_sas(whole).signature
    assert signature is not None

    kept = encode(engine.journey) + repr(engine.journey) + repr(engine.views(STEP.id))
    for spelling in (signature.reveal(), whole.partition("sig=")[2], whole):
        assert spelling not in kept
    assert isinstance(engine.result("sas_link"), SasLink)
