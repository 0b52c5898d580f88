"""Spoilt file systems, hundreds of each here and as many as wanted by `python3 dev.py fuzz`: an answer, whatever they do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fuzz import reading
from tests.fuzz.__main__ import main
from tests.fuzz.file_systems import MAKERS, missing, sound_of, spoil
from tests.fuzz.reading import ReadingFuzz
from tests.fuzz.running import FuzzError
from tests.fuzz.spoilt import Spoilt
from tests.fuzz.spoilt_disk import SpoiltDisk
from tests.images.disks import needs_ext4
from wizard.inspection.inspect import look_inside
from wizard.messages import msg
from wizard.tasks import Task

SEED = 1


@pytest.fixture(scope="module", params=MAKERS)
def fuzz(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingFuzz]:
    kind = request.param
    gone = missing(kind)
    if gone:
        wanted = " ".join(sorted(set(gone.values())))
        pytest.skip(
            f"{', '.join(gone)} is not installed, so no {kind} was spoilt (Debian: apt-get install {wanted})"
        )
    with ReadingFuzz(kind, SEED, tmp_path_factory.mktemp("fuzz")) as made:
        yield made


def test_what_is_spoilt_was_sound(fuzz: ReadingFuzz) -> None:
    with SpoiltDisk(fuzz.image, Spoilt({}, fuzz.sound.length, [])) as disk:
        inside = look_inside(disk, Task(msg("Looking inside")))
    assert all(each.read or not each.why for each in inside.volumes)
    if fuzz.kind != "fat":
        assert inside.system == ("windows" if fuzz.kind == "ntfs" else "linux")
        assert inside.unread == ()


def test_hundreds_of_spoilt_file_systems_by_seed(fuzz: ReadingFuzz) -> None:
    outcome = fuzz.run(500)
    assert outcome.examples == 500
    if fuzz.kind != "fat":
        assert 40 < outcome.opened < 500, "neither all nor nothing gets through, or nothing was tried"


@pytest.mark.parametrize("number", range(500, 506))
def test_some_of_them_through_the_real_door(fuzz: ReadingFuzz, number: int) -> None:
    assert fuzz.through_the_door(number) in (
        "opened",
        "damaged",
        "no_system",
        "cannot_read",
        "crashed",
        "too_much",
        "too_long",
    )


@needs_ext4
def test_a_seed_gives_the_same_damage_again(tmp_path: Path) -> None:
    fuzz = ReadingFuzz("ext4", SEED, tmp_path)
    one, other = (spoil(sound_of("ext4", fuzz.image), random.Random("ext4 1 2")) for _ in range(2))
    assert (one.over, one.length, one.story) == (other.over, other.length, other.story)


class Worker:
    """A worker that says what a test wants."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)
        self.ended = 0

    def read(self, _number: int) -> str:
        return self.words.pop(0)

    def end(self) -> None:
        self.ended += 1


@needs_ext4
def test_what_may_not_come_out_is_found_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(reading, "_Worker", lambda *_: Worker("opened", "fault KeyError␤at line 3"))
    with ReadingFuzz("ext4", SEED, tmp_path) as fuzz, pytest.raises(FuzzError, match="--first 8") as error:
        fuzz.run(3, first=7)
    assert "KeyError\nat line 3" in str(error.value)
    kept = tmp_path / "fuzz-ext4-1-8.disk"
    assert str(kept) in str(error.value)
    assert kept.stat().st_size == max(fuzz._spoilt(8).length // 512, 1) * 512


@needs_ext4
@pytest.mark.parametrize("word", ["ended", "too long"])
def test_what_ends_the_worker_goes_through_the_real_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    seen: list[Any] = []

    def looked(disk: Any, *_: Any, **__: Any) -> Any:
        seen.append(disk.size)
        return SimpleNamespace(unread=())

    workers = [Worker("opened", word), Worker("opened")]
    monkeypatch.setattr(reading, "_Worker", lambda *_: workers[len(seen)])
    monkeypatch.setattr(reading, "look_inside", looked)
    with ReadingFuzz("ext4", SEED, tmp_path) as fuzz:
        outcome = fuzz.run(3)
    assert (len(seen), workers[0].ended, outcome.opened, outcome.refused) == (1, 1, 2, {word: 1})


@needs_ext4
def test_what_comes_out_of_the_real_door_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(reading.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(reading, "look_inside", fails)
    with ReadingFuzz("ext4", SEED, tmp_path) as fuzz, pytest.raises(FuzzError, match="oops"):
        fuzz.through_the_door(3)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--examples", "3", "--seed", "5", "--format", "ext4", "--format", "fat"]) == 0
    said = capsys.readouterr().out
    assert said.count("3 disks") + said.count("left out") == 2


def test_what_no_tool_is_there_for_is_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("tests.images.disks._SBIN", "")
    assert main(["--examples", "3", "--format", "xfs"]) == 0
    assert "no mkfs.xfs" in capsys.readouterr().out
