"""The reader as the wizard sees it: a process beside it that is listened to, answered, watched and never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, cast

from wizard.inspection.reader import frames
from wizard.inspection.reader.windows_job import Job, confine

_TICK: Final = 0.1  # seconds: how soon a wish to stop is heard, or too long a work seen
_ASLEEP: Final = 5.0  # seconds between two ticks: the whole computer slept, and the reader with it
_ENDS_WITHIN: Final = 10.0  # seconds after it was killed

# Without the others: an address of a proxy may have a password in it.
_KEPT: Final = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH")


class ReaderProcess:
    """A running reader; at the end of the `with` block it is killed, if it has not ended by itself.

    `thought`: the seconds that it worked so far, without those in which it waited for an answer. It is killed when
    they reach `may_think`, and where `stop` says so. Raises OSError where it cannot be started.
    """

    def __init__(
        self, command: Sequence[str], memory: int, *, may_think: float, stop: Callable[[], bool]
    ) -> None:
        self.may_think = may_think
        self.thought_too_long = False
        self._memory, self._stop = memory, stop
        self._thought = 0.0
        self._since: float | None = None
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(sys.executable).parent,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            **_options(),
        )
        self._to, self._from = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="reader", daemon=True)
        self._watcher.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._watcher.join()
        self._kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDS_WITHIN)
        for pipe in (self._to, self._from):
            with contextlib.suppress(OSError):
                pipe.close()

    @property
    def thought(self) -> float:
        """Seconds of work so far."""
        with self._lock:
            return self._thought + (time.monotonic() - self._since if self._since is not None else 0.0)

    def begin(self) -> None:
        """Wait for its first word and hem it in, before it knows what to read.

        Raises as `receive`, and OSError where it cannot be hemmed in.
        """
        kind, process_id = self.receive()
        if kind != frames.HELLO or len(process_id) != frames.NUMBER.size:
            raise frames.NonsenseError("no hello")
        # Its own word for who it is: on Windows the process that was started may be one that starts another.
        self._job = confine(frames.NUMBER.unpack(process_id)[0], self._memory)

    def receive(self) -> tuple[bytes, bytes]:
        """Its next frame. Raises EOFError where it has ended, or was; NonsenseError for what is no frame of a reader; OSError."""
        with self._thinking():
            return frames.read(self._from, frames.FROM_READER)

    def send(self, kind: bytes, content: bytes) -> None:
        """Answer it; raises OSError where it has ended."""
        with self._thinking():
            frames.write(self._to, kind, content)

    def how_it_ended(self) -> str:
        """The signal or the status that it ended with; "" where it has not ended by itself."""
        try:
            status = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return ""
        if status < 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(-status).name
        return str(status) if abs(status) < 256 else hex(status & 0xFFFFFFFF)

    @contextlib.contextmanager
    def _thinking(self) -> Iterator[None]:
        with self._lock:
            self._since = time.monotonic()
        try:
            yield
        finally:
            thought = self.thought
            with self._lock:
                self._thought, self._since = thought, None

    def _watch(self) -> None:
        last = time.monotonic()
        while not self._over.wait(_TICK):
            now = time.monotonic()
            if now - last > _ASLEEP:
                with self._lock:
                    self._since = now if self._since is not None else None
            last = now
            if self.thought >= self.may_think:
                self.thought_too_long = True
            if self.thought_too_long or self._stop():
                self._kill()
                return

    def _kill(self) -> None:
        self._process.kill()
        if self._job is not None:
            self._job.close()


def _options() -> dict[str, Any]:
    """For Popen: no console window, and Ctrl+C in the wizard's console is for the wizard alone."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    else:
        return {"process_group": 0}
