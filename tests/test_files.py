"""A file is written whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard import files
from wizard.files import replace_patiently, write_atomically

OLD = "what was there before\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "记录.json"
    path.write_text(OLD, encoding="utf-8")
    return path


def test_it_is_written(path: Path) -> None:
    write_atomically(path, "new\nß 中文\n")
    assert path.read_bytes() == "new\nß 中文\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_new_file_is_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new", "x")
    assert (tmp_path / "new").read_text(encoding="utf-8") == "x"


@given(st.text(st.characters(blacklist_categories=())))
def test_any_text_can_be_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    write_atomically(path, text)
    assert path.read_bytes() == text.encode("utf-8", "backslashreplace")


class FullFile:
    """A file on a disk that has room for half of what is written."""

    def __init__(self, file: Any, number: int) -> None:
        self._file, self._number = file, number

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        self._file.write(text[: len(text) // 2])
        self._file.flush()
        raise OSError(self._number, os.strerror(self._number))


def failing(where: str, number: int) -> Any:
    if where == "os.fdopen":
        fdopen = os.fdopen
        return lambda *arguments, **more: FullFile(fdopen(*arguments, **more), number)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number), "/somewhere/.temporary", None, "/somewhere/else")

    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("where", ["os.open", "os.fdopen", "os.fsync", "os.replace"])
def test_a_failure_leaves_what_was_there_and_nothing_else(path: Path, where: str, number: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, failing(where, number))
        with pytest.raises(OSError, match=re.escape(str(path))) as caught:
            write_atomically(path, "new" * 100_000)
    assert caught.value.errno == number
    assert path.read_text(encoding="utf-8") == OLD
    assert list(path.parent.iterdir()) == [path]


def test_an_interrupted_write_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == OLD
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_synced_is_no_failure(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_who_could_read_it_before_can_read_it_now(path: Path) -> None:
    path.chmod(0o644)
    write_atomically(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_windows_gives_up_a_forbidden_folder_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def denied(name: object, *_: object) -> int:
        tried.append(name)
        raise PermissionError(errno.EACCES, "")

    # os.access knows nothing of access lists there: every folder looks as if it could be written.
    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(PermissionError, match=re.escape(str(path))):
        write_atomically(path, "new")
    assert len(tried) == 1


def test_windows_leaves_nothing_beside_a_write_protected_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def unlink_as_windows(self: Path, missing_ok: bool = False) -> None:
        if not self.stat().st_mode & stat.S_IWRITE:
            raise PermissionError(errno.EACCES, "")
        unlink(self, missing_ok)

    path.chmod(0o444)
    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.setattr(os, "replace", failing("os.replace", errno.EACCES))
    monkeypatch.setattr(files, "time", SimpleNamespace(sleep=lambda _: None))
    monkeypatch.setattr(Path, "unlink", unlink_as_windows)
    with pytest.raises(PermissionError):
        write_atomically(path, "new")
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("held", "replaced"), [(0, True), (5, True), (6, False)])
def test_windows_waits_for_who_holds_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, held: int, replaced: bool
) -> None:
    source = path.with_name("source")
    source.write_text("new", encoding="utf-8")
    tried: list[Path] = []
    waited: list[float] = []

    def replace(self: Path, target: Path) -> None:
        tried.append(target)
        if len(tried) <= held:
            raise PermissionError(errno.EACCES, "")
        self.rename(target)

    monkeypatch.setattr(files, "os", SimpleNamespace(name="nt"))
    monkeypatch.setattr(files, "time", SimpleNamespace(sleep=waited.append))
    monkeypatch.setattr(Path, "replace", replace)
    if replaced:
        replace_patiently(source, path)
        assert path.read_text(encoding="utf-8") == "new"
    else:
        with pytest.raises(PermissionError):
            replace_patiently(source, path)
    assert len(waited) == min(held, 5)
    assert sum(waited) < 2


@pytest.mark.skipif(os.name == "nt", reason="Windows waits")
def test_elsewhere_nothing_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", failing("os.replace", errno.EACCES))
    monkeypatch.setattr(files, "time", SimpleNamespace(sleep=lambda _: pytest.fail("waited")))
    with pytest.raises(PermissionError):
        replace_patiently(path, path.with_name("other"))
