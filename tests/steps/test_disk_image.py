"""The disk image's step: chosen, read, judged, drawn, and stale as soon as the file is another one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.checks.vhd_samples import RULES
from tests.disk.images import BIOS_BOOT, EFI_SYSTEM, GIB, MIB, Part, fixed_vhd, gen1, gen2, gpt, task
from wizard.core.engine import Engine
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import fixed_footer
from wizard.journeys.journey import Journey
from wizard.journeys.journey_format import decode, encode
from wizard.messages import render
from wizard.results import DiskImage
from wizard.settings import Settings
from wizard.step import State
from wizard.step_parts.disk_views import disk_facts, disk_map
from wizard.steps import STEPS
from wizard.steps.build_path import STEP as BUILD_PATH
from wizard.steps.disk_image import STEP, read_image
from wizard.tasks import TaskPool
from wizard.view import DiskMap, Facts

SIZE = 30 * GIB
BOTH = gpt(SIZE, (Part(2048, 4095, BIOS_BOOT), Part(4096, 9999, EFI_SYSTEM)), boot_code=b"GRUB")


@pytest.fixture
def pool() -> Iterator[TaskPool]:
    pool = TaskPool(1)
    yield pool
    pool.stop()


@pytest.fixture
def engine(pool: TaskPool) -> Engine:
    return engine_of(Journey("Test", "practice"), pool)


def engine_of(journey: Journey, pool: TaskPool) -> Engine:
    return Engine(
        (BUILD_PATH, STEP), journey, cloud=None, settings=Settings(), pool=pool, save=lambda _: None
    )


def check(engine: Engine, path: Path | str, way: str = "linux_local") -> None:
    engine.answer("build_path", "build_path", way)
    engine.answer("disk_image", "image", str(path))
    assert engine.check_held_back("disk_image") is None
    engine.check("disk_image", task())


def good(tmp_path: Path) -> Path:
    return fixed_vhd(tmp_path / "good.vhd", SIZE, gen2(SIZE))


def result(engine: Engine) -> DiskImage | None:
    kept = engine.journey.results.get("disk_image")
    return kept.value if kept is not None else None


def facts(engine: Engine) -> dict[str, str]:
    view = next(view for view in engine.views("disk_image") if isinstance(view, Facts))
    return {render(name, "en"): render(value, "en") for name, value in view.rows}


def test_the_step_stands_after_the_build_path() -> None:
    order = [step.id for step in STEPS]
    assert order.index("disk_image") == order.index("build_path") + 1


def test_before_the_build_path_it_is_locked(engine: Engine) -> None:
    assert engine.status("disk_image").state is State.LOCKED
    engine.answer("build_path", "build_path", "linux_local")
    assert engine.status("disk_image").state is State.READY
    assert engine.check_held_back("disk_image") is not None


def test_a_good_image_is_handed_on(engine: Engine, tmp_path: Path) -> None:
    path = good(tmp_path)

    check(engine, path)

    assert engine.status("disk_image").state is State.DONE
    assert str(engine.status("disk_image").why) == "30 GiB fixed VHD, Generation 2"
    given = result(engine)
    assert given is not None
    assert (given.path, given.file_bytes, given.virtual_bytes) == (str(path), SIZE + 512, SIZE)
    assert (given.modified_ns, given.generation) == (path.stat().st_mtime_ns, 2)
    assert [row.check.rule for row in engine.rows("disk_image")] == list(RULES)


def test_a_good_image_is_drawn(engine: Engine, tmp_path: Path) -> None:
    check(engine, good(tmp_path))

    drawn = next(view for view in engine.views("disk_image") if isinstance(view, DiskMap))
    assert drawn.size == SIZE + 512
    assert [(part.kind, render(part.label, "en")) for part in drawn.parts] == [
        ("free", "Free"),
        ("partition", "1: EFI system"),
        ("partition", "2: Linux root"),
        ("footer", "Footer"),
    ]
    assert drawn.parts[-1].start + drawn.parts[-1].length == drawn.size
    assert drawn.data
    titles = [str(view.title) for view in engine.views("disk_image") if isinstance(view, DiskMap | Facts)]
    assert titles == ["The disk", "What the file is"]

    said = facts(engine)
    assert said["Format"] == "Fixed VHD"
    assert said["Made by"] == "Marketplace Image Wizard"
    assert said["Virtual size"] == "30 GiB (32,212,254,720 bytes)"
    assert said["Generation"] == "2"
    assert said["Partitions"] == "GPT, 2 partitions"
    assert "no more than that is sent" in said["Holds data"]


@pytest.mark.parametrize(
    ("pieces", "generation", "shown", "summary"),
    [
        (gen1(SIZE), 1, "1", "30 GiB fixed VHD, Generation 1"),
        (BOTH, None, "1 or 2", "30 GiB fixed VHD"),
        ({}, None, "Not known", "30 GiB fixed VHD"),
    ],
)
def test_other_generations(
    engine: Engine, tmp_path: Path, pieces: dict[int, bytes], generation: int | None, shown: str, summary: str
) -> None:
    check(engine, fixed_vhd(tmp_path / "a.vhd", SIZE, pieces))
    given = result(engine)
    assert given is not None
    assert given.generation == generation
    assert facts(engine)["Generation"] == shown
    assert STEP.summary is not None
    assert str(STEP.summary(given)) == summary


def test_an_image_that_breaks_a_rule_holds_later_steps_back(engine: Engine, tmp_path: Path) -> None:
    check(engine, fixed_vhd(tmp_path / "odd size.vhd", SIZE + 512, gen2(SIZE)))

    assert engine.status("disk_image").state is State.FAILED
    failed = {
        row.check.rule for row in engine.rows("disk_image") if row.finding and row.finding.outcome == "failed"
    }
    assert failed == {"VHD-03", "VHD-14"}
    assert engine.has_failed(STEP)


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: folder / "gone.vhd",
        lambda folder: folder,
        lambda folder: written(folder / "empty.vhd", b""),
        lambda folder: written(folder / "a.vhdx", b"vhdxfile" + bytes(4096)),
        lambda folder: written(folder / "a.vhd", os.urandom(4096)),
    ],
)
def test_what_is_no_fixed_vhd_is_a_finding_and_hands_nothing_on(
    engine: Engine, tmp_path: Path, make: Any
) -> None:
    check(engine, make(tmp_path))

    assert engine.status("disk_image").state is State.FAILED
    assert engine.error("disk_image") is None
    assert result(engine) is None
    assert not any(isinstance(view, DiskMap) for view in engine.views("disk_image"))


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_an_image_that_was_changed_is_stale_and_says_why(engine: Engine, tmp_path: Path) -> None:
    path = good(tmp_path)
    check(engine, path)

    os.utime(path, ns=(1, 1))
    engine.refresh_files()

    assert engine.status("disk_image").state is State.STALE
    assert str(engine.stale_because(STEP)) == "“Disk image (VHD)” has changed since"


def test_another_build_path_asks_for_another_look(engine: Engine, tmp_path: Path) -> None:
    check(engine, good(tmp_path))
    engine.answer("build_path", "build_path", "windows_local")
    assert engine.status("disk_image").state is State.STALE

    engine.check("disk_image", task())
    outcomes = {row.check.rule: row.finding.outcome for row in engine.rows("disk_image") if row.finding}
    assert (outcomes["VHD-08"], outcomes["VHD-09"]) == ("skipped", "warning")


def test_a_journey_that_is_opened_again_still_shows_its_disk(
    pool: TaskPool, engine: Engine, tmp_path: Path
) -> None:
    check(engine, good(tmp_path))
    journey, _ = decode(encode(engine.journey))

    again = engine_of(journey, pool)

    assert again.status("disk_image").state is State.DONE
    assert facts(again)["Virtual size"] == "30 GiB (32,212,254,720 bytes)"
    assert again.rows("disk_image") == engine.rows("disk_image")


def test_partitions_that_lie_are_drawn_within_the_disk(tmp_path: Path) -> None:
    parts = (Part(2048, 9000, EFI_SYSTEM), Part(8000, 9999), Part(10_000, 2**40), Part(2**50, 2**50 + 9))
    path = fixed_vhd(tmp_path / "a.vhd", 64 * MIB, gpt(64 * MIB, parts))

    drawn = disk_map(read_image(str(path), task())["reading"])

    assert drawn is not None
    reached = 0
    for part in drawn.parts:
        assert part.start >= reached
        assert part.length > 0
        reached = part.start + part.length
    assert reached == drawn.size


@pytest.mark.parametrize("kind", [kind for kind in FileKind if kind is not FileKind.UNREADABLE])
def test_every_kind_has_its_name(tmp_path: Path, kind: FileKind) -> None:
    seen = replace(read_image(str(good(tmp_path)), task())["reading"], kind=kind)
    rows = disk_facts(seen).rows
    assert render(rows[0][1], "en")
    if kind is not FileKind.SOMETHING_ELSE:
        assert rows[0][1].text != "No disk image that the wizard knows"


def test_a_full_file_and_a_file_system_are_named(tmp_path: Path) -> None:
    path = tmp_path / "full.vhd"
    content = bytearray(b"x" * 4 * MIB)
    for at, piece in gpt(4 * MIB, (Part(2048, 4095, EFI_SYSTEM),)).items():
        content[at : at + len(piece)] = piece
    content[MIB + 82 : MIB + 90] = b"FAT32   "
    path.write_bytes(bytes(content) + fixed_footer(4 * MIB).build())
    seen = read_image(str(path), task())["reading"]

    drawn = disk_map(seen)

    assert drawn is not None
    assert "1: EFI system (FAT)" in [render(part.label, "en") for part in drawn.parts]
    assert "The file has no holes; zeros are left out when it is sent" in [
        render(value, "en") for _, value in disk_facts(seen).rows
    ]


def test_a_footer_that_names_no_creator_is_no_reason_to_fail(tmp_path: Path) -> None:
    footer = fixed_footer(MIB, creator=b"\0\0\0\0")
    seen = read_image(str(fixed_vhd(tmp_path / "a.vhd", MIB, {}, footer)), task())["reading"]
    assert "Made by" not in {name.text for name, _ in disk_facts(seen).rows}
