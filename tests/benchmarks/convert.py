"""`image-wizard disk convert` beside qemu-img, in turns: a disk of 8 GiB with 1 GiB of data, from each format.

    python -m tests.benchmarks.convert [--rounds 3] [--folder DIR]

Both write a sparse fixed VHD; qemu-img's is flushed to the disk as ours is. Wants qemu-img. Takes 5 GB in the folder.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GIB = 1024**3
PIECE = 4 * 1024 * 1024
FORMATS = {"vpc": "vhd", "vhdx": "vhdx", "raw": "raw", "qcow2": "qcow2"}
OURS = """
import sys
from pathlib import Path
from wizard.disk.conversion.convert import convert
from wizard.messages import msg
from wizard.tasks import Task
convert(Path(sys.argv[1]), Path(sys.argv[2]), Task(msg("Converting")))
"""


def make(folder: Path) -> None:
    """The disk in each format."""
    numbers = random.Random(1)
    raw = folder / "disk.raw"
    if not raw.exists():
        with raw.open("wb") as file:
            file.truncate(8 * GIB)
            for place in sorted(numbers.sample(range(8 * GIB // PIECE), GIB // PIECE)):
                file.seek(place * PIECE)
                file.write(numbers.randbytes(PIECE))
    for form, suffix in FORMATS.items():
        target = folder / f"disk.{suffix}"
        if not target.exists():
            options = ["-o", "force_size=on"] if form == "vpc" else []
            subprocess.run(
                ["qemu-img", "convert", "-f", "raw", "-O", form, *options, raw, target], check=True
            )


def timed(command: list[str | Path], target: Path) -> float:
    """Seconds until the file that the command makes is on the disk."""
    target.unlink(missing_ok=True)
    os.sync()
    started = time.monotonic()
    subprocess.run(command, check=True)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return time.monotonic() - started


def measure(folder: Path, rounds: int) -> None:
    """Print the median of each, and the fastest."""
    target = folder / "made.vhd"
    for form, suffix in FORMATS.items():
        source = folder / f"disk.{suffix}"
        theirs = ["qemu-img", "convert", "-f", form, "-O", "vpc", "-o", "subformat=fixed,force_size=on"]
        commands: dict[str, list[str | Path]] = {
            "ours": [sys.executable, "-c", OURS, source, target],
            "qemu-img": [*theirs, source, target],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(rounds):
            for name in list(commands)[:: -1 if turn % 2 else 1]:
                taken[name].append(timed(commands[name], target))
        target.unlink()
        shown = "   ".join(
            f"{name} {statistics.median(each):.2f} s (best {min(each):.2f})" for name, each in taken.items()
        )
        print(f"{suffix:6} {shown}", flush=True)


def main() -> None:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        make(folder)
        measure(folder, chosen.rounds)


if __name__ == "__main__":
    main()
