"""What a step shows besides its inputs and checks: pictures and facts as data, drawn by whoever shows the step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wizard.messages import Message
from wizard.redaction import Secret


@dataclass(frozen=True, slots=True)
class Facts:
    """A short table: what it is called, what it is."""

    title: Message
    rows: tuple[tuple[Message, Message], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A named point in time (UTC) on a Timeline."""

    at: datetime
    label: Message


@dataclass(frozen=True, slots=True)
class Timeline:
    """A span of time as a line: where it starts and ends, what is reached between, and where now is (UTC)."""

    title: Message
    starts: Moment
    ends: Moment
    between: tuple[Moment, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """An address to hand over. `secret` is the whole link; without it `masked` is all there is, and `hint` says why."""

    title: Message
    masked: str
    secret: Secret | None = None
    hint: Message | None = None


@dataclass(frozen=True, slots=True)
class DiskPart:
    """A stretch of a disk, in bytes: `kind` is partition, free (in no partition), zeros (added on the way) or footer.

    `detail`: what it holds, where somebody looked inside.
    """

    start: int
    length: int
    kind: str
    label: Message
    detail: Message | None = None


@dataclass(frozen=True, slots=True)
class DiskMap:
    """A disk as a row of its partitions, in their order and apart, with the data and the holes in it.

    `data`: the stretches (start, length in bytes) that may hold data, coarsely; everything else is holes. `data_bytes`:
    how much of it exactly; None: as much as `data` comes to.
    """

    title: Message
    size: int
    parts: tuple[DiskPart, ...]
    data: tuple[tuple[int, int], ...] = ()
    data_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence set apart; a `warning` one is drawn so."""

    text: Message
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """Files that were made, to be opened or shown in their folder; a script is shown only, for opening may run it."""

    title: Message
    paths: tuple[Path, ...]
    may_open: bool = True


View = Facts | Timeline | Link | DiskMap | Note | Files
