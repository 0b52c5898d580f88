"""A sender as a process of its own: how long it took, what it needed, and what the sink saw of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.peers.sink import Seen, read_events
from tests.certificates import Certificate
from tests.house.tools import ROOT

BLOB: Final = "/strictimages/vhds/disk.vhd"
_QUERY: Final = "sv=2021-12-02&sr=b&sp=racwd&st=2026-01-01T00:00:00Z&se=2099-01-01T00:00:00Z&sig=c2lnbmF0dXJl"
_LOOK_EVERY: Final = 0.01  # seconds


@dataclass(frozen=True)
class Run:
    """Seconds: `wall` of the process, `line` from its first request to its last, `processor`. Bytes: `peak` of its memory,
    `sent` in bodies."""

    wall: float
    line: float
    processor: float
    peak: int
    sent: int


class Failed(Exception):  # noqa: N818
    """A sender ended with an error; what it said is in the text."""


@dataclass(frozen=True)
class Listening:
    """A sink that is there for one run. `certificate` is that of its server where it speaks TLS."""

    port: int
    events: Path
    certificate: Certificate | None

    @property
    def link(self) -> str:
        """The address of the blob with a SAS, which the sink does not look at."""
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}{BLOB}?{_QUERY}"

    @property
    def trusted(self) -> list[str]:
        """The file to trust, where there is one."""
        return [str(self.certificate.public)] if self.certificate else []

    def seen(self) -> Seen:
        """The blob as it came."""
        return read_events(self.events)[BLOB]


@contextlib.contextmanager
def listening(certificate: Certificate | None) -> Iterator[Listening]:
    """Run a sink of its own."""
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events"
        command = [sys.executable, "-m", "tests.benchmarks.peers.sink", str(events)]
        command += [str(certificate.whole)] if certificate else []
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield Listening(int(process.stdout.readline()), events, certificate)
            finally:
                process.kill()


def run(command: Sequence[str], *, more: Mapping[str, str] | None = None) -> Run:
    """Run it to its end and measure it; raises Failed."""
    with tempfile.TemporaryFile() as said:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | dict(more or {}),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        peak, processor = 0, 0.0
        while process.poll() is None:
            peak = max(peak, _peak(process.pid))
            processor = max(processor, _processor(process.pid))
            time.sleep(_LOOK_EVERY)
        wall = time.monotonic() - began
        if process.returncode:
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
            raise Failed(f"{command[0]} ended with {process.returncode}:\n{text[-3000:]}")
    return Run(wall, 0.0, processor, peak, 0)


def _peak(process: int) -> int:
    """The most memory it has had, in bytes."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        text = Path(f"/proc/{process}/status").read_text()
        return int(text.partition("VmHWM:")[2].split()[0]) * 1024
    return 0


def _processor(process: int) -> float:
    """Seconds of the processor that it took."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0
