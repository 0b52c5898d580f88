"""The practice images: one is found in order, the other with what it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.images.looking import judge, look, trouble
from wizard.messages import msg
from wizard.practice.sample_images import (
    make_dynamic_image,
    make_faulty_image,
    make_good_image,
    make_windows_image,
)
from wizard.step import Outcome
from wizard.tasks import Task

FAULTS = {
    "LIN-01", "LIN-03", "LIN-09", "LIN-14", "LIN-15", "LIN-16", "LIN-17", "LIN-18", "LIN-20", "LIN-21", "LIN-23",
}  # fmt: skip


@pytest.mark.parametrize("make", [make_good_image, make_dynamic_image])
def test_the_good_one_raises_no_alarm(make: object, tmp_path: Path) -> None:
    assert callable(make)
    path = make(tmp_path, Task(msg("Making")))

    inside = look(path)

    assert trouble(judge(path)) == {}
    assert inside.unread == ()
    assert {each.mounted for each in inside.volumes} == {"/", "/boot/efi"}
    assert inside.distribution is not None
    assert inside.distribution.id == "ubuntu"


def test_the_windows_raises_no_alarm(tmp_path: Path) -> None:
    path = make_windows_image(tmp_path, Task(msg("Making")))

    found = judge(path, "windows_local")

    assert trouble(found) == {}
    assert look(path).unread == ()
    assert len([each for each in found.values() if each.outcome is Outcome.PASSED]) >= 20


def test_the_faulty_one_has_what_it_was_given(tmp_path: Path) -> None:
    path = make_faulty_image(tmp_path, Task(msg("Making")))

    assert set(trouble(judge(path))) == FAULTS
