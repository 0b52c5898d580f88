"""Looking inside a disk of 4 GiB with 15,000 files on ext4: in a file, and in a page blob of the practice cloud.

    python -m tests.benchmarks.inspect [--rounds 3] [--folder DIR]

Each round is a process of its own: seconds, peak memory of the wizard and its reader together, what was read or fetched,
and the share of the image's data that this is. Wants mkfs.ext4, mkfs.vfat and mtools. Takes 4 GB in the folder.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import zstandard

from tests.cloud import connect, find_account, new_container, send_vhd
from tests.images.disks import gen2_linux
from tests.images.linux_systems import HYPER_V, Content, debian, dpkg
from tests.images.pieces import cpio
from wizard.practice.cloud import PracticeCloud

GIB = 1024**3
FILES = 15_000
DISK = 4 * GIB
RELEASE = "6.1.0-39-amd64"

# Where a Debian has its files, and how many of a hundred.
FOLDERS = {
    "/usr/share/doc/{}": 22, "/usr/share/locale/{}/LC_MESSAGES": 8, "/usr/share/man/man{}": 10, "/usr/share/zoneinfo/{}": 8,
    "/usr/lib/modules/6.1.0-39-amd64/kernel/drivers/{}": 14, "/usr/lib/python3/dist-packages/{}": 14,
    "/usr/lib/x86_64-linux-gnu/{}": 8, "/usr/include/{}": 6, "/var/lib/dpkg/info": 6, "/var/cache/{}": 2, "/etc/{}": 2,
}  # fmt: skip

LOOK = """
import json, sys, threading, time
from pathlib import Path
import psutil
from wizard.disk.opening import open_image
from wizard.inspection.inspect import look_inside
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.step_parts.blob_disk import look_into_blob
from wizard.tasks import Task

peak, over, me = 0, threading.Event(), psutil.Process()
def watch():
    global peak
    while not over.wait(0.02):
        held = 0
        for each in (me, *me.children()):
            try:
                held += each.memory_info().rss
            except psutil.Error:
                pass
        peak = max(peak, held)
watcher = threading.Thread(target=watch)
watcher.start()
task = Task(msg("Looking"))
started = time.monotonic()
if "://" in sys.argv[1]:
    _, _, inside, read = look_into_blob(page_blob_from_url(Secret(sys.argv[1])), task)
else:
    with open_image(Path(sys.argv[1])) as disk:
        inside = look_inside(disk, task)
    read = inside.read_bytes
seconds = time.monotonic() - started
over.set()
watcher.join()
print(json.dumps({"seconds": seconds, "memory": peak, "read": read, "system": inside.system,
    "unread": [f"{each.chapter} {each.why} {each.detail}" for each in inside.unread]}))
"""


def initial_disk(numbers: random.Random) -> bytes:
    """An initial RAM disk of 13 MB, about what Debian's kernel for clouds has: modules in no order of ours, packed by zstd.

    It has to be unpacked up to the last module that is looked for; with the general kernel's, of some 30 MB and more, it
    is most of what is read.
    """
    names = [f"drivers/part{number % 60}/module{number}" for number in range(400)] + list(HYPER_V)
    numbers.shuffle(names)
    packed = bytearray()
    for name in names:
        path = f"usr/lib/modules/{RELEASE}/kernel/{name}.ko".encode() + b"\0"
        data = numbers.randbytes(32 * 1024)
        fields = (1, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
        packed += b"070701" + b"".join(b"%08X" % field for field in fields) + path
        packed += b"\0" * (-len(packed) % 4) + data
    packed += cpio([])
    early = cpio(["kernel/x86/microcode/GenuineIntel.bin"])
    return early.ljust(-(-len(early) // 512) * 512, b"\0") + zstandard.compress(bytes(packed))


def tree() -> Content:
    """A Debian prepared for Azure, and as many files around it as a small server has, 0.8 GB of them."""
    numbers = random.Random(1)
    content = debian()
    content[f"/boot/initrd.img-{RELEASE}"] = initial_disk(numbers)
    packages = {f"package{number}": f"1.{number}-1+deb12u1" for number in range(400)}
    content["/var/lib/dpkg/status"] = str(content["/var/lib/dpkg/status"]) + dpkg(packages)
    folders = numbers.choices(list(FOLDERS), list(FOLDERS.values()), k=FILES - len(content))
    for number, folder in enumerate(folders):
        name = f"{folder.format(f'part{numbers.randrange(120)}')}/file{number}"
        content[name] = numbers.randbytes(min(int(numbers.lognormvariate(8.8, 2.0)), 8 * 1024 * 1024))
    return content


def image(folder: Path) -> Path:
    """The disk, made once."""
    made = folder / "system.vhd"
    if not made.exists():
        gen2_linux(folder, tree(), size=DISK)
    return made


def look(where: str) -> dict[str, object]:
    """One inspection in a process of its own."""
    done = subprocess.run([sys.executable, "-c", LOOK, where], check=True, capture_output=True, text=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def say(name: str, rounds: list[dict[str, object]], data_bytes: int) -> None:
    """The median of each figure."""
    middle = {
        key: statistics.median(float(str(each[key])) for each in rounds)
        for key in ("seconds", "memory", "read")
    }
    print(
        f"{name:8} {middle['seconds']:.2f} s   {middle['memory'] / 1e6:.0f} MB   {middle['read'] / 1e6:.1f} MB read, "
        f"{middle['read'] / data_bytes:.2%} of {data_bytes / 1e6:.0f} MB of data   {rounds[0]['system']}",
        flush=True,
    )
    for unread in rounds[0]["unread"] if isinstance(rounds[0]["unread"], list) else ():
        print(f"         unread: {unread}")


def measure(folder: Path, rounds: int) -> None:
    """The file, then the blob."""
    disk = image(folder)
    with PracticeCloud(folder / "cloud") as practice:
        cloud = connect(practice)
        account = find_account(cloud, "practiceimages")
        container = new_container(cloud, account)
        sent = send_vhd(disk, cloud.page_blob(account, container, disk.name))
        link = cloud.read_link(account, container, disk.name).reveal()
        print(f"{FILES} files on a disk of {DISK / GIB:.0f} GiB")
        say("file", [look(str(disk)) for _ in range(rounds)], sent.data_bytes)
        say("blob", [look(link) for _ in range(rounds)], sent.data_bytes)


def main() -> None:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        measure(chosen.folder or Path(temporary), chosen.rounds)


if __name__ == "__main__":
    main()
