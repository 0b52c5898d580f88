"""What Python prints of its own accord, the traces of what nobody caught, without secrets.

Loaded before the window: it imports what it needs only when there is something to print.
"""

from __future__ import annotations

import sys
import threading


def guard_traces() -> None:
    """From now on no trace is printed with a secret in it; the log of an open journey has it too."""
    sys.excepthook = _tell
    sys.unraisablehook = _tell_unraisable
    threading.excepthook = _tell_of_thread


def _tell(_kind: object, error: BaseException | None, _trace: object = None) -> None:
    import logging
    import traceback

    from wizard.redaction import redact

    if error is None:
        return
    text = redact("".join(traceback.format_exception(error)))
    if sys.stderr is not None:  # a program without a console has none
        sys.stderr.write(text)
    log = logging.getLogger("wizard")
    if log.handlers and not isinstance(error, KeyboardInterrupt):
        log.error("Nobody caught this:\n%s", text)


def _tell_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is not SystemExit:
        _tell(ended.exc_type, ended.exc_value)


def _tell_unraisable(lost: sys.UnraisableHookArgs) -> None:
    _tell(lost.exc_type, lost.exc_value)
