"""The journal: read as it was written, torn or damaged told apart, bounded, for one program at a time, never in the way."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cloud import MIB, send_vhd, write_vhd
from tests.house.tools import ROOT
from tests.strict.server import StrictServer
from tests.transfer.memory_blob import MemoryBlob, MemoryDisk
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.tasks import Task
from wizard.transfer.resuming.identity import Identity
from wizard.transfer.resuming.journal import Head, Journal, JournalInUseError
from wizard.transfer.resuming.progress import START, Progress
from wizard.transfer.upload import upload

HEAD = Head("0" * 32, "https://x/c/b.vhd", "an id", Identity(1024, -5, "ab", "cd", 99), adopted=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "journal"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    try:
        yield journal
    finally:
        journal.close()


def write(path: Path) -> Progress:
    """A journal with a bit of everything; returns what it should be read as."""
    with opened(path) as journal:
        journal.start(HEAD)
        journal.begin([(0, 512), (1024, 1024)], 4096, "aa")
        journal.done((0, 512), '"0x1"')
        journal.begin([(8192, 512)], 8704, "bb")
        journal.wrote('"0x2"')
        journal.doubt()
        return journal.progress


def test_it_is_read_as_it_was_written(path: Path) -> None:
    written = write(path)
    with opened(path) as journal:
        assert journal.head == HEAD
        assert journal.progress == written
        assert (written.frontier, written.chain) == (8704, "bb")
        assert written.pending == [(1024, 1024), (8192, 512)]
        assert list(written.etags) == ['"0x1"', '"0x2"']
        assert written.doubted
        assert not journal.damaged


def test_a_new_one_is_empty(path: Path) -> None:
    with opened(path) as journal:
        assert (journal.head, journal.progress, journal.damaged) == (None, Progress(), False)
    assert not path.exists()
    assert list(path.parent.iterdir()) == []


def test_wherever_it_was_torn_what_is_whole_counts(path: Path) -> None:
    write(path)
    content = path.read_bytes()
    first = content.index(b"\n") + 1
    for end in range(first, len(content) + 1):
        for behind in (b"", bytes(100)):
            path.write_bytes(content[:end] + behind)
            with opened(path) as journal:
                assert not journal.damaged, end
                assert journal.head == HEAD
                lines = content[:end].count(b"\n")
                assert journal.progress.frontier == (8704 if lines >= 8 else 4096 if lines >= 5 else 0)


def test_any_byte_that_is_another_one_is_noticed(path: Path) -> None:
    write(path)
    content = path.read_bytes()
    last = content.rindex(b"\n", 0, -1)  # the last line may have been torn
    for place in range(last):
        spoilt = bytearray(content)
        spoilt[place] ^= 0x11
        path.write_bytes(bytes(spoilt))
        with opened(path) as journal:
            assert journal.damaged, place
            assert (journal.head, journal.progress) == (None, Progress())
        assert not path.exists()
    assert path.with_name("journal.damaged").exists()


@pytest.mark.parametrize(
    "content", [b"no journal", b"\n\n\n", bytes(1000), b"x" * 5_000_000, os.urandom(4096)]
)
def test_what_is_no_journal_is_set_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with opened(path) as journal:
        assert journal.damaged
        journal.start(HEAD)
    with opened(path) as journal:
        assert journal.head == HEAD


@given(data=st.binary(max_size=400), after=st.booleans())
def test_anything_at_all_is_read_or_set_aside(
    data: bytes, after: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal"
    if after:
        write(path)
        data = path.read_bytes() + data
    path.write_bytes(data)
    with opened(path) as journal:
        assert journal.trouble is None
        assert journal.head is None or journal.head == HEAD


def test_two_programs_do_not_use_it_at_once(path: Path) -> None:
    with opened(path), pytest.raises(JournalInUseError):
        Journal(path)
    with opened(path):
        pass


def test_however_long_the_upload_it_stays_small_and_true(path: Path) -> None:
    chance, largest = random.Random(1), 0
    with opened(path) as journal:
        journal.start(HEAD)
        pending: list[tuple[int, int]] = []
        for number in range(20_000):
            piece = number * 1024 * 1024, 512
            journal.begin([piece], piece[0] + 512, f"{number:032x}")
            pending.append(piece)
            if len(pending) > 8:
                journal.done(pending.pop(chance.randrange(8)), f'"{number}"')
            if number % 100 == 0:
                largest = max(largest, path.stat().st_size)
        expected = journal.progress
    assert largest < 300_000
    with opened(path) as journal:
        assert journal.progress == expected
        assert journal.progress.pending == sorted(pending)


def test_it_is_gone_when_its_upload_is_whole(path: Path) -> None:
    with opened(path) as journal:
        journal.start(HEAD)
        journal.finish()
    assert list(path.parent.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    disk, blob = MemoryDisk(tmp_path / "disk.vhd", b"x" * MIB), MemoryBlob()
    done = upload(disk, blob, Task(msg("A test")), journal=tmp_path / "file" / "journal")
    assert bytes(blob.content) == disk.content
    assert "journal cannot be written" in str(done.notices[0])


_FULL = """
    import resource, sys
    from pathlib import Path
    from wizard.disk.as_vhd import open_fixed_vhd
    from wizard.messages import msg
    from wizard.redaction import Secret
    from wizard.services.connect import page_blob_from_url
    from wizard.tasks import Task
    from wizard.transfer.upload import upload
    blob = page_blob_from_url(Secret(sys.stdin.readline().strip()))
    most = int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))  # as a disk on which no more has room
    with open_fixed_vhd(Path(sys.argv[1])) as disk:
        done = upload(disk, blob, Task(msg("Upload")), journal=Path(sys.argv[2]))
    sys.stdout.write("; ".join(map(str, done.notices)))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
@pytest.mark.parametrize("room", [0, 100, 700, 1500])
def test_a_disk_that_is_full_is_no_reason_to_stop_and_is_said(
    strict: StrictServer, tmp_path: Path, path: Path, room: int
) -> None:
    vhd = write_vhd(tmp_path / "disk.vhd", 32 * MIB, {at * MIB: b"data" * 1000 for at in range(30)})
    child = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_FULL), str(vhd), str(path), str(room)],
        cwd=ROOT,
        input=strict.link("disk.vhd") + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    assert "journal cannot be written (File too large)" in child.stdout
    assert strict.content("disk.vhd") == vhd.read_bytes()
    assert not path.exists(), "what stands in it is not all that was sent"


def test_no_secret_is_in_it(strict: StrictServer, tmp_path: Path, path: Path) -> None:
    link = strict.link("disk.vhd")
    kept: list[str] = []
    task = Task(msg("A test"))
    task.listen(lambda _: kept.append(path.read_text("utf-8")) if path.exists() else None)
    vhd = write_vhd(tmp_path / "disk.vhd", 4 * MIB, fill=MIB)
    send_vhd(vhd, page_blob_from_url(Secret(link)), task, journal=path)
    assert any("disk.vhd" in text for text in kept)
    assert not any("sig=" in text or link.partition("sig=")[2] in text for text in kept)


def test_what_was_begun_and_not_done_is_not_trusted() -> None:
    progress = Progress(frontier=4096, chain=START, pending=[(512, 1024)])
    for piece, adopted, expected in [
        ((0, 512), False, []),
        ((0, 2048), False, [(512, 1024)]),
        ((1024, 4096), False, [(1024, 512), (4096, 1024)]),
        ((1024, 4096), True, [(1024, 512)]),
        ((8192, 512), False, [(8192, 512)]),
        ((8192, 512), True, []),
    ]:
        assert progress.not_trusted(piece, adopted=adopted) == expected
