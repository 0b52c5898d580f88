"""Windows' job objects: a limit of memory for a process, and its end when the wizard ends."""

from __future__ import annotations

import struct
import sys
from types import TracebackType
from typing import Any, Final, Self

EXTENDED_LIMIT_INFORMATION: Final = 9
LIMIT_ACTIVE_PROCESS: Final = 0x0008
LIMIT_PROCESS_MEMORY: Final = 0x0100
LIMIT_DIE_ON_UNHANDLED_EXCEPTION: Final = 0x0400  # no window that tells of a crash
LIMIT_KILL_ON_JOB_CLOSE: Final = 0x2000

_PROCESS_TERMINATE: Final = 0x0001
_PROCESS_SET_QUOTA: Final = 0x0100

# JOBOBJECT_EXTENDED_LIMIT_INFORMATION: times, LimitFlags, working sets, ActiveProcessLimit, affinity, classes; I/O
# counters; ProcessMemoryLimit, JobMemoryLimit, peaks.
LIMITS: Final = struct.Struct("@qqINNINII6Q4N")


class Job:
    """A job object; at the end of the `with` block every process in it is killed."""

    def __init__(self, kernel: Any, handle: Any) -> None:
        self._kernel, self._handle = kernel, handle

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill what is in it. More than once is no harm."""
        if self._handle:
            self._kernel.CloseHandle(self._handle)
            self._handle = None


def confine(process_id: int, memory: int) -> Job:
    """Give the process so many bytes of memory at the most, and end it with us; raises OSError where Windows refuses.

    Everywhere but on Windows nothing happens: there the process does so itself (own_limits).
    """
    if sys.platform != "win32":
        return Job(None, None)
    else:
        return confined_by(_kernel(), process_id, memory)


def confined_by(kernel: Any, process_id: int, memory: int) -> Job:
    """The same by this kernel32; `error()` of it raises what Windows says."""
    job = Job(kernel, kernel.CreateJobObjectW(None, None) or kernel.error())
    try:
        flags = (
            LIMIT_ACTIVE_PROCESS
            | LIMIT_PROCESS_MEMORY
            | LIMIT_DIE_ON_UNHANDLED_EXCEPTION
            | LIMIT_KILL_ON_JOB_CLOSE
        )
        limits = LIMITS.pack(0, 0, flags, 0, 0, 1, 0, 0, 0, *[0] * 6, memory, 0, 0, 0)
        if not kernel.SetInformationJobObject(job._handle, EXTENDED_LIMIT_INFORMATION, limits, len(limits)):
            kernel.error()
        process = kernel.OpenProcess(_PROCESS_TERMINATE | _PROCESS_SET_QUOTA, False, process_id)
        try:
            if not process or not kernel.AssignProcessToJobObject(job._handle, process):
                kernel.error()
        finally:
            if process:
                kernel.CloseHandle(process)
    except BaseException:
        job.close()
        raise
    return job


def _kernel() -> Any:
    """kernel32, with the types of what is called here."""
    if sys.platform != "win32":
        raise OSError("Only Windows has it")
    else:
        import ctypes
        from ctypes import wintypes

        def error() -> None:
            raise ctypes.WinError(ctypes.get_last_error())

        kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
        kernel.SetInformationJobObject.restype = wintypes.BOOL
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE,
            ctypes.c_int,
            wintypes.LPVOID,
            wintypes.DWORD,
        )
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
        kernel.AssignProcessToJobObject.restype = wintypes.BOOL
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        kernel.CloseHandle.restype = wintypes.BOOL
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        kernel.error = error
        return kernel
