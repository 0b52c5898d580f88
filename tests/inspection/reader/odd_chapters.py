"""The real reader with chapters that go wrong in the ways an image may make them: python odd_chapters.py [FILE TO WRITE]."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from wizard.inspection.chapters import Chapter
from wizard.inspection.found.inside import System
from wizard.inspection.found.leftovers import Leftovers
from wizard.inspection.found.ssh import Ssh
from wizard.inspection.reader import work
from wizard.inspection.system_files import Files, TooMuchError
from wizard.inspection.volumes.opened_disk import OpenedDisk


def eats_memory(_: Files) -> Any:
    held = []
    while True:
        held.append(bytes(16 * 1024 * 1024))


def is_damaged(_: Files) -> Any:
    raise OSError("unable to read the secret of the file system")


def is_too_much(_: Files) -> Any:
    raise TooMuchError("entries")


def goes_round(files: Files) -> Any:
    return goes_round(files)


def has_a_mistake(_: Files) -> Any:
    raise LookupError("a password of the image")


def finds_a_secret_type(_: Files) -> Any:
    return object()


def tells_a_novel(_: Files) -> Any:
    return Ssh(file="x" * 10_000_000)


def spends_the_budget(files: Files) -> Any:
    files.budget.read(1024 * 1024 * 1024)
    return Leftovers()


def writes_a_file(_: Files) -> Any:
    """Ssh.file says how it ended."""
    try:
        Path(sys.argv[1]).write_bytes(b"of the image")
    except OSError as error:
        return Ssh(file=f"refused {error.errno}")
    return Ssh(file="written")


def prints(_: Files) -> Any:
    os.write(1, b"C\0\0\0\5noise")
    return Ssh(file="printed")


CHAPTERS = {
    "accounts": eats_memory,
    "agent": is_damaged,
    "boot": is_too_much,
    "kernel": goes_round,
    "network": has_a_mistake,
    "services": finds_a_secret_type,
    "packages": tells_a_novel,
    "leftovers": spends_the_budget,
    "mounts": spends_the_budget,
    "ssh": prints,
}
if len(sys.argv) > 1:
    CHAPTERS = {"ssh": writes_a_file}

work.CHAPTERS = tuple(Chapter(name, System.LINUX, read) for name, read in CHAPTERS.items())
work.open_disk = lambda read_at, size: OpenedDisk(system="linux", files=Files(SimpleNamespace(root=None)))
work.main()
