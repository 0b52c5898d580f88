"""The build path: two ways, and what each asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wizard.core.engine import Engine
from wizard.journeys.journey import Journey
from wizard.messages import render
from wizard.settings import Settings
from wizard.step import State
from wizard.steps.build_path import LINUX_LOCAL, OPTIONS, STEP, WINDOWS_LOCAL
from wizard.tasks import TaskPool
from wizard.view import Facts


@pytest.fixture
def engine() -> Iterator[Engine]:
    pool = TaskPool(1)
    yield Engine(
        (STEP,), Journey("Test", "practice"), cloud=None, settings=Settings(), pool=pool, save=lambda _: None
    )
    pool.stop()


def texts(engine: Engine) -> str:
    views = engine.views("build_path")
    assert all(isinstance(view, Facts) for view in views)
    return "\n".join(
        render(cell, "en") for view in views if isinstance(view, Facts) for row in view.rows for cell in row
    )


def test_nothing_is_chosen_for_the_person(engine: Engine) -> None:
    assert engine.status("build_path").state is State.READY
    assert engine.views("build_path") == ()


@pytest.mark.parametrize(
    ("way", "section", "asked_for"),
    [
        (
            LINUX_LOCAL,
            "2.2",
            ("PRE-07", "BLD-06", "hv_storvsc", "waagent -deprovision+user -force", "1,023 GB"),
        ),
        (WINDOWS_LOCAL, "2.4", ("PRE-06", "BLD-07", "sysprep /oobe /generalize /shutdown", "127 or 128")),
    ],
)
def test_a_chosen_way_says_its_section_and_what_it_asks_for(
    engine: Engine, way: str, section: str, asked_for: tuple[str, ...]
) -> None:
    engine.answer("build_path", "build_path", way)

    assert engine.status("build_path").state is State.DONE
    assert section in texts(engine)
    assert all(part in texts(engine) for part in asked_for)
    option = next(option for option in OPTIONS if option.value == way)
    assert engine.status("build_path").why == option.label
    assert section in str(option.detail)


def test_commands_are_typed_with_plain_hyphens(engine: Engine) -> None:
    for option in OPTIONS:
        engine.answer("build_path", "build_path", option.value)
        assert "–" not in texts(engine)


def test_a_way_of_another_version_is_not_taken(engine: Engine) -> None:
    engine.answer("build_path", "build_path", "linux_on_azure")
    assert engine.status("build_path").state is State.READY
    assert engine.problem("build_path", "build_path") is not None
    assert engine.views("build_path") == ()
