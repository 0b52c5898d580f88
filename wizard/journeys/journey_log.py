"""The log of a journey: what was done and what went wrong, for support. No secret gets in, and it stays small."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path
from typing import Final

from wizard.places import user_data_folder
from wizard.redaction import RedactingFormatter

_LARGEST: Final = 1024 * 1024  # bytes; with the one before it at most twice that
_OURS: Final = "wizard"


def logs_folder() -> Path:
    """Where the logs of all journeys are."""
    return user_data_folder() / "logs"


class JourneyLog:
    """Writes what `wizard` logs from opening to closing. Where it cannot be written the journey goes on without it."""

    def __init__(self, journey_id: str) -> None:
        # Whoever edited the journey's file must not choose where its log goes.
        plain = "".join(each for each in journey_id if each.isalnum())
        self.path = logs_folder() / f"{plain[:64] or 'journey'}.log"
        self._handler: logging.Handler = logging.NullHandler()
        logger = logging.getLogger(_OURS)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._handler = _Quiet(
                self.path, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", errors="replace", delay=True
            )
        except OSError:
            pass
        self._handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._before = logger.level
        logger.setLevel(logging.INFO)
        logger.addHandler(self._handler)

    def close(self) -> None:
        """Write no more."""
        logger = logging.getLogger(_OURS)
        logger.removeHandler(self._handler)
        logger.setLevel(self._before)
        self._handler.close()


class _Quiet(logging.handlers.RotatingFileHandler):
    """A full disk or a log held by another program is no reason to write about it on the screen."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the name is logging's)
        pass
