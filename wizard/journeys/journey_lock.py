"""Holds a journey for one program at a time; says who holds it, and whether the last one ended without letting go."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from wizard.errors import WizardError
from wizard.journeys.journey import iso, shown
from wizard.messages import msg


class JourneyLockedError(WizardError):
    """Another window or program has this journey open."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a journey: process id, computer, since when (ISO 8601 UTC)."""

    process: int
    computer: str
    since: str


class JourneyLock:
    """The lock of the journey at `path`. The system drops it when its program ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock_path = path.with_name(f".{path.name}.lock")
        # Kept beside the lock, because a held lock cannot be read on Windows. One that stays tells of a crash.
        self._holder_path = path.with_name(f".{path.name}.holder")
        # It may be taken in one thread and let go in another.
        self._lock = FileLock(self._lock_path, thread_local=False)

    def take(self) -> Holder | None:
        """Hold the journey; returns who held it last and never let go. Raises JourneyLockedError, or OSError where none can."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise _locked(self._path, self._holder()) from None
        except RuntimeError as error:  # filelock's word for a file system without locks
            raise OSError(str(error)) from error
        crashed = self._holder()
        now = {"process": os.getpid(), "computer": socket.gethostname(), "since": iso(datetime.now(UTC))}
        with contextlib.suppress(OSError):
            self._holder_path.write_text(json.dumps(now), encoding="utf-8")
        return crashed

    def release(self) -> None:
        """Let others open the journey, and leave nothing behind."""
        if not self._lock.is_locked:
            return
        with contextlib.suppress(OSError):
            self._holder_path.unlink(missing_ok=True)
        if os.name != "nt":
            # While it is held: whoever opened it meanwhile sees that it has gone, and takes a new one.
            with contextlib.suppress(OSError):
                self._lock_path.unlink(missing_ok=True)
        self._lock.release()

    def _holder(self) -> Holder | None:
        try:
            data = json.loads(self._holder_path.read_text(encoding="utf-8"))
            return Holder(int(data["process"]), str(data["computer"]), str(data["since"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None


def _locked(path: Path, holder: Holder | None) -> JourneyLockedError:
    cure = msg(
        "Go on in the other window, or close it first. You can also open the journey here for reading only."
    )
    if holder is None:
        return JourneyLockedError(msg("The journey {name} is already open", name=path.stem), cure)
    return JourneyLockedError(
        msg(
            "The journey {name} is already open on {computer}, since {since} (process {process})",
            name=path.stem,
            computer=holder.computer,
            since=shown(holder.since),
            process=str(holder.process),
        ),
        cure,
    )
