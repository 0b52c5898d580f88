"""Files that a person chose: changed on the disk, they make out of date what was made from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.small_steps import (
    GIVE,
    World,
    a_giver,
    a_step,
    do,
    state,
    why,
)
from wizard.messages import msg
from wizard.results import StorageAccount
from wizard.step import (
    Check,
    File,
    State,
    Step,
    passed,
)
from wizard.tasks import Task, TaskState


@pytest.fixture
def image(tmp_path: Path) -> Path:
    image = tmp_path / "镜像.vhd"
    image.write_bytes(b"one")
    return image


def touch(path: Path, content: bytes, seconds: int = 10) -> None:
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_bytes(content)
    os.utime(path, ns=(before + seconds * 10**9, before + seconds * 10**9))


def a_reader(**more: Any) -> Step:
    def read(image: str) -> Mapping[str, Any]:
        return {"account": StorageAccount(Path(image).read_bytes().decode())}

    return a_giver(
        **{"inputs": (File("image", msg("Image")),), "actions": (replace(GIVE, run=read),), **more}
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda path: touch(path, b"other length", 0),
        lambda path: touch(path, b"two", 10),
    ],
)
def test_a_file_changed_on_disk_makes_stale(
    world: World, image: Path, change: Callable[[Path], None]
) -> None:
    engine = world.engine(a_reader())
    engine.answer("first", "image", str(image))
    do(engine, "first", "give")
    assert state(engine, "first") is State.DONE
    assert engine.refresh_files() is False
    change(image)
    assert state(engine, "first") is State.DONE
    told = world.told
    assert engine.refresh_files() is True
    assert world.told > told
    assert (state(engine, "first"), why(engine, "first")) == (State.STALE, "“Image” has changed since")


def test_what_was_made_from_a_file_that_is_gone_now_still_holds(world: World, image: Path) -> None:
    engine = world.engine(a_reader())
    engine.answer("first", "image", str(image))
    do(engine, "first", "give")
    image.unlink()
    engine.refresh_files()
    assert state(engine, "first") is State.DONE
    touch(image, b"two")
    engine.refresh_files()
    assert state(engine, "first") is State.STALE


def test_a_file_that_was_missing_and_is_there_now_makes_stale(world: World, image: Path) -> None:
    check = Check("X-01", msg("x"), lambda image: passed(msg("x")))
    engine = world.engine(a_reader(actions=(), checks=(check,)))
    image.unlink()
    engine.answer("first", "image", str(image))
    engine.check("first", Task(msg("A test")))
    assert engine.stale_findings(engine.step("first")) is None
    touch(image, b"two")
    engine.refresh_files()
    assert engine.stale_findings(engine.step("first")) is not None


def test_after_reopening_a_file_counts_as_unchanged_until_it_was_looked_at(world: World, image: Path) -> None:
    engine = world.engine(a_reader())
    engine.answer("first", "image", str(image))
    do(engine, "first", "give")
    engine = world.reopened(engine)
    assert state(engine, "first") is State.DONE
    engine.refresh_files()
    assert state(engine, "first") is State.DONE
    touch(image, b"two")
    engine = world.reopened(engine)
    assert state(engine, "first") is State.DONE
    engine.refresh_files()
    assert state(engine, "first") is State.STALE
    assert str(image) not in engine.journey.results["account"].made_from["image"]


def test_work_looks_at_its_files_itself(world: World, image: Path) -> None:
    """What was seen of the file long ago must not be taken for what the work has read."""
    engine = world.engine(a_reader(checks=(Check("X-01", msg("x"), lambda image: passed(msg("x"))),)))
    engine.answer("first", "image", str(image))
    engine.refresh_files()
    touch(image, b"two")
    do(engine, "first", "give")
    engine.refresh_files()
    assert engine.result("account") == StorageAccount("two")
    assert state(engine, "first") is State.DONE
    touch(image, b"three")
    engine.refresh_files()
    assert state(engine, "first") is State.STALE


def test_of_several_files_each_is_watched(world: World, tmp_path: Path) -> None:
    files = [tmp_path / name for name in "abc"]
    for file in files:
        file.write_bytes(b"x")
    read = replace(GIVE, run=lambda images: {"account": StorageAccount(str(len(images)))})
    engine = world.engine(a_giver(inputs=(File("images", msg("Images"), many=True),), actions=(read,)))
    engine.answer("first", "images", tuple(str(file) for file in files))
    do(engine, "first", "give")
    engine.refresh_files()
    assert state(engine, "first") is State.DONE
    touch(files[1], b"y")
    engine.refresh_files()
    assert state(engine, "first") is State.STALE
    engine.answer("first", "images", [str(files[0])])
    assert state(engine, "first") is State.STALE


def test_a_shared_file_is_watched_too(world: World, image: Path) -> None:
    engine = world.engine(
        a_step(inputs=(File("image", msg("Image")),), shares=("image",)),
        replace(a_reader(inputs=(), needs=("image",)), id="second"),
    )
    engine.answer("first", "image", str(image))
    engine.refresh_files()
    do(engine, "second", "give")
    assert state(engine, "second") is State.DONE
    touch(image, b"two")
    engine.refresh_files()
    assert state(engine, "second") is State.STALE


def test_a_folder_s_contents_are_not_watched(world: World, tmp_path: Path) -> None:
    give = replace(GIVE, run=lambda where: {"account": StorageAccount("x")})
    engine = world.engine(a_giver(inputs=(File("where", msg("Where"), folder=True),), actions=(give,)))
    engine.answer("first", "where", str(tmp_path))
    do(engine, "first", "give")
    touch(tmp_path / "new", b"x")
    engine.refresh_files()
    assert state(engine, "first") is State.DONE


def test_a_name_that_no_file_can_have_is_no_error(world: World) -> None:
    engine = world.engine(a_reader())
    for name in ("a\0b", "x" * 5000, "\udcff"):
        engine.answer("first", "image", name)
        engine.refresh_files()
        assert do(engine, "first", "give").state is TaskState.FAILED
