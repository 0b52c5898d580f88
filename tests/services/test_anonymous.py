"""What a stranger and what a link gets, asked of real Azurite; Azure's own answers come from a scripted server."""

from __future__ import annotations

import base64
import gzip
import hashlib
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cloud import MIB, new_container, write_vhd
from tests.services.scripted import Asked, Reply, Scripted, azure_error
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services.anonymous import SasProbe, anonymous_head, anonymous_list, probe_sas
from wizard.services.cloud import Cloud
from wizard.tasks import Task
from wizard.transfer.page_blob import PageBlob

DAY = timedelta(days=1)
Probe = Callable[..., SasProbe]


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    return write_vhd(tmp_path / "disk.vhd", 8 * MIB, {MIB: b"data"})


def store(vhd: Path, blob: PageBlob) -> None:
    """Put a small disk there, as an upload would."""
    whole = vhd.read_bytes()
    blob.create(len(whole), {}, fence=1, replaces=None)
    blob.put_pages(MIB, whole[MIB:][:512], fence=1)
    blob.put_pages(len(whole) - 512, whole[-512:], fence=1)


@pytest.fixture
def probe(cloud: Cloud, account: StorageAccount, container: str, vhd: Path) -> Probe:
    """Make a link with these properties for an uploaded disk, and use it."""
    store(vhd, cloud.page_blob(account, container, "disk.vhd"))

    def make_and_probe(
        *,
        starts: timedelta = -DAY,
        expires: timedelta = 60 * DAY,
        permissions: str = "rl",
        protocol: str = "https,http",
        name: str = "disk.vhd",
        within: str = container,
    ) -> SasProbe:
        now = datetime.now(UTC)
        link = cloud.sign_container_sas(
            account, within, name, now + starts, now + expires, permissions=permissions, protocol=protocol
        )
        if within != container:  # signed for another container than the one it is used for
            link = Secret(link.reveal().replace(f"/{within}/", f"/{container}/"))
        return probe_sas(link, Task(msg("A test")))

    return make_and_probe


def test_a_good_link(probe: Probe, vhd: Path) -> None:
    got = probe()
    assert got.head.status == 200
    assert got.length == vhd.stat().st_size
    assert (got.blob_type, got.lease, got.copy_status) == ("PageBlob", "available", "")
    assert got.footer == vhd.read_bytes()[-512:]
    assert got.footer_read is not None
    assert got.footer_read.status == 206
    assert (got.listing.status, got.is_listed) == (200, True)
    assert got.write is not None
    assert (got.write.status, got.write_refused) == (403, True)
    assert got.head.server_time is not None
    assert abs(got.head.server_time - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("change", "head", "listing", "write_refused"),
    [
        ({"starts": -3 * DAY, "expires": -DAY}, 403, 403, None),
        ({"starts": DAY}, 403, 403, None),
        ({"within": "another"}, 403, 403, None),
        ({"protocol": "https"}, 403, 403, None),
        ({"permissions": "r"}, 200, 403, True),
        ({"permissions": "l"}, 403, 200, None),
        ({"permissions": "rwl"}, 200, 200, False),
        ({"permissions": "racwdl"}, 200, 200, False),
        ({"permissions": "rcl"}, 200, 200, True),
        ({"name": "nothing.vhd"}, 404, 200, None),
    ],
    ids=["expired", "not yet valid", "another container", "https only", "no list", "no read", "write", "all", "create", "no blob"],
)  # fmt: skip
def test_links_with_faults(
    probe: Probe, change: dict[str, object], head: int, listing: int, write_refused: bool | None
) -> None:
    got = probe(**change)
    assert (got.head.status, got.listing.status, got.write_refused) == (head, listing, write_refused)
    assert got.is_listed is (listing == 200 and head != 404)
    assert (got.length is None) is (head != 200)
    assert bool(got.footer) is (head == 200)


def test_the_write_changes_nothing_where_it_is_allowed(
    cloud: Cloud, account: StorageAccount, container: str, probe: Probe
) -> None:
    blob = cloud.page_blob(account, container, "disk.vhd")
    before = blob.state()
    got = probe(permissions="racwdl")
    assert got.write is not None
    assert (got.write.status, got.write.code) == (412, "ConditionNotMet")
    assert blob.state() == before


def test_the_write_would_change_nothing_even_without_its_condition(scripted: Scripted, task: Task) -> None:
    footer = b"conectix" + bytes(504)

    def answer(asked: Asked) -> Reply:
        if asked.method == "HEAD":
            return Reply(200, {"Content-Length": str(MIB + 512), "x-ms-blob-type": "PageBlob"})
        return (
            Reply(206, body=footer) if "x-ms-range" in asked.headers and asked.method == "GET" else Reply(201)
        )

    scripted.answer = answer
    got = probe_sas(Secret(f"{scripted.url}/contoso/vhds/disk.vhd?sp=rwl&sig=x"), task)

    (write,) = [asked for asked in scripted.asked if asked.method == "PUT"]
    assert write.body == footer, "the bytes that are there already"
    assert write.headers["If-Match"] == '"0x0"'
    assert write.headers["x-ms-range"] == f"bytes={MIB}-{MIB + 511}"
    assert write.headers["Content-MD5"] == base64.b64encode(hashlib.md5(footer).digest()).decode()
    assert "comp=page" in write.path
    assert got.write_refused is False


def test_no_request_has_a_login(
    scripted: Scripted, task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login name password secret-of-netrc\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    scripted.answer = lambda _: Reply(302, {"Location": "http://127.0.0.1:9/elsewhere"})
    got = probe_sas(Secret(f"{scripted.url}/contoso/vhds/disk.vhd?sig=x"), task)
    assert got.head.status == 302
    assert not any("Authorization" in asked.headers for asked in scripted.asked)


@pytest.mark.parametrize(
    ("reply", "granted"),
    [
        (azure_error(404, "ResourceNotFound"), False),
        (azure_error(409, "PublicAccessNotPermitted"), False),
        (azure_error(401, "NoAuthenticationInformation"), False),
        (Reply(200), True),
    ],
)
def test_azures_answers_to_a_stranger(scripted: Scripted, reply: Reply, granted: bool) -> None:
    scripted.answer = lambda _: reply
    for answer in (
        anonymous_head(f"{scripted.url}/contoso/vhds/disk.vhd"),
        anonymous_list(f"{scripted.url}/contoso/vhds"),
    ):
        assert (answer.status, answer.granted) == (reply.status, granted)
        assert answer.code == reply.headers.get("x-ms-error-code", "")
    head, listing = scripted.asked
    assert (head.method, head.path) == ("HEAD", "/contoso/vhds/disk.vhd")
    assert listing.path.startswith("/contoso/vhds?restype=container&comp=list")


def test_azures_reason_is_kept_without_secrets(scripted: Scripted, task: Task) -> None:
    detail = "Signature not valid in the specified time frame: Expiry [Fri, 20 Nov 2026] &amp; sig=c2VjcmV0c2VjcmV0"
    scripted.answer = lambda _: azure_error(403, "AuthenticationFailed", detail=detail)
    got = probe_sas(Secret(f"{scripted.url}/contoso/vhds/disk.vhd?sig=c2VjcmV0c2VjcmV0"), task)
    assert got.listing.detail.startswith("Signature not valid in the specified time frame")
    assert "c2VjcmV0c2VjcmV0" not in got.listing.detail


@pytest.mark.parametrize("packed", [False, True])
def test_a_server_that_sends_the_whole_disk_fills_no_memory(
    scripted: Scripted, task: Task, packed: bool
) -> None:
    disk = gzip.compress(bytes(256 * MIB)) if packed else bytes(64 * MIB)
    headers = {"Content-Encoding": "gzip"} if packed else {}

    def ignores_the_range(asked: Asked) -> Reply:
        return Reply(200, {"Content-Length": str(64 * MIB)} if asked.method == "HEAD" else headers, disk)

    scripted.answer = ignores_the_range
    tracemalloc.start()
    try:
        got = probe_sas(Secret(f"{scripted.url}/contoso/vhds/disk.vhd?sig=x"), task)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert got.length == 64 * MIB
    assert (got.footer, got.is_listed, got.write) == (b"", False, None)
    assert most < 32 * MIB


@pytest.mark.parametrize("length", ["", "many", "-512", "1e9"])
def test_a_length_that_is_none(scripted: Scripted, task: Task, length: str) -> None:
    scripted.answer = lambda asked: Reply(200, {"Content-Length": length} if asked.method == "HEAD" else {})
    got = probe_sas(Secret(f"{scripted.url}/contoso/vhds/disk.vhd?sig=x"), task)
    assert (got.length, got.footer) == (0, b"")


def test_a_login_in_the_address_is_not_shown(task: Task) -> None:
    with pytest.raises(WizardError, match="refused the connection") as caught:
        probe_sas(Secret("http://somebody:something@127.0.0.1:9/contoso/vhds/disk.vhd?sig=x"), task)
    for text in (str(caught.value.what), str(caught.value.cure), str(caught.value.details)):
        assert "somebody" not in text
        assert "something" not in text


@pytest.mark.parametrize(
    ("level", "head", "listing"),
    [("private", False, False), ("blob", True, False), ("container", True, True)],
)
def test_what_a_stranger_gets_at_each_level(
    cloud: Cloud, public_account: StorageAccount, vhd: Path, level: str, head: bool, listing: bool
) -> None:
    container = new_container(cloud, public_account)
    store(vhd, cloud.page_blob(public_account, container, "disk.vhd"))
    cloud.set_container_access(public_account, container, level)

    assert anonymous_head(cloud.blob_url(public_account, container, "disk.vhd")).granted is head
    assert anonymous_list(cloud.container_url(public_account, container)).granted is listing


@pytest.mark.parametrize(
    "text", ["", "nothing", "https://", "https://host", "ftp://host/vhds/disk.vhd", "http://[/a"]
)
def test_what_is_no_address(text: str, task: Task) -> None:
    with pytest.raises(WizardError, match="not an address of a blob"):
        probe_sas(Secret(text), task)


def test_nobody_answers(task: Task) -> None:
    with pytest.raises(WizardError, match="refused the connection"):
        probe_sas(Secret("http://127.0.0.1:9/contoso/vhds/disk.vhd?sig=x"), task)


def test_a_signature_never_goes_over_plain_http(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def request(_self: object, _method: str, url: str, **_: object) -> None:
        asked.append(url)
        raise ConnectionRefusedError("nobody")

    monkeypatch.setattr("requests.Session.request", request)
    with pytest.raises(ConnectionRefusedError):
        probe_sas(Secret("http://contoso.blob.core.chinacloudapi.cn/vhds/disk.vhd?sig=x"), task)
    assert asked == ["https://contoso.blob.core.chinacloudapi.cn/vhds/disk.vhd?sig=x"]
