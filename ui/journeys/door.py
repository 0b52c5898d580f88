"""The way into a journey: asks for its name or its file, opens it beside the window, and says why it cannot be opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.chores import Chores
from ui.language import say
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.settings import Settings
from wizard.tasks import Task, TaskState

if TYPE_CHECKING:
    from ui.pages.new_journey import NewJourneyDialog
    from ui.widgets.error_dialog import ErrorDialog
    from wizard.journeys.journey_file import JourneyFile


class JourneyDoor(QObject):
    """`opened` gives the opened JourneyFile, `lost` the path of one that is not there any more. What it needs is imported when it is first used: the window opens faster."""

    opened = Signal(object)
    lost = Signal(str)

    def __init__(self, chores: Chores, window: QWidget) -> None:
        super().__init__(window)
        self._chores, self._window = chores, window
        self._dialog: NewJourneyDialog | None = None
        self._trouble: ErrorDialog | None = None
        self._path = Path()
        self._cloud_id = ""
        self._closing: Task | None = None
        self._folder = Path()

    def ask_for_new(self, folder: Path, cloud_id: str, *, practice: bool) -> None:
        """Ask for a name, then start a journey in that cloud."""
        from ui.pages.new_journey import NewJourneyDialog

        self._cloud_id, self._folder = cloud_id, folder
        self._dialog = NewJourneyDialog(self._window, folder, practice=practice)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.accepted.connect(self._named)
        self._dialog.open()

    def ask_for_file(self, settings: Settings) -> None:
        """Ask for a journey's file, then open it."""
        from wizard.journeys.journey_file import SUFFIX

        self._folder = settings.journeys
        journeys, every = say(msg("Journeys")), say(msg("All files"))
        chosen = QFileDialog.getOpenFileName(
            self._window,
            say(msg("Open a journey")),
            str(self._folder),
            f"{journeys} (*{SUFFIX});;{every} (*)",
        )[0]
        if chosen:
            self.open(Path(chosen))

    def create(self, path: Path, name: str, cloud_id: str) -> None:
        """Start a journey at that path."""
        self._path = path
        self._start(lambda file: file.create(path, name, cloud_id))

    def open(self, path: Path, *, read_only: bool = False) -> None:
        """Open the journey at that path."""
        self._path = path
        self._start(lambda file: file.open(path, read_only=read_only))

    def close(self, work: Callable[[Task], Any]) -> None:
        """Close a journey beside the window: stopping its work may take a while."""
        self._closing = self._chores.run(Task(msg("Closing the journey")), work, self._closed)

    def wait(self) -> None:
        """Wait until the journey is closed (the window is hidden by then)."""
        if self._closing is not None:
            self._closing.wait()

    def show_error(self, error: WizardError, *, locked: bool = False) -> None:
        """Say why a journey cannot be opened; one that is open elsewhere can still be read."""
        from ui.widgets.error_dialog import ErrorDialog

        self._trouble = ErrorDialog(self._window, error, msg("Open for reading only") if locked else None)
        self._trouble.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._trouble.accepted.connect(self._read_only)
        self._trouble.open()

    def _start(self, work: Callable[[type[JourneyFile]], Any]) -> None:
        before = self._closing

        def opening(_task: Task) -> Any:
            from wizard.journeys.journey_file import JourneyFile

            if before is not None:
                before.wait()  # it may be the very same journey
            return work(JourneyFile)

        self._chores.run(Task(msg("Opening the journey")), opening, self._loaded)

    def _loaded(self, task: Task) -> None:
        if task.state is TaskState.DONE:
            self.opened.emit(task.result)
        elif task.error is not None:
            from wizard.journeys.journey_file import JourneyLockedError

            self.show_error(task.error, locked=isinstance(task.error, JourneyLockedError))
            if not self._path.exists():
                self.lost.emit(str(self._path))

    def _closed(self, task: Task) -> None:
        if self._closing is task:
            self._closing = None

    def _named(self) -> None:
        if self._dialog is not None:
            self.create(self._dialog.path, self._dialog.name, self._cloud_id)

    def _read_only(self) -> None:
        self.open(self._path, read_only=True)
