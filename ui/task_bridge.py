"""Reports from any thread, delivered to the window as one queued signal, at most thirty a second."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

DELIVERIES_PER_SECOND: Final = 30


class TaskBridge(QObject):
    """`poke` may be called from any thread, as often as one likes; `delivered` comes in the window's thread."""

    delivered = Signal()
    _poked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting = self._closed = False
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._deliver)
        self._poked.connect(self._arm, Qt.ConnectionType.QueuedConnection)

    def poke(self, _task: object = None) -> None:
        """Something has changed."""
        with self._lock:
            if self._waiting:
                return
            self._waiting = True
        with contextlib.suppress(RuntimeError):  # the window is gone, the work not quite yet
            self._poked.emit()

    def close(self) -> None:
        """Deliver nothing any more."""
        with self._lock:
            self._waiting = self._closed = True
        self._timer.stop()

    def _arm(self) -> None:
        if self._closed:
            return
        rest = self._last + 1 / DELIVERIES_PER_SECOND - time.monotonic()
        self._timer.start(max(0, round(rest * 1000)))

    def _deliver(self) -> None:
        with self._lock:
            self._waiting = False
        self._last = time.monotonic()
        self.delivered.emit()
