"""Sizes as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.figures import exactly, in_units


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (512, "512 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (1024**2 - 1, "1023.99 KiB"),
        (30 * 1024**3, "30 GiB"),
        (30 * 1024**3 + 1024**2, "30 GiB"),
        (136_365_211_648, "127 GiB"),
        (1023 * 1024**3, "1023 GiB"),
        (1024**4, "1 TiB"),
        (2**64, "16 EiB"),
        (2**80, "1048576 EiB"),
    ],
)
def test_in_units(size: int, shown: str) -> None:
    assert in_units(size) == shown


@given(st.integers(0, 2**80))
def test_a_size_is_never_shown_larger_than_it_is(size: int) -> None:
    number, unit = in_units(size).split()
    factor = 1024 ** ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB").index(unit)
    assert float(number) * factor <= size * (1 + 1e-12)


def test_exactly() -> None:
    assert exactly(136_365_211_648) == "136,365,211,648"
    assert exactly(512) == "512"
