"""Every page as a picture: both languages, light and dark, at 100 % and 150 %, into build/pictures/.

    python -m tests.pictures [folder]

A journey is really walked in a practice cloud, once in a process for each scale; the window shows it, and is grabbed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.app import App
    from wizard.tasks import Task

ROOT: Final = Path(__file__).resolve().parents[1]
SCALES: Final = (100, 150)
LOOKS: Final = tuple((language, theme) for language in ("zh_CN", "en") for theme in ("light", "dark"))
LONG: Final = 60.0


def main() -> None:
    """Draw all pictures, one process for each scale."""
    if len(sys.argv) == 4 and sys.argv[1] == "--scale":
        with tempfile.TemporaryDirectory() as home:
            os.environ["IMAGE_WIZARD_HOME"] = home
            Pictures(int(sys.argv[2]), Path(sys.argv[3])).draw()
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for scale in SCALES:
        environment = dict(os.environ, QT_SCALE_FACTOR=str(scale / 100), PYTHONPATH=str(ROOT))
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, "-m", "tests.pictures", "--scale", str(scale), str(folder)]
        subprocess.run(command, check=True, env=environment, cwd=ROOT)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


class Pictures:
    """The window, walked through its pages; `snap` takes a picture in every language and theme."""

    def __init__(self, scale: int, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from ui.app import App
        from ui.main_window import MainWindow
        from ui.theme import dress
        from wizard.settings import Settings

        self.scale, self.folder = scale, folder
        sys.setswitchinterval(0.001)  # as ui/start.py has it
        self.qt = QApplication([])
        settings = Settings(theme="light", person="李伟")
        dress(self.qt, settings)
        self.app: App = App(settings, MainWindow("#F3F3F3"))
        self.window = self.app.window
        self.window.show()

    def draw(self) -> None:
        """Take every picture, in the order of the journey."""
        self._welcome()
        self._fresh_journey()
        self._faulty_image()
        self._walked_journey()
        self._work_under_way()
        self._dialogs()
        self._trouble()
        self._small_and_large()
        self.app.end()

    def snap(self, name: str, widget: QWidget | None = None) -> None:
        """The widget (the window) in every language and theme."""
        from ui.language import LANGUAGE
        from ui.theme import THEME

        for language, theme in LOOKS:
            LANGUAGE.use(language)
            THEME.apply(theme)
            self.app.refresh()
            self.rest(0.15)
            path = self.folder / f"{name}-{language}-{theme}-{self.scale}.png"
            if not (widget or self.window).grab().save(str(path)):
                raise OSError(f"{path} could not be written")

    def rest(self, seconds: float, until: Callable[[], Any] | None = None) -> None:
        """Let the window work; no longer than until it is so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until is not None and until()):
            self.qt.processEvents()
            time.sleep(0.005)
        if until is not None and not until():
            raise TimeoutError("the window did not come to rest")

    # The journey

    def _welcome(self) -> None:
        self.snap("welcome-empty")
        recent = ("Contoso Gateway 2.4", "Contoso Firewall 4.2", "练习")
        self.app.use_settings(
            replace(
                self.app.settings, recent=tuple(f"/home/liwei/journeys/{name}.imagewizard" for name in recent)
            )
        )
        self.snap("welcome")

    def open_journey(self, name: str) -> Any:
        """A new journey in the practice cloud, open in the window."""
        from ui.app import PRACTICE

        self.app.journeys.create(self._home / f"{name}.imagewizard", name, PRACTICE)
        self.rest(LONG, lambda: self.app.open is not None and self.app.open.file.journey.name == name)
        self.rest(LONG, lambda: self.app.doors[PRACTICE].cloud is not None)
        opened = self.app.open
        assert opened is not None
        self.idle()
        return opened

    def idle(self) -> None:
        """Wait until no step works any more."""
        opened = self.app.open
        assert opened is not None
        engine = opened.engine
        self.rest(LONG, lambda: all(engine.running(step.id) is None for step in engine.steps))
        self.rest(0.8)

    def _fresh_journey(self) -> None:
        opened = self.open_journey("Contoso VPN 1.0")
        for step in opened.engine.steps:
            opened.view.open_step(step.id)
            self.idle()
            self.snap(f"{step.id}-fresh")

    def _faulty_image(self) -> None:
        from tests.ui.walked import walk_engine

        opened = self.open_journey("Contoso Firewall 4.2")
        walk_engine(opened.engine, self._home, faulty=True)
        opened.view.open_step("disk_image")
        self.idle()
        self.snap("disk_image-faulty")
        self._whole("disk_image-faulty")
        filtered = opened.view.current.checks.filter
        filtered.edit.setText("ssh")
        self.rest(0.2)
        self._whole("disk_image-filtered")
        filtered.clear()

    def _walked_journey(self) -> None:
        from tests.ui.walked import walk_engine

        opened = self.open_journey("Contoso Gateway 2.4")
        walk_engine(opened.engine, self._home)
        for step in opened.engine.steps:
            opened.view.open_step(step.id)
            self.idle()
            self.snap(step.id)
            self._whole(step.id)

    def _whole(self, name: str) -> None:
        """The whole of a long page at once."""
        view = self.window.journey
        assert view is not None
        size = self.window.size()
        content = view.current.area.widget()
        room = view.current.area.viewport()
        need = max(content.heightForWidth(room.width()), content.minimumSizeHint().height())
        if need > room.height():
            self.window.resize(size.width(), size.height() + need - room.height())
            self.rest(0.2)
            self.snap(f"{name}-whole")
            self.window.resize(size)
            self.rest(0.1)

    def _work_under_way(self) -> None:
        from wizard.messages import msg
        from wizard.tasks import Progress, Task, TaskState, Transfer

        gib, done = 1024**3, threading.Event()
        task = Task(msg("Upload"), can_pause=True)
        figures = Transfer(30 * gib, 18 * gib, 3 * gib, 9 * gib, 41.2 * 1024**2, 230.0, 6, 2)
        under_way = Progress(msg("Uploading"), 21 * gib, 30 * gib, 18 * gib, True, figures)

        def work(running: Task) -> None:
            while not done.wait(0.05):
                running.report(
                    under_way.done, under_way.total, phase=under_way.phase, in_bytes=True, transfer=figures
                )

        opened = self.app.open
        assert opened is not None
        opened.view.open_step("upload")
        self.app.pool.start(task, work)
        self.window.drawer.add(task)
        self.rest(1.0)
        self.snap("work-under-way")
        self.window.drawer.unfold(task)
        self.rest(0.2)
        self.snap("work-unfolded")
        self.window.drawer.unfold(task, unfolded=False)
        done.set()
        task.wait(5)
        task.state = TaskState.PAUSED
        task.progress = under_way
        self.window.drawer.refresh()
        self.snap("work-paused")
        self.window.drawer.clear()

    def _dialogs(self) -> None:
        from ui.pages.new_journey import NewJourneyDialog
        from ui.widgets.confirm import ConfirmDialog
        from ui.widgets.error_dialog import ErrorDialog
        from wizard.errors import WizardError
        from wizard.journeys.journey_file import JourneyFile

        app, opened = self.app, self.app.open
        assert opened is not None
        app.talks.open_settings()
        self._snap_dialog("dialog-settings", app.talks.dialog)
        app._explain_practice()
        self._snap_dialog("dialog-practice", app.talks.dialog)
        app._explain_cloud()
        self._snap_dialog("dialog-cloud", app.talks.dialog)
        app.talks.ask_about_work(app.leave_now)
        self._snap_dialog("dialog-work", app.talks.dialog)
        new = NewJourneyDialog(self.window, self._home, practice=False)
        new.edit.setText("Contoso Gateway 2.5")
        new.open()
        self._snap_dialog("dialog-new", new)
        opened.engine.answer("container_access", "access", "container")
        for action in opened.engine.step("container_access").actions:
            asked = opened.engine.confirmation("container_access", action.id)
            if asked is not None:
                confirm = ConfirmDialog(self.window, asked)
                confirm.open()
                self._snap_dialog(f"dialog-{action.id}", confirm)
        opened.engine.answer("container_access", "access", None)
        try:
            JourneyFile.open(opened.file.path)
        except WizardError as error:
            locked = ErrorDialog(self.window, error)
            locked.open()
            self._snap_dialog("dialog-locked", locked)

    def _snap_dialog(self, name: str, dialog: Any) -> None:
        self.rest(0.1)
        self.snap(name, dialog)
        dialog.reject()
        self.rest(0.05)

    def _trouble(self) -> None:
        """What a person sees when the blob service is gone, and when the journey cannot be saved."""
        opened, local = self.app.open, self.app.local
        assert opened is not None
        assert local is not None
        local.azurite.stop()
        opened.view.open_step("container_access")
        opened.view.current.check()
        self.idle()
        self.snap("trouble")
        local.azurite.start()

    def _small_and_large(self) -> None:
        from ui.theme import THEME

        opened = self.app.open
        assert opened is not None
        opened.view.open_step("sas_uri")
        self.window.resize(960, 640)
        self.idle()
        self.snap("small")
        THEME.apply(text_scale=200)
        self.rest(0.2)
        self.snap("small-text-200")
        THEME.apply(text_scale=100)
        self.window.resize(1680, 1000)
        self.rest(0.2)
        self.snap("wide")

    @property
    def _home(self) -> Path:
        return Path(os.environ["IMAGE_WIZARD_HOME"])


if __name__ == "__main__":
    main()
