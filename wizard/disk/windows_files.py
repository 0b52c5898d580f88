"""What Windows knows about a file and Python's standard library does not say, behind one function."""

from __future__ import annotations

import sys
from errno import ENOTSUP
from typing import BinaryIO, Final

FSCTL_SET_SPARSE: Final = 0x000900C4
FSCTL_QUERY_ALLOCATED_RANGES: Final = 0x000940CF

_ERROR_MORE_DATA: Final = 234


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
