"""What the reader forbids itself before it looks at an image; on Windows the wizard does so (windows_job)."""

from __future__ import annotations

import contextlib
import sys


def limit_myself(memory: int, seconds: int) -> None:
    """From now on: so many bytes of memory, so many seconds of work, no file written, no crash dump, no other process."""
    if sys.platform != "win32":
        import resource

        limits = {
            resource.RLIMIT_AS: memory,
            resource.RLIMIT_DATA: memory,
            resource.RLIMIT_CPU: seconds,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_NPROC: 0,
        }
        for what, most in limits.items():
            hardest = resource.getrlimit(what)[1]
            most = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
            # macOS has no limit of the address space; what a system does not know, it cannot keep.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(what, (most, most))
