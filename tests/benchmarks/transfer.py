"""Ours beside AzCopy, the SDK, bare sockets and qemu-img, in one run, on this computer: what issue and house promise of speed.

    python -m tests.benchmarks.transfer [--case dense --case …] [--rounds 3] [--folder DIR] [--peer-rounds 1]

Every sender is a process of its own and sends to a sink of its own, which drops the bodies; they take turns, forwards and
backwards. Linux; wants qemu-img, mkfs.ext4, sgdisk and npm (which fetches AzCopy into build/benchmarks; AzCopy wants
libsecret). The disks take 5 GB in the folder and are kept there for the next time where `--folder` is given. Times drift
by two or three between runs: compare only figures of one run. The file is in memory, as it has just been written.
Seconds are the median of whole processes; "on the line" is from the first request to the last. MD5 of ours is on.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.peers import disks
from tests.benchmarks.peers.disks import GIB, MIB, Disk
from tests.benchmarks.peers.running import Failed, Run
from tests.benchmarks.peers.senders import convert, measure
from tests.certificates import Certificate, make_certificate

MOST_MEMORY: Final = 150e6
MOST_SENT: Final = 1.02


@dataclass(frozen=True)
class Row:
    """One line of the table; `met` is None where there is nothing to meet."""

    case: str
    figure: str
    target: str = ""
    met: bool | None = None


class Bench:
    """Measures in turns, and says every run on standard error."""

    def __init__(self, rounds: int, peer_rounds: int, certificate: Certificate) -> None:
        self.rounds = rounds
        self.peer_rounds = peer_rounds
        self.certificate = certificate

    def compare(self, title: str, senders: dict[str, Callable[[], Run]]) -> dict[str, list[Run]]:
        """Run all of them `rounds` times, those whose name begins with a star `peer_rounds` times."""
        taken: dict[str, list[Run]] = {name: [] for name in senders}
        for turn in range(self.rounds):
            for name in list(senders)[:: -1 if turn % 2 else 1]:
                if name.startswith("*") and turn >= self.peer_rounds:
                    continue
                try:
                    run = senders[name]()
                except Failed as failed:
                    print(f"{title}, {name}: {failed}", file=sys.stderr)
                    continue
                taken[name].append(run)
                said = f"{run.wall:7.2f} s, on the line {run.line:6.2f} s, processor {run.processor:6.2f} s"
                print(
                    f"{title:28} {name.lstrip('*'):16} {said}, {run.peak / 1e6:5.0f} MB, {run.sent / MIB:8.1f} MiB sent",
                    file=sys.stderr,
                )
        return {name.lstrip("*"): runs for name, runs in taken.items()}

    def sender(self, name: str, disk: Disk, *, secure: bool = False) -> Callable[[], Run]:
        """One run of a sender, to be made later."""
        return lambda: measure(name, disk.path, self.certificate if secure else None)


def dense(bench: Bench, folder: Path, scale: int) -> list[Row]:
    """1 GiB of random bytes, plain and TLS."""
    disk = disks.dense(folder, GIB // scale)
    rows = []
    for secure in (False, True):
        case = f"{disk.size // MIB} MiB dense, {'TLS' if secure else 'plain'}"
        names = ("ours", "ours without MD5", "AzCopy", "SDK x8", "raw sockets x4")
        taken = bench.compare(case, {name: bench.sender(name, disk, secure=secure) for name in names})
        mine, azcopy, raw = (taken[name] for name in ("ours", "AzCopy", "raw sockets x4"))
        rows += [_times(case, taken), *_against(case, mine, azcopy, 1.0, "AzCopy", "not slower than AzCopy")]
        if secure and mine and raw:
            share = _median(raw, "line") / _median(mine, "line")
            rows.append(Row(case, f"{share:.2f} of bare sockets, on the line", "at least 0.6", share >= 0.6))
            share = _median(raw, "line") / _median(taken["ours without MD5"], "line")
            rows.append(Row(case, f"{share:.2f} of bare sockets without MD5, on the line"))
        rows += _bounds(case, mine, disk)
    return rows


def ext4(bench: Bench, folder: Path, scale: int) -> list[Row]:
    """A file system with real files."""
    disk = disks.ext4(folder, 8 * GIB // scale, 768 * MIB // scale)
    case = f"{disk.size // MIB} MiB ext4, {disk.blocks // MIB} MiB of it"
    senders = {"ours": bench.sender("ours", disk), "*AzCopy": bench.sender("AzCopy", disk)}
    taken = bench.compare(case, senders)
    return [
        _times(case, taken),
        *_against(case, taken["ours"], taken["AzCopy"], 10.0, "AzCopy", "10 times faster than AzCopy"),
        *_bounds(case, taken["ours"], disk),
    ]


def scattered(bench: Bench, folder: Path, scale: int) -> list[Row]:
    """A huge disk with next to nothing on it."""
    disk = disks.scattered(folder, 128 * GIB // scale, 64 * MIB)
    case = f"{disk.size // GIB} GiB with 64 MiB"
    senders = {"ours": bench.sender("ours", disk), "*AzCopy": bench.sender("AzCopy", disk)}
    taken = bench.compare(case, senders)
    rows = [_times(case, taken)]
    if taken["ours"]:
        seconds = _median(taken["ours"], "wall")
        rows.append(Row(case, f"{seconds:.2f} s", "under 2 s", seconds < 2))
    rows += _against(case, taken["ours"], taken["AzCopy"], 50.0, "AzCopy", "50 times faster than AzCopy")
    return rows + _bounds(case, taken["ours"], disk)


def formats(bench: Bench, folder: Path, scale: int) -> list[Row]:
    """Other formats with a file system in them, straight to the blob, against the conversion alone."""
    return _formats(bench, folder, disks.ext4(folder, 8 * GIB // scale, GIB // scale, kind="raw"))


def formats_scattered(bench: Bench, folder: Path, scale: int) -> list[Row]:
    """The same with data in every block, though little in each: the worst for them; no target."""
    plain = disks.scattered(folder, 8 * GIB // scale, GIB // scale, kind="raw")
    rows = _formats(bench, folder, plain)
    return [Row(f"{row.case}, scattered", row.figure) for row in rows]


def _formats(bench: Bench, folder: Path, plain: Disk) -> list[Row]:
    rows = []
    for kind in ("dynamic", "vhdx"):
        disk = disks.converted(folder, plain, kind)
        case = f"{'VHDX' if kind == 'vhdx' else 'dynamic VHD'}, {disk.blocks // MIB} MiB of data"
        on_disk = "qemu-img to the disk"
        senders = {
            "ours": bench.sender("ours", disk),
            "qemu-img": partial(convert, disk.path),
            on_disk: partial(convert, disk.path, to_the_disk=True),
        }
        taken = bench.compare(case, senders)
        rows += [_times(case, taken)]
        for name in ("qemu-img", on_disk):
            rows += _against(case, taken["ours"], taken[name], 1.0, name, "faster than qemu-img convert")
        rows += _bounds(case, taken["ours"], disk)
    return rows


CASES: Final[dict[str, Callable[[Bench, Path, int], list[Row]]]] = {
    "dense": dense,
    "ext4": ext4,
    "scattered": scattered,
    "formats": formats,
    "formats-scattered": formats_scattered,
}


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.transfer")
    parser.add_argument("--case", action="append", choices=list(CASES), help="only this one; may be repeated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-rounds", type=int, default=1, help="rounds of a peer that takes minutes")
    parser.add_argument("--folder", type=Path, help="where the disks are made, and kept")
    parser.add_argument("--scale", type=int, default=1, help="so many times smaller disks, to try this out")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(arguments.rounds, arguments.peer_rounds, make_certificate(Path(temporary)))
        for name in arguments.case or CASES:
            rows += CASES[name](bench, folder, arguments.scale)
    print("| case | measured | target | |\n| --- | --- | --- | --- |")
    for row in rows:
        met = {None: "", True: "met", False: "**not met**"}[row.met]
        print(f"| {row.case} | {row.figure} | {row.target} | {met} |")


def _times(case: str, taken: dict[str, list[Run]]) -> Row:
    said = [f"{name} {_median(runs, 'wall'):.2f}" for name, runs in taken.items() if runs]
    return Row(case, "seconds: " + ", ".join(said))


def _against(
    case: str, mine: Sequence[Run], others: Sequence[Run], times: float, name: str, target: str
) -> list[Row]:
    if not mine or not others:
        return [Row(case, f"{name} or ours could not be measured", target, False)]
    ratio = _median(others, "wall") / _median(mine, "wall")
    said = f"{ratio:.2f} times as fast as {name}"
    if line := _median(others, "line"):
        said += f" ({line / _median(mine, 'line'):.2f} times on the line)"
    return [Row(case, said, target, ratio >= times)]


def _bounds(case: str, mine: Sequence[Run], disk: Disk) -> list[Row]:
    """Memory and bytes, the worst of all rounds."""
    if not mine:
        return []
    peak, sent = max(run.peak for run in mine), max(run.sent for run in mine) / disk.blocks
    return [
        Row(case, f"{peak / 1e6:.0f} MB at the most", "under 150 MB", peak < MOST_MEMORY),
        Row(case, f"{sent:.4f} of the blocks that are not zero sent", "at most 1.02", sent <= MOST_SENT),
    ]


def _median(runs: Sequence[Run], what: str) -> float:
    return statistics.median(getattr(run, what) for run in runs)


if __name__ == "__main__":
    main()
