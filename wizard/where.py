"""Where something was seen inside an image: a file of it, a line, and the line's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_TEXT_MOST: Final = 200  # characters of a line that are shown


@dataclass(frozen=True, slots=True)
class Where:
    """A place inside an image: absolute path there; `line` counts from 1, 0 for the file as a whole.

    `text` is what stands there, in one printable line. Whoever makes one leaves secrets out (password hashes, keys).
    Make it with `where`, for paths and texts of an image are anything.
    """

    path: str
    line: int = 0
    text: str = ""

    def __str__(self) -> str:
        place = f"{self.path} line {self.line}" if self.line else self.path
        return f"{place}: {self.text}" if self.text else place


def where(path: str, line: int = 0, text: str = "") -> Where:
    """The place, with path and text made printable and short."""
    return Where(printable(path), line, printable(text.strip()))


def printable(text: str) -> str:
    """One line without control characters or marks that turn the direction of writing, cut at 200 characters."""
    clean = "".join(
        each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[: _TEXT_MOST + 1]
    )
    return clean if len(clean) <= _TEXT_MOST else clean[: _TEXT_MOST - 1] + "…"
