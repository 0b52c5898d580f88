"""Opening so that nobody writes meanwhile: what each system can tell, and Windows' side with recorded answers."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import types
from ctypes import wintypes
from pathlib import Path
from typing import Any

import pytest

from tests.disk.formats.built import Vhdx
from tests.disk.images import MIB, fixed_vhd, needs_qemu
from wizard.disk.files.file_access import InUseError, open_for_reading, system_path
from wizard.disk.files.windows_files import open_denying_writers
from wizard.disk.opening import open_image
from wizard.disk.refused import Refusal, RefusedImage

posix = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no advisory locks; it refuses by itself"
)


def test_a_file_is_opened_unbuffered(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    with open_for_reading(tmp_path / "a") as file:
        assert file.read(3) == b"con"
        assert os.lseek(file.fileno(), 0, os.SEEK_CUR) == 3
        assert not file.writable()


def test_two_may_read_at_once(tmp_path: Path) -> None:
    path = fixed_vhd(tmp_path / "a.vhd", MIB)
    with open_image(path) as one, open_image(path) as other:
        assert one.read_at(0, 4096) == other.read_at(0, 4096)


@posix
def test_a_file_that_another_has_locked_for_itself_is_in_use(tmp_path: Path) -> None:
    import fcntl

    path = fixed_vhd(tmp_path / "a.vhd", MIB)
    with path.open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(RefusedImage) as caught:
            open_image(path)
        assert caught.value.refusal is Refusal.IN_USE
        assert "a.vhd" in str(caught.value.what)
        fcntl.flock(other, fcntl.LOCK_UN)
        open_image(path).close()


@posix
def test_a_file_system_without_locks_is_no_reason_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def refuses(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", refuses)
    monkeypatch.setattr(fcntl, "fcntl", refuses)
    open_image(fixed_vhd(tmp_path / "a.vhd", MIB)).close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="QEMU's locks are looked for on Linux")
@pytest.mark.parametrize(
    ("byte", "kind", "in_use"), [(101, 0, True), (101, 1, True), (100, 0, False), (102, 0, False)]
)
def test_qemus_lock_of_a_writer_is_seen(tmp_path: Path, byte: int, kind: int, in_use: bool) -> None:
    import fcntl
    import struct

    path = fixed_vhd(tmp_path / "a.vhd", MIB)
    with path.open("r+b") as other:
        fcntl.fcntl(other, fcntl.F_OFD_SETLK, struct.pack("@hhqqi4x", kind, os.SEEK_SET, byte, 1, 0))
        if in_use:
            with pytest.raises(InUseError):
                open_for_reading(path)
        else:
            open_for_reading(path).close()


@needs_qemu
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="QEMU's locks are looked for on Linux")
def test_a_disk_that_qemu_writes_is_in_use_and_one_that_it_reads_is_not(tmp_path: Path) -> None:
    path = Vhdx(8 * MIB, {0: b"x"}).write(tmp_path / "a.vhdx")
    for options, in_use in ((["-w"], True), (["-r"], False)):
        command = ["qemu-io", *([] if "-w" in options else options), "-f", "vhdx", str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdin is not None
            assert other.stdout is not None
            try:
                other.stdin.write(b"read 0 512\n")
                other.stdin.flush()
                while b"512" not in other.stdout.readline():
                    time.sleep(0.01)
                if in_use:
                    with pytest.raises(RefusedImage) as caught:
                        open_image(path)
                    assert caught.value.refusal is Refusal.IN_USE
                else:
                    open_image(path).close()
            finally:
                other.send_signal(signal.SIGTERM)


# Windows


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\disks\\a.vhd", "C:\\disks\\a.vhd"),
        ("C:\\" + "a" * 256, "C:\\" + "a" * 256),
        ("C:\\" + "a" * 257, "\\\\?\\C:\\" + "a" * 257),
        ("C:/" + "a/" * 150 + "x.vhd", "\\\\?\\C:\\" + "a\\" * 150 + "x.vhd"),
        ("C:\\x\\..\\" + "a" * 257, "\\\\?\\C:\\" + "a" * 257),
        ("\\\\server\\share\\" + "a" * 300, "\\\\?\\UNC\\server\\share\\" + "a" * 300),
        ("\\\\?\\C:\\" + "a" * 300, "\\\\?\\C:\\" + "a" * 300),
    ],
)
def test_a_long_path_gets_its_prefix(monkeypatch: pytest.MonkeyPatch, path: str, expected: str) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert system_path(path) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows long paths are changed")
def test_elsewhere_a_path_stays_as_it_is() -> None:
    assert system_path("/" + "a" * 300) == "/" + "a" * 300


class Kernel:
    """Windows' kernel32, with an answer for CreateFileW."""

    def __init__(self, handle: int | None) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.closed: list[int] = []

        def create(*arguments: Any) -> int | None:
            self.asked.append(arguments)
            return handle

        def close(handle: int) -> int:
            self.closed.append(handle)
            return 1

        self.CreateFileW: Any = create
        self.CloseHandle: Any = close


def on_windows(monkeypatch: pytest.MonkeyPatch, kernel: Kernel, error: int, opened: Any) -> None:
    def windows_error(code: int) -> OSError:
        made = (
            PermissionError(13, "The process cannot access the file")
            if code in (5, 32, 33)
            else OSError(22, "?")
        )
        vars(made)["winerror"] = code
        return made

    msvcrt = types.SimpleNamespace(open_osfhandle=opened)
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: kernel, raising=False)
    monkeypatch.setattr(ctypes, "WinError", windows_error, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: error, raising=False)
    monkeypatch.setattr(os, "O_BINARY", 0, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")


INVALID = wintypes.HANDLE(-1).value


@posix
def test_windows_is_asked_for_reading_shared_with_readers_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.vhd"
    path.write_bytes(b"content")
    kernel = Kernel(0x1234)
    handles: list[int] = []

    def opened(handle: int, flags: int) -> int:
        handles.append(handle)
        return os.open(path, os.O_RDONLY)

    with monkeypatch.context() as patch:
        on_windows(patch, kernel, 0, opened)
        file = open_for_reading(path)
    with file:
        assert file.read() == b"content"

    asked = kernel.asked[0]
    assert (Path(asked[0]).name, *asked[1:]) == ("a.vhd", 0x80000000, 1, None, 3, 0x80, None)
    assert (handles, kernel.closed) == ([0x1234], [])
    assert kernel.CreateFileW.restype is wintypes.HANDLE


@posix
@pytest.mark.parametrize("handle", [INVALID, None])
@pytest.mark.parametrize(("code", "in_use"), [(32, True), (33, True), (5, False), (1920, False)])
def test_windows_refusals(
    monkeypatch: pytest.MonkeyPatch, handle: int | None, code: int, in_use: bool
) -> None:
    def never(*_: int) -> int:
        raise AssertionError("there is no handle")

    with monkeypatch.context() as patch:
        on_windows(patch, Kernel(handle), code, never)
        with pytest.raises(OSError, match=r".") as caught:
            open_for_reading(Path("a.vhd"))

    assert isinstance(caught.value, InUseError) is in_use
    if not in_use:
        assert caught.value.filename == "a.vhd"


@posix
def test_a_handle_that_cannot_be_used_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_free(*_: int) -> int:
        raise OSError(24, "Too many open files")

    kernel = Kernel(7)
    with monkeypatch.context() as patch:
        on_windows(patch, kernel, 0, none_free)
        with pytest.raises(OSError, match="Too many"):
            open_denying_writers("a.vhd")
    assert kernel.closed == [7]


@posix
def test_elsewhere_windows_is_not_asked() -> None:
    with pytest.raises(OSError, match="Only Windows"):
        open_denying_writers("a.vhd")


def test_whoever_is_refused_by_a_sharing_violation_reads_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise InUseError(13, "The process cannot access the file")

    monkeypatch.setattr("wizard.disk.opening.open_for_reading", refuses)
    with pytest.raises(RefusedImage) as caught:
        open_image(fixed_vhd(tmp_path / "a.vhd", MIB))
    assert caught.value.refusal is Refusal.IN_USE
    assert "Shut down the virtual machine" in str(caught.value.cure)
