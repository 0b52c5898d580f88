"""Spoils many small disks and reads each: python3 dev.py fuzz [--examples N] [--seed N] [--format NAME].

Image formats, and the file systems inside a disk. Prints what became of them. At the first that does what none may, prints
how to meet it again, and ends with 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

import psutil

from tests.fuzz.file_systems import MAKERS, missing
from tests.fuzz.reading import ReadingFuzz
from tests.fuzz.running import Fuzz, FuzzError, Outcome
from tests.fuzz.spoilt import SOUND


def main(arguments: list[str]) -> int:
    """Run it; 0 where every image behaved."""
    parser = argparse.ArgumentParser(
        prog="dev.py fuzz", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--examples", type=int, default=100_000, help="disks of each format (%(default)s)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="else any")
    parser.add_argument("--first", type=int, default=0, help="the number of the first disk")
    parser.add_argument(
        "--format", choices=sorted((*SOUND, *MAKERS)), action="append", help="all, unless given"
    )
    chosen = parser.parse_args(arguments)
    say(f"seed {chosen.seed}")
    with tempfile.TemporaryDirectory() as folder:
        for kind in chosen.format or (*SOUND, *MAKERS):
            if kind in MAKERS and missing(kind):
                say(f"{kind}: left out, for there is no {', '.join(missing(kind))}")
                continue
            try:
                say(_said(_run(kind, chosen, Path(folder))))
            except FuzzError as error:
                say(f"{kind}: {error}")
                return 1
    return 0


def _run(kind: str, chosen: argparse.Namespace, folder: Path) -> Outcome:
    if kind in SOUND:
        return Fuzz(kind, chosen.seed, folder).run(chosen.examples, chosen.first)
    with ReadingFuzz(kind, chosen.seed, folder) as fuzz:
        return fuzz.run(chosen.examples, chosen.first)


def _said(outcome: Outcome) -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(outcome.refused.items()))
    return (
        f"{outcome.name}: {outcome.examples} disks in {outcome.seconds:.0f} s; {outcome.opened} opened, "
        f"{outcome.errors} could not be read, refused: {reasons}; slowest {outcome.slowest * 1000:.0f} ms, most "
        f"memory for one {outcome.most_memory / 2**20:.1f} MiB; the process has "
        f"{psutil.Process().memory_info().rss / 2**20:.0f} MiB"
    )


def say(line: str) -> None:
    """Print it at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
