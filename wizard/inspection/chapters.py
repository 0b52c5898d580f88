"""The list of chapters: what is read of a system, and by whom. Only the child process that reads an image imports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from wizard.inspection.found.inside import System
from wizard.inspection.system_files import Files


@dataclass(frozen=True, slots=True)
class Chapter:
    """`name` is a field of Inside; `read` gives its record, or None where the system has no such thing.

    A reader raises nothing for what is missing or odd in the files; OSError and TooMuchError pass through it. Whatever
    else it raises makes the chapter unread, and never stops another.
    """

    name: str
    system: System
    read: Callable[[Files], Any]


CHAPTERS: Final[tuple[Chapter, ...]] = ()
