"""Uploads into real Azurite through the real client: only data is sent, what is there is not overwritten, all is compared."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import MIB, connect, find_account, new_container, send_vhd, write_vhd
from tests.transfer.spoilt import Spoilt
from wizard.disk.vhd_footer import fixed_footer
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.tasks import Progress, Task
from wizard.transfer.page_blob import ConflictError, PageBlob
from wizard.transfer.ranges import digest
from wizard.transfer.read_back import read_back
from wizard.transfer.resuming.mark import Identity, new_mark, read_mark
from wizard.transfer.sending.line import Patience
from wizard.transfer.upload import Uploaded

QUICK = Patience(give_up_after=1.0, at_first=0.5, first=0.01, longest=0.05)


def send(path: Path, blob: PageBlob, task: Task | None = None, *, overwrite: bool = False) -> Uploaded:
    return send_vhd(path, blob, task, overwrite=overwrite, patience=QUICK)


@pytest.fixture
def blob(cloud: Cloud, account: StorageAccount, container: str) -> PageBlob:
    return cloud.page_blob(account, container, "disk.vhd")


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    """64 MiB with 6 MiB of data in three places."""
    data = {
        10 * MIB + 512: os.urandom(MIB),
        31 * MIB: os.urandom(4 * MIB),
        63 * MIB + 4096: os.urandom(MIB // 2),
    }
    return write_vhd(tmp_path / "disk.vhd", 64 * MIB, data)


def test_only_data_is_sent_and_everything_arrives(blob: PageBlob, vhd: Path) -> None:
    seen: list[Progress] = []
    task = Task(msg("A test"))
    task.listen(lambda task: seen.append(task.progress))

    done = send(vhd, blob, task)

    assert done.length == 64 * MIB + 512
    assert 5.5 * MIB < done.sent_bytes < 5.6 * MIB
    assert done.sent_bytes == done.data_bytes == sum(length for _, length in blob.page_ranges())
    assert (done.range_count, done.ranges_digest) == (len(blob.page_ranges()), digest(blob.page_ranges()))
    content = vhd.read_bytes()
    for start, length in blob.page_ranges():
        assert blob.read(start, length) == content[start : start + length]
    assert not any(any(content[end:start]) for end, start in _gaps(blob.page_ranges(), len(content)))
    assert seen[-1].done == seen[-1].total > 0
    assert seen[-1].in_bytes
    assert [a.done for a in seen] == sorted(a.done for a in seen)


def _gaps(stretches: list[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    position = 0
    for start, size in [*stretches, (length, 0)]:
        yield position, start
        position = start + size


def test_what_was_read_back_is_what_was_sent(blob: PageBlob, vhd: Path, task: Task) -> None:
    done = send(vhd, blob)
    reading = read_back(blob, task)

    assert reading is not None
    assert (reading.kind, reading.length, reading.etag, reading.complete) == (
        "PageBlob",
        done.length,
        done.etag,
        True,
    )
    assert (reading.footer_digest, reading.ranges_digest) == (done.footer_digest, done.ranges_digest)
    assert (reading.range_count, reading.data_bytes) == (done.range_count, done.data_bytes)
    assert reading.footer == vhd.read_bytes()[-512:]


def test_reading_back_says_that_it_waits_for_the_connection(blob: PageBlob, vhd: Path, task: Task) -> None:
    send(vhd, blob)
    phases: list[str] = []
    task.listen(lambda task: phases.append(str(task.progress.phase)))
    line = Patience(give_up_after=20.0, at_first=20.0, first=0.3, longest=0.3)
    assert read_back(Spoilt(blob, fails={"state": 4}), task, patience=line) is not None
    assert any("trying again" in phase for phase in phases)


def test_nothing_is_read_back_where_nothing_is(blob: PageBlob, task: Task) -> None:
    assert read_back(blob, task) is None


def test_a_disk_without_data_is_its_footer(blob: PageBlob, tmp_path: Path) -> None:
    done = send(write_vhd(tmp_path / "empty.vhd", 32 * MIB), blob)

    assert (done.sent_bytes, done.range_count) == (512, 1)


def test_a_full_disk_is_sent_whole(blob: PageBlob, tmp_path: Path) -> None:
    done = send(write_vhd(tmp_path / "full.vhd", 9 * MIB, fill=9 * MIB), blob)

    assert done.sent_bytes == done.length == 9 * MIB + 512
    assert done.range_count == 1


def test_zeros_that_the_file_system_holds_are_not_sent(blob: PageBlob, tmp_path: Path) -> None:
    path = tmp_path / "dense.vhd"
    content = bytearray(16 * MIB)
    content[5 * MIB] = 1
    path.write_bytes(bytes(content) + fixed_footer(16 * MIB).build())
    task = Task(msg("A test"))

    done = send_vhd(path, blob, task, patience=QUICK)

    assert done.sent_bytes == 1024
    assert task.progress.skipped == 16 * MIB - 512
    assert task.progress.done == task.progress.total == 16 * MIB + 512


def test_the_same_disk_again_is_only_compared(blob: PageBlob, vhd: Path) -> None:
    first = send(vhd, blob)
    again = send(vhd, blob)

    assert (again.sent_bytes, again.resumed) == (0, True)
    assert (again.etag, again.ranges_digest) == (first.etag, first.ranges_digest)


def test_another_blob_is_not_overwritten_without_a_yes(blob: PageBlob, vhd: Path, tmp_path: Path) -> None:
    other = write_vhd(tmp_path / "other.vhd", 64 * MIB, {0: b"other"})
    first = send(other, blob)

    with pytest.raises(WizardError, match="already") as refused:
        send(vhd, blob)
    assert "overwritten" in str(refused.value.cure)
    state = blob.state()
    assert state is not None
    assert state.etag == first.etag

    assert send(vhd, blob, overwrite=True).sent_bytes > 5 * MIB
    assert blob.read(0, 512) == bytes(512)


def test_a_block_blob_of_that_name_is_not_overwritten_without_a_yes(
    cloud: Cloud, account: StorageAccount, container: str, vhd: Path, tmp_path: Path, task: Task
) -> None:
    (tmp_path / "text").write_text("no disk")
    cloud.store_file(account, container, "disk.vhd", tmp_path / "text", task)
    blob = cloud.page_blob(account, container, "disk.vhd")

    with pytest.raises(WizardError, match="already"):
        send(vhd, blob)
    send(vhd, blob, overwrite=True)

    assert send(vhd, blob).resumed


def test_an_unfinished_upload_of_another_disk_is_told_apart(blob: PageBlob, vhd: Path) -> None:
    mark = new_mark(Identity(64 * MIB + 512, 1, "another footer"))
    blob.create(64 * MIB + 512, mark.to_metadata(), fence=mark.fence, replaces=None)

    with pytest.raises(WizardError, match="unfinished upload of another disk"):
        send(vhd, blob)
    assert not send(vhd, blob, overwrite=True).resumed


def test_pausing_keeps_what_was_sent_and_going_on_sends_the_rest(blob: PageBlob, vhd: Path) -> None:
    task = Task(msg("A test"), can_pause=True)
    slow = Spoilt(blob, after_puts={1: task.pause})

    with pytest.raises(Cancelled):
        send(vhd, slow, task)

    state = blob.state()
    assert state is not None
    mark = read_mark(state.metadata)
    assert mark is not None
    assert not mark.is_complete
    present = sum(length for _, length in blob.page_ranges())
    assert present > 0
    done = send(vhd, blob)
    assert done.resumed
    assert done.sent_bytes <= done.data_bytes - present
    assert done.data_bytes == sum(length for _, length in blob.page_ranges())


def test_going_on_needs_no_yes_and_does_not_start_again_with_one(blob: PageBlob, vhd: Path) -> None:
    task = Task(msg("A test"))
    with pytest.raises(Cancelled):
        send(vhd, Spoilt(blob, after_puts={1: task.cancel}), task)

    done = send(vhd, blob, overwrite=True)

    assert done.resumed
    assert done.sent_bytes < done.data_bytes


def test_an_unfinished_upload_is_not_taken_for_whole(blob: PageBlob, vhd: Path, task: Task) -> None:
    stopped = Task(msg("A test"))
    with pytest.raises(Cancelled):
        send(vhd, Spoilt(blob, after_puts={2: stopped.cancel}), stopped)

    reading = read_back(blob, task)

    assert reading is not None
    assert reading.complete is False


def test_ranges_that_the_server_lost_are_sent_again(blob: PageBlob, vhd: Path) -> None:
    spoilt = Spoilt(blob, loses_puts={2})

    done = send(vhd, spoilt)

    assert done.sent_bytes > done.data_bytes
    assert digest(blob.page_ranges()) == done.ranges_digest


def test_a_footer_that_the_server_spoilt_is_sent_again(blob: PageBlob, vhd: Path) -> None:
    done = send(vhd, Spoilt(blob, spoils_footer_once=True))

    assert blob.read(done.length - 512, 512) == vhd.read_bytes()[-512:]


def test_pages_that_are_not_of_the_disk_are_cleared(blob: PageBlob, vhd: Path) -> None:
    done = send(vhd, Spoilt(blob, foreign_pages=(20 * MIB, 1024)))

    assert digest(blob.page_ranges()) == done.ranges_digest


def test_a_server_that_keeps_losing_data_is_said(blob: PageBlob, vhd: Path) -> None:
    with pytest.raises(WizardError, match="does not hold what was sent"):
        send(vhd, Spoilt(blob, loses_puts=set(range(100))))


@pytest.mark.parametrize(
    "request_name", ["state", "create", "put_pages", "page_ranges", "read", "set_metadata"]
)
def test_a_request_that_failed_in_passing_is_made_again(blob: PageBlob, vhd: Path, request_name: str) -> None:
    spoilt = Spoilt(blob, fails={request_name: 2})

    assert send(vhd, spoilt).sent_bytes > 5 * MIB
    assert spoilt.failed == {request_name: 2}


@pytest.mark.parametrize("request_name", ["create", "put_pages", "set_metadata"])
def test_an_answer_that_was_lost_does_no_harm(blob: PageBlob, vhd: Path, request_name: str) -> None:
    spoilt = Spoilt(blob, loses_answers={request_name: 1})

    done = send(vhd, spoilt)

    assert not done.resumed
    state = blob.state()
    assert state is not None
    assert state.etag == done.etag


def test_when_patience_ends_the_cure_says_that_nothing_is_lost(blob: PageBlob, vhd: Path) -> None:
    spoilt = Spoilt(blob, fails={"put_pages": 10_000})
    phases: list[str] = []
    task = Task(msg("A test"))
    task.listen(lambda task: phases.append(str(task.progress.phase)))

    with pytest.raises(WizardError) as given_up:
        send(vhd, spoilt, task)

    assert "goes on where it stopped" in str(given_up.value.cure)
    assert any(phase.startswith("The connection is lost; trying again in") for phase in phases)
    assert send(vhd, blob).resumed


def test_waiting_for_the_connection_can_be_cancelled(blob: PageBlob, vhd: Path) -> None:
    task = Task(msg("A test"))
    task.listen(lambda task: task.cancel() if "trying again" in str(task.progress.phase) else None)
    spoilt = Spoilt(blob, fails={"put_pages": 10_000})

    with pytest.raises(Cancelled):
        send_vhd(vhd, spoilt, task, patience=Patience(first=60.0))


def test_an_older_upload_cannot_write_into_a_newer_blob(blob: PageBlob, vhd: Path, tmp_path: Path) -> None:
    other = write_vhd(tmp_path / "other.vhd", 64 * MIB, {MIB: b"other"})
    newer: list[Uploaded] = []
    arrived = threading.Event()

    def meanwhile() -> None:
        # The older upload's other threads go on writing: the newer one may be refused until it has seen the last of them.
        while not newer:
            with contextlib.suppress(ConflictError):
                newer.append(send(other, blob, overwrite=True))
        arrived.set()

    with pytest.raises(ConflictError, match="at the same time"):
        send(vhd, Spoilt(blob, after_puts={1: meanwhile}, no_leases=True))
    assert arrived.wait(30)
    assert digest(blob.page_ranges()) == newer[0].ranges_digest


def test_what_was_seen_is_what_is_overwritten(blob: PageBlob, vhd: Path, tmp_path: Path) -> None:
    """Somebody else writes the blob between our look at it and our overwriting."""
    send(write_vhd(tmp_path / "first.vhd", 64 * MIB), blob)

    def meanwhile() -> None:
        send(write_vhd(tmp_path / "second.vhd", 64 * MIB, {0: b"2"}), blob, overwrite=True)

    with pytest.raises(ConflictError):
        send(vhd, Spoilt(blob, before_create=meanwhile, no_leases=True), overwrite=True)
    assert blob.read(0, 1) == b"2"


def test_a_blob_that_came_into_being_meanwhile_is_not_overwritten(
    blob: PageBlob, vhd: Path, tmp_path: Path
) -> None:
    other = write_vhd(tmp_path / "other.vhd", 64 * MIB)

    with pytest.raises(ConflictError):
        send(vhd, Spoilt(blob, before_create=lambda: None if blob.state() else send(other, blob)))


def test_a_blob_that_was_deleted_meanwhile_is_said(cloud: Cloud, account: StorageAccount, vhd: Path) -> None:
    container = new_container(cloud, account)
    blob = cloud.page_blob(account, container, "disk.vhd")

    def delete() -> None:
        with cloud._accounts.client(account) as client:
            client.delete_container(container)

    with pytest.raises(WizardError, match="There is no container") as gone:
        send(vhd, Spoilt(blob, after_puts={1: delete}))
    assert str(gone.value.cure)


def test_a_whole_blob_that_was_changed_since_is_not_called_whole(blob: PageBlob, vhd: Path) -> None:
    send(vhd, blob)
    state = blob.state()
    assert state is not None
    mark = read_mark(state.metadata)
    assert mark is not None
    blob.clear_pages(31 * MIB, MIB, fence=mark.fence)

    with pytest.raises(WizardError, match="already"):
        send(vhd, blob)
    assert send(vhd, blob, overwrite=True).data_bytes == sum(length for _, length in blob.page_ranges())


def test_a_missing_container_is_said(cloud: Cloud, account: StorageAccount, vhd: Path) -> None:
    with pytest.raises(WizardError, match="There is no container no-such-container") as missing:
        send(vhd, cloud.page_blob(account, "no-such-container", "disk.vhd"))
    assert missing.value.details["HTTP status"] == "404"
    assert missing.value.details["request id"]


def test_two_accounts_do_not_mix(own_practice: object, vhd: Path) -> None:
    cloud = connect(own_practice)  # type: ignore[arg-type]
    blobs = []
    for name in ("practiceimages", "practicepublic"):
        account = find_account(cloud, name)
        blobs.append(cloud.page_blob(account, new_container(cloud, account), "disk.vhd"))
    send(vhd, blobs[0])
    assert blobs[1].state() is None
