"""How the reader is started."""

from __future__ import annotations

import sys
from typing import Final

READER_ARGUMENT: Final = "--read-an-image"
"""Makes the frozen program the reader; it is for the wizard itself, not for people."""


def reader_command() -> list[str]:
    """The command that starts the reader: this Python, cut off from the person's own packages, or the frozen program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, READER_ARGUMENT]
    return [sys.executable, "-I", "-m", "wizard.inspection.reader"]
