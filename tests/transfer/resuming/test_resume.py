"""Going on with an upload: what is sent again and what is not, and what is found out about the disk and the blob meanwhile."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import MIB, send_vhd, write_vhd
from tests.transfer.spoilt import Spoilt
from wizard.disk.as_vhd import FixedVhd, open_fixed_vhd
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.tasks import Task
from wizard.transfer.compare import compare
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.resuming.identity import places
from wizard.transfer.resuming.journal import Journal
from wizard.transfer.resuming.mark import read_mark
from wizard.transfer.sending.line import Patience
from wizard.transfer.upload import Uploaded, upload

SIZE = 64 * MIB
DATA = {place * MIB + 123 * 512: 1024 * 1024 for place in (2, 7, 11, 16, 23, 28, 31, 37, 42, 46, 51, 55)}
QUICK = Patience(give_up_after=1.0, at_first=0.5, first=0.01, longest=0.05)


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    """64 MiB with 12 MiB of data in twelve places."""
    chance = random.Random(4)
    return write_vhd(tmp_path / "disk.vhd", SIZE, {at: chance.randbytes(size) for at, size in DATA.items()})


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def send(vhd: Path, blob: PageBlob, journal: Path | None = None, task: Task | None = None) -> Uploaded:
    return send_vhd(vhd, blob, task, journal=journal, patience=QUICK)


def broken_off(vhd: Path, blob: PageBlob, journal: Path | None, puts: int = 6) -> int:
    """An upload that was stopped after so many Put Pages; returns what the server holds then."""
    task = Task(msg("A test"))
    with pytest.raises(Cancelled):
        send(vhd, Spoilt(blob, after_puts={puts: task.cancel}), journal, task)
    found = held(blob)
    assert 0 < found < sum(DATA.values())
    return found


def held(blob: PageBlob) -> int:
    return sum(length for _, length in blob.page_ranges())


def is_the_disk(blob: PageBlob, vhd: Path) -> bool:
    with open_fixed_vhd(vhd) as disk:
        return compare(disk, blob, Task(msg("A test"))).is_equal


def said(done: Uploaded) -> str:
    return " ".join(str(notice) for notice in done.notices)


class Watched:
    """A disk that counts what is read of it."""

    def __init__(self, disk: FixedVhd) -> None:
        self.path, self.length, self.footer, self.extents = disk.path, disk.length, disk.footer, disk.extents
        self._disk = disk
        self.reads: list[int] = []

    def read_at(self, start: int, length: int) -> bytes:
        if length > 4096 and start not in (0, self.length - MIB):
            self.reads.append(start)
        return self._disk.read_at(start, length)


@pytest.fixture
def watched(vhd: Path) -> Iterator[Watched]:
    with open_fixed_vhd(vhd) as disk:
        yield Watched(disk)


def test_it_goes_on_where_it_stopped_without_reading_the_disk_from_its_beginning(
    either: PageBlob, vhd: Path, journal: Path, watched: Watched
) -> None:
    there = broken_off(vhd, either, journal)
    before = Journal(journal)
    pending, frontier = list(before.progress.pending), before.progress.frontier
    before.close()

    done = upload(watched, either, Task(msg("A test")), journal=journal, patience=QUICK)

    assert done.resumed
    assert not done.notices
    assert done.compared_bytes == 0
    assert done.sent_bytes <= done.data_bytes - there + sum(size for _, size in pending)
    again = {start for start, _ in pending}
    assert min(start for start in watched.reads if start not in again) >= frontier - 4 * MIB
    assert is_the_disk(either, vhd)
    assert not journal.exists()


def test_without_the_journal_what_the_server_holds_is_taken(
    either: PageBlob, vhd: Path, journal: Path
) -> None:
    there = broken_off(vhd, either, journal)
    journal.unlink()

    done = send(vhd, either, journal)

    assert (done.resumed, done.sent_bytes) == (True, done.data_bytes - there)
    assert is_the_disk(either, vhd)


def test_what_another_computer_goes_on_with_is_compared_because_the_file_was_copied(
    either: PageBlob, vhd: Path, journal: Path, tmp_path: Path
) -> None:
    there = broken_off(vhd, either, journal)
    copied = tmp_path / "other computer" / "copy.vhd"
    copied.parent.mkdir()
    shutil.copyfile(vhd, copied)
    os.utime(copied, ns=(1, 1))
    phases: list[str] = []
    task = Task(msg("A test"))
    task.listen(lambda task: phases.append(str(task.progress.phase)))

    done = send(copied, either, copied.with_name("journal"), task)

    assert done.resumed
    assert done.compared_bytes == there
    assert done.sent_bytes == done.data_bytes - there
    assert "another date or size" in said(done)
    assert any("another date or size" in phase for phase in phases)
    assert is_the_disk(either, copied)
    state = either.state()
    assert state is not None
    mark = read_mark(state.metadata)
    assert mark is not None
    assert mark.is_complete
    assert mark.source.modified_ns == 1


def test_a_doubt_outlives_another_break(either: PageBlob, vhd: Path, journal: Path) -> None:
    broken_off(vhd, either, journal, 3)
    seen = vhd.stat()
    os.utime(vhd, ns=(1, 1))
    broken_off(vhd, either, journal, 3)
    os.utime(vhd, ns=(seen.st_atime_ns, seen.st_mtime_ns))

    done = send(vhd, either, journal)

    assert done.compared_bytes > 0
    assert is_the_disk(either, vhd)


def between_samples() -> int:
    """A page with data in a part that was sent, which no sample reads."""
    start = min(DATA) + 512
    sampled = places(SIZE + 512)
    while any(at - 512 < start < at + size for at, size in sampled):
        start += 512
    return start


def write_into(vhd: Path, place: int) -> None:
    """Change the file by one byte."""
    with vhd.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 1]))


def test_a_change_that_the_samples_miss_is_found_by_the_comparison_and_sent(
    either: PageBlob, vhd: Path, journal: Path
) -> None:
    broken_off(vhd, either, journal)
    write_into(vhd, between_samples())
    os.utime(vhd, ns=(1, 1))

    done = send(vhd, either, journal)

    assert "not as in the file" in said(done)
    assert is_the_disk(either, vhd)


def test_a_change_that_the_samples_meet_is_another_disk(either: PageBlob, vhd: Path, journal: Path) -> None:
    broken_off(vhd, either, journal)
    write_into(vhd, places(SIZE + 512)[10][0])
    with pytest.raises(WizardError, match="its content was changed since"):
        send(vhd, either, journal)
    assert send_vhd(vhd, either, journal=journal, overwrite=True).sent_bytes > 12 * MIB
    assert is_the_disk(either, vhd)


def test_a_disk_that_was_cut_is_another_one(either: PageBlob, vhd: Path, journal: Path) -> None:
    broken_off(vhd, either, journal)
    vhd.unlink()
    write_vhd(vhd, SIZE // 2, {MIB: b"data"})
    with pytest.raises(WizardError, match="a disk of another size") as cut:
        send(vhd, either, journal)
    assert cut.value.details["length then and now"] == f"{SIZE + 512}, {SIZE // 2 + 512}"


def test_a_disk_that_was_replaced_is_another_one(either: PageBlob, vhd: Path, journal: Path) -> None:
    broken_off(vhd, either, journal)
    vhd.unlink()
    write_vhd(vhd, SIZE, {MIB: b"data"})
    with pytest.raises(WizardError, match="an unfinished upload of another disk"):
        send(vhd, either, journal)


def test_what_another_program_wrote_meanwhile_is_found_and_put_right(
    either: PageBlob, vhd: Path, journal: Path
) -> None:
    broken_off(vhd, either, journal)
    state, notes = either.state(), Journal(journal)
    assert state is not None
    notes.progress.pending.clear()  # as after a stop with nothing on its way
    assert notes.head is not None
    notes.start(notes.head)
    notes.close()
    mark = read_mark(state.metadata)
    assert mark is not None
    first = min(DATA)
    either.put_pages(first, b"!" * 512, fence=mark.fence)
    either.put_pages(5 * MIB, b"!" * 512, fence=mark.fence)

    done = send(vhd, either, journal)

    assert "Another program wrote to the blob" in said(done)
    assert "not as in the file" in said(done)
    assert "data that is not of this disk" in said(done)
    assert is_the_disk(either, vhd)


def test_what_a_power_cut_left_unknown_is_sent_again(either: PageBlob, vhd: Path, journal: Path) -> None:
    """The journal's last lines were lost; what the server holds beyond them may be anything."""
    broken_off(vhd, either, journal, 8)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[: len(lines) // 3]) + bytes(300))
    state, notes = either.state(), Journal(journal)
    assert state is not None
    frontier, pending = notes.progress.frontier, list(notes.progress.pending)
    assert not notes.damaged
    notes.close()
    unknown = next(
        start
        for start, _ in either.page_ranges()
        if start >= frontier and start not in {place for place, _ in pending}
    )
    mark = read_mark(state.metadata)
    assert mark is not None
    either.put_pages(unknown, b"!" * 512, fence=mark.fence)

    send(vhd, either, journal)

    assert is_the_disk(either, vhd)


def test_a_damaged_journal_is_set_aside_and_said(either: PageBlob, vhd: Path, journal: Path) -> None:
    there = broken_off(vhd, either, journal)
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 1
    journal.write_bytes(bytes(content))

    done = send(vhd, either, journal)

    assert "journal was damaged and was set aside" in said(done)
    assert journal.with_name("journal.damaged").read_bytes() == bytes(content)
    assert done.sent_bytes == done.data_bytes - there
    assert is_the_disk(either, vhd)


def test_a_journal_of_another_upload_is_not_used(
    either: PageBlob, vhd: Path, journal: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other journal"
    broken_off(vhd, either, journal)
    write = write_vhd(tmp_path / "other.vhd", SIZE, {MIB: b"other"})
    send_vhd(write, either, overwrite=True, patience=QUICK)
    with pytest.raises(WizardError, match="already"):
        send(vhd, either, journal)
    task = Task(msg("A test"))
    with pytest.raises(Cancelled):
        send_vhd(
            vhd,
            Spoilt(either, after_puts={4: task.cancel}),
            task,
            overwrite=True,
            journal=other,
            patience=QUICK,
        )
    there = held(either)

    done = send(vhd, either, journal)

    assert done.sent_bytes == done.data_bytes - there, "the old journal says nothing of this blob"
    assert is_the_disk(either, vhd)


def test_a_whole_blob_of_a_touched_disk_is_compared_and_left_alone(either: PageBlob, vhd: Path) -> None:
    first = send(vhd, either)
    os.utime(vhd, ns=(1, 1))
    done = send(vhd, either)
    assert (done.sent_bytes, done.compared_bytes, done.etag) == (0, first.data_bytes, first.etag)
    write_into(vhd, between_samples())
    with pytest.raises(WizardError, match="already"):
        send(vhd, either)


def test_a_blob_of_the_first_version_is_gone_on_with(either: PageBlob, vhd: Path) -> None:
    """Version 0.1 wrote no sample of the content into its mark."""
    there = broken_off(vhd, either, None)
    state = either.state()
    assert state is not None
    old = {name: value for name, value in state.metadata.items() if not name.endswith(("_sample", "_bytes"))}
    assert len(old) == len(state.metadata) - 2
    either.set_metadata(old, etag=state.etag)

    done = send(vhd, either)

    assert done.sent_bytes == done.data_bytes - there
    os.utime(vhd, ns=(1, 1))
    assert send(vhd, either).compared_bytes == done.data_bytes
