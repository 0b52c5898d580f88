"""Progress of long work on the command line: phase, how far, how fast, how long still."""

from __future__ import annotations

import math
import shutil
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final, TextIO

from wizard.figures import in_units, in_use, remaining, speed, tried_again
from wizard.messages import Message
from wizard.pace import Pace
from wizard.tasks import Progress, Task

_QUIET: Final = 5.0  # seconds between two lines where each one stays
_BETWEEN: Final = 0.25  # seconds between two changes of the line that is written over


class Meter:
    """Progress on standard error: one line that is written over on a terminal, else a line now and then."""

    def __init__(self, say: Callable[[Message], str], title: Message) -> None:
        """`say` gives a sentence in the language in force."""
        self._say = say
        self._title = title
        self._terminal = is_terminal(sys.stderr)
        self._phase: Message | None = None
        self._total = 0
        self._last = -math.inf
        self._pace = Pace()
        self._shown = ""

    def told(self, task: Task) -> None:
        """Show how far the task is; called in the working thread."""
        progress, now = task.progress, time.monotonic()
        if (task.ended and not self._shown) or (progress.phase is None and progress.total == 0):
            return
        if progress.total != self._total:
            self._total, self._pace = progress.total, Pace()
        self._pace.note(now, progress.done, progress.total - progress.done)
        if task.ended or _text(progress.phase) != _text(self._phase):
            # A phase that only counts its seconds down is no new one.
            self._last = -math.inf
        self._phase = progress.phase
        if now - self._last < (_BETWEEN if self._terminal else _QUIET) or sys.stderr is None:
            return
        self._last = now
        self._write(self._line(progress, now))

    def close(self) -> None:
        """End the line that was written over."""
        if self._shown:
            sys.stderr.write("\n")
            sys.stderr.flush()

    def _write(self, line: str) -> None:
        if not self._terminal:
            sys.stderr.write(f"{line}\n")
        else:
            # A line that is longer than the window would stay there at every change.
            line = shortened(line, shutil.get_terminal_size().columns - 1)
            if line == self._shown:
                return
            sys.stderr.write(f"\r{line}{' ' * max(0, columns(self._shown) - columns(line))}")
            self._shown = line
        sys.stderr.flush()

    def _line(self, progress: Progress, now: float) -> str:
        return "  ".join([self._say(progress.phase or self._title), *self._figures(progress, now)])

    def _figures(self, progress: Progress, now: float) -> Iterator[str]:
        figures = progress.transfer
        if progress.total and progress.in_bytes:
            yield f"{in_units(progress.done)} / {in_units(progress.total)}"
            going = figures.per_second if figures is not None else self._pace.per_second
            left = figures.seconds_left if figures is not None else self._pace.seconds_left(now)
            if going:
                yield speed(going)
            if left is not None and progress.done < progress.total:
                yield self._say(remaining(left))
        elif progress.total:
            yield f"{progress.done} / {progress.total}"
        if figures is not None and figures.connections:
            yield self._say(in_use(figures.connections))
        if figures is not None and figures.retries:
            yield self._say(tried_again(figures.retries))


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sees it as it is written."""
    return stream is not None and stream.isatty()


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def shortened(text: str, most: int) -> str:
    """The text in at most so many columns, ended by … where some of it is left out."""
    if columns(text) <= most:
        return text
    kept = text
    while kept and columns(kept) > most - 1:
        kept = kept[:-1]
    return f"{kept}…"[: max(most, 0)]


def _text(phase: Message | None) -> str:
    return phase.text if phase is not None else ""
