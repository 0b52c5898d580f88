"""Spoilt images, a few thousand here and as many as wanted by `python3 dev.py fuzz`."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import running
from tests.fuzz.__main__ import main
from tests.fuzz.running import Fuzz, FuzzError
from tests.fuzz.spoilt import SOUND, spoil
from wizard.disk.opening import open_image

SEED = 1


@pytest.fixture(scope="module", params=sorted(SOUND))
def fuzz(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzz]:
    tracemalloc.start()
    yield Fuzz(request.param, SEED, tmp_path_factory.mktemp("fuzz"))
    tracemalloc.stop()


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_what_is_spoilt_was_sound(tmp_path: Path, kind: str) -> None:
    Fuzz(kind, SEED, tmp_path)
    with open_image(tmp_path / f"{kind}.disk") as image:
        assert image.remarks == ()
        assert image.read_at(0, 5)[:1] in (b"f", b"\x01")


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_a_thousand_spoilt_images_by_seed(tmp_path: Path, kind: str) -> None:
    outcome = Fuzz(kind, SEED, tmp_path).run(1000)
    assert outcome.examples == 1000
    assert 20 < outcome.opened < 950, "neither all nor nothing gets through, or nothing was tried"
    assert len(outcome.refused) >= 3
    assert outcome.refused["damaged"] > 20


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_any_spoilt_image(fuzz: Fuzz, chance: random.Random) -> None:
    fuzz.try_one(spoil(fuzz.sound, chance), chance, "found by hypothesis")


def test_a_seed_gives_the_same_images_again() -> None:
    sound = SOUND["vhdx"]()
    one, other = (spoil(sound, random.Random("vhdx 1 2")) for _ in range(2))
    assert (one.over, one.length, one.story) == (other.over, other.length, other.story)


@pytest.mark.parametrize("fault", [ZeroDivisionError("oops"), AssertionError("wrong")])
def test_what_may_not_come_out_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fails(*_: object) -> str:
        raise fault

    monkeypatch.setattr(running, "look_into", fails)
    with pytest.raises(FuzzError, match=r"--format fixed --seed 1 --first 7"):
        Fuzz("fixed", SEED, tmp_path).run(1, first=7)


def test_much_memory_and_much_work_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object) -> str:
        return "opened" if bytes(2 * running.MEMORY_MOST) else ""

    monkeypatch.setattr(running, "look_into", greedy)
    with pytest.raises(FuzzError, match="bytes and"):
        Fuzz("fixed", SEED, tmp_path).run(1)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = [word for kind in SOUND for word in ("--format", kind)]
    assert main(["--examples", "3", "--seed", "5", *chosen]) == 0
    said = capsys.readouterr().out
    assert "seed 5" in said
    assert said.count("3 disks") == 3


def test_the_command_says_how_to_meet_a_fault_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise KeyError

    monkeypatch.setattr(running, "look_into", fails)
    assert main(["--examples", "3", "--seed", "5", "--format", "vhdx"]) == 1
    assert "--format vhdx --seed 5 --first 0" in capsys.readouterr().out
