"""An upload that is killed again and again at random points ends as if it had never been: real kills of real processes."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cloud import MIB, write_vhd
from tests.house.tools import ROOT
from tests.strict.faults import Fault, Kind, Once
from tests.strict.fixtures import *  # noqa: F403
from tests.strict.server import StrictServer
from tests.transfer.uploader import FAILED, WHOLE
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.transfer.resuming.journal import Journal
from wizard.transfer.sending.connections import MOST
from wizard.transfer.sending.sender import AHEAD

KILLS = 200
PIECE = 128 * 1024

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process takes a second to start there")


class Uploader:
    """The process beside, and its child if there is one."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.transfer.uploader"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, **wishes: str) -> int:
        """Begin an upload in a child; returns its number."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wishes) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def status(self) -> int:
        """How the child has ended; waits for it."""
        return self._answer()

    def close(self) -> None:
        """End it."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@pytest.fixture
def uploader() -> Iterator[Uploader]:
    running = Uploader()
    yield running
    running.close()


def scattered(path: Path, seed: int) -> tuple[Path, int]:
    """A disk of 64 MiB with some 10 MiB in pieces here and there; and how many bytes they are, its footer with them."""
    chance = random.Random(seed)
    places = sorted(chance.sample(range(64 * MIB // PIECE // 2), 80))
    data = {2 * place * PIECE: chance.randbytes(PIECE - 512 * chance.randrange(8)) for place in places}
    return write_vhd(path, 64 * MIB, data), sum(map(len, data.values())) + 512


def test_two_hundred_kills_at_random_points(
    make_strict: Callable[..., StrictServer], uploader: Uploader, tmp_path: Path
) -> None:
    seed = int(os.environ.get("IMAGE_WIZARD_SEED", "0")) or random.randrange(1, 1_000_000)
    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)
    server = make_strict()
    kills = uploads = resent = 0
    while kills < KILLS:
        vhd, data = scattered(tmp_path / "disk.vhd", seed + uploads)
        uploads += 1
        name, journal = f"disk-{uploads}.vhd", tmp_path / f"journal-{uploads}"
        server.faults = Once(Fault(Kind.STALL, seconds=0.05), "PUT", "page", times=None)
        before, on_their_way, killed = server.received_bytes, 0, 0
        while True:
            child = uploader.start(path=str(vhd), link=server.link(name), journal=str(journal))
            if kills == KILLS:
                server.faults = None
            else:
                time.sleep(chance.uniform(0.0, 0.16))
                with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
                    os.kill(child, signal.SIGKILL)
            status = uploader.status()
            assert status != FAILED, f"seed {seed}"
            if status == WHOLE:
                break
            kills, killed = kills + 1, killed + 1
            on_their_way += pending(journal, tmp_path / "copy")
        sent = server.received_bytes - before
        with open_fixed_vhd(vhd) as disk:
            assert server.content(name) == disk.read_at(0, disk.length), f"seed {seed}, upload {uploads}"
        assert data <= sent <= data + on_their_way, f"seed {seed}, upload {uploads}: {killed} kills"
        assert on_their_way <= killed * (MOST + AHEAD) * PIECE
        assert not journal.exists()
        resent += sent - data
    sys.stdout.write(f"{kills} kills in {uploads} uploads; {resent / MIB:.1f} MiB were sent twice\n")


def pending(journal: Path, copy: Path) -> int:
    """Bytes that were on their way when it was killed, by its journal."""
    if not journal.exists():
        return 0
    shutil.copyfile(journal, copy)
    read = Journal(copy)
    found = sum(length for _, length in read.progress.pending)
    read.close()
    copy.unlink(missing_ok=True)
    return found
