"""Copies to the clipboard; what is secret is taken out of it again after a minute, unless something else is there by then."""

from __future__ import annotations

import atexit
import contextlib
from typing import Final

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from wizard.redaction import Secret

SECONDS: Final = 60
# Names under which Windows programs look whether a clipboard's content may be kept in a history or sent elsewhere.
_WINDOWS: Final = 'application/x-qt-windows-mime;value="{}"'
_NOT_TO_KEEP: Final = (
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
)


def copy(text: str) -> None:
    """Copy something that anyone may see."""
    QGuiApplication.clipboard().setText(text)


class SecretClipboard(QObject):
    """Holds one secret in the clipboard for `SECONDS`; `cleared` tells that it was taken out."""

    cleared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self.clear)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.clear)
        # Also where no event loop ends in order. Qt would else delete the data, which is Python's as well, when the
        # interpreter is gone already, and crash.
        atexit.register(self._clear_at_exit)

    def copy(self, secret: Secret) -> None:
        """Put it in the clipboard for a minute."""
        self.copy_part(secret.reveal())

    def copy_part(self, text: str) -> None:
        """Put a piece of a secret in the clipboard for a minute."""
        data = QMimeData()
        data.setText(text)
        for name in _NOT_TO_KEEP:
            data.setData(_WINDOWS.format(name), b"\0\0\0\0")
        QGuiApplication.clipboard().setMimeData(data)
        self._held = text
        self._timer.start()

    def clear(self) -> None:
        """Take it out, if it is still there."""
        self._timer.stop()
        held, self._held = self._held, ""
        if held and QGuiApplication.clipboard().text() == held:
            QGuiApplication.clipboard().clear()
            self.cleared.emit()

    def _clear_at_exit(self) -> None:
        with contextlib.suppress(RuntimeError):  # the application was deleted, and this with it
            if QGuiApplication.instance() is not None:
                self.clear()


def secret_clipboard() -> SecretClipboard:
    """The application's one: it outlives the card that was copied from, so that the secret goes in any case."""
    app = QCoreApplication.instance()
    found = app.findChild(SecretClipboard) if app is not None else None
    return found or SecretClipboard(app)
