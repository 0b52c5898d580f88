"""What goes wrong: what happened, what to do next, details to copy."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from wizard.messages import Message, msg
from wizard.redaction import redact

# Python gives these the same numbers on Windows (its ERROR_DISK_FULL is ENOSPC).
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


class WizardError(Exception):
    """An error a person can read: what happened, the cure, and details (time, status, request id) without secrets."""

    def __init__(self, what: Message, cure: Message, details: Mapping[str, str] | None = None) -> None:
        super().__init__(redact(str(what)))
        self.what = what
        self.cure = cure
        self.details = {"time": datetime.now(UTC).isoformat(timespec="seconds")} | {
            name: redact(value) for name, value in (details or {}).items()
        }


class Cancelled(Exception):  # noqa: N818  (it is no error: the person wished it)
    """The work was stopped by the person; raised by `Task.report` in the work itself."""


def as_wizard_error(error: BaseException) -> WizardError:
    """Any exception as one a person can read; the known kinds keep their own words."""
    if isinstance(error, WizardError):
        return error
    trace = redact("".join(traceback.format_exception(error, limit=-6)))
    details = {"error": f"{type(error).__name__}: {error}", "trace": trace}
    if isinstance(error, OSError) and error.errno in _FORBIDDEN and error.filename:
        return WizardError(
            msg("{path} may not be read or written", path=str(error.filename)),
            msg("Close programs that use it and check its permissions, then try again."),
            details,
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError) and error.filename:
        return WizardError(
            msg("{path} is not there", path=str(error.filename)),
            msg("Check whether it was moved or renamed, then choose it again."),
            details,
        )
    if isinstance(error, OSError) and error.errno in _FULL:
        return WizardError(
            msg("The disk is full"),
            msg("Free some space, then try again."),
            details,
        )
    return WizardError(
        msg("Something unexpected went wrong"),
        msg("Try again. If it happens once more, copy the details and send them to support."),
        details,
    )
