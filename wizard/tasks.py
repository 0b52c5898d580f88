"""Long work: it reports how far it is, and the report is where cancelling takes effect."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from wizard.errors import Cancelled, WizardError, as_wizard_error
from wizard.messages import Message

REPORTS_PER_SECOND: Final = 10

_log: Final = logging.getLogger(__name__)


class TaskState(StrEnum):
    """Where a task stands. A paused task has ended; whoever started it can start it again and it goes on."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Transfer:
    """The figures of data on its way, beside how far it is. Bytes; None where it cannot be told (yet).

    `allocated`: what the file holds data for; `skipped`: zeros of it that are not sent; `sent`: what arrived, in this run;
    `to_do`: what may still have to be sent; `per_second`: over the last 30 seconds; `seconds_left`: calm, changes little.
    `connections`: in use now; `retries`: requests that were tried again so far.
    """

    allocated: int
    skipped: int
    sent: int
    to_do: int
    per_second: float | None = None
    seconds_left: float | None = None
    connections: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is. `done`, `total` and `skipped` are bytes where `in_bytes`, else plain counts; total 0: unknown."""

    phase: Message | None = None
    done: int = 0
    total: int = 0
    skipped: int = 0
    in_bytes: bool = False
    transfer: Transfer | None = None


class Task:
    """One piece of work: who asked for it may watch and stop it, who does it reports.

    Listeners are called in the working thread, at most ten times a second while it runs and once at each change
    of state or phase; they must be quick. One that raises is logged, and the work goes on.
    """

    _numbers = itertools.count(1)

    def __init__(self, title: Message, *, can_pause: bool = False) -> None:
        self.number = next(self._numbers)
        self.title = title
        self.can_pause = can_pause
        self.state = TaskState.WAITING
        self.progress = Progress()
        self.error: WizardError | None = None
        self.result: Any = None
        self.started = 0.0
        self.speed_limit: int | None = None
        """Bytes per second that the work may move at the most, None for no limit; whoever watches may change it at any time."""
        self._stop = threading.Event()
        self._pause_wished = False
        self._next_report = 0.0
        self._report_lock = threading.Lock()
        self._listeners: list[Callable[[Task], None]] = []
        self._ended = threading.Event()

    def listen(self, listener: Callable[[Task], None]) -> None:
        """Call `listener(task)` at every change from now on."""
        self._listeners.append(listener)

    def cancel(self) -> None:
        """Ask the work to stop; it ends at its next report. One that still waits never begins."""
        self._pause_wished = False
        self._stop.set()

    def pause(self) -> None:
        """Ask the work to stop with its plan kept, so that starting it again goes on where it was."""
        if not self._stop.is_set():
            self._pause_wished = True
            self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether cancel or pause was asked for."""
        return self._stop.is_set()

    def report(
        self,
        done: int = 0,
        total: int = 0,
        *,
        phase: Message | None = None,
        skipped: int = 0,
        in_bytes: bool = False,
        transfer: Transfer | None = None,
    ) -> None:
        """Say how far the work is; raises Cancelled where it was asked to stop. Cheap: call it often."""
        self.check_stop()
        with self._report_lock:  # several threads may work at one task
            now = time.monotonic()
            new_phase = phase is not None and phase != self.progress.phase
            self.progress = Progress(phase or self.progress.phase, done, total, skipped, in_bytes, transfer)
            due = new_phase or now >= self._next_report
            if due:
                self._next_report = now + 1 / REPORTS_PER_SECOND
        if due:
            self._tell()

    def check_stop(self) -> None:
        """Raise Cancelled where the task was asked to stop."""
        if self._stop.is_set():
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait, but not longer than until a stop is asked for; raises Cancelled then."""
        if self._stop.wait(seconds):
            raise Cancelled

    def run(self, work: Callable[[Task], Any]) -> None:
        """Do the work in this thread and remember how it ended; raises nothing but KeyboardInterrupt and the like."""
        self.started = time.monotonic()
        self.state = TaskState.RUNNING
        self._tell()
        ended = TaskState.CANCELLED
        try:
            self.check_stop()
            self.result = work(self)
            ended = TaskState.DONE
        except Cancelled:
            ended = TaskState.PAUSED if self._pause_wished else TaskState.CANCELLED
        except Exception as error:
            self.error = as_wizard_error(error)
            ended = TaskState.FAILED
        finally:
            self.state = ended
            self._ended.set()
            self._tell()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the task has ended; False where `timeout` seconds were not enough."""
        return self._ended.wait(timeout)

    @property
    def ended(self) -> bool:
        """Whether it is done, failed, cancelled or paused."""
        return self._ended.is_set()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(self)
            except Exception:
                # A window that is being closed, say: no reason to lose an upload.
                _log.exception("A listener of task %d failed", self.number)


class TaskPool:
    """Runs tasks on a few threads; the window and the command line share it. The threads end with the program."""

    def __init__(self, threads: int = 4) -> None:
        self._most_threads = threads
        self._threads = 0
        self._waiting: deque[tuple[Task, Callable[[Task], Any]]] = deque()
        self._not_ended: set[Task] = set()
        self._stopped = False
        self._lock = threading.Lock()

    def start(self, task: Task, work: Callable[[Task], Any]) -> None:
        """Run `work(task)` as soon as a thread is free; once the pool has stopped, the task is cancelled."""
        with self._lock:
            if not self._stopped:
                self._not_ended.add(task)
                self._waiting.append((task, work))
                if self._threads < self._most_threads:
                    self._threads += 1
                    threading.Thread(target=self._work, name=f"task {task.number}", daemon=True).start()
                return
        task.cancel()
        task.run(work)

    @property
    def running(self) -> tuple[Task, ...]:
        """The tasks that have not ended, oldest first."""
        with self._lock:
            tasks = [task for task in self._not_ended if not task.ended]
        return tuple(sorted(tasks, key=lambda task: task.number))

    def stop(self, timeout: float = 10.0) -> bool:
        """Ask everything to stop (pausing what can be paused) and wait; False where something is still at work."""
        with self._lock:
            self._stopped = True
        tasks = self.running
        for task in tasks:
            if task.can_pause:
                task.pause()
            else:
                task.cancel()
        deadline = time.monotonic() + timeout
        return all(task.wait(max(0.0, deadline - time.monotonic())) for task in tasks)

    def _work(self) -> None:
        """Take what waits, one after the other, until nothing is left."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._threads -= 1
                    return
                task, work = self._waiting.popleft()
            try:
                task.run(work)
            except BaseException:
                _log.exception("Task %d was thrown out of its thread", task.number)
            finally:
                with self._lock:
                    self._not_ended.discard(task)
