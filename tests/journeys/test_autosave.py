"""The newest state is on disk a moment later; a failure is told, and tried again until there is room."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wizard.journeys import autosave
from wizard.journeys.autosave import Autosave
from wizard.journeys.journey_file import SUFFIX, JourneyFile
from wizard.journeys.journey_format import decode

LONG = 20.0


@pytest.fixture
def file(tmp_path: Path) -> Iterator[JourneyFile]:
    file = JourneyFile.create(tmp_path / f"a{SUFFIX}", "A", "practice")
    yield file
    file.close()


@pytest.fixture
def saving(file: JourneyFile) -> Iterator[Autosave]:
    saving = Autosave(file)
    yield saving
    saving.close()


def change(file: JourneyFile, saving: Autosave, word: object) -> None:
    file.journey.answers["step"] = {"word": word}
    saving(file.journey)


def on_disk(file: JourneyFile) -> Any:
    return decode(file.path.read_text(encoding="utf-8"))[0].answers.get("step", {}).get("word")


class Disk:
    """Lets writing fail while it is full, and counts how often it was tried."""

    def __init__(self) -> None:
        self.full = False
        self.error = errno.ENOSPC
        self.tried = 0
        self.trying = threading.Event()
        self._fsync = os.fsync

    def fsync(self, descriptor: int) -> None:
        self.tried += 1
        self.trying.set()
        if self.full:
            raise OSError(self.error, os.strerror(self.error))
        self._fsync(descriptor)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(os, "fsync", disk.fsync)
    return disk


def test_what_changed_is_on_disk_a_moment_later(file: JourneyFile, saving: Autosave) -> None:
    change(file, saving, "first")
    assert saving.flush(LONG)
    assert saving.saved
    assert on_disk(file) == "first"


def test_of_many_changes_the_last_is_on_disk(file: JourneyFile, saving: Autosave) -> None:
    for number in range(200):
        change(file, saving, number)
    assert saving.flush(LONG)
    assert on_disk(file) == 199


def test_the_state_is_that_of_the_change(file: JourneyFile, saving: Autosave) -> None:
    change(file, saving, "told")
    file.journey.answers["step"]["word"] = "not told yet"
    assert saving.flush(LONG)
    assert on_disk(file) == "told"


def test_closing_saves_what_waits(file: JourneyFile) -> None:
    saving = Autosave(file)
    change(file, saving, "last")
    assert saving.close()
    assert on_disk(file) == "last"


def test_a_full_disk_is_told_and_once_there_is_room_it_is_saved(
    file: JourneyFile, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "_RETRY_SECONDS", 0.02)
    told = threading.Semaphore(0)
    saving = Autosave(file, told.release)
    disk.full = True
    change(file, saving, "first")
    assert told.acquire(timeout=LONG)
    assert saving.error is not None
    assert "The disk is full" in str(saving.error)
    assert not saving.saved
    assert on_disk(file) is None
    change(file, saving, "second")
    disk.full = False
    assert told.acquire(timeout=LONG)
    assert saving.flush(LONG)
    assert saving.error is None
    assert on_disk(file) == "second"
    assert saving.close()


def test_another_reason_is_told_too(file: JourneyFile, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave, "_RETRY_SECONDS", 0.02)
    told = threading.Semaphore(0)
    saving = Autosave(file, told.release)
    disk.full = True
    change(file, saving, "first")
    assert told.acquire(timeout=LONG)
    disk.error = errno.EACCES
    assert told.acquire(timeout=LONG)
    assert "may not be read or written" in str(saving.error)
    # The same failure again is no news.
    tried = disk.tried
    while disk.tried < tried + 3:
        disk.trying.clear()
        assert disk.trying.wait(LONG)
    assert not told.acquire(blocking=False)
    disk.full = False
    saving.close()


def test_flush_does_not_wait_for_the_next_try(
    file: JourneyFile, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "_RETRY_SECONDS", LONG * 10)
    saving = Autosave(file)
    disk.full = True
    change(file, saving, "first")
    assert not saving.flush(LONG)
    assert not saving.flush(LONG)
    disk.full = False
    assert saving.flush(LONG)
    assert on_disk(file) == "first"
    assert saving.close()


def test_a_new_change_does_not_hurry_a_full_disk(
    file: JourneyFile, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "_RETRY_SECONDS", LONG * 10)
    saving = Autosave(file)
    disk.full = True
    change(file, saving, "first")
    assert not saving.flush(LONG)
    tried = disk.tried
    for number in range(20):
        change(file, saving, number)
    assert disk.tried == tried
    disk.full = False
    assert saving.close()
    assert on_disk(file) == 19


def test_closing_says_that_the_last_change_is_lost(file: JourneyFile, disk: Disk) -> None:
    saving = Autosave(file)
    disk.full = True
    change(file, saving, "lost")
    assert not saving.close()
    assert not saving.saved
    assert not saving.flush(LONG)
    assert saving.error is not None
    assert on_disk(file) is None


def test_a_listener_that_raises_does_not_end_the_saving(
    file: JourneyFile, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("the window is gone")

    saving = Autosave(file, broken)
    disk.full = True
    change(file, saving, "first")
    assert not saving.flush(LONG)
    disk.full = False
    assert saving.flush(LONG)
    assert saving.close()
    assert on_disk(file) == "first"
    assert "the window is gone" in caplog.text


def test_what_cannot_be_kept_is_refused_and_saving_goes_on(file: JourneyFile, saving: Autosave) -> None:
    with pytest.raises(TypeError):
        change(file, saving, object())
    change(file, saving, "fine")
    assert saving.flush(LONG)
    assert on_disk(file) == "fine"


def test_a_folder_that_vanished_and_came_back(file: JourneyFile, saving: Autosave) -> None:
    folder, away = file.path.parent, file.path.parent.with_name("away")
    folder.rename(away)
    change(file, saving, "first")
    assert not saving.flush(LONG)
    assert "could not be saved" in str(saving.error)
    away.rename(folder)
    assert saving.flush(LONG)
    assert on_disk(file) == "first"
