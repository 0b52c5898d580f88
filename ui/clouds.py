"""The clouds of this window: each is made ready in the background when the first journey asks for it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ui.chores import Chores
from wizard.errors import WizardError
from wizard.messages import Message
from wizard.tasks import Task, TaskState

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud


class Readiness(StrEnum):
    """Where a cloud stands."""

    ABSENT = "absent"
    COMING = "coming"
    READY = "ready"
    FAILED = "failed"


class CloudDoor(QObject):
    """One cloud. `make` is the long work that gives it; `changed` tells that it came, or did not."""

    changed = Signal()

    def __init__(self, chores: Chores, title: Message, make: Callable[[Task], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._chores, self._title, self._make = chores, title, make
        self.readiness = Readiness.ABSENT
        self.cloud: Cloud | None = None
        self.error: WizardError | None = None
        self._task: Task | None = None

    def want(self) -> Task | None:
        """Make the cloud ready; None where it is already, or on its way."""
        if self.readiness in (Readiness.COMING, Readiness.READY):
            return None
        self.readiness, self.error = Readiness.COMING, None
        self.changed.emit()
        self._task = Task(self._title)
        return self._chores.run(self._task, self._make, self._came)

    def renew(self) -> Task | None:
        """Make the cloud anew, as what it was made from has changed; None where nobody has asked for it yet."""
        if self.readiness is Readiness.ABSENT:
            return None
        self.readiness, self.cloud = Readiness.ABSENT, None
        return self.want()

    def _came(self, task: Task) -> None:
        if task is not self._task:
            return  # one that was begun before it was renewed
        if task.state is TaskState.DONE:
            self.cloud, self.readiness = task.result, Readiness.READY
        else:
            self.error, self.readiness = task.error, Readiness.FAILED
        self.changed.emit()
