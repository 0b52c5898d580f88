"""Puts everything together; ui/start.py gives it the window. The only place that chooses between the real cloud and practice."""

from __future__ import annotations

import contextlib
import gc
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui.chores import Chores
from ui.clouds import CloudDoor, Readiness
from ui.journeys.door import JourneyDoor
from ui.language import say
from ui.main_window import MainWindow
from ui.preferences import Preferences
from ui.task_bridge import TaskBridge
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.settings import Settings
from wizard.tasks import Task, TaskPool

if TYPE_CHECKING:
    from ui.journeys.opened import OpenJourney
    from ui.pages.talks import Talks
    from wizard.journeys.journey_file import JourneyFile
    from wizard.practice.cloud import PracticeCloud
    from wizard.step import Step

REAL = "AzureChinaCloud"  # ids of the clouds, as journeys remember them
PRACTICE = "practice"


class App(QObject):
    """Holds the settings, the clouds, the window and the open journey."""

    def __init__(self, settings: Settings, window: MainWindow) -> None:
        super().__init__()
        self.preferences = Preferences(settings, self)
        self.preferences.changed.connect(self._settings_changed)
        self.pool = TaskPool()
        self.chores = Chores(self.pool, self)
        self.bridge = TaskBridge(self)
        self.bridge.delivered.connect(self.refresh)
        self.open: OpenJourney | None = None
        self.local: PracticeCloud | None = None
        self._modules = 0
        self._talks: Talks | None = None
        self.doors = {
            REAL: CloudDoor(self.chores, msg("Preparing the way to Azure China"), self._make_real, self),
            PRACTICE: CloudDoor(
                self.chores, msg("Starting the practice cloud on this computer"), self._make_practice, self
            ),
        }
        for door in self.doors.values():
            door.changed.connect(self._cloud_changed)
        self.window = window
        self.window.fill(settings.recent)
        self.journeys = JourneyDoor(self.chores, self.window)
        self.journeys.opened.connect(self._opened)
        self.journeys.lost.connect(self.preferences.forget)
        self._connect()

    def begin(self, *, practice: bool = False, journey: Path | None = None) -> None:
        """Open the journey that was asked for at the start, or go on practising; else the welcome page stays."""
        if journey is not None:
            self.journeys.open(journey)
        elif practice:
            self.start_practice()

    def refresh(self) -> None:
        """Show what has changed."""
        self._set_modules_aside()
        if self.open is not None:
            self.open.refresh()
        self.window.drawer.refresh()

    def _set_modules_aside(self) -> None:
        """Keep the garbage collector from looking through what stays anyway: it would stop the window for 50 ms and more."""
        if len(sys.modules) > self._modules + 50:
            self._modules = len(sys.modules)
            gc.freeze()

    # Journeys

    def open_journey(self, path: str) -> None:
        """Open the journey at that path, in its own cloud."""
        self.journeys.open(Path(path))

    def leave(self) -> None:
        """Close the open journey; running work is asked about first."""
        if self.open is not None and self.open.busy:
            self.talks.ask_about_work(self.leave_now)
        else:
            self.leave_now()

    def leave_now(self) -> None:
        """Close the open journey: work that can be paused is paused."""
        if self.open is not None:
            self.open.stop()
            self.journeys.close(self.open.finish)
            self.open = None
            self.window.leave_journey()

    def quit(self) -> None:
        """Close the window; running work is asked about first."""
        if self.open is not None and self.open.busy:
            self.talks.ask_about_work(self.quit_now)
        elif self.open is not None and self.open.save_error is not None:
            self.talks.ask_about_unsaved(self.open.save_error, self.quit_now)
        else:
            self.quit_now()

    def quit_now(self) -> None:
        """Close the window and end the program."""
        try:
            self.end()
        finally:
            QApplication.quit()

    def end(self) -> None:
        """Stop all work, let go of the journey, end the practice cloud, close the window.

        One part that fails keeps none of the others from its end: a program that lives on unseen would keep the journey.
        """
        with contextlib.ExitStack() as last_first:
            last_first.callback(self.window.allow_close)
            last_first.callback(self.bridge.close)
            if self.local is not None:
                last_first.callback(self.local.stop)
            last_first.callback(self.pool.stop, 8.0)
            last_first.callback(self.journeys.wait)
            last_first.callback(self.leave_now)
            last_first.callback(self.window.hide)
            self.use_settings(replace(self.settings, window=self.window.geometry_text()))
            self.preferences.save()

    def start_practice(self) -> None:
        """Go on with the practice journey of last time, or start one."""
        from wizard.journeys.journey_file import SUFFIX, journey_path

        folder = self._practice_journeys()
        last = folder / f"Practice{SUFFIX}"
        if last.exists():
            self.journeys.open(last)
        else:
            self.journeys.create(journey_path(folder, "Practice"), say(msg("Practice")), PRACTICE)

    def _opened(self, file: JourneyFile) -> None:
        from ui.journeys.opened import OpenJourney

        cloud_id = file.journey.cloud
        door = self.doors.get(cloud_id)
        if door is None:
            file.close()
            self.journeys.show_error(_unknown_cloud(cloud_id))
            return
        self.leave_now()
        try:
            self.open = OpenJourney(
                file,
                self._steps(cloud_id),
                self.window,
                cloud=door.cloud,
                settings=self.settings,
                pool=self.pool,
                poke=self.bridge.poke,
                practice=cloud_id == PRACTICE,
            )
        except WizardError as error:
            file.close()
            self.journeys.show_error(error)
            return
        self.open.view.guide_toggled.connect(self.preferences.open_guide)
        self.open.view.finished.connect(self.leave)
        self.preferences.opened(file.path)
        self._want(door)
        self._cloud_changed()

    def _steps(self, cloud_id: str) -> tuple[Step, ...]:
        from wizard.steps import STEPS

        if cloud_id != PRACTICE:
            return STEPS
        from wizard.practice.actions import with_practice

        return with_practice(STEPS)

    # Clouds

    def _make_real(self, _task: Task) -> Any:
        from wizard.services.connect import azure_china

        return azure_china(self.settings)

    def _make_practice(self, _task: Task) -> Any:
        from wizard.practice.actions import practice_folder
        from wizard.practice.cloud import PracticeCloud
        from wizard.services.connect import practice_cloud

        self.local = self.local or PracticeCloud(practice_folder())
        endpoints = self.local.start()
        return practice_cloud(endpoints.management_url, endpoints.token)

    def _practice_journeys(self) -> Path:
        from wizard.practice.actions import practice_folder

        return practice_folder() / "journeys"

    def _want(self, door: CloudDoor) -> None:
        task = door.want()
        if task is not None:
            self.window.drawer.add(task)

    def _cloud_changed(self) -> None:
        if self.open is None:
            return
        self.open.show_cloud(self.doors[self.open.file.journey.cloud])

    # What the window asks for

    @property
    def talks(self) -> Talks:
        """The dialogs; loaded when first needed."""
        if self._talks is None:
            from ui.pages.talks import Talks

            self._talks = Talks(self)
        return self._talks

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.preferences.settings

    def use_settings(self, settings: Settings) -> None:
        """Take these settings on and keep them."""
        self.preferences.use(settings)

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if now.recent != before.recent:
            self.window.welcome.show_recent(now.recent)
        if self.open is not None:
            self.open.use_settings(now)
        if now.upload_limit != before.upload_limit:
            for running in self.pool.running:
                running.speed_limit = now.speed_limit
        if now.proxy != before.proxy:
            task = self.doors[REAL].renew()
            if task is not None:
                self.window.drawer.add(task)

    def _connect(self) -> None:
        window, header, welcome, drawer = (
            self.window,
            self.window.header,
            self.window.welcome,
            self.window.drawer,
        )
        window.close_wished.connect(self.quit)
        window.focused.connect(self._look_at_files)
        window.journey_dropped.connect(self.open_journey)
        header.home_wished.connect(self.leave)
        header.practice_wished.connect(self._explain_practice)
        header.cloud_wished.connect(self._explain_cloud)
        header.settings_wished.connect(self._open_settings)
        header.language_wished.connect(self.preferences.use_language)
        welcome.new_wished.connect(self._new_journey)
        welcome.open_wished.connect(self._choose_journey)
        welcome.practice_wished.connect(self._new_practice)
        welcome.recent_wished.connect(self.open_journey)
        drawer.pause_wished.connect(self._pause)
        drawer.cancel_wished.connect(self._cancel)
        drawer.resume_wished.connect(self._resume)
        drawer.limit_wished.connect(self._limit_speed)

    def _new_journey(self) -> None:
        self.journeys.ask_for_new(self.settings.journeys, REAL, practice=False)

    def _new_practice(self) -> None:
        self.journeys.ask_for_new(self._practice_journeys(), PRACTICE, practice=True)

    def _choose_journey(self) -> None:
        self.journeys.ask_for_file(self.settings)

    def _open_settings(self) -> None:
        self.talks.open_settings()

    def _explain_practice(self) -> None:
        from wizard.practice.limits import LIMITS

        self.talks.explain_practice(LIMITS)

    def _explain_cloud(self) -> None:
        if self.open is None:
            return
        door = self.doors[self.open.file.journey.cloud]
        if door.readiness is Readiness.FAILED:
            self._want(door)
            return
        lines: tuple[Any, ...] = ()
        if self.open.practice and self.local is not None and self.local.running:
            from wizard.practice.cloud import describe

            lines = describe(self.local.endpoints)
        self.talks.explain_cloud(door.cloud, lines)

    def _look_at_files(self) -> None:
        if self.open is not None:
            self.pool.start(Task(msg("Looking at the files")), self.open.look_at_files)

    def _pause(self, task: Task) -> None:
        task.pause()
        self.refresh()

    def _cancel(self, task: Task) -> None:
        task.cancel()
        self.refresh()

    def _resume(self, task: Task) -> None:
        if self.open is not None:
            self.open.resume(task)

    def _limit_speed(self, limit: int) -> None:
        self.use_settings(replace(self.settings, upload_limit=limit))


def _unknown_cloud(cloud_id: str) -> WizardError:
    return WizardError(
        msg("This journey belongs to a cloud that this wizard does not know ({cloud})", cloud=cloud_id),
        msg("Open it with the version of the wizard that made it, or start a new journey."),
    )
