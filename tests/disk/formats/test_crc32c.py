"""CRC-32C: the values of RFC 3720, and the leap over zeros against the plain way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disk.formats.built import simple_crc32c
from wizard.disk.formats.crc32c import crc32c


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)
def test_the_values_of_the_standard(data: bytes, expected: int) -> None:
    assert crc32c(data) == expected


@given(st.lists(st.one_of(st.binary(max_size=40), st.integers(0, 5000).map(bytes)), max_size=4))
def test_zeros_are_leapt_over_without_harm(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert crc32c(data) == simple_crc32c(data)
