"""An 8 GiB fixed VHD with 512 MiB of scattered data into Azurite: what is sent, how long it takes, how much memory it needs.

    python -m tests.benchmarks.upload [--size GIB] [--data MIB]

The upload runs in a process of its own, whose peak memory is the one measured.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.cloud import MIB, connect, find_account, new_container, write_vhd
from wizard.practice.cloud import PracticeCloud

GIB: Final = 1024 * MIB
PIECE: Final = 256 * 1024  # bytes of each scattered stretch of data

_UPLOAD: Final = """
import json, os, sys, time
from pathlib import Path
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.tasks import Task
from wizard.transfer.upload import upload

blob = page_blob_from_url(Secret(sys.stdin.readline().strip()))
started = time.monotonic()
with open_fixed_vhd(Path(sys.argv[1])) as disk:
    done = upload(disk, blob, Task(msg("Benchmark")))
seconds = time.monotonic() - started
if os.name == "nt":
    import psutil
    peak = psutil.Process().memory_info().peak_wset
else:  # not getrusage: what the parent had in memory counts there too
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
print(json.dumps({"sent": done.sent_bytes, "ranges": done.range_count, "seconds": seconds, "peak": peak}))
"""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=8, help="GiB of the disk")
    parser.add_argument("--data", type=int, default=512, help="MiB of data on it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, PracticeCloud(Path(folder) / "cloud") as practice:
        vhd = _scattered(Path(folder) / "disk.vhd", arguments.size * GIB, arguments.data * MIB)
        result = _measure(practice, vhd)
    data = arguments.data * MIB
    print(
        f"fixed VHD of {arguments.size} GiB with {arguments.data} MiB of data in pieces of {PIECE // 1024} KiB"
    )
    print(f"{'':24}{'measured':>14}{'at most':>14}")
    print(f"{'bytes sent / data':24}{result['sent'] / data:>14.4f}{1.02:>14.2f}")
    print(f"{'peak memory, MB':24}{result['peak'] / 1e6:>14.0f}{200:>14}")
    print(f"{'page ranges':24}{result['ranges']:>14}")
    print(f"{'seconds':24}{result['seconds']:>14.1f}")
    print(f"{'MB of data per second':24}{data / 1e6 / result['seconds']:>14.0f}")


def _scattered(path: Path, size: int, data: int) -> Path:
    """Pieces of random bytes, evenly strewn but at no even places."""
    numbers = random.Random(8)
    count = data // PIECE
    slot = size // count
    piece = numbers.randbytes(PIECE)
    write_vhd(path, size)
    with path.open("r+b") as file:
        for index in range(count):
            file.seek(index * slot + numbers.randrange(max(1, slot - PIECE)) // 4096 * 4096)
            file.write(index.to_bytes(8, "big") + piece[8:])
    return path


def _measure(practice: PracticeCloud, vhd: Path) -> dict[str, float]:
    cloud = connect(practice)
    account = find_account(cloud, "practiceimages")
    container = new_container(cloud, account)
    now = datetime.now(UTC)
    link = cloud.sign_container_sas(
        account,
        container,
        "disk.vhd",
        now - timedelta(days=1),
        now + timedelta(days=1),
        permissions="rcwl",
        protocol="https,http",
    )
    child = subprocess.run(
        [sys.executable, "-c", _UPLOAD, str(vhd)],
        input=link.reveal() + "\n",
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, float] = json.loads(child.stdout)
    return result


if __name__ == "__main__":
    main()
