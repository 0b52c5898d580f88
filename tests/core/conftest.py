"""The core is tested on small steps, in a world of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.small_steps import World, a_world


@pytest.fixture
def world() -> Iterator[World]:
    """Engines over one journey, and what they saved."""
    with a_world() as world:
        yield world
