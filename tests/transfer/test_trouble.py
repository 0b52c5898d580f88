"""What happens to an upload when the program is killed, the server goes away, or the disk is not what it was."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cloud import MIB, connect, find_account, new_container, send_vhd, write_vhd
from tests.transfer.spoilt import Spoilt
from wizard.disk.as_vhd import FixedVhd, open_fixed_vhd
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.practice.cloud import PracticeCloud
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.tasks import Task, TaskPool, TaskState
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.ranges import digest
from wizard.transfer.resuming.mark import read_mark
from wizard.transfer.sending.line import Patience
from wizard.transfer.upload import Uploaded, upload

SOON = Patience(give_up_after=30.0, first=0.05, longest=0.2)

_CHILD = """
import sys
from pathlib import Path
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.tasks import Task
from wizard.transfer.upload import upload
blob = page_blob_from_url(Secret(sys.stdin.readline().strip()))
with open_fixed_vhd(Path(sys.argv[1])) as disk:
    upload(disk, blob, Task(msg("Upload")), journal=Path(sys.argv[2]))
"""


def send(path: Path, blob: PageBlob, task: Task | None = None) -> Uploaded:
    return send_vhd(path, blob, task, patience=SOON)


def wait_for(what: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def held(blob: PageBlob) -> int:
    return sum(length for _, length in blob.page_ranges()) if blob.state() else 0


def test_killed_in_mid_upload_it_goes_on_with_what_is_missing(
    cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path
) -> None:
    vhd, journal = write_vhd(tmp_path / "disk.vhd", 64 * MIB, fill=48 * MIB), tmp_path / "journal"
    blob = cloud.page_blob(account, container, "disk.vhd")
    now = datetime.now(UTC)
    link = cloud.sign_container_sas(
        account,
        container,
        "disk.vhd",
        now - timedelta(days=1),
        now + timedelta(days=1),
        permissions="rcw",
        protocol="https,http",
    )
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(vhd), str(journal)], stdin=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    with child, child.stdin:
        child.stdin.write(link.reveal() + "\n")
        child.stdin.flush()
        wait_for(lambda: held(blob) >= 12 * MIB or child.poll() is not None)
        child.kill()
        assert child.wait() != 0
    state = blob.state()
    assert state is not None
    mark = read_mark(state.metadata)
    assert mark is not None
    assert not mark.is_complete
    arrived = held(blob)

    done = send_vhd(vhd, blob, patience=SOON, journal=journal)

    assert done.resumed
    assert 0 < done.sent_bytes <= done.data_bytes - arrived + 10 * 4 * MIB
    assert held(blob) == done.data_bytes == 48 * MIB + 512
    after = blob.state()
    assert after is not None
    assert read_mark(after.metadata) == mark.completed()
    assert blob.read(40 * MIB, MIB) == _read(vhd, 40 * MIB, MIB)


@pytest.mark.parametrize("cleanly", [True, False], ids=["stopped", "power cut"])
def test_azurite_goes_and_comes_back_and_the_upload_completes(
    own_practice: PracticeCloud, tmp_path: Path, cleanly: bool
) -> None:
    cloud = connect(own_practice)
    account = find_account(cloud, "practiceimages")
    container = new_container(cloud, account)
    vhd = write_vhd(tmp_path / "disk.vhd", 64 * MIB, fill=48 * MIB)
    blob = cloud.page_blob(account, container, "disk.vhd")
    paused = threading.Event()
    azurite = own_practice.azurite
    if cleanly:
        go_on = azurite.stop
    else:

        def go_on() -> (
            None
        ):  # Azurite writes down what it knows every five seconds: a little is lost, not all
            database = own_practice.folder / "blobs" / "__azurite_db_blob__.json"
            wait_for(lambda: "disk.vhd" in database.read_text("utf-8"))
            azurite.kill()

    def break_it() -> None:
        go_on()
        paused.set()

    task = Task(msg("Upload"), can_pause=True)
    pool = TaskPool(1)
    pool.start(task, lambda task: send(vhd, Spoilt(blob, after_puts={5: break_it}), task))
    assert paused.wait(60)
    wait_for(lambda: "trying again" in str(task.progress.phase))
    azurite.start()
    assert task.wait(60)
    pool.stop()

    assert task.state is TaskState.DONE, task.error
    done: Uploaded = task.result
    assert digest(blob.page_ranges()) == done.ranges_digest
    assert blob.read(0, MIB) == _read(vhd, 0, MIB)
    assert blob.read(47 * MIB, MIB) == _read(vhd, 47 * MIB, MIB)


def _read(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)


@pytest.fixture
def blob(cloud: Cloud, account: StorageAccount, container: str) -> PageBlob:
    return cloud.page_blob(account, container, "disk.vhd")


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    return write_vhd(tmp_path / "disk.vhd", 64 * MIB, {MIB: os.urandom(MIB), 40 * MIB: os.urandom(MIB)})


def after_first_put(blob: PageBlob, deed: Callable[[], object]) -> PageBlob:
    return Spoilt(blob, after_puts={1: deed})


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open file be deleted")
def test_a_disk_that_vanishes_is_said(blob: PageBlob, vhd: Path) -> None:
    with pytest.raises(WizardError, match="has gone while it was being uploaded") as gone:
        send(vhd, after_first_put(blob, vhd.unlink))
    assert "Put the file back" in str(gone.value.cure)
    _is_partial(blob)


def test_a_disk_that_is_written_to_is_said(blob: PageBlob, vhd: Path) -> None:
    def write() -> None:
        with vhd.open("r+b") as file:
            file.write(b"changed")
        os.utime(vhd, ns=(1, 1))

    with pytest.raises(WizardError, match="was changed while it was being uploaded") as changed:
        send(vhd, after_first_put(blob, write))
    assert "running virtual machine" in str(changed.value.cure)
    _is_partial(blob)
    with pytest.raises(WizardError, match="of this disk, but its content was changed since"):
        send(vhd, blob)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open file be replaced")
def test_a_disk_that_is_replaced_by_its_like_is_said(blob: PageBlob, vhd: Path) -> None:
    seen = vhd.stat()

    def replace() -> None:
        like = write_vhd(vhd.with_name("like.vhd"), 64 * MIB, {MIB: b"another"})
        os.utime(like, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        like.replace(vhd)

    with pytest.raises(WizardError, match="was changed while it was being uploaded"):
        send(vhd, after_first_put(blob, replace))


def test_a_disk_on_a_windows_network_drive_is_not_taken_for_another(
    vhd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WebDAV numbers a file anew at each opening (recorded in CPython's issue 74665)."""
    from wizard.transfer import source as module

    def renumbered() -> SimpleNamespace:
        seen = vhd.stat()
        return SimpleNamespace(
            st_size=seen.st_size, st_mtime_ns=seen.st_mtime_ns, st_dev=seen.st_dev, st_ino=seen.st_ino + 1
        )

    with open_fixed_vhd(vhd) as disk:
        source = module.Source(disk)
        monkeypatch.setattr(source, "_look", renumbered)
        monkeypatch.setattr(module, "os", SimpleNamespace(name="nt"))
        source.check()
        monkeypatch.setattr(module, "os", SimpleNamespace(name="posix"))
        with pytest.raises(WizardError, match="was changed while it was being uploaded"):
            source.check()


def test_a_disk_that_gets_shorter_is_said(blob: PageBlob, vhd: Path) -> None:
    task = Task(msg("A test"))
    task.listen(lambda task: os.truncate(vhd, 20 * MIB))

    with pytest.raises(WizardError, match="was changed while it was being uploaded"):
        send(vhd, blob, task)


class BadSector:
    """A disk that cannot be read at one place."""

    def __init__(self, disk: FixedVhd, place: int) -> None:
        self.path, self.length, self.footer, self.extents = disk.path, disk.length, disk.footer, disk.extents
        self._disk = disk
        self._place = place

    def read_at(self, start: int, length: int) -> bytes:
        if start <= self._place < start + length and length > 4096:
            raise OSError(5, "Input/output error")
        return self._disk.read_at(start, length)


def test_a_disk_that_cannot_be_read_is_said(blob: PageBlob, vhd: Path) -> None:
    with (
        open_fixed_vhd(vhd) as disk,
        pytest.raises(WizardError, match=f"cannot be read at byte {40 * MIB}") as unreadable,
    ):
        upload(BadSector(disk, 40 * MIB), blob, Task(msg("A test")), patience=SOON)
    assert "Input/output error" in unreadable.value.details["error"]
    _is_partial(blob)


def _is_partial(blob: PageBlob) -> None:
    state = blob.state()
    assert state is not None
    mark = read_mark(state.metadata)
    assert mark is not None
    assert not mark.is_complete
