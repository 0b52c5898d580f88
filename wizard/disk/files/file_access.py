"""Opening a file that nobody else may change meanwhile, as far as the system can tell, with a path of any length."""

from __future__ import annotations

import contextlib
import ntpath
import os
import struct
import sys
from errno import EACCES, EAGAIN
from io import FileIO
from pathlib import Path
from typing import Final

from wizard.disk.files.windows_files import open_denying_writers

# Windows takes paths of up to 259 characters, and longer ones only with this prefix (MAX_PATH counts the final zero).
_PATH_MOST: Final = 259
_LONG: Final = "\\\\?\\"
_SHARE: Final = "\\\\"

_SHARING_VIOLATIONS: Final = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION

# QEMU marks a disk that it may write by a shared lock on this byte (block/file-posix.c: 100 + BLK_PERM_WRITE's bit).
_QEMU_WRITES: Final = 101


class InUseError(OSError):
    """Another program has the file open for writing."""


def system_path(path: str) -> str:
    """The path as the system takes it at any length: on Windows with a prefix where it is long, elsewhere as it is."""
    return _long_path(path) if sys.platform == "win32" else path


def _long_path(path: str) -> str:
    whole = ntpath.abspath(path)
    if len(whole) <= _PATH_MOST or whole.startswith((_LONG, "\\\\.\\")):
        return path
    return f"{_LONG}UNC\\{whole[2:]}" if whole.startswith(_SHARE) else _LONG + whole


def open_for_reading(path: Path) -> FileIO:
    """The file, unbuffered. Raises InUseError where another program may write into it, OSError for other reasons.

    Windows knows for sure, and keeps writers out while the file is open. Elsewhere programs need not ask one another:
    those that lock the file are found (QEMU does, and whoever uses flock), others are not.
    """
    try:
        if sys.platform == "win32":
            return open_denying_writers(system_path(str(path)))
        file = path.open("rb", buffering=0)
    except OSError as error:
        if getattr(error, "winerror", None) in _SHARING_VIOLATIONS:
            raise InUseError(*error.args) from error
        raise
    try:
        _refuse_writers(file)
    except BaseException:
        file.close()
        raise
    return file


def _refuse_writers(file: FileIO) -> None:
    """Raises InUseError where another program has locked the file for writing. Keeps a lock as a reader."""
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (EAGAIN, EACCES):
                raise InUseError(error.errno, "Another program has locked the file for itself") from error
            # A file system without locks tells nothing.
        if sys.platform == "linux":
            # struct flock: would a lock for writing on that byte meet another's lock? Old kernels cannot say.
            question = struct.pack("@hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _QEMU_WRITES, 1, 0)
            met = fcntl.F_UNLCK
            with contextlib.suppress(OSError):
                met = struct.unpack_from("@h", fcntl.fcntl(file, fcntl.F_OFD_GETLK, question))[0]
            if met != fcntl.F_UNLCK:
                raise InUseError(EAGAIN, "QEMU has the disk open for writing")
