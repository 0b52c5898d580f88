"""The disk image's step: chosen, read, judged, drawn, and stale as soon as the file is another one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.checks.vhd_samples import RULES
from tests.disk.images import (
    BIOS_BOOT,
    EFI_SYSTEM,
    GIB,
    MIB,
    Part,
    fixed_vhd,
    gen1,
    gen2,
    gpt,
    needs_qemu,
    read,
    run,
    task,
    without_qemu,
    write,
)
from wizard.core.engine import CheckRow, Engine
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import Footer, fixed_footer
from wizard.errors import Cancelled
from wizard.journeys.journey import Journey
from wizard.journeys.journey_format import decode, encode
from wizard.messages import msg, render
from wizard.results import DiskImage, from_json
from wizard.settings import Settings
from wizard.step import Outcome, State
from wizard.step_parts.disk_views import disk_facts, disk_map, kept_facts
from wizard.steps import STEPS
from wizard.steps.build_path import STEP as BUILD_PATH
from wizard.steps.disk_image import STEP
from wizard.tasks import Task, TaskPool
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
    assert (given.kind, given.length, given.grow) == ("fixed_vhd", SIZE + 512, False)
    rules = [row.check.rule for row in engine.rows("disk_image")]
    assert rules[: len(RULES)] == list(RULES)
    # What is inside cannot be judged: there are partitions, and no files in them.
    found = {row.check.rule: row.finding.outcome for row in engine.rows("disk_image") if row.finding}
    assert {rule for rule in rules[len(RULES) :] if found[rule] is not Outcome.SKIPPED} == {
        "LIN-11",
        "VHD-16",
        "VHD-22",
    }


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
    assert said["Will be sent"].startswith("as a fixed VHD: ")
    assert said["Will be sent"].endswith(" of 30 GiB")
    assert "File size" not in said


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
        lambda folder: fixed_vhd(folder / "a.avhd", MIB),
        lambda folder: written(folder / "a.vhd", os.urandom(4096)),
    ],
)
def test_what_cannot_be_sent_is_a_finding_and_hands_nothing_on(
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


# Other formats


@needs_qemu
@pytest.mark.parametrize(
    ("made", "kind", "title", "shown"),
    [
        (("vpc", "-o", "subformat=dynamic,force_size=on"), "dynamic_vhd", "dynamic VHD", "Dynamic VHD"),
        (("vhdx",), "vhdx", "VHDX", "VHDX"),
        (("raw",), "raw_disk", "raw disk", "Raw disk"),
    ],
)
def test_other_formats_are_handed_on_as_what_will_be_sent(
    engine: Engine, tmp_path: Path, made: tuple[str, ...], kind: str, title: str, shown: str
) -> None:
    raw = write(tmp_path / "source.raw", SIZE, {**gen2(SIZE), GIB: b"content" * 1000})
    image = tmp_path / f"good.{kind}"
    run("qemu-img", "convert", "-f", "raw", "-O", *made, raw, image)

    check(engine, image)

    assert engine.status("disk_image").state is State.DONE
    said = f"30 GiB {title}, Generation 2; will be sent as a fixed VHD"
    assert str(engine.status("disk_image").why) == said
    given = result(engine)
    assert given is not None
    assert (given.kind, given.virtual_bytes, given.length) == (kind, SIZE, SIZE + 512)
    assert (given.file_bytes, given.generation, given.grow) == (image.stat().st_size, 2, False)
    with open_fixed_vhd(image) as sent:
        assert given.length == sent.length
        assert given.unique_id == str(Footer.parse(sent.footer).unique_id)
    told = facts(engine)
    assert (told["Format"], told["Unique ID"], told["Generation"]) == (shown, given.unique_id, "2")
    assert "File size" in told
    assert any(isinstance(view, DiskMap) and view.data for view in engine.views("disk_image"))

    again = engine_of(decode(encode(engine.journey))[0], engine.pool)
    assert again.status("disk_image").state is State.DONE
    assert facts(again)["Format"] == shown


# Growing


def odd(engine: Engine) -> CheckRow:
    return next(row for row in engine.rows("disk_image") if row.check.rule == "VHD-03")


def test_a_disk_of_odd_size_is_grown_where_the_person_agrees(engine: Engine, tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "odd.vhd", SIZE + 512, gen2(SIZE + 512))
    check(engine, path)
    assert engine.status("disk_image").state is State.FAILED
    assert (
        engine.stale_because(STEP) is None
    )  # that it may be grown is asked now, and nothing else has changed
    assert engine.input_applies("disk_image", "grow")
    given, finding = result(engine), odd(engine).finding
    assert given is not None
    assert (given.grow, given.length) == (False, SIZE + MIB + 512)
    assert finding is not None
    assert finding.fix is not None

    task = engine.apply_fix("disk_image", finding.fix)

    assert task is not None
    assert task.wait(30)
    assert engine.status("disk_image").state is State.DONE
    given, finding = result(engine), odd(engine).finding
    assert given is not None
    assert (given.grow, given.virtual_bytes, given.length) == (True, SIZE + 512, SIZE + MIB + 512)
    assert finding is not None
    assert "are added at its end" in str(finding.reason)
    drawn = next(view for view in engine.views("disk_image") if isinstance(view, DiskMap))
    zeros, footer = drawn.parts[-2:]
    assert (zeros.kind, zeros.start, zeros.length) == ("zeros", SIZE + 512, MIB - 512)
    assert (footer.start, drawn.size) == (SIZE + MIB, SIZE + MIB + 512)
    with open_fixed_vhd(path, grow=True) as sent:
        assert given.length == sent.length
        assert given.unique_id == str(Footer.parse(sent.footer).unique_id)

    engine.answer("disk_image", "grow", False)
    assert engine.status("disk_image").state is State.STALE
    engine.check("disk_image", Task(msg("Checking")))
    assert engine.status("disk_image").state is State.FAILED


def test_another_image_needs_no_growing(engine: Engine, tmp_path: Path) -> None:
    check(engine, fixed_vhd(tmp_path / "odd.vhd", SIZE + 512, gen2(SIZE + 512)))
    engine.answer("disk_image", "grow", True)
    check(engine, good(tmp_path))
    if (
        engine.status("disk_image").state is State.STALE
    ):  # the question has gone; the window looks once more by itself
        engine.check("disk_image", task())
    assert not engine.input_applies("disk_image", "grow")
    assert engine.status("disk_image").state is State.DONE
    given = result(engine)
    assert given is not None
    assert not given.grow


# Converting


@needs_qemu
@pytest.mark.parametrize(
    ("made", "size"), [("qcow2", SIZE), ("vmdk", SIZE), ("vdi", SIZE), ("qcow2", SIZE + 512)]
)
def test_what_has_to_be_converted_first_is_converted_here(
    engine: Engine, tmp_path: Path, made: str, size: int
) -> None:
    raw = write(tmp_path / "source.raw", size, {**gen2(size), GIB: b"content" * 100_000})
    image = tmp_path / f"my image.{made}"
    run("qemu-img", "convert", "-f", "raw", "-O", made, raw, image)
    before = image.read_bytes()

    check(engine, image)

    assert engine.status("disk_image").state is State.FAILED
    assert facts(engine)["Virtual size"] == f"30 GiB ({size:,} bytes)"
    waiting = result(engine)
    assert waiting is not None
    assert (waiting.kind, waiting.length, waiting.virtual_bytes) == (made, 0, size)
    assert 700_000 < waiting.needed_bytes < 8 * MIB
    again = engine_of(decode(encode(engine.journey))[0], engine.pool)
    assert again.action_applies("disk_image", "convert")  # also after the journey was opened again
    assert again.input_applies("disk_image", "folder")
    assert not again.input_applies("disk_image", "grow")
    asked = engine.confirmation("disk_image", "convert")
    assert asked is not None
    assert str(asked.question) == f"Convert my image.{made} to a fixed VHD?"
    assert f"It is written as {tmp_path / 'my-image.vhd'} and takes at most " in str(asked.effect)
    assert "are free there" in str(asked.effect)
    assert ("bytes of zeros are added" in str(asked.effect)) is (size != SIZE)
    row = next(row for row in engine.rows("disk_image") if row.check.rule == "VHD-02")
    assert row.finding is not None
    assert row.finding.fix is not None
    assert engine.apply_fix("disk_image", row.finding.fix) is None  # it asks first

    engine.perform("disk_image", "convert", task())

    assert engine.answer_of("disk_image", "image") == str(tmp_path / "my-image.vhd")
    assert engine.status("disk_image").state is State.DONE
    given = result(engine)
    assert given is not None
    assert (given.kind, given.virtual_bytes, given.generation) == ("fixed_vhd", -(-size // MIB) * MIB, 2)
    assert not engine.action_applies("disk_image", "convert")
    with open_fixed_vhd(tmp_path / "my-image.vhd") as vhd:
        assert vhd.read_at(GIB, 700_000) == b"content" * 100_000
    assert image.read_bytes() == before


@needs_qemu
def test_the_converted_disk_takes_no_name_that_is_taken(engine: Engine, tmp_path: Path) -> None:
    run("qemu-img", "create", "-f", "qcow2", tmp_path / "a.qcow2", "64M")
    (tmp_path / "there").mkdir()
    for taken in (tmp_path / "a.vhd", tmp_path / "there" / "a.vhd", tmp_path / "there" / "a-2.vhd"):
        taken.write_bytes(b"mine")
    check(engine, tmp_path / "a.qcow2")

    engine.perform("disk_image", "convert", task())
    assert engine.answer_of("disk_image", "image") == str(tmp_path / "a-2.vhd")

    check(engine, tmp_path / "a.qcow2")
    engine.answer("disk_image", "folder", str(tmp_path / "there"))
    assert engine.stale_because(STEP) is None
    engine.perform("disk_image", "convert", task())
    assert engine.answer_of("disk_image", "image") == str(tmp_path / "there" / "a-3.vhd")
    assert (tmp_path / "a.vhd").read_bytes() == b"mine"


@needs_qemu
def test_a_conversion_that_is_stopped_leaves_everything_as_it_was(engine: Engine, tmp_path: Path) -> None:
    run("qemu-img", "create", "-f", "qcow2", tmp_path / "a.qcow2", "64M")
    check(engine, tmp_path / "a.qcow2")
    stopped = task()
    stopped.cancel()
    with pytest.raises(Cancelled):
        engine.perform("disk_image", "convert", stopped)
    assert engine.answer_of("disk_image", "image") == str(tmp_path / "a.qcow2")
    assert [path.name for path in tmp_path.iterdir()] == ["a.qcow2"]
    assert engine.status("disk_image").state is State.FAILED


@needs_qemu
def test_where_qemu_img_is_missing_nothing_is_offered(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("qemu-img", "create", "-f", "qcow2", tmp_path / "a.qcow2", "30G")
    without_qemu(monkeypatch, tmp_path)
    check(engine, tmp_path / "a.qcow2")
    assert not engine.action_applies("disk_image", "convert")
    assert result(engine) is None
    assert engine.status("disk_image").state is State.FAILED


def test_an_old_journey_still_knows_its_disk() -> None:
    old = {
        "path": "/a.vhd", "file_bytes": 519, "modified_ns": 1, "virtual_bytes": 7, "unique_id": "ab", "generation": 2,
    }  # fmt: skip
    given = from_json(DiskImage, old)
    assert (given.kind, given.length, given.grow) == ("fixed_vhd", 0, False)
    assert render(kept_facts(given).rows[0][1], "en") == "Fixed VHD"
    strange = replace(given, kind="of_a_newer_version")
    assert render(kept_facts(strange).rows[0][1], "en") == "No disk image that the wizard knows"


# The picture


@pytest.mark.parametrize(
    ("pieces", "parts"),
    [
        ({}, [("free", "No partition table")]),
        ({1080: b"\x53\xef"}, [("partition", "ext2/3/4, no partition table")]),
        (gpt(64 * MIB, ()), [("free", "Free")]),
        (gen1(64 * MIB), [("free", "Free"), ("partition", "1: Linux")]),
    ],
)
def test_what_is_drawn(tmp_path: Path, pieces: dict[int, bytes], parts: list[tuple[str, str]]) -> None:
    drawn = disk_map(read(fixed_vhd(tmp_path / "a.vhd", 64 * MIB, pieces)))
    assert drawn is not None
    assert [(part.kind, render(part.label, "en")) for part in drawn.parts] == [*parts, ("footer", "Footer")]
    assert drawn.size == 64 * MIB + 512


def test_128_partitions_and_16_tib_are_drawn(tmp_path: Path) -> None:
    parts = [Part(2048 * (number + 1), 2048 * (number + 2) - 1) for number in range(128)]
    drawn = disk_map(read(fixed_vhd(tmp_path / "many.vhd", 200 * MIB, gpt(200 * MIB, parts))))
    assert drawn is not None
    assert sum(part.kind == "partition" for part in drawn.parts) == 128

    size = 8 * 1024 * GIB  # the largest a file of ext4 can nearly hold, with its holes
    drawn = disk_map(read(write(tmp_path / "large.raw", size, {**gen2(size), size // 2: b"data"})))
    assert drawn is not None
    assert drawn.size == size + 512
    assert len(drawn.data) >= 3
    assert drawn.data_bytes is not None
    assert drawn.data_bytes < MIB


def test_an_image_that_was_changed_is_stale_and_says_why(engine: Engine, tmp_path: Path) -> None:
    path = good(tmp_path)
    check(engine, path)

    os.utime(path, ns=(1, 1))
    engine.refresh_files()

    assert engine.status("disk_image").state is State.STALE
    assert str(engine.stale_because(STEP)) == "“Disk image” has changed since"


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

    drawn = disk_map(read(path))

    assert drawn is not None
    reached = 0
    for part in drawn.parts:
        assert part.start >= reached
        assert part.length > 0
        reached = part.start + part.length
    assert reached == drawn.size


@pytest.mark.parametrize("kind", [kind for kind in FileKind if kind is not FileKind.UNREADABLE])
def test_every_kind_has_its_name(tmp_path: Path, kind: FileKind) -> None:
    seen = replace(read(good(tmp_path)), kind=kind)
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
    seen = read(path)

    drawn = disk_map(seen)

    assert drawn is not None
    assert "1: EFI system (FAT)" in [render(part.label, "en") for part in drawn.parts]
    said = [render(value, "en") for _, value in disk_facts(seen).rows]
    assert "as a fixed VHD: at most 4 MiB, zeros are left out" in said


def test_a_footer_that_names_no_creator_is_no_reason_to_fail(tmp_path: Path) -> None:
    footer = fixed_footer(MIB, creator=b"\0\0\0\0")
    seen = read(fixed_vhd(tmp_path / "a.vhd", MIB, {}, footer))
    assert "Made by" not in {name.text for name, _ in disk_facts(seen).rows}
