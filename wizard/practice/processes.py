"""What Windows and the other systems do differently about child processes."""

from __future__ import annotations

import os
import sys
from typing import Any


def child_options() -> dict[str, Any]:
    """For Popen: no console window, and Ctrl+C in the wizard's console is for the wizard alone."""
    if sys.platform == "win32":
        import subprocess

        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    else:
        return {"process_group": 0}


def is_alive(pid: int) -> bool:
    """Whether a process of that id runs now."""
    if sys.platform == "win32":  # os.kill would end the process there
        import ctypes

        synchronize, still_running = 0x00100000, 0x00000102
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, False, pid)
        if not handle:
            return False
        try:
            return bool(ctypes.windll.kernel32.WaitForSingleObject(handle, 0) == still_running)
        finally:
            ctypes.windll.kernel32.CloseHandle(handle)
    else:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
