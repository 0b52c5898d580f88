"""Options that have to be loaded, and loaded again when what they depend on has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.small_steps import (
    LONG,
    Cloud,
    World,
    a_step,
    state,
    word,
)
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.step import (
    Action,
    Choice,
    Option,
    SecretText,
    State,
    Step,
)
from wizard.tasks import Task, TaskState


def options_of(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value, msg("{v}", v=value)) for value in values)


def load(engine: Engine, input_id: str) -> Task:
    task = engine.start_options("first", input_id)
    assert task.wait(LONG)
    return task


def a_choice(loader: Callable[..., Sequence[Option]], **more: Any) -> Step:
    return a_step(
        inputs=(
            word(default="a"),
            SecretText("key", msg("Key")),
            Choice("choice", msg("Choice"), load=loader),
            *more.pop("inputs", ()),
        )
    )


def test_fixed_options_are_there(world: World) -> None:
    engine = world.engine(a_step(inputs=(Choice("choice", msg("C"), options=options_of("a", "b")), word())))
    assert engine.options("first", "choice") == options_of("a", "b")
    assert load(engine, "choice").state is TaskState.FAILED
    with pytest.raises(TypeError):
        engine.options("first", "word")


def test_options_are_loaded_and_loaded_again_when_what_they_depend_on_changed(world: World) -> None:
    engine = world.engine(a_choice(lambda word, key: options_of(word, str(key and len(key.reveal())))))
    assert engine.options("first", "choice") is None
    told = world.told
    assert load(engine, "choice").result == options_of("a", "None")
    assert world.told > told
    assert engine.options("first", "choice") == options_of("a", "None")
    engine.answer("first", "word", "b")
    assert engine.options("first", "choice") is None
    engine.answer("first", "word", "a")
    assert engine.options("first", "choice") is not None
    engine.answer("first", "key", "geheim-geheim")
    assert engine.options("first", "choice") is None
    load(engine, "choice")
    assert engine.options("first", "choice") == options_of("a", "13")
    engine.use_cloud(Cloud())
    assert engine.options("first", "choice") is None


def test_why_options_could_not_be_loaded_is_kept_until_something_changed(world: World) -> None:
    def loader(word: str) -> Sequence[Option]:
        if word == "a":
            raise WizardError(msg("Broken"), msg("Mend it."))
        return options_of(word)

    engine = world.engine(a_choice(loader))
    assert engine.options_error("first", "choice") is None
    assert load(engine, "choice").state is TaskState.FAILED
    assert engine.options("first", "choice") is None
    assert str(engine.options_error("first", "choice")) == "Broken"
    assert state(engine, "first") is State.READY
    engine.answer("first", "word", "b")
    assert engine.options_error("first", "choice") is None
    load(engine, "choice")
    assert engine.options("first", "choice") == options_of("b")


def test_options_that_come_late_do_not_take_the_place_of_newer_ones(world: World) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def loader(word: str) -> Sequence[Option]:
        if word == "a":
            begun.set()
            assert let_go.wait(LONG)
        return options_of(word)

    engine = world.engine(a_choice(loader))
    late = engine.start_options("first", "choice")
    assert begun.wait(LONG)
    engine.answer("first", "word", "b")
    load(engine, "choice")
    let_go.set()
    assert late.wait(LONG)
    assert engine.options("first", "choice") == options_of("b")


def test_options_wait_for_the_cloud_without_an_error(world: World) -> None:
    engine = world.engine(a_choice(lambda cloud: options_of("a")))
    task = load(engine, "choice")
    assert "not ready yet" in str(task.error)
    assert engine.options_error("first", "choice") is None
    assert engine.options("first", "choice") is None


def test_cancelled_loading_is_no_error(world: World) -> None:
    def loader(task: Task) -> Sequence[Option]:
        task.cancel()
        task.check_stop()
        return ()

    engine = world.engine(a_choice(loader))
    assert load(engine, "choice").state is TaskState.CANCELLED
    assert engine.options_error("first", "choice") is None


def test_what_an_action_added_is_in_the_list(world: World) -> None:
    there: list[str] = []
    step = Step(
        id="upload",
        title=msg("Upload"),
        guide="1",
        purpose=msg("Upload"),
        inputs=(
            Choice(
                "container",
                msg("Container"),
                free=True,
                load=lambda: [Option(each, msg("C")) for each in there],
            ),
        ),
        actions=(Action("make", msg("Make"), lambda container: there.append(container) or {}),),
    )
    engine = world.engine(step)
    engine.load_options("upload", "container", Task(msg("A test")))
    assert engine.options("upload", "container") == ()
    engine.answer("upload", "container", "vhds")
    engine.perform("upload", "make", Task(msg("A test")))
    options = engine.options("upload", "container")
    assert options is not None
    assert [each.value for each in options] == ["vhds"]
