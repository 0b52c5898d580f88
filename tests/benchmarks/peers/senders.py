"""Ours and its peers, each as a command: a file goes to a blob of the sink."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks.peers.running import Failed, Listening, Run, listening, run
from tests.certificates import Certificate
from tests.house.tools import ROOT

CACHE: Final = ROOT / "build" / "benchmarks"
_RAW_CONNECTIONS: Final = 4

Send = Callable[[Path, Listening, Path], Run]
"""Sends a file; the folder is the sender's own, and empty."""


def ours(file: Path, to: Listening, folder: Path, *more: str) -> Run:
    """As a person does it: checked, sent with Content-MD5, compared, read back."""
    program = Path(sys.executable).with_name("image-wizard")
    trusted = {"REQUESTS_CA_BUNDLE": to.trusted[0]} if to.trusted else {}
    command = [str(program), "upload", str(file), "--to", to.link, "--json", "--lang", "en", *more]
    return run(command, more={"IMAGE_WIZARD_HOME": str(folder)} | trusted)


def ours_unchecked(file: Path, to: Listening, folder: Path) -> Run:
    """The same without Content-MD5, as the peers send."""
    return ours(file, to, folder, "--no-md5")


def azcopy(file: Path, to: Listening, folder: Path) -> Run:
    """AzCopy; it needs to be told that the address is one of blobs."""
    more = {
        "AZCOPY_LOG_LOCATION": str(folder / "log"),
        "AZCOPY_JOB_PLAN_LOCATION": str(folder / "plan"),
        "AZCOPY_DISABLE_SYSLOG": "true",
        "NO_PROXY": "127.0.0.1",
    }
    more |= {"SSL_CERT_FILE": to.trusted[0]} if to.trusted else {}
    command = [
        str(_azcopy()),
        "copy",
        str(file),
        to.link,
        "--from-to",
        "LocalBlob",
        "--blob-type",
        "PageBlob",
    ]
    return run([*command, "--output-level", "essential"], more=more)


def sdk(file: Path, to: Listening, folder: Path) -> Run:
    """upload_blob of azure-storage-blob, eight connections."""
    return run([sys.executable, "-m", "tests.benchmarks.peers.sdk", str(file), to.link, *to.trusted])


def raw(file: Path, to: Listening, folder: Path) -> Run:
    """Bare sockets, four of them."""
    target = to.link.partition(str(to.port))[2].partition("?")[0]
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.peers.raw",
        str(file),
        "127.0.0.1",
        str(to.port),
        target,
    ]
    return run([*command, str(_RAW_CONNECTIONS), *to.trusted])


SENDERS: Final[Mapping[str, Send]] = {
    "ours": ours,
    "ours without MD5": ours_unchecked,
    "AzCopy": azcopy,
    "SDK x8": sdk,
    "raw sockets x4": raw,
}


def measure(name: str, file: Path, certificate: Certificate | None = None) -> Run:
    """Send the file to a sink of its own and say what it took; raises Failed."""
    with listening(certificate) as to, tempfile.TemporaryDirectory() as folder:
        taken = SENDERS[name](file, to, Path(folder))
        seen = to.seen()
    return dataclasses.replace(taken, line=seen.last - seen.first, sent=seen.body_bytes)


def convert(file: Path, *, to_the_disk: bool = False) -> Run:
    """`qemu-img convert` of the file into a fixed VHD, which is thrown away.

    It ends when the system has taken the data into its memory, where that is large enough; `to_the_disk`: when they are
    on the disk, as with any image that is larger than the memory.
    """
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        form = "vhdx" if file.suffix == ".vhdx" else "vpc"
        target = str(Path(folder) / "out.vhd")
        options = ["-f", form, "-O", "vpc", "-o", "subformat=fixed,force_size=on"]
        flushed = ["-t", "writeback"] if to_the_disk else []
        return run(["qemu-img", "convert", *flushed, *options, str(file), target])


def _azcopy() -> Path:
    """The program out of the npm package, fetched once."""
    program = CACHE / "node_modules/@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise Failed("npm is not there to fetch AzCopy")
        CACHE.mkdir(parents=True, exist_ok=True)
        (CACHE / "package.json").write_text("{}\n")
        subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "@azure-tools/azcopy-linux"],
            cwd=CACHE,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    program.chmod(0o755)
    return program
