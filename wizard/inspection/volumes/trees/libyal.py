"""What libyal's readers have in common, and where they have to be handled with care."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any, Final

_READ_MOST: Final = 4 * 1024 * 1024
_LATEST: Final = 253_402_300_799  # the end of the year 9999: what stands behind it is no time

# What comes out of libyal for what stands in an image, besides OSError: its own conversions fail.
_FAULTS: Final = (ValueError, OverflowError, SystemError, IndexError, TypeError, RuntimeError)


def ask(question: Callable[..., Any], *arguments: Any) -> Any:
    """What libyal answers; raises OSError for whatever it cannot."""
    try:
        return question(*arguments)
    except OSError as error:
        # libyal's text is long, speaks of its own functions, and may quote the image.
        raise damaged() from error
    except _FAULTS as error:
        raise damaged() from error


def ask_number(question: Callable[..., Any], *arguments: Any) -> int:
    """A number that libyal knows; raises OSError where it does not."""
    answer = ask(question, *arguments)
    if not isinstance(answer, int):
        raise damaged()
    return answer


def root_of(volume: Any) -> Any:
    """The topmost folder; raises OSError where there is none, which libyal tells as None."""
    root = ask(volume.get_root_directory)
    if root is None:
        raise damaged()
    return root


def damaged() -> OSError:
    """The error of a file system that contradicts itself."""
    return OSError(errno.EIO, os.strerror(errno.EIO))


def read(entry: Any, size: int, offset: int, length: int) -> bytes:
    """These bytes of a file of this size, fewer where it ends; raises OSError."""
    length = min(length, size - offset)
    if offset < 0 or length <= 0:
        return b""
    pieces = []
    while length > 0:
        piece: bytes = ask(entry.read_buffer_at_offset, min(length, _READ_MOST), offset)
        if not piece:
            raise damaged()
        pieces.append(piece)
        offset, length = offset + len(piece), length - len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def name_of(entry: Any, number: int) -> str:
    """Its name. One that is no UTF-8 libyal does not tell: it gets a stand-in of its own, so that it is seen at all."""
    try:
        name: str | None = entry.get_name()
    except (OSError, *_FAULTS):
        name = None
    return name or f"\N{REPLACEMENT CHARACTER}{number}"


def seconds(nanoseconds: int) -> int:
    """A time since 1970 in seconds; 0 for what is none."""
    found = nanoseconds // 1_000_000_000
    return found if 0 <= found <= _LATEST else 0
