"""Keeps the computer from falling asleep during long work; where the system offers no way, nothing happens.

What the person does still counts: closing the lid or choosing Sleep sends the computer to sleep as ever, and the screen goes dark.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

ES_CONTINUOUS: Final = 0x80000000
ES_SYSTEM_REQUIRED: Final = 0x00000001

_MAC: Final = "/usr/bin/caffeinate"
_LINUX: Final = "/usr/bin/systemd-inhibit"
_ENDS_WITHIN: Final = 5.0  # seconds


@contextlib.contextmanager
def awake() -> Iterator[None]:
    """Awake until the end of the block; ask in the thread that works. It ends with the program, also where that is killed."""
    if sys.platform == "win32":
        with _awake_windows():
            yield
    else:
        with _awake_beside(_guard(sys.platform)):
            yield


@contextlib.contextmanager
def _awake_windows() -> Iterator[None]:
    """Windows keeps one wish for each thread, and ends it with the thread."""
    before = set_thread_execution_state(ES_CONTINUOUS | ES_SYSTEM_REQUIRED)
    try:
        yield
    finally:
        # 0 says that the wish was refused. A block within another one leaves the outer one's wish in force.
        if before:
            set_thread_execution_state(before | ES_CONTINUOUS)


def set_thread_execution_state(state: int) -> int:
    """Windows' SetThreadExecutionState: the thread's wish from now on; returns the one before, 0 where it was refused.

    Everywhere but on Windows it is refused.
    """
    if sys.platform != "win32":
        return 0
    else:
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32")
        kernel.SetThreadExecutionState.restype = wintypes.DWORD
        kernel.SetThreadExecutionState.argtypes = (wintypes.DWORD,)
        return int(kernel.SetThreadExecutionState(state))


def _guard(platform: str) -> list[str]:
    """The command that keeps the system awake as long as it runs, and ends with us; [] where there is none."""
    if platform == "darwin" and os.access(_MAC, os.X_OK):
        return [_MAC, "-i", "-w", str(os.getpid())]
    if platform == "linux" and os.access(_LINUX, os.X_OK):
        # cat ends when its input does: that is our end of the pipe, which the system closes when we are killed.
        # To keep from being idle needs nobody's permission; to keep from all sleep may ask for a password.
        return [_LINUX, "--what=idle", "--who=image-wizard", "--why=Long work is under way", "cat"]
    return []


@contextlib.contextmanager
def _awake_beside(guard: list[str]) -> Iterator[None]:
    """Run the guard beside the work. One that fails to start or leaves early is no reason to stop."""
    running: subprocess.Popen[bytes] | None = None
    if guard:
        with contextlib.suppress(OSError):
            running = subprocess.Popen(
                guard, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
    try:
        yield
    finally:
        if running is not None:
            _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    if running.stdin is not None:
        with contextlib.suppress(OSError):
            running.stdin.close()
    running.terminate()
    try:
        running.wait(_ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
