"""Looks inside a disk: a reader beside the wizard opens it, the wizard reads for it and puts together what it says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, get_type_hints

from wizard.errors import WizardError
from wizard.inspection.found.inside import Inside, System, Unread, Why
from wizard.inspection.reader import frames
from wizard.inspection.reader.command import reader_command
from wizard.inspection.reader.frames import NonsenseError, Opened, Work
from wizard.inspection.reader.process import ReaderProcess
from wizard.inspection.reader.untrusted import record
from wizard.messages import msg
from wizard.results import to_json
from wizard.tasks import Task
from wizard.where import printable

_MEBIBYTE: Final = 1024 * 1024


class Disk(Protocol):
    """What is looked into: a file's disk (wizard.disk.image.Image), or a blob's (wizard.transfer.blob_disk.BlobDisk)."""

    @property
    def size(self) -> int:
        """In bytes."""

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly these bytes, all of them within the disk. Raises OSError or WizardError where they cannot be read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be spent on a disk. `memory` of a reader and `bytes` of the disk in bytes; `seconds` of a reader's work, not
    counting those in which it waits for the disk.

    `chapter_seconds`, `chapter_bytes`: of one chapter; opening the disk is one, too. `frames`: how often readers may say
    something. `starts`: how many readers are started at the most, one after another.
    """

    memory: int = 512 * _MEBIBYTE
    seconds: float = 180.0
    chapter_seconds: float = 60.0
    bytes: int = 3 * 1024 * _MEBIBYTE
    chapter_bytes: int = 1024 * _MEBIBYTE
    frames: int = 500_000
    starts: int = 5


LIMITS: Final = Limits()

_NO_CHAPTERS: Final = ("volumes", "system", "unread", "read_bytes")

# Every chapter's type, by its name.
_KINDS: Final = {name: kind for name, kind in get_type_hints(Inside).items() if name not in _NO_CHAPTERS}


def look_inside(disk: Disk, task: Task, *, limits: Limits = LIMITS) -> Inside:
    """What is inside the disk; what could not be read says why. Raises nothing but Cancelled, and ends within the limits."""
    return Inspection(disk, task, limits).run()


class _Stopped(Exception):  # noqa: N818  (it is what happens to a reader, and expected)
    """A reader did not come to its end. `final`: the next one could do no better."""

    def __init__(self, why: Why, detail: str = "", *, final: bool = False) -> None:
        super().__init__(why)
        self.why, self.detail, self.final = why.value, printable(detail), final


class Inspection:
    """One disk that is looked into; for one thread, once."""

    def __init__(self, disk: Disk, task: Task, limits: Limits, command: Sequence[str] | None = None) -> None:
        """`command` starts the reader."""
        self._disk, self._task, self._limits = disk, task, limits
        self._command = command or reader_command()
        self._opened: Opened | None = None
        self._records: dict[str, Any] = {}
        self._unread: dict[str, Unread] = {}
        self._introduced = False  # whether the reader at work has said what there is
        self._at_work = ""
        self._thought = 0.0
        self._bytes = self._chapter_bytes = 0
        self._frames = 0

    def run(self) -> Inside:
        """See `look_inside`."""
        stopped: _Stopped | None = None
        for _ in range(self._limits.starts):
            stopped = self._let_one_read()
            if stopped is None or stopped.final or self._opened is None:
                break
            if self._at_work:
                self._unread[self._at_work] = Unread(self._at_work, stopped.why, stopped.detail)
        return self._inside(stopped)

    def _let_one_read(self) -> _Stopped | None:
        """Start a reader and serve it to its end; why it did not come to one."""
        self._introduced, self._at_work, self._chapter_bytes = False, "", 0
        self._report()
        try:
            with ReaderProcess(
                self._command,
                self._limits.memory,
                may_think=self._may_think(0.0),
                stop=lambda: self._task.stopping,
            ) as reader:
                try:
                    self._serve(reader)
                except (EOFError, OSError) as error:
                    raise self._end_of(reader) from error
                finally:
                    self._thought += reader.thought
        except NonsenseError as error:
            return _Stopped(Why.CRASHED, str(error))
        except OSError as error:  # it could not even be started
            return _Stopped(Why.CRASHED, error.strerror or type(error).__name__, final=True)
        except _Stopped as stopped:
            return stopped
        return None

    def _end_of(self, reader: ReaderProcess) -> _Stopped:
        """Why nothing more comes from the reader; raises Cancelled where that was wished."""
        self._task.check_stop()
        if reader.thought_too_long:
            return _Stopped(Why.TOO_LONG, final=self._thought + reader.thought >= self._limits.seconds)
        return _Stopped(Why.CRASHED, reader.how_it_ended())

    def _serve(self, reader: ReaderProcess) -> None:
        reader.begin()
        work = Work(
            self._disk.size,
            self._limits.memory,
            int(self._limits.seconds) + 1,
            (*self._records, *self._unread),
        )
        reader.send(frames.WORK, json.dumps(to_json(work)).encode())
        while True:
            kind, content = reader.receive()
            self._task.check_stop()
            self._frames += 1
            if self._frames > self._limits.frames:
                raise _Stopped(Why.TOO_MUCH, "frames", final=True)
            if kind == frames.READ:
                reader.send(frames.DATA, self._read(content))
            elif kind == frames.END and not self._at_work and not self._left():
                return
            else:
                self._hear(reader, kind, content)

    def _hear(self, reader: ReaderProcess, kind: bytes, content: bytes) -> None:
        """Take what the reader says; raises NonsenseError where it makes no sense now."""
        if kind == frames.OPENED and not self._introduced:
            opened: Opened = record(Opened, content)
            self._opened, self._introduced = self._opened or _checked(opened), True
        elif kind == frames.BEGINS and not self._at_work and content.decode("latin-1") in self._left():
            self._at_work, self._chapter_bytes = content.decode("latin-1"), 0
            self._report()
        elif kind == frames.CHAPTER and self._at_work:
            self._records[self._at_work] = record(_KINDS[self._at_work], content)
            self._at_work = ""
        elif kind == frames.UNREAD and self._at_work:
            told = _sound(record(Unread, content))
            self._unread[self._at_work] = Unread(self._at_work, told.why, told.detail)
            self._at_work = ""
        else:
            raise NonsenseError(f"{kind!r} makes no sense now")
        reader.may_think = self._may_think(reader.thought)

    def _read(self, request: bytes) -> bytes:
        """What the reader asks for of the disk, as far as it has that."""
        if len(request) != frames.REQUEST.size:
            raise NonsenseError("no request")
        offset, length = frames.REQUEST.unpack(request)
        length = max(min(length, self._disk.size - offset), 0)
        if length > frames.READ_MOST:
            raise NonsenseError("too much at once")
        self._bytes += length
        self._chapter_bytes += length
        if self._bytes > self._limits.bytes or self._chapter_bytes > self._limits.chapter_bytes:
            raise _Stopped(Why.TOO_MUCH, "bytes", final=self._bytes > self._limits.bytes)
        try:
            return self._disk.read_at(offset, length) if length else b""
        except OSError as error:
            raise _Stopped(Why.LINE, error.strerror or type(error).__name__, final=True) from error
        except WizardError as error:
            raise _Stopped(Why.LINE, final=True) from error

    def _left(self) -> tuple[str, ...]:
        """The chapters that are still to be read."""
        every = self._opened.chapters if self._opened is not None else ()
        return tuple(each for each in every if each not in self._records and each not in self._unread)

    def _may_think(self, thought: float) -> float:
        """Until how many seconds of work this reader may go on with what it does now."""
        return min(thought + self._limits.chapter_seconds, self._limits.seconds - self._thought)

    def _report(self) -> None:
        every = len(self._opened.chapters) if self._opened is not None else 0
        self._task.report(every - len(self._left()), every, phase=msg("Looking inside the disk"))

    def _inside(self, stopped: _Stopped | None) -> Inside:
        """What was found, and why the rest was not."""
        opened = self._opened or Opened()
        unread = [*opened.unread, *self._unread.values()]
        if stopped is not None:
            left = self._left() if self._opened is not None else ("",)
            unread += [Unread(each, stopped.why, stopped.detail) for each in left]
        return Inside(
            volumes=opened.volumes,
            system=opened.system,
            unread=tuple(unread),
            read_bytes=self._bytes,
            **self._records,
        )


def _checked(opened: Opened) -> Opened:
    """What the reader says of the disk, where it can be; raises NonsenseError."""
    once = len(set(opened.chapters)) == len(opened.chapters)
    if opened.system not in tuple(System) or not once or not set(opened.chapters) <= set(_KINDS):
        raise NonsenseError("no such system")
    return replace(opened, unread=tuple(_sound(each) for each in opened.unread))


def _sound(unread: Unread) -> Unread:
    if unread.why not in tuple(Why):
        raise NonsenseError("no such reason")
    return replace(unread, detail=printable(unread.detail))
