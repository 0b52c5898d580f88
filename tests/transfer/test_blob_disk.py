"""A disk in a blob: the right bytes, few requests, no hole fetched, and a lost line taken up again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.memory_blob import MemoryBlob
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.tasks import Task
from wizard.transfer.blob_disk import PIECE, BlobDisk
from wizard.transfer.page_blob import Interrupted
from wizard.transfer.ranges import Stretch
from wizard.transfer.sending.line import Patience

PAGES = 40 * 1024 * 1024
PATIENCE = Patience(at_first=0.05, first=0.001, longest=0.01)


class Recorded(MemoryBlob):
    """A blob of `length` bytes with data in these stretches, that knows what was asked for."""

    def __init__(self, length: int, *data: Stretch) -> None:
        super().__init__()
        self.create(length, {}, fence=0, replaces=None)
        for start, size in data:
            self.put_pages(start, _data(start, size), fence=0)
        self.reads: list[Stretch] = []
        self.lists = 0
        self.before_read: Callable[[], None] = lambda: None

    def page_ranges(self, start: int = 0, length: int | None = None) -> list[Stretch]:
        self.lists += 1
        return super().page_ranges(start, length)

    def read(self, start: int, length: int) -> bytes:
        self.before_read()
        assert 0 <= start < start + length <= len(self.content)
        self.reads.append((start, length))
        return super().read(start, length)


def _data(start: int, size: int) -> bytes:
    return b"".join((start + at).to_bytes(8, "big").ljust(512, b"\1") for at in range(0, size, 512))


def disk_of(blob: MemoryBlob, task: Task | None = None) -> BlobDisk:
    return BlobDisk(blob, len(blob.content), task or Task(msg("A test")), patience=PATIENCE)


@given(
    st.integers(1, 400),
    st.lists(st.tuples(st.integers(0, 399), st.integers(1, 60)), max_size=6),
    st.lists(st.tuples(st.integers(-1, 400 * 512), st.integers(0, 200_000)), max_size=12),
)
def test_any_reading_gives_what_the_blob_holds(
    pages: int, data: list[tuple[int, int]], reads: list[tuple[int, int]]
) -> None:
    blob = Recorded(
        pages * 512, *[(at * 512, min(size, pages - at) * 512) for at, size in data if at < pages]
    )
    disk = disk_of(blob)
    for offset, length in reads:
        expected = bytes(blob.content[offset : offset + length]) if offset >= 0 else b""
        assert disk.read_at(offset, length) == expected
    assert disk.fetched == sum(length for _, length in blob.reads)


def test_it_ends_where_the_disk_does() -> None:
    disk = disk_of(Recorded(1024, (0, 1024)))
    disk.size = 512
    assert len(disk.read_at(0, 1024)) == 512
    assert disk.read_at(512, 1) == b""


def test_holes_are_never_fetched() -> None:
    blob = Recorded(PAGES, (PIECE * 10, PIECE))
    disk = disk_of(blob)
    assert not any(disk.read_at(0, PIECE * 10))
    assert disk.read_at(0, PAGES)[PIECE * 10 : PIECE * 11] == _data(PIECE * 10, PIECE)
    assert blob.reads == [(PIECE * 10, PIECE)]
    assert blob.lists == 1


def test_the_same_is_asked_for_once() -> None:
    blob = Recorded(PAGES, (0, PAGES))
    disk = disk_of(blob)
    for _ in range(3):
        disk.read_at(5000, 100)
        disk.read_at(9_000_000, 100)
    assert blob.reads == [(0, PIECE), (9_000_000 // PIECE * PIECE, PIECE)]


def test_here_and_there_costs_one_piece_each() -> None:
    blob = Recorded(PAGES, (0, PAGES))
    disk = disk_of(blob)
    for place in range(0, PAGES, PIECE * 100):
        disk.read_at(place, 512)
    assert {length for _, length in blob.reads} == {PIECE}


def test_going_on_and_on_takes_ever_more_at_once() -> None:
    blob = Recorded(PAGES, (0, PAGES))
    disk = disk_of(blob)
    for place in range(0, 8 * 1024 * 1024, 4096):
        disk.read_at(place, 4096)
    lengths = [length for _, length in blob.reads]
    assert lengths[:4] == [PIECE, 2 * PIECE, 4 * PIECE, 8 * PIECE]
    assert max(lengths) == 1024 * 1024
    assert len(lengths) < 20


def test_two_who_read_by_turns_are_both_seen_to_go_on() -> None:
    blob = Recorded(PAGES, (0, PAGES))
    disk = disk_of(blob)
    for place in range(0, 4 * 1024 * 1024, 4096):
        disk.read_at(place, 4096)
        disk.read_at(20 * 1024 * 1024 + place, 4096)
    assert len(blob.reads) < 30


def test_what_is_kept_is_bounded() -> None:
    blob = Recorded(PAGES, (0, PAGES))
    disk = disk_of(blob)
    disk.read_at(0, PAGES)
    held = len(blob.reads)
    disk.read_at(PAGES - 1024, 1024)
    assert len(blob.reads) == held
    disk.read_at(0, 1024)
    assert len(blob.reads) == held + 1


def test_a_lost_line_is_taken_up_again_and_told() -> None:
    blob = Recorded(PAGES, (0, PAGES))
    task, failures = Task(msg("A test")), iter(range(5))

    def lost() -> None:
        if next(failures, None) is not None:
            raise Interrupted(WizardError(msg("Lost"), msg("Wait")))

    disk = BlobDisk(blob, PAGES, task, patience=Patience(first=0.001, longest=0.01))
    disk.read_at(PAGES - 512, 512)
    blob.before_read = lost
    task.report(1, 2, phase=msg("Looking"))
    assert disk.read_at(0, 512) == _data(0, 512)
    assert (task.progress.done, task.progress.phase) == (1, msg("Looking"))


def test_what_will_not_pass_is_raised() -> None:
    blob = Recorded(PAGES, (0, PAGES))

    def refused() -> None:
        raise WizardError(msg("Not allowed"), msg("Ask"))

    blob.before_read = refused
    with pytest.raises(WizardError, match="Not allowed"):
        disk_of(blob).read_at(0, 512)


def test_cancelled_while_the_server_does_not_answer() -> None:
    blob, task = Recorded(PAGES, (0, PAGES)), Task(msg("A test"))

    def never_answers() -> None:
        task.cancel()
        raise Interrupted(WizardError(msg("Lost"), msg("Wait")), wait=60.0)

    blob.before_read = never_answers
    with pytest.raises(Cancelled):
        BlobDisk(blob, PAGES, task).read_at(0, 512)
