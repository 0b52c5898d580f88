"""The journey that is open in the window: its session, its view, and its work in the drawer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from ui.clouds import CloudDoor, Readiness
from ui.journeys.view import JourneyView
from ui.main_window import MainWindow
from ui.widgets.parts.buttons import Button
from wizard.errors import WizardError
from wizard.journeys.journey_file import JourneyFile
from wizard.messages import msg
from wizard.session import Session
from wizard.settings import Settings
from wizard.step import Step
from wizard.tasks import Task, TaskPool

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud

_PATIENCE: Final = 10.0  # seconds that work gets to stop


class OpenJourney(QObject):
    """From opening to closing. Raises WizardError where the journey cannot be worked on here."""

    def __init__(
        self,
        file: JourneyFile,
        steps: Sequence[Step],
        window: MainWindow,
        *,
        cloud: Cloud | None,
        settings: Settings,
        pool: TaskPool,
        poke: Callable[..., None],
        practice: bool,
    ) -> None:
        super().__init__(window)
        self.file = file
        self.window = window
        self.practice = practice
        self._poke = poke
        self._done_by: dict[int, tuple[str, str]] = {}
        self._running: list[Task] = []
        self.session = Session(
            file, steps, cloud_id=file.journey.cloud, cloud=cloud, settings=settings, pool=pool
        )
        self.engine = self.session.engine
        self.engine.listen(poke)
        self.view = JourneyView(self.engine, guide_open=settings.guide_open)
        self.view.began.connect(self._began)
        window.show_journey(self.view, file.journey.name, practice=practice)
        self._show_notices()
        self.view.open_first_open()
        self.refresh()

    @property
    def busy(self) -> bool:
        """Whether work is under way that a person began: checks that run by themselves are no reason to ask."""
        running = (self.engine.running(step.id) for step in self.engine.steps)
        return any(self._done_by.get(task.number, ("", ""))[1] for task in running if task is not None)

    @property
    def save_error(self) -> WizardError | None:
        """Why the last change is not on disk."""
        return self.session.save_error

    def refresh(self) -> None:
        """Show what the engine knows, and whether the journey is on disk."""
        self.view.refresh()
        error, read_only = self.session.save_error, self.engine.read_only
        header = self.window.header
        if read_only is not None:
            header.show_saved(msg("Read only"), "lock_closed", "warning")
        elif error is not None:
            header.show_saved(msg("Not saved"), "dismiss_circle", "failed")
        elif self.session.saved:
            header.show_saved(msg("Saved"), "checkmark", "passed")
        else:
            header.show_saved(msg("Saving…"), "arrow_sync_circle", "accent")
            self._poke()  # look again: nobody tells when the writing is done
        self.view.show_banner("read-only", read_only, "warning")
        words = msg("{what}. {cure}", what=error.what, cure=error.cure) if error is not None else None
        self.view.show_banner("save-error", words, "failed")

    def show_cloud(self, door: CloudDoor) -> None:
        """Work with the cloud when it is there, and show in the header and above the page where it stands."""
        if door.cloud is not None and self.engine.cloud is not door.cloud:
            self.engine.use_cloud(door.cloud)
        name = msg("Practice cloud") if self.practice else msg("Azure China")
        chip = self.window.header.cloud
        if door.readiness is Readiness.READY:
            chip.say(name, "cloud")
        elif door.readiness is Readiness.FAILED:
            chip.say(msg("{cloud} · not there", cloud=name), "plug_disconnected", "failed")
        else:
            chip.say(msg("{cloud} · starting…", cloud=name), "cloud")
        error = door.error
        words = msg("{what}. {cure}", what=error.what, cure=error.cure) if error is not None else None
        self.view.show_banner("cloud", words, "failed")

    def use_settings(self, settings: Settings) -> None:
        """Steps see the settings as they are now."""
        self.engine.settings = settings
        self._poke()

    def look_at_files(self, _task: Task) -> None:
        """Notice files that were changed by others (long work)."""
        if self.engine.refresh_files():
            self.engine.changed()

    def resume(self, task: Task) -> None:
        """Begin paused work again, where it stopped."""
        step_id, action_id = self._done_by.get(task.number, ("", ""))
        if action_id:
            self.view.open_step(step_id)
            self.view.current.run(action_id)

    def stop(self) -> None:
        """Take in what is half typed, and ask all work to stop; `finish` waits for it."""
        self.view.current.commit()
        self._running = [
            task for step in self.engine.steps if (task := self.engine.running(step.id)) is not None
        ]
        for task in self._running:
            if task.can_pause:
                task.pause()
            else:
                task.cancel()

    def finish(self, _task: Task | None = None) -> None:
        """Wait for the work to stop, save what is left and let go of the file (long work)."""
        for task in self._running:
            task.wait(_PATIENCE)
        self.session.close()

    def _began(self, task: Task, step_id: str, action_id: str) -> None:
        self._done_by[task.number] = (step_id, action_id)
        self.window.drawer.add(task)

    def _show_notices(self) -> None:
        for number, notice in enumerate(self.file.notices):
            away = Button("", "quiet", icon="dismiss", name=msg("Put away"))
            away.setProperty("key", f"notice-{number}")
            away.clicked.connect(self._put_away)
            self.view.show_banner(f"notice-{number}", notice, "info", away)

    def _put_away(self) -> None:
        self.view.show_banner(str(self.sender().property("key")), None)
