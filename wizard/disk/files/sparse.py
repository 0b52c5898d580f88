"""Files with holes: a large disk image that takes only the room of its data."""

from __future__ import annotations

import sys
from typing import BinaryIO

from wizard.disk.files.windows_files import FSCTL_SET_SPARSE, device_control


def make_sparse(file: BinaryIO) -> bool:
    """Let what is never written to `file` take no room; False where the file system has no holes (FAT, exFAT).

    Call it on a new file, open for writing. Then seek past a hole and write after it; `truncate` is no way to make
    one, for on Windows Python's `truncate` fills what it adds with written zeros.
    """
    if sys.platform == "win32":
        try:
            device_control(file, FSCTL_SET_SPARSE, b"", 0)
        except OSError:
            return False
    return True  # Elsewhere holes come by themselves; a file system without them fills in zeros.
