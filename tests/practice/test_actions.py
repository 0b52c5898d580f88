"""What practice adds to the steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.messages import msg
from wizard.practice import actions
from wizard.practice.actions import DYNAMIC_IMAGE, FAULTY_IMAGE, GOOD_IMAGE, with_practice
from wizard.practice.limits import LIMITS
from wizard.practice.sample_images import WINDOWS_NAME
from wizard.step import Action, File, Step, Text
from wizard.tasks import Task

OTHER = Step(id="other", title=msg("Other"), guide="1", purpose=msg("."), inputs=(Text("name", msg("Name")),))
DISK = Step(
    id="disk_image",
    title=msg("Disk"),
    guide="2",
    purpose=msg("."),
    inputs=(File("image", msg("Image")),),
    actions=(Action("own", msg("Its own"), dict),),
)


def test_only_the_step_that_asks_for_an_image_gets_the_actions() -> None:
    other, disk = with_practice((OTHER, DISK))
    assert other is OTHER
    assert [action.id for action in disk.actions] == ["own", GOOD_IMAGE, DYNAMIC_IMAGE, FAULTY_IMAGE]
    assert [action.id for action in DISK.actions] == ["own"]
    assert {action.sets for action in disk.actions[1:]} == {("image",)}


@pytest.mark.parametrize("action", [GOOD_IMAGE, DYNAMIC_IMAGE, FAULTY_IMAGE])
def test_an_action_makes_the_image_and_fills_it_in(tmp_path: Path, action: str) -> None:
    (disk,) = with_practice((DISK,), tmp_path)
    made = disk.action(action).run(build_path="linux_local", task=Task(msg("Making")))
    assert Path(made["image"]).parent == tmp_path
    assert Path(made["image"]).is_file()


def test_on_the_way_of_a_windows_the_good_image_is_one(tmp_path: Path) -> None:
    (disk,) = with_practice((DISK,), tmp_path)

    made = disk.action(GOOD_IMAGE).run(build_path="windows_local", task=Task(msg("Making")))

    assert Path(made["image"]).name == WINDOWS_NAME
    applies = {each.id: each.applies for each in disk.actions[1:]}
    assert [name for name, asked in applies.items() if asked and not asked("windows_local")] == [
        DYNAMIC_IMAGE,
        FAULTY_IMAGE,
    ]


def test_images_go_to_the_practice_folder_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGE_WIZARD_HOME", str(tmp_path))
    (disk,) = with_practice((DISK,))
    made = disk.action(FAULTY_IMAGE).run(build_path="linux_local", task=Task(msg("Making")))
    assert Path(made["image"]).parent == actions.practice_folder() / "images"
    assert Path(made["image"]).is_relative_to(tmp_path)


def test_the_limits_are_whole_sentences() -> None:
    texts = [str(limit) for limit in LIMITS]
    assert len(set(texts)) == len(texts) > 5
    assert all(text.endswith(".") and "{" not in text for text in texts)
