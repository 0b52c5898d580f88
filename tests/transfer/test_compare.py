"""The full comparison: every byte that the blob or the disk holds is read, and the first difference is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cloud import MIB, send_vhd, write_vhd
from tests.transfer.memory_blob import MemoryBlob, MemoryDisk
from tests.transfer.spoilt import Spoilt
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.tasks import Task
from wizard.transfer.compare import Comparison, compare
from wizard.transfer.page_blob import ConflictError, PageBlob
from wizard.transfer.resuming.mark import read_mark
from wizard.transfer.sending.line import Patience

QUICK = Patience(give_up_after=1.0, at_first=0.5, first=0.01, longest=0.05)


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    return write_vhd(
        tmp_path / "disk.vhd",
        32 * MIB,
        {MIB: b"a" * MIB, 9 * MIB: b"b" * 9 * MIB, 30 * MIB + 4096: b"c" * 512},
    )


def compared(vhd: Path, blob: PageBlob, task: Task | None = None) -> Comparison:
    with open_fixed_vhd(vhd) as disk:
        return compare(disk, blob, task or Task(msg("A test")), patience=QUICK)


def test_a_blob_that_is_the_disk(either: PageBlob, vhd: Path) -> None:
    done = send_vhd(vhd, either)
    task = Task(msg("A test"))
    found = compared(vhd, either, task)
    assert found == Comparison(done.url, done.etag, done.length, done.data_bytes, None)
    assert found.is_equal
    assert task.progress.done == task.progress.total > 0


@pytest.mark.parametrize(
    ("start", "data", "first"),
    [
        (0, b"x" + bytes(511), 0),
        (MIB, b"a" * 511 + b"x", MIB + 511),
        (17 * MIB, b"b" * 100 + b"x" * 412, 17 * MIB + 100),
        (20 * MIB, bytes(512), None),
        (20 * MIB, bytes(511) + b"x", 20 * MIB + 511),
        (30 * MIB + 4096, bytes(512), 30 * MIB + 4096),
        (32 * MIB, b"conectiX" + bytes(504), 32 * MIB + 7),
    ],
)
def test_the_first_difference_is_named(
    either: PageBlob, vhd: Path, start: int, data: bytes, first: int | None
) -> None:
    send_vhd(vhd, either)
    state = either.state()
    assert state is not None
    mark = read_mark(state.metadata)
    assert mark is not None
    either.put_pages(start, data, fence=mark.fence)
    found = compared(vhd, either)
    assert (found.first_difference, found.is_equal) == (first, first is None)


def test_of_several_differences_the_first_is_named(either: PageBlob, vhd: Path) -> None:
    send_vhd(vhd, either)
    state = either.state()
    assert state is not None
    mark = read_mark(state.metadata)
    assert mark is not None
    for start in (30 * MIB + 4096, 12 * MIB, 9 * MIB + 512, 24 * MIB):
        either.put_pages(start, b"!" * 512, fence=mark.fence)
    assert compared(vhd, either).first_difference == 9 * MIB + 512
    either.put_pages(5 * MIB, b"!" * 512, fence=mark.fence)
    assert compared(vhd, either).first_difference == 5 * MIB


def test_data_that_the_server_lost_is_a_difference(either: PageBlob, vhd: Path) -> None:
    send_vhd(vhd, either)
    state = either.state()
    assert state is not None
    mark = read_mark(state.metadata)
    assert mark is not None
    either.clear_pages(13 * MIB, 512, fence=mark.fence)
    assert compared(vhd, either).first_difference == 13 * MIB


def test_another_length_is_a_difference(either: PageBlob, vhd: Path, tmp_path: Path) -> None:
    send_vhd(write_vhd(tmp_path / "small.vhd", 16 * MIB), either)
    assert compared(vhd, either).first_difference == 16 * MIB + 512


def test_what_is_not_there_is_said(either: PageBlob, vhd: Path) -> None:
    with pytest.raises(WizardError, match="not in the container"):
        compared(vhd, either)


def test_it_can_be_cancelled_and_the_line_may_be_down_for_a_while(either: PageBlob, vhd: Path) -> None:
    send_vhd(vhd, either)
    assert compared(vhd, Spoilt(either, fails={"read": 2, "page_ranges": 1, "state": 1})).is_equal
    task = Task(msg("A test"))
    task.listen(lambda task: task.cancel())
    with pytest.raises(Cancelled):
        compared(vhd, either, task)


def test_a_blob_that_changes_meanwhile_is_not_judged(tmp_path: Path) -> None:
    disk, blob = MemoryDisk(tmp_path / "disk.vhd", b"x" * MIB), MemoryBlob()
    blob.create(disk.length, {}, fence=1, replaces=None)
    blob.put_pages(0, disk.content[: 512 * 1024], fence=1)
    read = blob.read

    def read_and_change(start: int, length: int) -> bytes:
        found = read(start, length)
        blob.version += 1
        return found

    blob.read = read_and_change  # type: ignore[method-assign]
    with pytest.raises(ConflictError, match="at the same time"):
        compare(disk, blob, Task(msg("A test")), patience=QUICK)
