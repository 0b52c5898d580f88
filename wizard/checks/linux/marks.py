"""Several things that one rule has seen, put together into one finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wizard.messages import Message
from wizard.where import Where

_PLACES_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing seen: what it is, where, and lines that cure it."""

    what: Message
    places: tuple[Where, ...] = ()
    commands: tuple[str, ...] = ()


def said(marks: Sequence[Mark]) -> tuple[Message, ...]:
    """What they are."""
    return tuple(each.what for each in marks)


def places(marks: Sequence[Mark]) -> tuple[Where, ...]:
    """Where they are, at most ten."""
    return tuple(dict.fromkeys(place for each in marks for place in each.places))[:_PLACES_MOST]


def commands(marks: Sequence[Mark]) -> tuple[str, ...]:
    """The lines of all of them, each once."""
    return tuple(dict.fromkeys(line for each in marks for line in each.commands))
