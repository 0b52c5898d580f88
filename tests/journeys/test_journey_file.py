"""A journey on disk: whole or not at all, one holder at a time, and no damaged file is ever lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wizard.errors import WizardError
from wizard.journeys import journey_file
from wizard.journeys.journey_file import SUFFIX, JourneyFile, JourneyLockedError, journey_path
from wizard.journeys.journey_format import VERSION, decode, encode
from wizard.journeys.journey_lock import JourneyLock

ROOT = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journey is that was made, changed and closed."""
    path = tmp_path / f"镜像 1{SUFFIX}"
    file = JourneyFile.create(path, "镜像 1", "practice")
    answer(file, "first")
    file.close()
    return path


def answer(file: JourneyFile, value: str) -> None:
    file.journey.answers["step"] = {"word": value}
    file.save(encode(file.journey))


def answered(path: Path) -> Any:
    return decode(path.read_text(encoding="utf-8"))[0].answers["step"]["word"]


def visible(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))


def hidden(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.name.startswith("."))


# Made, saved, opened again


def test_a_journey_is_saved_as_soon_as_it_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / f"a{SUFFIX}"
    file = JourneyFile.create(path, "A", "practice")
    assert decode(path.read_text(encoding="utf-8"))[0] == file.journey
    file.close()


def test_what_was_saved_is_there_again(path: Path) -> None:
    file = JourneyFile.open(path)
    assert file.journey.name == "镜像 1"
    assert file.journey.answers == {"step": {"word": "first"}}
    assert (file.read_only, file.notices) == (None, [])
    file.close()


def test_closing_leaves_the_journey_and_one_copy(path: Path) -> None:
    file = JourneyFile.open(path)
    file.close()
    file.close()
    assert visible(path.parent) == [path.name]
    assert hidden(path.parent) == [f".{path.name}.backup"]


def test_a_journey_is_never_made_over_another(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(WizardError, match="already a journey"):
        JourneyFile.create(path, "B", "practice")
    assert path.read_bytes() == before
    JourneyFile.open(path).close()


def test_of_two_that_make_the_same_journey_the_second_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a{SUFFIX}"
    take = JourneyLock.take

    def late(self: JourneyLock) -> object:
        # Between looking and locking, another window makes it and closes it again.
        monkeypatch.undo()
        JourneyFile.create(path, "First", "practice").close()
        return take(self)

    monkeypatch.setattr(JourneyLock, "take", late)
    with pytest.raises(WizardError, match="already a journey"):
        JourneyFile.create(path, "Second", "practice")
    assert decode(path.read_text(encoding="utf-8"))[0].name == "First"


def test_what_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(WizardError, match="is not there"):
        JourneyFile.open(tmp_path / f"gone{SUFFIX}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_notepad_is_read(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    file = JourneyFile.open(path)
    assert file.journey.answers == {"step": {"word": "first"}}
    assert file.notices == []
    file.close()


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege there")
def test_through_a_link_it_is_the_same_journey(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / f"link{SUFFIX}"
    link.parent.mkdir()
    link.symlink_to(path)
    file = JourneyFile.open(link)
    with pytest.raises(JourneyLockedError):
        JourneyFile.open(path)
    answer(file, "through the link")
    file.close()
    assert link.is_symlink()
    assert answered(path) == "through the link"


# Saving


@pytest.mark.parametrize("where", ["os.open", "os.fdopen", "os.fsync", "os.replace"])
@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "may not be read or written")]
)
def test_a_failed_save_leaves_what_was_saved_before(path: Path, where: str, number: int, said: str) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    file = JourneyFile.open(path)
    before, names = path.read_bytes(), hidden(path.parent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, fail)
        with pytest.raises(WizardError, match=said) as caught:
            answer(file, "second")
    assert str(caught.value.cure).startswith("What was saved before is still there.")
    assert ".new" not in str(caught.value)
    assert caught.value.details["file"] == str(path)
    assert path.read_bytes() == before
    assert hidden(path.parent) == names
    answer(file, "third")
    assert answered(path) == "third"
    file.close()


def test_a_folder_that_vanished_is_an_error_and_all_is_well_when_it_is_back(path: Path) -> None:
    file = JourneyFile.open(path)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    with pytest.raises(WizardError, match="could not be saved"):
        answer(file, "second")
    away.rename(path.parent)
    answer(file, "third")
    file.close()
    assert answered(path) == "third"


def test_what_could_not_be_read_again_is_never_saved(path: Path) -> None:
    file = JourneyFile.open(path)
    with pytest.raises(WizardError, match="could not be saved"):
        file.save("{}")
    file.close()
    assert answered(path) == "first"


def test_after_closing_nothing_is_saved(path: Path) -> None:
    file = JourneyFile.open(path)
    file.close()
    with pytest.raises(ValueError, match="closed"):
        answer(file, "second")
    assert answered(path) == "first"


# Holding


def test_a_second_opening_is_refused_and_told_by_whom(path: Path) -> None:
    file = JourneyFile.open(path)
    with pytest.raises(JourneyLockedError, match=f"process {os.getpid()}"):
        JourneyFile.open(path)
    with pytest.raises(WizardError, match="already"):
        JourneyFile.create(path, "B", "practice")
    file.close()
    JourneyFile.open(path).close()


def test_a_held_journey_can_be_read(path: Path) -> None:
    file = JourneyFile.open(path)
    reader = JourneyFile.open(path, read_only=True)
    assert reader.read_only is not None
    assert reader.journey == file.journey
    answer(reader, "second")
    reader.close()
    assert answered(path) == "first"
    with pytest.raises(JourneyLockedError):
        JourneyFile.open(path)
    file.close()


def test_a_journey_opened_in_one_thread_is_let_go_in_another(path: Path) -> None:
    opened: list[JourneyFile] = []
    thread = threading.Thread(target=lambda: opened.append(JourneyFile.open(path)))
    thread.start()
    thread.join()
    opened[0].close()
    JourneyFile.open(path).close()


def test_a_failed_opening_holds_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> str:
        raise OSError(errno.EIO, "")

    monkeypatch.setattr(journey_file, "_text", fail)
    with pytest.raises(WizardError):
        JourneyFile.open(path)
    monkeypatch.undo()
    JourneyFile.open(path).close()


HOLDS = """
import sys
from pathlib import Path
from wizard.journeys.journey_file import JourneyFile
file = JourneyFile.open(Path(sys.argv[1]))
file.journey.answers["step"] = {"word": "by the other"}
from wizard.journeys.journey_format import encode
file.save(encode(file.journey))
print("held", flush=True)
sys.stdin.read()
file.close()
"""


@contextmanager
def held_elsewhere(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the journey, until its standard input is closed."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def test_another_process_holds_it(path: Path) -> None:
    with held_elsewhere(path) as child:
        with pytest.raises(JourneyLockedError, match=f"process {child.pid}"):
            JourneyFile.open(path)
        child.communicate("", timeout=60)
        file = JourneyFile.open(path)
        assert file.notices == []
        assert file.journey.answers == {"step": {"word": "by the other"}}
        file.close()


def test_the_lock_of_a_killed_process_is_taken_over_and_said(path: Path) -> None:
    with held_elsewhere(path) as child:
        child.kill()
        child.wait(60)
        file = JourneyFile.open(path)
        assert "was not closed properly" in str(file.notices[0])
        assert file.read_only is None
        assert file.journey.answers == {"step": {"word": "by the other"}}
        answer(file, "mine")
        file.close()
    again = JourneyFile.open(path)
    assert again.notices == []
    again.close()


@pytest.mark.parametrize("left", ["", "{", "[]", '{"process": "x"}', "[" * 100_000])
def test_a_holder_s_note_that_cannot_be_read_disturbs_nobody(path: Path, left: str) -> None:
    path.with_name(f".{path.name}.holder").write_text(left, encoding="utf-8")
    path.with_name(f".{path.name}.lock").write_text("", encoding="utf-8")
    file = JourneyFile.open(path)
    path.with_name(f".{path.name}.holder").write_text(left, encoding="utf-8")
    with pytest.raises(JourneyLockedError, match="already open"):
        JourneyFile.open(path)
    file.close()


def test_without_a_lock_the_journey_can_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: Any, **__: Any) -> None:
        raise NotImplementedError("this file system knows no locks")

    monkeypatch.setattr("filelock.FileLock.acquire", no_locks)
    file = JourneyFile.open(path)
    assert "cannot be locked" in str(file.read_only)
    assert file.journey.answers == {"step": {"word": "first"}}
    file.close()
    with pytest.raises(WizardError):
        JourneyFile.create(path.with_name(f"b{SUFFIX}"), "B", "practice")


# Damaged


def garbage(whole: bytes) -> st.SearchStrategy[bytes]:
    """What a crash, a bad disk or an editor may leave of a journey."""
    return (
        st.integers(0, len(whole) - 2).map(lambda length: whole[:length])
        | st.integers(0, len(whole) - 2).map(lambda length: whole[:length] + b"\0" * (len(whole) - length))
        | st.binary(max_size=100)
        | st.sampled_from([b"", b"null", b"[]", b"{}", b"\xff\xfe{}", b"\0" * 4096, b"<html></html>"])
    )


WHOLE = encode(JourneyFile(Path("x"), journey_file.Journey("A", "practice")).journey).encode()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@given(garbage(WHOLE))
@example(WHOLE[:-1])
def test_a_damaged_file_is_set_aside_and_its_copy_takes_its_place(folder: Path, damaged: bytes) -> None:
    path = fresh(folder)
    file = JourneyFile.create(path, "A", "practice")
    answer(file, "kept")
    file.close()
    path.write_bytes(damaged)

    file = JourneyFile.open(path)

    assert file.journey.answers == {"step": {"word": "kept"}}
    assert "was damaged" in str(file.notices[0])
    [aside] = [name for name in visible(folder) if ".damaged-" in name]
    assert aside in str(file.notices[0])
    assert (folder / aside).read_bytes() == damaged
    assert answered(path) == "kept"
    answer(file, "and on")
    file.close()
    assert answered(path) == "and on"
    assert (folder / aside).read_bytes() == damaged


@given(garbage(WHOLE), st.none() | garbage(WHOLE))
def test_without_a_copy_a_damaged_file_is_set_aside_and_refused(
    folder: Path, damaged: bytes, copy: bytes | None
) -> None:
    path = fresh(folder)
    path.write_bytes(damaged)
    if copy is not None:
        path.with_name(f".{path.name}.backup").write_bytes(copy)
    with pytest.raises(WizardError, match="is damaged") as caught:
        JourneyFile.open(path)
    [aside] = visible(folder)
    assert aside in str(caught.value.cure)
    assert (folder / aside).read_bytes() == damaged
    # The name is free for a new journey, and the damaged one stays.
    JourneyFile.create(path, "B", "practice").close()
    assert (folder / aside).read_bytes() == damaged


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder)
    folder.mkdir()
    return folder / f"a{SUFFIX}"


def test_two_damaged_files_within_a_second_are_both_kept(path: Path) -> None:
    for damaged in (b"one", b"two", b"three"):
        path.write_bytes(damaged)
        JourneyFile.open(path).close()
    kept = {(path.parent / name).read_bytes() for name in visible(path.parent) if ".damaged-" in name}
    assert kept == {b"one", b"two", b"three"}


def test_the_copy_is_of_the_last_closing(path: Path) -> None:
    file = JourneyFile.open(path)
    answer(file, "second")
    file.close()
    path.write_bytes(b"")
    file = JourneyFile.open(path)
    assert file.journey.answers == {"step": {"word": "second"}}
    file.close()


def test_a_copy_on_a_full_disk_leaves_the_one_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "fsync", full)
    JourneyFile.open(path).close()
    monkeypatch.undo()
    assert answered(path.with_name(f".{path.name}.backup")) == "first"


def test_a_damaged_file_that_cannot_be_replaced_stays_where_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"damaged")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WizardError, match="The disk is full"):
        JourneyFile.open(path)
    monkeypatch.undo()
    assert path.read_bytes() == b"damaged"
    assert visible(path.parent) == [path.name]
    file = JourneyFile.open(path)
    assert file.journey.answers == {"step": {"word": "first"}}
    file.close()


@pytest.mark.parametrize("name", ["disk.vhd", "notes.txt", "no suffix"])
def test_a_file_that_was_chosen_by_mistake_stays_where_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"somebody's work")
    with pytest.raises(WizardError, match="is no journey"):
        JourneyFile.open(path)
    assert path.read_bytes() == b"somebody's work"
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_folder_is_no_journey(tmp_path: Path) -> None:
    path = tmp_path / f"a{SUFFIX}"
    path.mkdir()
    with pytest.raises(WizardError, match="is no journey"):
        JourneyFile.open(path)
    assert path.is_dir()


def test_a_disk_image_is_not_read_as_a_journey(tmp_path: Path) -> None:
    path = tmp_path / "disk.vhd"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(WizardError, match="is no journey"):
        JourneyFile.open(path)


def test_a_damaged_file_opened_for_reading_only_stays_where_it_is(path: Path) -> None:
    path.write_bytes(b"damaged")
    with pytest.raises(WizardError, match="is damaged"):
        JourneyFile.open(path, read_only=True)
    assert path.read_bytes() == b"damaged"
    assert visible(path.parent) == [path.name]


# Newer


def made_newer(path: Path, **changes: Any) -> bytes:
    data = json.loads(path.read_text(encoding="utf-8")) | {"version": VERSION + 1, "more": [1]} | changes
    path.write_text(json.dumps(data), encoding="utf-8")
    return path.read_bytes()


def test_a_newer_version_opens_read_only_and_is_never_written(path: Path) -> None:
    newer = made_newer(path)
    copy = path.with_name(f".{path.name}.backup").read_bytes()
    file = JourneyFile.open(path)
    assert "newer version" in str(file.read_only)
    assert file.journey.answers == {"step": {"word": "first"}}
    answer(file, "second")
    file.close()
    assert path.read_bytes() == newer
    assert path.with_name(f".{path.name}.backup").read_bytes() == copy


def test_a_newer_version_that_cannot_be_understood_is_refused_and_left_alone(path: Path) -> None:
    newer = made_newer(path, answers=[["another", "shape"]])
    with pytest.raises(WizardError, match="newer version"):
        JourneyFile.open(path)
    assert path.read_bytes() == newer
    assert visible(path.parent) == [path.name]


def test_a_newer_copy_is_not_taken_for_an_older_file(path: Path) -> None:
    made_newer(path.with_name(f".{path.name}.backup"))
    path.write_bytes(b"damaged")
    with pytest.raises(WizardError, match="is damaged"):
        JourneyFile.open(path)


# Not allowed to write


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A folder of someone who is no administrator, and the rights of that person for the test."""
    if os.name == "nt":
        pytest.skip("Windows has no such permissions")
    nobody = 65534
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        is_root = os.getuid() == 0
        if is_root:
            os.chown(folder, nobody, nobody)
            os.setresuid(nobody, nobody, 0)
        try:
            yield folder
        finally:
            if is_root:
                os.setresuid(0, 0, 0)
            folder.chmod(0o700)


def a_closed_journey(folder: Path) -> Path:
    path = folder / f"a{SUFFIX}"
    file = JourneyFile.create(path, "A", "practice")
    answer(file, "first")
    file.close()
    return path


def test_a_write_protected_file_opens_read_only(ordinary: Path) -> None:
    path = a_closed_journey(ordinary)
    path.chmod(0o444)
    file = JourneyFile.open(path)
    assert "write-protected" in str(file.read_only)
    assert file.journey.answers == {"step": {"word": "first"}}
    answer(file, "second")
    file.close()
    assert answered(path) == "first"


def test_a_write_protected_folder_opens_read_only(ordinary: Path) -> None:
    path = a_closed_journey(ordinary)
    ordinary.chmod(0o555)
    file = JourneyFile.open(path)
    assert "cannot be locked" in str(file.read_only)
    assert str(ordinary) in str(file.read_only)
    answer(file, "second")
    file.close()
    assert answered(path) == "first"


def test_a_damaged_file_in_a_write_protected_folder_stays_where_it_is(ordinary: Path) -> None:
    path = a_closed_journey(ordinary)
    path.write_bytes(b"damaged")
    ordinary.chmod(0o555)
    with pytest.raises(WizardError, match="is damaged"):
        JourneyFile.open(path)
    assert path.read_bytes() == b"damaged"


def test_in_a_write_protected_folder_no_journey_is_made(ordinary: Path) -> None:
    ordinary.chmod(0o555)
    for path in (ordinary / f"a{SUFFIX}", ordinary / "sub" / f"a{SUFFIX}"):
        with pytest.raises(WizardError, match="may not be read or written"):
            JourneyFile.create(path, "A", "practice")
    assert list(ordinary.iterdir()) == []


def test_a_file_that_may_not_be_read_is_an_error(ordinary: Path) -> None:
    path = a_closed_journey(ordinary)
    path.chmod(0o222)
    with pytest.raises(WizardError, match="may not be read"):
        JourneyFile.open(path)
    assert visible(ordinary) == [path.name]


# Names


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("My image", "My image"),
        ("镜像 一", "镜像 一"),
        ("", "journey"),
        (" . ", "journey"),
        ("..", "journey"),
        ("a/b\\c", "a-b-c"),
        ('<>:"|?*', "-------"),
        ("a\nb\tc\0d\x7fe", "a-b-c-d-e"),
        ("name. ", "name"),
        (".hidden", "hidden"),
        ("CON", "_CON"),
        ("con", "_con"),
        ("nul.txt", "_nul.txt"),
        ("aux .x", "_aux .x"),
        ("COM1", "_COM1"),
        ("lpt9.a.b", "_lpt9.a.b"),
        ("COM²", "_COM²"),
        ("conin$", "_conin$"),
        ("COM0", "COM0"),
        ("CONSOLE", "CONSOLE"),
        ("half \udcff name", "half - name"),
        ("x" * 300, "x" * 80),
        ("镜" * 300, "镜" * 53),
        ("x" * 79 + ". ", "x" * 79),
    ],
)
def test_a_name_becomes_a_file_name_that_windows_allows(tmp_path: Path, name: str, file_name: str) -> None:
    path = journey_path(tmp_path, name)
    assert path == tmp_path / f"{file_name}{SUFFIX}"
    JourneyFile.create(path, name, "practice").close()
    JourneyFile.open(path).close()


@given(st.text(st.characters(blacklist_categories=())))
def test_any_name_becomes_a_file_name(name: str) -> None:
    stem = journey_path(Path("f"), name, taken=lambda _: False).name.removesuffix(SUFFIX)
    assert stem
    assert not set(stem) & set('<>:"/\\|?*')
    assert stem == stem.strip(" .")
    assert len(stem.encode()) <= 170


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = journey_path(tmp_path, "A")
        path.write_bytes(b"")
        names.append(path.name)
    assert names == [f"A{SUFFIX}", f"A 2{SUFFIX}", f"A 3{SUFFIX}"]
