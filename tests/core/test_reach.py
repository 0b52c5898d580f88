"""A function gets what it asks for by name, looked up only then, and nothing else."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from wizard.core.reach import NotInReachError, call, wanted


def reach(**values: Any) -> dict[str, Any]:
    return {name: lambda value=value: value for name, value in values.items()}


def add(one: int, two: int, _three: int = 3) -> int:
    return one + two + _three


class Adder:
    def __call__(self, one: int) -> int:
        return one + 1

    def method(self, two: int) -> int:
        return two + 2


def test_it_gets_what_it_asks_for() -> None:
    assert call(add, reach(one=1, two=2, _three=100, four=4)) == 6
    assert call(lambda: 7, {}) == 7
    assert call(lambda one=5: one, reach(one=1)) == 1


def test_any_kind_of_function_can_ask() -> None:
    assert call(Adder(), reach(one=1)) == 2
    assert call(Adder().method, reach(two=2)) == 4
    assert call(functools.partial(add, two=10), reach(one=1, two=2)) == 6
    assert wanted(add) == ("one", "two")
    assert wanted(Adder().method) == ("two",)


def test_what_nobody_asks_for_is_not_looked_up() -> None:
    def supply() -> int:
        raise AssertionError("nobody asked")

    assert call(lambda one: one, reach(one=1) | {"two": supply}) == 1


def test_what_is_not_in_reach_is_named_with_who_asked() -> None:
    with pytest.raises(NotInReachError, match=r"test_reach\.add asks for two"):
        call(add, reach(one=1))
    with pytest.raises(NotInReachError, match=r"add.+asks for one"):
        call(functools.partial(add, two=1), {})


def test_what_a_supplier_raises_goes_through() -> None:
    def supply() -> int:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        call(lambda one: one, {"one": supply})
