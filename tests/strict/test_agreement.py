"""Where the strict server and Azurite should say the same, they do: one suite for both, asked by the real client."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient

from tests.strict.server import StrictServer
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud

MIB = 1024 * 1024
DATA = random.Random(5).randbytes(MIB)
MakeClient = Callable[[str], BlobClient]


@pytest.fixture(params=["strict", "azurite"])
def client(request: pytest.FixtureRequest) -> MakeClient:
    """Clients for blobs of one container, by a SAS of the container."""
    if request.param == "strict":
        server: StrictServer = request.getfixturevalue("strict")
        query = server.sas(permissions="racwdl")
        return lambda name: _client(f"{server.address(name)}?{query}")
    cloud: Cloud = request.getfixturevalue("cloud")
    account: StorageAccount = request.getfixturevalue("account")
    container: str = request.getfixturevalue("container")
    now = datetime.now(UTC)
    times = (now - timedelta(hours=1), now + timedelta(hours=1))

    def make(name: str) -> BlobClient:
        link = cloud.sign_container_sas(account, container, name, *times, "racwdl", "https,http")
        return _client(link.reveal())

    return make


def _client(link: str) -> BlobClient:
    return BlobClient.from_blob_url(link, api_version="2021-12-02", retry_total=0)


def code(ask: Callable[[], Any]) -> tuple[int | None, str]:
    """Status and word of a refusal."""
    with pytest.raises(HttpResponseError) as refused:
        ask()
    assert refused.value.response is not None
    return refused.value.status_code, refused.value.response.headers["x-ms-error-code"]


@pytest.fixture
def blob(client: MakeClient) -> BlobClient:
    """A page blob of 8 MiB with the sequence number 7."""
    made = client("disk.vhd")
    made.create_page_blob(8 * MIB, sequence_number=7, metadata={"a": "b"})
    return made


def ranges(blob: BlobClient, **what: Any) -> list[tuple[int, int]]:
    return [(each.start or 0, each.end or 0) for each in blob.list_page_ranges(**what)]


def test_written_listed_read_and_cleared(blob: BlobClient) -> None:
    blob.upload_page(DATA, MIB, MIB, validate_content=True)
    blob.upload_page(DATA[:512], 8 * MIB - 512, 512)
    assert ranges(blob) == [(MIB, 2 * MIB - 1), (8 * MIB - 512, 8 * MIB - 1)]
    assert ranges(blob, offset=MIB + 512, length=1024) == [(MIB + 512, MIB + 1535)]
    assert blob.download_blob().readall() == bytes(MIB) + DATA + bytes(6 * MIB - 512) + DATA[:512]
    assert blob.download_blob(MIB + 5, 10).readall() == DATA[5:15]
    blob.clear_page(MIB, 512 * 1024)
    assert ranges(blob)[0] == (MIB + 512 * 1024, 2 * MIB - 1)


def test_properties(blob: BlobClient) -> None:
    found = blob.get_blob_properties()
    assert (found.size, found.metadata, found.page_blob_sequence_number) == (8 * MIB, {"a": "b"}, 7)
    assert (found.lease.state, found.lease.status, found.copy.status) == ("available", "unlocked", None)
    assert str(found.blob_type) == "BlobType.PAGEBLOB"
    etag = found.etag
    blob.upload_page(DATA[:512], 0, 512)
    assert blob.get_blob_properties().etag != etag


def test_refusals(client: MakeClient, blob: BlobClient) -> None:
    missing = client("missing.vhd")
    assert code(missing.get_blob_properties)[0] == 404
    assert code(lambda: missing.upload_page(DATA[:512], 0, 512)) == (404, "BlobNotFound")
    once = {"match_condition": MatchConditions.IfMissing}
    assert code(lambda: blob.create_page_blob(512, **once))[0] == 409
    other = {"etag": '"0x0"', "match_condition": MatchConditions.IfNotModified}
    assert code(lambda: blob.create_page_blob(512, **other))[0] == 412
    assert code(lambda: blob.set_blob_metadata({}, **other))[0] == 412
    assert code(lambda: blob.upload_page(DATA[:512], 0, 512, if_sequence_number_eq=8))[0] == 412
    assert code(lambda: blob.upload_page(DATA[:512], 8 * MIB, 512))[0] == 416
    assert code(lambda: blob.download_blob(9 * MIB, 10))[0] == 416


def test_conditions_that_are_met(blob: BlobClient) -> None:
    etag = blob.get_blob_properties().etag
    same = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
    changed = blob.set_blob_metadata({"c": "d"}, **same)["etag"]
    assert blob.get_blob_properties().metadata == {"c": "d"}
    assert code(lambda: blob.set_blob_metadata({}, **same))[0] == 412
    blob.upload_page(DATA[:512], 0, 512, if_sequence_number_eq=7)
    blob.create_page_blob(
        1024, etag=blob.get_blob_properties().etag, match_condition=MatchConditions.IfNotModified
    )
    assert ranges(blob) == []
    assert changed != blob.get_blob_properties().etag


def test_leases(blob: BlobClient) -> None:
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    lease = blob.acquire_lease(15, lease_id=one)
    assert code(lambda: blob.acquire_lease(15, lease_id=two)) == (
        409,
        "LeaseAlreadyPresent",
    )
    assert code(lambda: blob.upload_page(DATA[:512], 0, 512)) == (412, "LeaseIdMissing")
    assert code(lambda: blob.upload_page(DATA[:512], 0, 512, lease=two)) == (
        412,
        "LeaseIdMismatchWithBlobOperation",
    )
    assert blob.get_blob_properties().lease.state == "leased"
    blob.upload_page(DATA[:512], 0, 512, lease=lease)
    lease.renew()
    blob.acquire_lease(60, lease_id=one)
    lease.release()
    assert code(lambda: blob.upload_page(DATA[:512], 0, 512, lease=one))[0] == 412
    blob.upload_page(DATA[:512], 0, 512)
    blob.acquire_lease(-1, lease_id=two).break_lease(0)
    assert blob.get_blob_properties().lease.state == "broken"


def test_deleted(blob: BlobClient) -> None:
    blob.delete_blob()
    assert not blob.exists()


def test_copied_within_the_server(client: MakeClient, blob: BlobClient) -> None:
    blob.upload_page(DATA, 2 * MIB, MIB)
    target = client("copy.vhd")
    target.start_copy_from_url(blob.url)
    for _ in range(1000):
        found = target.get_blob_properties()
        if found.copy.status != "pending":
            break
    assert (found.copy.status, found.copy.progress, found.size) == (
        "success",
        f"{8 * MIB}/{8 * MIB}",
        8 * MIB,
    )
    assert target.download_blob().readall() == blob.download_blob().readall()
