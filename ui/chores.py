"""Work for the window itself: done in the pool, its end told in the window's thread."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from wizard.tasks import Task, TaskPool

Then = Callable[[Task], None]


class Chores(QObject):
    """`run(task, work, then)`: `then` is a bound method of a QObject and is called with the ended task."""

    _ended = Signal(int)

    def __init__(self, pool: TaskPool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._then: dict[int, tuple[Task, Then]] = {}
        self._ended.connect(self._finish)

    def run(self, task: Task, work: Callable[[Task], Any], then: Then) -> Task:
        """Start the work."""
        self._then[task.number] = (task, then)
        task.listen(self._heard)
        self._pool.start(task, work)
        return task

    def _heard(self, task: Task) -> None:
        if task.ended:
            with contextlib.suppress(RuntimeError):  # the window is gone, the work not quite yet
                self._ended.emit(task.number)

    def _finish(self, number: int) -> None:
        task, then = self._then.pop(number, (None, None))
        if task is not None and then is not None:
            then(task)
