"""rpm's database, in whichever of its forms a release keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.inspection.found.packages import Package
from wizard.inspection.linux.packages import rpm_bdb, rpm_ndb, rpm_sqlite
from wizard.inspection.linux.packages.blocks import Blocks
from wizard.inspection.system_files import Files

_FOLDERS: Final = ("/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm")
# A system that was upgraded may still have an older one beside it.
_NAMES: Final = ("rpmdb.sqlite", "Packages.db", "Packages")


def rpm_databases(files: Files) -> tuple[str, ...]:
    """The databases that are there, the one in use first; a folder that a link leads to counts once."""
    found = dict.fromkeys(files.real_path(f"{folder}/{name}") for name in _NAMES for folder in _FOLDERS)
    return tuple(path for path in found if path is not None and files.is_file(path))


def rpm_packages(files: Files, path: str) -> Iterator[Package | None]:
    """Every package of a database; None for what in it cannot be understood."""
    content = files.content(path)
    if content is None:
        return iter(())
    blocks = Blocks(content)
    if path.endswith(".sqlite"):
        log = files.content(f"{path}-wal")
        return rpm_sqlite.packages(blocks, Blocks(log) if log is not None else None)
    if path.endswith(".db"):
        return rpm_ndb.packages(blocks)
    return rpm_bdb.packages(blocks)
