"""Signatures, permissions and times of a SAS, and account keys; the azure-storage-blob package signs as the second hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobServiceClient
from azure.storage.blob._shared_access_signature import BlobSharedAccessSignature

from tests.strict.conftest import VERSION, Said, ask
from tests.strict.server import ACCOUNT, BLOB, CONTAINER, StrictServer

PUT_BLOB = ("PUT", "", {"x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": "1024"}, b"")
PUT_PAGE = ("PUT", "comp=page", {"x-ms-page-write": "update", "x-ms-range": "bytes=0-511"}, bytes(512))
LEASE = ("PUT", "comp=lease", {"x-ms-lease-action": "acquire", "x-ms-lease-duration": "15"}, b"")
METADATA = ("PUT", "comp=metadata", {"x-ms-meta-a": "b"}, b"")
COPY = ("PUT", "", {"x-ms-copy-source": "http://127.0.0.1:1/none"}, b"")
ABORT = ("PUT", "comp=copy&copyid=x", {"x-ms-copy-action": "abort"}, b"")
GET, HEAD, DELETE = ("GET",), ("HEAD",), ("DELETE",)
RANGES = ("GET", "comp=pagelist")


@pytest.mark.parametrize("name", [BLOB, "My disk (1) é 磁盘+%.vhd", "folder/disk.vhd"])
@pytest.mark.parametrize("whole_container", [True, False])
def test_what_the_sdk_signs_is_accepted(strict: StrictServer, name: str, whole_container: bool) -> None:
    signer = BlobSharedAccessSignature(ACCOUNT, account_key=strict.key())
    signer.x_ms_version = VERSION
    now = datetime.now(UTC)
    times = {"start": now - timedelta(hours=1), "expiry": now + timedelta(hours=1)}
    if whole_container:
        query = signer.generate_container(CONTAINER, permission="rcw", protocol="https,http", **times)
    else:
        query = signer.generate_blob(CONTAINER, name, permission="rcw", ip="127.0.0.1", **times)
    address = f"{strict.address(name)}?{query}"
    assert ask(address, *PUT_BLOB).status == 201
    assert ask(address, "HEAD").status == 200
    assert strict.blob(name) is not None
    for changed in (address.replace("sp=rcw", "sp=racwd"), address.replace("se=20", "se=21")):
        assert ask(changed).code == "AuthenticationFailed"


def test_a_signature_is_for_its_blob_alone(strict: StrictServer) -> None:
    assert ask(strict.link(BLOB).replace(BLOB, "other.vhd"), "HEAD").status == 403
    query = strict.sas(permissions="rcw")
    assert ask(f"{strict.address('a.vhd')}?{query}", *PUT_BLOB).status == 201
    assert ask(f"{strict.address('b.vhd')}?{query}", *PUT_BLOB).status == 201
    strict.add_container("other")
    assert ask(f"{strict.address('a.vhd', container='other')}?{query}").code == "AuthenticationFailed"


@pytest.mark.parametrize(
    ("request_", "enough", "too_little"),
    [
        (PUT_PAGE, "w", "racdl"),
        (METADATA, "w", "racdl"),
        (LEASE, "w", "racdl"),
        (ABORT, "w", "racdl"),
        (PUT_BLOB, "w", "racdl"),
        (COPY, "w", "racdl"),
        (DELETE, "d", "racwl"),
        (GET, "r", "acwdl"),
        (HEAD, "r", "acwdl"),
        (RANGES, "r", "acwdl"),
    ],
)
def test_permissions_for_a_blob_that_is_there(
    strict: StrictServer, request_: tuple[str, ...], enough: str, too_little: str
) -> None:
    assert ask(strict.link(), *PUT_BLOB).status == 201
    refused = ask(strict.link(permissions=too_little), *request_)
    assert (refused.status, refused.code) == (403, "AuthorizationPermissionMismatch")
    assert ask(strict.link(permissions=enough), *request_).status != 403


@pytest.mark.parametrize("request_", [PUT_BLOB, COPY])
@pytest.mark.parametrize(("permissions", "allowed"), [("c", True), ("w", True), ("rad", False)])
def test_permissions_to_make_a_blob(
    strict: StrictServer, request_: tuple[str, ...], permissions: str, allowed: bool
) -> None:
    answer = ask(strict.link(permissions=permissions), *request_)
    assert (answer.code != "AuthorizationPermissionMismatch") is allowed


@pytest.mark.parametrize(
    ("starts", "ends", "off", "allowed"),
    [
        (-3600, 3600, 0, True),
        (-3600, -60, 0, False),
        (60, 3600, 0, False),
        (-3600, 3600, 86_400, False),
        (-3600, 3600, -86_400, False),
        (86_000, 90_000, 86_400, True),
    ],
)
def test_times_go_by_the_servers_clock(
    make_strict: Callable[..., StrictServer], starts: int, ends: int, off: int, allowed: bool
) -> None:
    server = make_strict(clock_off=off)
    link = server.link(starts=timedelta(seconds=starts), ends=timedelta(seconds=ends))
    answer = ask(link, "GET")
    assert (answer.status == 404) is allowed
    seen = parsedate_to_datetime(answer.headers["Date"])
    assert abs((seen - datetime.now(UTC)).total_seconds() - off) < 5
    if not allowed:
        assert b"Signature not valid in the specified time frame" in answer.body


def test_a_link_for_https_alone_is_not_for_http(
    strict: StrictServer, strict_tls: StrictServer, strict_certificate: Path
) -> None:
    assert ask(strict.link(spr="https")).code == "AuthorizationProtocolMismatch"
    assert ask(strict_tls.link(spr="https"), trust=str(strict_certificate)).code == "BlobNotFound"
    assert ask(strict.link(sip="10.0.0.1")).code == "AuthorizationSourceIPMismatch"
    assert ask(strict.link(sv="2018-11-09")).code == "AuthenticationFailed"


def test_without_credentials(strict: StrictServer) -> None:
    strict.add_container("open", public="blob")
    made = ask(strict.link(container="open"), *PUT_BLOB)
    assert made.status == 201
    assert ask(strict.address(container="open"), "HEAD").status == 200
    assert ask(strict.address(), "HEAD").status == 404
    assert ask(strict.address()).code == "ResourceNotFound"
    assert ask(strict.address(), *PUT_BLOB).code == "NoAuthenticationInformation"
    strict.store.account(ACCOUNT).allows_public = False
    refused: Said = ask(strict.address())
    assert (refused.status, refused.code) == (409, "PublicAccessNotPermitted")


def test_the_sdk_reaches_it_by_key(strict: StrictServer) -> None:
    with BlobServiceClient(
        strict.endpoint(), credential=strict.key(), api_version=VERSION, retry_total=0
    ) as client:
        client.create_container("made")
        assert [each.name for each in client.list_containers()] == ["made", CONTAINER]
        blob = client.get_blob_client("made", "a disk.vhd")
        blob.create_page_blob(1024)
        blob.upload_page(b"x" * 512, 512, 512, validate_content=True)
        assert [(each.name, each.size) for each in client.get_container_client("made").list_blobs()] == [
            ("a disk.vhd", 1024)
        ]
        assert blob.download_blob().readall() == bytes(512) + b"x" * 512
        strict.clock.off = 86_400
        with pytest.raises(HttpResponseError) as refused:
            blob.get_blob_properties()
        assert refused.value.error_code == "AuthenticationFailed"
    with BlobServiceClient(
        strict.endpoint(), credential="d3Jvbmc=", api_version=VERSION, retry_total=0
    ) as wrong:
        with pytest.raises(HttpResponseError) as refused:
            list(wrong.list_containers())
        assert refused.value.status_code == 403
