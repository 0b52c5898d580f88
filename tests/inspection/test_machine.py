"""The processor that a system's programs are made for."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Link, files
from wizard.inspection.found.machine import Machine
from wizard.inspection.linux.machine import read_machine
from wizard.inspection.windows.machine import read_machine as read_windows_machine

INIT = "/usr/lib/systemd/systemd"
KERNEL = "/Windows/System32/ntoskrnl.exe"


def elf(bits: int, order: str, machine: int) -> bytes:
    head = b"\x7fELF" + bytes((bits // 32, 1 if order == "<" else 2, 1)) + bytes(9)
    return head + struct.pack(f"{order}HH", 3, machine) + bytes(40)


def pe(machine: int, place: int = 248) -> bytes:
    return (
        b"MZ".ljust(60, b"\0")
        + struct.pack("<I", place)
        + bytes(place - 64)
        + b"PE\0\0"
        + struct.pack("<H", machine)
    )


@pytest.mark.parametrize(
    ("program", "architecture", "bits"),
    [
        (elf(64, "<", 62), "x86-64", 64),
        (elf(64, "<", 183), "arm64", 64),
        (elf(32, "<", 3), "x86-32", 32),
        (elf(32, "<", 62), "x86-64", 32),
        (elf(32, "<", 40), "arm32", 32),
        (elf(64, ">", 22), "s390x", 64),
        (elf(64, "<", 7777), "machine-7777", 64),
    ],
)
def test_linux(program: bytes, architecture: str, bits: int) -> None:
    found = files({INIT: program, "/sbin/init": Link("/lib/systemd/systemd"), "/lib": Link("usr/lib")})
    assert read_machine(found) == Machine((architecture,), bits, INIT)


def test_a_linux_whose_init_is_a_script() -> None:
    found = files({"/sbin/init": "#!/bin/sh\n", "/bin/sh": Link("bash"), "/bin/bash": elf(64, "<", 62)})
    assert read_machine(found) == Machine(("x86-64",), 64, "/bin/bash")


@pytest.mark.parametrize(
    "content", [{}, {"/sbin/init": b"\x7fELF"}, {"/sbin/init": b"\x7fELF\x09\x09".ljust(64, b"\1")}]
)
def test_a_linux_that_does_not_tell(content: dict[str, bytes]) -> None:
    assert read_machine(files(content)) == Machine()


@pytest.mark.parametrize(
    ("code", "architecture", "bits"),
    [
        (0x8664, "x86-64", 64),
        (0xAA64, "arm64", 64),
        (0x14C, "x86-32", 32),
        (0x200, "ia64", 64),
        (1, "machine-1", 0),
    ],
)
def test_windows(code: int, architecture: str, bits: int) -> None:
    found = files({"/WINDOWS/system32/ntoskrnl.exe": pe(code)}, any_case=True)
    assert read_windows_machine(found) == Machine((architecture,), bits, "/WINDOWS/system32/ntoskrnl.exe")


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ", pe(0x8664)[:-2], pe(0x8664)[:60] + b"\xff" * 4, pe(0x8664).replace(b"PE\0\0", b"NE\0\0")],
)
def test_a_windows_that_does_not_tell(content: bytes) -> None:
    assert read_windows_machine(files({KERNEL: content})) == Machine()
    assert read_windows_machine(files({})) == Machine()


@given(st.binary(max_size=300))
def test_any_program(data: bytes) -> None:
    assert len(read_machine(files({"/sbin/init": data, "/bin/sh": b"\x7fELF" + data})).architectures) <= 1
    assert len(read_windows_machine(files({KERNEL: b"MZ" + data})).architectures) <= 1
