"""Saves a journey after every change, beside the work, so that a slow disk never holds up the window."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from wizard.errors import WizardError, as_wizard_error
from wizard.journeys.journey import Journey
from wizard.journeys.journey_file import JourneyFile
from wizard.journeys.journey_format import encode

_RETRY_SECONDS: Final = 5.0

_log: Final = logging.getLogger(__name__)


class Autosave:
    """Called with the journey at every change; the newest state is on disk a moment later, or `error` says why not.

    `changed` is called from a thread of its own, when an error comes, changes or goes.
    """

    def __init__(self, file: JourneyFile, changed: Callable[[], None] = lambda: None) -> None:
        self.error: WizardError | None = None
        self._file = file
        self._changed = changed
        self._newest: str | None = None
        self._waiting: str | None = None
        self._busy = False
        self._at_once = False
        self._closing = False
        self._condition = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="autosave", daemon=True)
        self._thread.start()

    def __call__(self, journey: Journey) -> None:
        """Save the journey as it is now; raises TypeError where something in it cannot be kept."""
        text = encode(journey)
        with self._condition:
            if text != self._newest:
                self._newest = self._waiting = text
                self._condition.notify_all()

    @property
    def saved(self) -> bool:
        """Whether everything is on disk."""
        with self._condition:
            return self._is_saved()

    def flush(self, timeout: float = 10.0) -> bool:
        """Save what waits, at once also after a failure, and wait for it; False where it could not be."""
        with self._condition:
            self._at_once = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._is_saved() or self._has_failed(), timeout)
            return self._is_saved()

    def close(self) -> bool:
        """Save what is waiting, then stop; False where the last state could not be saved."""
        with self._condition:
            self._closing = True
            self._condition.notify_all()
        self._thread.join(10.0)
        return self.saved

    def _is_saved(self) -> bool:
        return self._waiting is None and not self._busy

    def _has_failed(self) -> bool:
        tried = not self._at_once and not self._busy and self.error is not None
        return tried or not self._thread.is_alive()

    def _is_due(self) -> bool:
        return self._closing or (self._waiting is not None and (self.error is None or self._at_once))

    def _work(self) -> None:
        while True:
            with self._condition:
                # After a failure the same state is tried again every few seconds: the person may have made room.
                self._condition.wait_for(self._is_due, _RETRY_SECONDS if self.error else None)
                text, self._waiting = self._waiting, None
                self._busy = text is not None
                self._at_once = False
            if text is not None:
                self._save(text)
            with self._condition:
                if self._closing and (self._is_saved() or self.error is not None):
                    return

    def _save(self, text: str) -> None:
        error: WizardError | None = None
        try:
            self._file.save(text)
        except Exception as caught:
            error = as_wizard_error(caught)
        with self._condition:
            known, self.error = self.error, error
            self._busy = False
            if error is not None and self._waiting is None:
                self._waiting = text
            self._condition.notify_all()
        if (known.what if known else None) != (error.what if error else None):
            try:
                self._changed()
            except Exception:
                _log.exception("Whoever listens to the saving failed")
