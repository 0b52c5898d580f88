"""What allows an upload by key: a signature for this one blob, renewed by the server's clock, with the key of today."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cloud import MIB, connect, find_account, new_container
from tests.services.blob.conftest import KEY, strict_cloud
from tests.services.scripted import Reply, Scripted, azure_error
from tests.strict.server import ACCOUNT, StrictServer
from wizard.errors import WizardError
from wizard.practice.cloud import PracticeCloud
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services.blob.authority import RENEWED_BEFORE, SIGNED_BEFORE, SIGNED_FOR, Signature
from wizard.services.cloud import Cloud
from wizard.services.cloud_errors import CloudError
from wizard.services.connect import page_blob_from_url
from wizard.services.endpoints import AZURE_CHINA
from wizard.services.web import Web

FENCE = 7
STRICT = StorageAccount(ACCOUNT)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = 86400.0


class Clock:
    """This computer's clock, as right or wrong as a test wants it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Signer:
    """Signs, and remembers for what time."""

    def __init__(self) -> None:
        self.signed: list[tuple[datetime, datetime]] = []
        self.other_key = False

    def sign(self, starts: datetime, expires: datetime) -> Secret:
        self.signed.append((starts, expires))
        return Secret(f"sig={len(self.signed)}")

    def forget(self) -> bool:
        return self.other_key


@pytest.mark.parametrize("ahead", [None, 0.0, DAY, -DAY, 3600.0])
def test_it_is_signed_for_an_hour_by_the_server_s_clock(ahead: float | None) -> None:
    signer, clock = Signer(), Clock()
    Signature(signer.sign, signer.forget, clock).query(ahead)
    server = NOON - timedelta(seconds=ahead or 0.0)
    assert signer.signed == [(server - SIGNED_BEFORE, server + SIGNED_FOR)]
    assert (
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(minutes=10),
    ) == (SIGNED_BEFORE, SIGNED_FOR, RENEWED_BEFORE)


@pytest.mark.parametrize(
    ("minutes", "times"), [(0, 1), (49.9, 1), (50, 2), (59, 2), (500, 2), (-0.9, 1), (-1.1, 2)]
)
def test_it_is_renewed_ten_minutes_before_its_end(minutes: float, times: int) -> None:
    signer, clock = Signer(), Clock()
    signature = Signature(signer.sign, signer.forget, clock)
    signature.query(0.0)
    clock.now += timedelta(minutes=minutes)
    assert signature.query(0.0) == Secret(f"sig={times}")


def test_a_clock_that_is_put_right_meanwhile_changes_nothing() -> None:
    signer, clock = Signer(), Clock()
    signature = Signature(signer.sign, signer.forget, clock)
    signature.query(DAY)
    clock.now -= timedelta(days=1)
    signature.query(0.0)
    assert len(signer.signed) == 1


@pytest.mark.parametrize(
    ("ahead_before", "ahead_after", "other_key", "again"),
    [
        (0.0, 0.0, False, False),
        (0.0, 0.0, True, True),
        (None, 30.0, False, False),
        (None, DAY, False, True),
        (None, -DAY, False, True),
        (None, -1800.0, False, False),  # by then it was valid; something else is wrong
    ],
)
def test_after_a_refusal_it_is_signed_again_where_that_may_help(
    ahead_before: float | None, ahead_after: float, other_key: bool, again: bool
) -> None:
    signer, clock = Signer(), Clock()
    signer.other_key = other_key
    signature = Signature(signer.sign, signer.forget, clock)
    refused = signature.query(ahead_before)
    assert signature.another(refused, ahead_after) is again
    signature.query(ahead_after)
    assert len(signer.signed) == (2 if again else 1)
    if again:
        assert signature.another(refused, ahead_after), "another thread's refusal of the old one"
        assert len(signer.signed) == 2


def test_many_threads_sign_once() -> None:
    signer = Signer()
    signature = Signature(signer.sign, signer.forget, Clock())
    got: list[Secret] = []
    threads = [threading.Thread(target=lambda: got.append(signature.query(0.0))) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(signer.signed) == 1
    assert len(got) == 12


def test_the_signature_is_for_this_blob_and_may_do_no_more_than_an_upload_does(
    strict: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = strict_cloud(strict).page_blob(STRICT, "vhds", "disk.vhd")
    targets: list[str] = []
    came = strict.came
    monkeypatch.setattr(strict, "came", lambda asked: targets.append(asked.target) or came(asked))

    blob.create(MIB, {}, fence=FENCE, replaces=None)
    blob.state()

    first, second = (parse_qs(urlsplit(each).query) for each in targets)
    assert first["sig"] == second["sig"]
    assert (first["sr"], first["sp"], first["sv"]) == (["b"], ["rw"], ["2021-12-02"])
    assert "spr" not in first
    lasts = datetime.fromisoformat(first["se"][0]) - datetime.fromisoformat(first["st"][0])
    assert lasts == SIGNED_BEFORE + SIGNED_FOR


def test_over_https_it_holds_for_https_alone() -> None:
    cloud = Cloud(AZURE_CHINA, Web(None))
    cloud.add_account_key("contoso", KEY)
    link = cloud.read_link(StorageAccount("contoso"), "vhds", "a b.vhd")
    until = cloud.read_link(StorageAccount("contoso"), "vhds", "a b.vhd", NOON)
    query = parse_qs(urlsplit(link.reveal()).query)
    assert link.reveal().startswith("https://contoso.blob.core.chinacloudapi.cn/vhds/a%20b.vhd?")
    assert (query["sr"], query["sp"], query["spr"]) == (["b"], ["r"], ["https"])
    lasts = datetime.fromisoformat(query["se"][0]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < lasts <= timedelta(days=1)
    assert parse_qs(urlsplit(until.reveal()).query)["se"] == ["2026-11-21T12:00:00Z"]
    assert "sig" not in f"{link} {link!r}"


@pytest.mark.parametrize("off", [0.0, 14 * 60.0, DAY, -DAY])
def test_an_upload_by_key_works_with_a_clock_that_is_a_day_off(
    make_strict: Callable[..., StrictServer], off: float
) -> None:
    """It is the server's clock that is moved: to the wizard that is the same."""
    strict = make_strict(clock_off=off)
    blob = strict_cloud(strict).page_blob(STRICT, "vhds", "disk.vhd")
    blob.create(MIB, {}, fence=FENCE, replaces=None)
    blob.put_pages(0, b"x" * 512, fence=FENCE)
    assert blob.read(0, 512) == b"x" * 512
    assert blob.clock_ahead == pytest.approx(-off, abs=5)
    refusals = [each for each in strict.requests if each.status == 403]
    assert len(refusals) == (1 if abs(off) > 15 * 60 else 0)


@pytest.mark.parametrize("off", [DAY, -DAY])
def test_a_link_that_a_wrong_clock_made_useless_is_said(
    make_strict: Callable[..., StrictServer], off: float
) -> None:
    strict = make_strict(clock_off=off * 10)
    blob = page_blob_from_url(Secret(strict.link("disk.vhd")))
    with pytest.raises(CloudError, match="clock of this computer"):
        blob.state()
    assert blob.clock_ahead == pytest.approx(-off * 10, abs=5)
    assert len(strict.requests) == 1, "a link is not signed again"


@pytest.mark.parametrize("minutes", [5, 40])
def test_the_work_goes_on_when_the_signature_has_ended(
    strict: StrictServer, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    blob = strict_cloud(strict).page_blob(STRICT, "vhds", "disk.vhd")
    blob.create(MIB, {}, fence=FENCE, replaces=None)
    signed: list[datetime] = []
    cloud_sign = Cloud._sign_blob
    monkeypatch.setattr(
        Cloud, "_sign_blob", lambda self, *args: signed.append(args[3]) or cloud_sign(self, *args)
    )
    for _ in range(2 * 60 // minutes):
        strict.clock.move(minutes * 60)
        blob.put_pages(0, b"x" * 512, fence=FENCE)
    refused = [each.status for each in strict.requests].count(403)
    assert 1 <= len(signed) <= 3
    if minutes < RENEWED_BEFORE.total_seconds() / 60:
        assert refused == 0, "the server's time is known from its last answer"


def test_a_key_that_was_renewed_meanwhile_is_asked_for_anew(own_practice: PracticeCloud) -> None:
    cloud = connect(own_practice)
    account = find_account(cloud, "practiceimages")
    container = new_container(cloud, account)
    blob = cloud.page_blob(account, container, "disk.vhd")
    blob.create(MIB, {}, fence=FENCE, replaces=None)
    stale = Secret(base64.b64encode(b"s" * 64).decode())
    other = cloud.page_blob(account, container, "disk.vhd")
    cloud._accounts._keys[account.name] = stale

    other.put_pages(0, b"x" * 512, fence=FENCE)

    assert cloud._accounts.key(account) != stale
    assert blob.read(0, 512) == b"x" * 512


def test_a_key_that_a_person_gave_is_refused_once(scripted: Scripted) -> None:
    cloud = Cloud(AZURE_CHINA, Web(None, direct=True))
    cloud.add_account_key("contoso", KEY, f"{scripted.url}/contoso")
    scripted.answer = lambda _: azure_error(403, "AuthenticationFailed", detail="Signature did not match")
    with pytest.raises(CloudError, match="key of the storage account contoso is not accepted"):
        cloud.page_blob(StorageAccount("contoso"), "vhds", "disk.vhd").page_ranges()
    assert len(scripted.asked) == 1


def test_without_a_key_nothing_is_sent() -> None:
    with pytest.raises(WizardError, match="not known in this session"):
        Cloud(AZURE_CHINA, Web(None)).page_blob(StorageAccount("contoso"), "vhds", "disk.vhd").state()


def test_no_signature_is_in_any_error(scripted: Scripted) -> None:
    cloud = Cloud(AZURE_CHINA, Web(None, direct=True))
    cloud.add_account_key("contoso", KEY, f"{scripted.url}/contoso")

    def repeats(asked: SimpleNamespace) -> Reply:
        return azure_error(400, "SomethingNew", detail=f"You asked for {asked.path}")

    scripted.answer = repeats  # type: ignore[assignment]
    with pytest.raises(CloudError) as error:
        cloud.page_blob(StorageAccount("contoso"), "vhds", "disk.vhd").page_ranges()
    with pytest.raises(CloudError) as copying:
        cloud.page_blob(StorageAccount("contoso"), "vhds", "disk.vhd").start_copy(
            Secret("https://other.example/vhds/d.vhd?sig=b3RoZXIgc2lnbmF0dXJl"), replaces=None
        )
    (signature,) = {parse_qs(urlsplit(each.path).query)["sig"][0] for each in scripted.asked[:1]}
    for text in (
        str(error.value),
        repr(error.value),
        str(error.value.details),
        str(copying.value.details),
        repr(copying.value.__cause__),
    ):
        assert signature not in text
        assert "b3RoZXIgc2lnbmF0dXJl" not in text


_ALONE = """
import sys
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
blob = page_blob_from_url(Secret(sys.stdin.readline().strip()))
blob.create(8 << 20, {}, fence=1, replaces=None)
blob.put_pages(0, bytes(range(256)) * 8192, fence=1)
print(blob.page_ranges(), sorted({name.partition(".")[0] for name in sys.modules} & {"azure", "msal", "requests"}))
"""


def test_a_link_needs_nothing_of_azure_s_packages(strict: StrictServer) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ALONE],
        input=strict.link("disk.vhd") + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[(0, 2097152)] []"
