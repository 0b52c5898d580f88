"""The dialogs of the window: settings, what practice is, which cloud this is, and questions before leaving."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from ui.pages.settings import SettingsDialog
from ui.widgets.dialog import Dialog, Notice
from ui.widgets.parts.text import Label
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.tasks import Task, TaskState

if TYPE_CHECKING:
    from ui.app import App
    from wizard.services.cloud import Cloud


class Talks(QObject):
    """One dialog at a time; each is let go when it is closed."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._app = app
        self._settings: SettingsDialog | None = None
        self._then: Callable[[], None] | None = None
        self.dialog: Dialog | None = None

    def open_settings(self) -> None:
        """Settings; each change counts at once."""
        self._settings = SettingsDialog(self._app.window, self._app.settings)
        self._settings.changed.connect(self._app.use_settings)
        self._settings.test_wished.connect(self._test_connection)
        self._open(self._settings)

    def explain_practice(self, limits: Sequence[Message]) -> None:
        """What practice is, and what it does not simulate."""
        first = msg(
            "Everything happens on this computer: a small cloud of its own answers the way Azure China would. "
            "What is different from the real cloud:"
        )
        self._open(Notice(self._app.window, msg("This is practice"), (first, *limits), points=True))

    def explain_cloud(self, cloud: Cloud | None, lines: Sequence[tuple[Message, str]]) -> None:
        """Where the cloud is."""
        title = cloud.endpoints.title if cloud is not None else msg("The cloud is not there yet")
        words: list[Message] = []
        if cloud is not None and not lines:
            words.append(msg("Management address: {address}", address=cloud.endpoints.management_url))
            words.append(msg("Storage accounts are reached by their name and key; the key is never saved."))
        words += [msg("{name}: {value}", name=name, value=value) for name, value in lines]
        self._open(Notice(self._app.window, title, tuple(words)))

    def ask_about_work(self, then: Callable[[], None]) -> None:
        """Ask before leaving while work runs; `then` leaves."""
        dialog = Dialog(
            self._app.window, msg("Work is still under way"), msg("Keep working"), msg("Pause and close")
        )
        dialog.body.addWidget(
            Label(msg("What can be paused goes on from where it stopped when you open the journey again."))
        )
        # Escape and the cross keep working; only the plain button closes.
        dialog.refuse.clicked.disconnect(dialog.reject)
        dialog.refuse.clicked.connect(self._go)
        self._then = then
        self._open(dialog)

    def ask_about_unsaved(self, error: WizardError, then: Callable[[], None]) -> None:
        """Ask before closing while the last change is not on disk."""
        dialog = Dialog(
            self._app.window,
            msg("The last change is not saved"),
            msg("Stay"),
            msg("Close without saving"),
        )
        dialog.body.addWidget(Label(msg("{what}. {cure}", what=error.what, cure=error.cure), selectable=True))
        dialog.refuse.clicked.disconnect(dialog.reject)
        dialog.refuse.clicked.connect(self._go)
        self._then = then
        self._open(dialog)

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = self._settings = None

    def _go(self) -> None:
        then, self._then = self._then, None
        if self.dialog is not None:
            self.dialog.accept()
        if then is not None:
            then()

    def _test_connection(self) -> None:
        if self._settings is not None:
            self._settings.show_answer(
                msg("Asking Azure China for an answer…"), "arrow_sync_circle", "accent"
            )
            self._app.chores.run(Task(msg("Testing the connection")), self._look, self._tested)

    def _look(self, task: Task) -> object:
        from wizard.services.connect import azure_china

        return azure_china(self._app.settings).network_look(task)

    def _tested(self, task: Task) -> None:
        if self._settings is None:
            return
        if task.state is not TaskState.DONE:
            what = task.error.what if task.error is not None else msg("The test was stopped")
            self._settings.show_answer(what, "dismiss_circle", "failed")
            return
        bad = next((look for look in task.result if not look.reachable), None)
        if bad is None:
            self._settings.show_answer(msg("Azure China answers."), "checkmark_circle", "passed")
        else:
            words = msg("{what}. {cure}", what=bad.error or msg("No answer"), cure=bad.cure or "")
            self._settings.show_answer(words, "dismiss_circle", "failed")
