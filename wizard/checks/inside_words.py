"""What the rules about the inside of a disk have in common: when they apply, and what is said where nothing was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from wizard.messages import Message, msg
from wizard.step import Finding, skipped

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside

Part = TypeVar("Part")

_NOT_LOOKED: Final = msg("The disk in this file cannot be looked into")

# By wizard.inspection.found.inside.Why.
_WHY: Final[Mapping[str, Message]] = {
    "not_looked": _NOT_LOOKED,
    "no_system": msg("No operating system was found on the disk"),
    "damaged": msg("Not judged: the file system is damaged here"),
    "crashed": msg("Not judged: the reader of the file system ended here, as with a damaged disk"),
    "too_long": msg("Not judged: reading this took too long"),
    "too_much": msg("Not judged: reading this would take more than the wizard allows"),
    "line": msg("Not judged: the disk could not be read any further"),
}


def system_of(inside: Inside | None, build_path: str | None) -> str:
    """linux, windows or "": what was found on the disk; where nothing was, what the build path says."""
    found = inside.system if inside is not None else ""
    said = next((each for each in ("linux", "windows") if (build_path or "").startswith(each)), "")
    return found or said


def is_linux(inside: Inside | None, build_path: str | None) -> bool:
    """Whether the rules of Linux apply."""
    return system_of(inside, build_path) == "linux"


def is_windows(inside: Inside | None, build_path: str | None) -> bool:
    """Whether the rules of Windows apply."""
    return system_of(inside, build_path) == "windows"


def known(part: Part | None, inside: Inside, chapter: str) -> Part | Finding:
    """A chapter where it was read; otherwise a skipped finding that says why not."""
    return part if part is not None else not_read(inside, chapter)


def not_read(inside: Inside, chapter: str) -> Finding:
    """The finding of a rule whose chapter was not read: skipped, never passed."""
    unread = inside.why_unread(chapter)
    if unread is None:
        return skipped(_NOT_LOOKED)
    if unread.why == "cannot_read" and not unread.detail:
        return skipped(
            msg("Not judged: what is on the disk is no file system that the wizard knows"), why=unread.why
        )
    if unread.why == "cannot_read":
        return skipped(
            msg("Not judged: it is on {what}, which the wizard cannot look into", what=unread.detail),
            why=unread.why,
        )
    if unread.why == "not_here":
        return skipped(
            msg(
                "Not judged: what belongs at {path} is on a volume that is not on this disk",
                path=unread.detail,
            ),
            why=unread.why,
        )
    return skipped(_WHY.get(unread.why, _NOT_LOOKED), why=unread.why)
