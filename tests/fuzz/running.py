"""One spoilt image after another through the door: only our own errors, little memory, little work."""

from __future__ import annotations

import random
import time
import tracemalloc
from dataclasses import dataclass, field
from pathlib import Path

from tests.disk.images import MIB
from tests.fuzz.spoilt import SOUND, Sound, Spoilt, spoil
from wizard.disk.opening import open_image
from wizard.disk.refused import RefusedImage
from wizard.errors import WizardError

MEMORY_MOST = 16 * MIB
"""Bytes that Python may hold at once for one image; a read of 1 MiB and a table as long as the file are within."""

SECONDS_MOST = 5.0
"""Of the processor for one image: nothing to be proud of, but what never ends is found."""


@dataclass
class Outcome:
    """What became of many spoilt images of one format."""

    name: str
    seed: int
    examples: int = 0
    opened: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    most_memory: int = 0


class FuzzError(AssertionError):
    """A spoilt image did what none may; the text says which one, and how to meet it again."""


class Fuzz:
    """The spoilt images of one format, each known by the seed and its number."""

    def __init__(self, kind: str, seed: int, folder: Path) -> None:
        self.kind, self.seed = kind, seed
        self.sound: Sound = SOUND[kind]()
        self.path = folder / f"{kind}.disk"
        self.sound.write(self.path)
        self.outcome = Outcome(self.sound.name, seed)

    def run(self, examples: int, first: int = 0) -> Outcome:
        """So many, from that number on; raises FuzzError at the first that misbehaves."""
        started = time.perf_counter()
        tracing = tracemalloc.is_tracing()
        tracemalloc.start()
        try:
            for number in range(first, first + examples):
                chance = random.Random(f"{self.kind} {self.seed} {number}")
                self.try_one(
                    spoil(self.sound, chance),
                    chance,
                    f"--format {self.kind} --seed {self.seed} --first {number}",
                )
        finally:
            if not tracing:
                tracemalloc.stop()
            self.outcome.seconds += time.perf_counter() - started
        return self.outcome

    def try_one(self, spoilt: Spoilt, chance: random.Random, again: str) -> None:
        """Write it, open it, read in it, and judge."""
        self._write(spoilt)
        tracemalloc.reset_peak()
        before, started = tracemalloc.get_traced_memory()[0], time.process_time()
        try:
            word = look_into(self.path, chance)
        except AssertionError as error:
            raise FuzzError(f"{error}\n{again}\n" + "\n".join(spoilt.story)) from error
        except Exception as error:
            raise FuzzError(f"{error!r} came out\n{again}\n" + "\n".join(spoilt.story)) from error
        spent = time.process_time() - started
        memory = tracemalloc.get_traced_memory()[1] - before
        if memory > MEMORY_MOST or spent > SECONDS_MOST:
            raise FuzzError(f"{memory} bytes and {spent:.1f} s\n{again}\n" + "\n".join(spoilt.story))
        self._count(word, spent, memory)

    def _count(self, word: str, spent: float, memory: int) -> None:
        outcome = self.outcome
        outcome.examples += 1
        if word == "opened":
            outcome.opened += 1
        elif word == "error":
            outcome.errors += 1
        else:
            outcome.refused[word] = outcome.refused.get(word, 0) + 1
        outcome.slowest = max(outcome.slowest, spent)
        outcome.most_memory = max(outcome.most_memory, memory)

    def _write(self, spoilt: Spoilt) -> None:
        if self.path.stat().st_size != self.sound.length:
            self.sound.write(self.path)
        with self.path.open("r+b") as file:
            for offset, data in spoilt.over.items():
                file.seek(offset)
                file.write(data)
            if spoilt.length != self.sound.length:
                file.truncate(spoilt.length)


def look_into(path: Path, chance: random.Random) -> str:
    """Open the image and read here and there: "opened", "error", or the reason it was refused for.

    Raises AssertionError where what is told does not fit together, and whatever came out that may not.
    """
    try:
        with open_image(path) as image:
            size = image.size
            assert size > 0, "a disk without a sector"
            assert size % 512 == 0, "half a sector"
            reached = -1
            places = [0, size - 1, chance.randrange(size)]
            for number, (start, length) in enumerate(image.extents()):
                assert start > reached, "extents out of order"
                assert length > 0, "an extent of nothing"
                reached = start + length
                if number < 4:
                    places += [start, reached - 1]
            assert reached <= size, "an extent beyond the disk"
            for place in places:
                length = min(chance.choice((1, 512, 4096, 70_000, MIB)), size - place)
                data = image.read_at(place, length)
                assert len(data) == length, "not as long as asked for"
                middle = length // 2
                assert data[middle:] == image.read_at(place + middle, length - middle), "not twice the same"
            return "opened"
    except (WizardError, OSError) as error:
        return error.refusal.value if isinstance(error, RefusedImage) else "error"
