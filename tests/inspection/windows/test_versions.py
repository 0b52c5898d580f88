"""The version of a program file is read out of its resources, and nothing else of it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Held, files
from tests.inspection.windows.programs import program
from wizard.inspection.windows.versions import read_drivers, version_of

PATH = "/Windows/System32/drivers/srv.sys"


def version(data: bytes, size: int | None = None) -> str:
    content = files({PATH: Held(data, size=size)}, any_case=True).content(PATH)
    assert content is not None
    return version_of(content)


@pytest.mark.parametrize("machine", [0x8664, 0xAA64, 0x14C])
@pytest.mark.parametrize("text", ["6.1.7601.23689", "10.0.14393.953", "65535.65535.65535.65535"])
def test_the_version_of_a_program(machine: int, text: str) -> None:
    assert version(program(text, machine=machine)) == text


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ", b"text", bytes(4096), b"MZ" + bytes(58) + b"\xff\xff\xff\xff", program("1.2.3.4")[:0x400]],
)
def test_what_has_no_version(data: bytes) -> None:
    assert version(data) == ""


def test_folders_of_resources_that_lead_in_circles() -> None:
    data = bytearray(program("1.2.3.4"))
    struct.pack_into("<I", data, 0x400 + 32 + 20, 0x80000000)
    struct.pack_into("<I", data, 0x400 + 56 + 20, 0x80000000)
    assert version(bytes(data)) == ""


@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), max_size=30), st.integers(0, 1500))
def test_any_damage_gives_a_version_or_none(spots: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(program("10.0.14393.953"))
    for at, byte in spots:
        data[at % len(data)] = byte
    found = version(bytes(data[:cut]) if cut % 2 else bytes(data), size=2**40 if cut % 5 == 0 else None)
    assert found == "" or found.count(".") == 3


@given(st.binary(max_size=400))
def test_any_bytes_give_a_version_or_none(data: bytes) -> None:
    found = version(b"MZ" + data)
    assert found == "" or found.count(".") == 3


def test_only_the_drivers_that_are_there() -> None:
    found = read_drivers(files({PATH: program("6.3.9600.18604"), PATH.replace("srv", "srv2"): b"compressed"}))
    assert [(each.path, each.version) for each in found.drivers] == [
        (PATH, "6.3.9600.18604"),
        (PATH.replace("srv", "srv2"), ""),
    ]
