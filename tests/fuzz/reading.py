"""One spoilt file system after another: read in a worker, which a disk may end; that disk then goes through the real door."""

from __future__ import annotations

import contextlib
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO, cast

from tests.fuzz.file_systems import made, sound_of, spoil
from tests.fuzz.running import FuzzError, Outcome
from tests.fuzz.spoilt import Spoilt
from tests.fuzz.spoilt_disk import SpoiltDisk
from wizard.inspection.inspect import Limits, look_inside
from wizard.messages import msg
from wizard.tasks import Task

SECONDS_MOST: Final = 20.0
"""For one disk in the worker, by the clock; what takes longer is shown to the real reader, which has limits."""

_LIMITS: Final = Limits(seconds=10.0, chapter_seconds=5.0, starts=3)
_OF_ONE_WORKER: Final = (
    2000  # disks; what libyal does not give back after a damaged one is given back with the process
)


class ReadingFuzz:
    """The spoilt file systems of one kind, each known by the seed and its number; a `with` block ends its worker."""

    def __init__(self, kind: str, seed: int, folder: Path) -> None:
        self.kind, self.seed = kind, seed
        self.image = made(kind, folder)
        self.sound = sound_of(kind, self.image)
        self.outcome = Outcome(kind, seed)
        self._worker: _Worker | None = None
        self._read_by_it = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def run(self, examples: int, first: int = 0) -> Outcome:
        """So many, from that number on; raises FuzzError at the first that misbehaves."""
        started = time.perf_counter()
        for number in range(first, first + examples):
            before = time.perf_counter()
            word = self._read(number)
            self._count(word, time.perf_counter() - before)
        self.outcome.seconds += time.perf_counter() - started
        return self.outcome

    def through_the_door(self, number: int) -> str:
        """The same disk through look_inside: a word for what became of it; raises FuzzError where that harms the wizard."""
        spoilt = self._spoilt(number)
        with SpoiltDisk(self.image, spoilt) as disk:
            started = time.perf_counter()
            try:
                inside = look_inside(disk, Task(msg("Looking inside")), limits=_LIMITS)
            except Exception as error:
                raise FuzzError(
                    f"{error!r} came out of look_inside\n{self._again(number, spoilt)}"
                ) from error
            spent = time.perf_counter() - started
        if spent > 6 * _LIMITS.seconds:
            raise FuzzError(f"{spent:.0f} s\n{self._again(number, spoilt)}")
        return inside.unread[0].why if inside.unread else "opened"

    def _read(self, number: int) -> str:
        if self._read_by_it >= _OF_ONE_WORKER:
            self._end()
        if self._worker is None:
            self._worker, self._read_by_it = _Worker(self.kind, self.seed, self.image), 0
        self._read_by_it += 1
        word = self._worker.read(number)
        if word.startswith("fault"):
            story = word.removeprefix("fault").replace("␤", "\n")
            raise FuzzError(f"{story}\n{self._again(number, self._spoilt(number))}")
        if word in ("ended", "too long"):
            self._end()
            # Such a disk is what the process of its own is for: there has to be an answer all the same.
            self.through_the_door(number)
        return word

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _spoilt(self, number: int) -> Spoilt:
        return spoil(self.sound, random.Random(f"{self.kind} {self.seed} {number}"))

    def _again(self, number: int, spoilt: Spoilt) -> str:
        """How to meet it again: file systems are not made twice the same, so the disk itself is kept."""
        kept = Path(tempfile.gettempdir()) / f"fuzz-{self.kind}-{self.seed}-{number}.disk"
        with SpoiltDisk(self.image, spoilt) as disk, kept.open("wb") as file:
            file.truncate(disk.size)
            for part in self.sound.parts:
                if part.offset < disk.size:
                    file.seek(part.offset)
                    file.write(disk.read_at(part.offset, len(part.data)))
        return "\n".join(
            (f"--format {self.kind} --seed {self.seed} --first {number}", f"kept as {kept}", *spoilt.story)
        )

    def _count(self, word: str, spent: float) -> None:
        outcome = self.outcome
        outcome.examples += 1
        if word.startswith("opened"):
            outcome.opened += 1
        else:
            outcome.refused[word] = outcome.refused.get(word, 0) + 1
        outcome.slowest = max(outcome.slowest, spent)


class _Worker:
    """The process that reads, and a thread that hears it."""

    def __init__(self, kind: str, seed: int, image: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker", kind, str(seed), str(image)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=Path(__file__).resolve().parents[2],
        )
        self._answers: queue.Queue[str] = queue.Queue()
        self._heard = threading.Thread(target=self._hear, daemon=True)
        self._heard.start()

    def read(self, number: int) -> str:
        """The word for this disk; "ended" and "too long" where there is none."""
        try:
            self._input.write(f"{number}\n")
            self._input.flush()
            return self._answers.get(timeout=SECONDS_MOST) or "ended"
        except OSError:
            return "ended"
        except queue.Empty:
            return "too long"

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._heard.join()
        with contextlib.suppress(OSError):
            self._input.close()
        cast(TextIO, self._process.stdout).close()

    @property
    def _input(self) -> TextIO:
        return cast(TextIO, self._process.stdin)

    def _hear(self) -> None:
        for line in cast(TextIO, self._process.stdout):
            self._answers.put(line.rstrip("\n"))
        self._answers.put("")
