"""Writing a file so that nobody ever sees half of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Final

# On Windows a virus scanner or an indexer may hold a file for a moment after it was written.
_TRIES: Final = 6


def write_atomically(path: Path, text: str) -> None:
    """Put `text` (UTF-8) at `path` whole or not at all; raises OSError that names `path`, and then what was there is still there.

    Half a character, as in a file name that is no Unicode, is written as \\udcxx, which JSON reads as the same again.
    """
    try:
        _write(path, text)
    except OSError as error:
        # The person knows nothing of a temporary file.
        error.filename, error.filename2 = str(path), None
        raise


def replace_patiently(source: Path, target: Path) -> None:
    """Rename `source` to `target`, over it if need be; waits out programs that hold `target` for a moment."""
    for attempt in range(_TRIES):
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt" or attempt == _TRIES - 1:
                raise
            time.sleep(0.05 * 2**attempt)


def _write(path: Path, text: str) -> None:
    # Not tempfile.mkstemp: where Windows denies the folder, it takes that for a name in use and tries two thousand
    # million others (Python 3.11 and 3.12).
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # On Windows the folder says who may read it, and a copy that is write-protected could not be removed.
        if os.name != "nt":
            with contextlib.suppress(OSError):
                shutil.copymode(path, temporary)  # who could read it before can read it now
        replace_patiently(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut; Windows does so by itself and cannot open folders."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
