"""The real reader: chapters that go wrong, the limits it sets itself, and a disk read from end to end."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wizard.inspection.found.inside import Inside
from wizard.inspection.inspect import LIMITS, Inspection
from wizard.messages import msg
from wizard.tasks import Task

ODD = Path(__file__).with_name("odd_chapters.py")


class Disk:
    size = 4096

    def read_at(self, offset: int, length: int) -> bytes:
        return bytes(length)


def look(*arguments: object) -> Inside:
    command = [sys.executable, "-I", str(ODD), *map(str, arguments)]
    limits = replace(LIMITS, memory=256 * 1024 * 1024)
    return Inspection(Disk(), Task(msg("A test")), limits, command).run()


@pytest.fixture(scope="module")
def inside() -> Inside:
    return look()


@pytest.mark.parametrize(
    ("chapter", "why", "detail"),
    [
        ("accounts", "too_much", "MemoryError"),
        ("agent", "damaged", ""),
        ("boot", "too_much", "entries"),
        ("kernel", "too_much", "RecursionError"),
        ("network", "crashed", "LookupError"),
        ("services", "crashed", "TypeError"),
        ("packages", "too_much", "record"),
    ],
)
def test_a_chapter_that_goes_wrong_says_why_and_nothing_of_the_image(
    inside: Inside, chapter: str, why: str, detail: str
) -> None:
    unread = inside.why_unread(chapter)
    assert unread is not None
    assert (unread.why, unread.detail) == (why, detail)


def test_all_others_are_read(inside: Inside) -> None:
    assert len(inside.unread) == 7
    assert None not in (inside.leftovers, inside.mounts)


def test_what_else_is_printed_disturbs_nothing(inside: Inside) -> None:
    assert inside.ssh is not None
    assert inside.ssh.file == "printed"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_it_cannot_write_a_file(tmp_path: Path) -> None:
    (target := tmp_path / "written").touch()
    ssh = look(target).ssh
    assert ssh is not None
    assert ssh.file.startswith("refused")
    assert target.stat().st_size == 0
