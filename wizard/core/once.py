"""Works things out once for each question, however often they are met on the way to its answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")


class Once(threading.local):
    """Remembers, for each thread, what was worked out until its outermost question is answered; then forgets it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] | None = None

    def __call__(self, question: tuple[str, str], work_out: Callable[[], _Answer]) -> _Answer:
        """The answer to the question, which may ask others in its turn."""
        before = self._known
        known = self._known = {} if before is None else before
        try:
            if question not in known:
                known[question] = work_out()
            answer: _Answer = known[question]
            return answer
        finally:
            self._known = before
