"""Everything an upload and a copy ask of a page blob, the same against Azurite and against the strict server."""

from __future__ import annotations

import uuid

import pytest

from tests.cloud import MIB
from tests.services.blob.conftest import strict_cloud
from tests.strict.server import ACCOUNT, StrictServer
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services.blob.page_blob import WINDOW, OwnPageBlob
from wizard.services.cloud import Cloud
from wizard.services.cloud_errors import CloudError
from wizard.services.connect import page_blob_from_url
from wizard.transfer.page_blob import ConflictError, Interrupted

FENCE = 77
LEASE, OTHER = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))


def test_from_nothing_to_a_whole_blob(blob: OwnPageBlob) -> None:
    assert blob.clock_ahead is None
    assert blob.state() is None
    assert blob.clock_ahead is not None
    assert abs(blob.clock_ahead) < 60

    blob.create(MIB, {"first": "1"}, fence=FENCE, replaces=None)
    made = blob.state()
    moved: list[int] = []
    tag = blob.put_pages(512, b"x" * 300 * 1024, fence=FENCE, moved=moved.append)
    blob.put_pages(MIB - 512, b"y" * 512, fence=FENCE)
    blob.clear_pages(1024, 512, fence=FENCE)

    assert made is not None
    assert (made.kind, made.length, dict(made.metadata), made.copy) == ("PageBlob", MIB, {"first": "1"}, None)
    assert sum(moved) == 300 * 1024
    assert tag.startswith('"')
    assert tag != made.etag
    assert blob.page_ranges() == [(512, 512), (1536, 299 * 1024), (MIB - 512, 512)]
    assert blob.read(0, 2048) == bytes(512) + b"x" * 512 + bytes(512) + b"x" * 512
    assert blob.read(5, 0) == b""
    came_in: list[int] = []
    assert blob.read(0, 2048, moved=came_in.append)[512:1024] == b"x" * 512
    assert sum(came_in) == 2048
    assert blob.name == "ein Ordner/名 a~1%.vhd"
    assert blob.url.endswith("/ein%20Ordner/%E5%90%8D%20a~1%25.vhd")


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"mark": "eyJhIjoxfQ==", "other": "a;b,c=d"},
        {"words": "镜像 für «Contoso» 100%", "blanks": "  both ends ", "escaped": "%41", "empty": ""},
    ],
)
def test_metadata_comes_back_as_it_was_given(blob: OwnPageBlob, metadata: dict[str, str]) -> None:
    kept = {name: value for name, value in metadata.items() if value}  # some servers drop what is empty
    blob.create(512, metadata, fence=FENCE, replaces=None)
    state = blob.state()
    assert state is not None
    assert {name: value for name, value in state.metadata.items() if value} == kept

    tag = blob.set_metadata({"later": "2"}, etag=state.etag)

    after = blob.state()
    assert after is not None
    assert (dict(after.metadata), after.etag) == ({"later": "2"}, tag)
    with pytest.raises(ConflictError):
        blob.set_metadata(metadata, etag=state.etag)


def test_what_another_has_made_meanwhile_is_not_written_over(blob: OwnPageBlob) -> None:
    blob.create(512, {}, fence=FENCE, replaces=None)
    with pytest.raises(ConflictError, match="already"):
        blob.create(512, {}, fence=FENCE, replaces=None)
    state = blob.state()
    assert state is not None
    blob.create(1024, {}, fence=FENCE + 1, replaces=state.etag)
    with pytest.raises(ConflictError, match="wrote to the blob"):
        blob.create(1024, {}, fence=FENCE, replaces=state.etag)
    with pytest.raises(ConflictError):
        blob.put_pages(0, bytes(512), fence=FENCE)
    with pytest.raises(ConflictError):
        blob.clear_pages(0, 512, fence=FENCE)


def test_a_lease_keeps_others_out_and_goes_with_every_write(blob: OwnPageBlob) -> None:
    blob.create(1024, {}, fence=FENCE, replaces=None)
    blob.acquire_lease(LEASE, 15)
    blob.acquire_lease(LEASE, 15)
    blob.renew_lease()
    blob.put_pages(0, b"x" * 512, fence=FENCE)
    blob.clear_pages(512, 512, fence=FENCE)
    state = blob.state()
    assert state is not None
    assert state.lease == "leased"
    blob.set_metadata({"a": "1"}, etag=state.etag)
    with pytest.raises(ConflictError, match="Another program holds the lease of the blob"):
        blob.acquire_lease(OTHER)

    blob.release_lease()
    blob.release_lease()

    free = blob.state()
    assert free is not None
    assert free.lease == "available"
    blob.put_pages(0, b"y" * 512, fence=FENCE)


def test_another_s_lease_is_said(strict: StrictServer) -> None:
    mine, other = (page_blob_from_url(Secret(strict.link("disk.vhd"))) for _ in range(2))
    mine.create(1024, {}, fence=FENCE, replaces=None)
    mine.acquire_lease(LEASE, 15)
    for write in (
        lambda: other.put_pages(0, bytes(512), fence=FENCE),
        lambda: other.clear_pages(0, 512, fence=FENCE),
        lambda: other.acquire_lease(OTHER),
    ):
        with pytest.raises(ConflictError, match="Another program holds the lease of the blob") as error:
            write()
        assert "then try again" in str(error.value.cure)

    strict.clock.move(16)
    other.acquire_lease(OTHER, 15)

    for write in (lambda: mine.put_pages(0, bytes(512), fence=FENCE), mine.renew_lease):
        with pytest.raises(ConflictError, match="lease"):
            write()
    mine.release_lease()
    assert other.state() is not None


def test_a_lease_on_a_blob_that_was_deleted_is_let_go(strict: StrictServer) -> None:
    mine = page_blob_from_url(Secret(strict.link("disk.vhd")))
    mine.create(512, {}, fence=FENCE, replaces=None)
    mine.acquire_lease(LEASE, 15)
    strict.store.account(ACCOUNT).containers["vhds"].blobs.clear()
    mine.release_lease()
    assert mine.state() is None


def test_page_ranges_are_put_together_from_many_answers(strict: StrictServer) -> None:
    strict.listing.most = 7
    blob = page_blob_from_url(Secret(strict.link("disk.vhd")))
    blob.create(2 * WINDOW + 1024, {}, fence=FENCE, replaces=None)
    places = sorted({*range(0, 64 * 4096, 4096), WINDOW - 512, WINDOW, 2 * WINDOW, 2 * WINDOW + 512})
    for place in places:
        blob.put_pages(place, b"x" * 512, fence=FENCE)
    strict.requests.clear()

    found = blob.page_ranges()

    assert found == [
        *((place, 512) for place in range(0, 64 * 4096, 4096)),
        (WINDOW - 512, 1024),
        (2 * WINDOW, 1024),
    ]
    asked = [each.range for each in strict.sent("GET", "pagelist")]
    assert len(asked) > 10
    assert set(asked) == {
        f"bytes=0-{WINDOW - 1}",
        f"bytes={WINDOW}-{2 * WINDOW - 1}",
        f"bytes={2 * WINDOW}-{2 * WINDOW + 1023}",
    }


def test_reading_beyond_the_end_is_no_short_answer(blob: OwnPageBlob) -> None:
    blob.create(1024, {}, fence=FENCE, replaces=None)
    for start, length in ((512, 1024), (1024, 512)):
        with pytest.raises((ConflictError, CloudError), match="shorter than expected"):
            blob.read(start, length)


def test_copied_by_the_server_within_azurite(cloud: Cloud, account: StorageAccount, container: str) -> None:
    source = cloud.page_blob(account, container, "source.vhd")
    source.create(1024, {}, fence=FENCE, replaces=None)
    source.put_pages(512, b"x" * 512, fence=FENCE)
    target = cloud.page_blob(account, container, "target.vhd")
    link = cloud.read_link(account, container, "source.vhd")

    begun = target.start_copy(link, replaces=None)

    assert begun.id
    state = target.state()
    assert state is not None
    assert state.copy is not None
    assert (state.copy.id, state.copy.status, state.copy.done, state.copy.total) == (
        begun.id,
        "success",
        1024,
        1024,
    )
    assert target.read(0, 1024) == bytes(512) + b"x" * 512
    target.abort_copy(begun.id)  # it has ended already
    with pytest.raises(ConflictError):
        target.start_copy(link, replaces=None)


def test_a_copy_that_takes_its_time_is_followed_and_aborted(strict: StrictServer) -> None:
    cloud, account = strict_cloud(strict), StorageAccount(ACCOUNT)
    source = cloud.page_blob(account, "vhds", "source.vhd")
    source.create(4 * MIB, {}, fence=FENCE, replaces=None)
    target = cloud.page_blob(account, "vhds", "target.vhd")
    strict.copies.hold()

    begun = target.start_copy(cloud.read_link(account, "vhds", "source.vhd"), replaces=None)

    assert begun.status == "pending"
    state = target.state()
    assert state is not None
    assert state.copy is not None
    assert (state.copy.status, state.copy.total) == ("pending", 4 * MIB)
    assert state.copy.source == cloud.blob_url(account, "vhds", "source.vhd")
    with pytest.raises((ConflictError, CloudError), match="still going on"):
        target.start_copy(cloud.read_link(account, "vhds", "source.vhd"), replaces=state.etag)
    target.abort_copy(begun.id)
    target.abort_copy(begun.id)
    state = target.state()
    assert state is not None
    assert state.copy is not None
    assert state.copy.status == "aborted"


def test_a_source_that_may_not_be_read_is_said(strict: StrictServer) -> None:
    cloud, account = strict_cloud(strict), StorageAccount(ACCOUNT)
    source = cloud.page_blob(account, "vhds", "source.vhd")
    source.create(512, {}, fence=FENCE, replaces=None)
    target = cloud.page_blob(account, "vhds", "target.vhd")
    with pytest.raises(CloudError, match="may not read the source") as error:
        target.start_copy(Secret(source.url), replaces=None)
    assert not isinstance(error.value, Interrupted)
    assert "signature that may read" in str(error.value.cure)


def test_the_signature_for_one_blob_is_worth_nothing_for_another(strict: StrictServer) -> None:
    cloud, account = strict_cloud(strict), StorageAccount(ACCOUNT)
    cloud.page_blob(account, "vhds", "disk.vhd").create(512, {}, fence=FENCE, replaces=None)
    link = cloud.read_link(account, "vhds", "disk.vhd")
    assert page_blob_from_url(link).read(0, 512) == bytes(512)
    with pytest.raises(CloudError, match="link does not allow this"):
        page_blob_from_url(link).put_pages(0, bytes(512), fence=FENCE)
    other = Secret(link.reveal().replace("disk.vhd", "other.vhd"))
    with pytest.raises(CloudError, match="signature of the link is not accepted"):
        page_blob_from_url(other).state()
