"""What practice adds to the journey: the disk step offers to make an image to practise with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from wizard.messages import msg
from wizard.places import user_data_folder
from wizard.practice.sample_images import (
    make_dynamic_image,
    make_faulty_image,
    make_good_image,
    make_windows_image,
)
from wizard.step import Action, Step
from wizard.tasks import Task

GOOD_IMAGE: Final = "practice_good_image"
DYNAMIC_IMAGE: Final = "practice_dynamic_image"
FAULTY_IMAGE: Final = "practice_faulty_image"
_IMAGE: Final = "image"  # the input that takes a disk image


def practice_folder() -> Path:
    """Where the practice cloud and the sample images live; all of it can be thrown away."""
    return user_data_folder() / "practice"


def with_practice(steps: Sequence[Step], folder: Path | None = None) -> tuple[Step, ...]:
    """The same steps; the one that asks for an image can also make one, in `folder` or in the practice folder."""
    images = folder or practice_folder() / "images"
    return tuple(
        replace(step, actions=(*step.actions, *_actions(images))) if _asks_for_image(step) else step
        for step in steps
    )


def _asks_for_image(step: Step) -> bool:
    return any(each.id == _IMAGE for each in step.inputs)


def _actions(images: Path) -> tuple[Action, ...]:
    return (
        Action(
            GOOD_IMAGE,
            msg("Make a good image to practise with"),
            _maker(make_good_image, images, for_windows=make_windows_image),
            sets=(_IMAGE,),
        ),
        Action(
            DYNAMIC_IMAGE,
            msg("Make a good dynamic VHD to practise with"),
            _maker(make_dynamic_image, images),
            sets=(_IMAGE,),
            applies=_is_linux,
        ),
        Action(
            FAULTY_IMAGE,
            msg("Make a faulty image to practise with"),
            _maker(make_faulty_image, images),
            sets=(_IMAGE,),
            applies=_is_linux,
        ),
    )


def _is_linux(build_path: str | None) -> bool:
    return not (build_path or "").startswith("windows")


def _maker(
    make: Callable[[Path, Task], Path],
    images: Path,
    *,
    for_windows: Callable[[Path, Task], Path] | None = None,
) -> Callable[..., Mapping[str, Any]]:
    def run(build_path: str | None, task: Task) -> Mapping[str, Any]:
        other = for_windows if not _is_linux(build_path) else None
        return {_IMAGE: str((other or make)(images, task))}

    return run
