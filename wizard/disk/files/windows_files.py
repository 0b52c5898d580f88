"""What Windows knows about a file and Python's standard library does not say, behind one function."""

from __future__ import annotations

import os
import sys
from errno import ENOTSUP
from io import FileIO
from typing import BinaryIO, Final

FSCTL_SET_SPARSE: Final = 0x000900C4
FSCTL_QUERY_ALLOCATED_RANGES: Final = 0x000940CF

_ERROR_MORE_DATA: Final = 234
_GENERIC_READ: Final = 0x80000000
_FILE_SHARE_READ: Final = 1
_OPEN_EXISTING: Final = 3
_FILE_ATTRIBUTE_NORMAL: Final = 0x80


def device_control(file: BinaryIO, code: int, question: bytes, answer_bytes: int) -> tuple[bytes, bool]:
    """Windows' DeviceIoControl on an open file: the answer, and whether there is more that did not fit.

    Raises OSError where the file system cannot do it, and everywhere but on Windows.
    """
    if sys.platform != "win32":
        raise OSError(ENOTSUP, "Only Windows answers this")
    else:
        import ctypes
        import msvcrt
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.DeviceIoControl.restype = wintypes.BOOL
        kernel.DeviceIoControl.argtypes = (
            wintypes.HANDLE,
            wintypes.DWORD,
            wintypes.LPVOID,
            wintypes.DWORD,
            wintypes.LPVOID,
            wintypes.DWORD,
            ctypes.POINTER(wintypes.DWORD),
            wintypes.LPVOID,
        )
        handle = wintypes.HANDLE(msvcrt.get_osfhandle(file.fileno()))
        asked = ctypes.create_string_buffer(question, len(question)) if question else None
        answer = ctypes.create_string_buffer(answer_bytes) if answer_bytes else None
        returned = wintypes.DWORD(0)
        done = kernel.DeviceIoControl(
            handle, code, asked, len(question), answer, answer_bytes, ctypes.byref(returned), None
        )
        error = 0 if done else ctypes.get_last_error()
        if error not in (0, _ERROR_MORE_DATA):
            raise ctypes.WinError(error)
        return (answer.raw[: returned.value] if answer else b""), error == _ERROR_MORE_DATA


def open_denying_writers(path: str) -> FileIO:
    """Windows' CreateFile for reading, shared with readers only: the file, unbuffered.

    Nobody can write into the file while it is open; where somebody already may, Windows refuses (a sharing violation,
    `winerror` 32). Raises OSError with the path, and everywhere but on Windows.
    """
    if sys.platform != "win32":
        raise OSError(ENOTSUP, "Only Windows opens files so")
    else:
        import ctypes
        import msvcrt
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = wintypes.HANDLE
        kernel.CreateFileW.argtypes = (
            wintypes.LPCWSTR,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.LPVOID,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.HANDLE,
        )
        handle = kernel.CreateFileW(
            path, _GENERIC_READ, _FILE_SHARE_READ, None, _OPEN_EXISTING, _FILE_ATTRIBUTE_NORMAL, None
        )
        if handle is None or handle == wintypes.HANDLE(-1).value:
            error = ctypes.WinError(ctypes.get_last_error())
            error.filename = path
            raise error
        try:
            descriptor = msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY)
        except OSError:
            kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
            kernel.CloseHandle(handle)
            raise
        return FileIO(descriptor, "rb")
