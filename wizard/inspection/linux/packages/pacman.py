"""pacman's database: a folder "NAME-VERSION-RELEASE" per package under /var/lib/pacman/local, with a file `desc`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.inspection.found.packages import Package
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind
from wizard.where import printable

_LOCAL: Final = "/var/lib/pacman/local"


def pacman_databases(files: Files) -> tuple[str, ...]:
    """The database, where it is there."""
    return (_LOCAL,) if any(True for _each in files.entries(_LOCAL)) else ()


def pacman_packages(files: Files, path: str) -> Iterator[Package | None]:
    """Every package that is installed. The folder's name says it all; its files are not read."""
    for entry in files.entries(path):
        if entry.kind is not Kind.FOLDER:
            continue
        name, *version = entry.name.rsplit("-", 2)
        if len(version) == 2 and name:
            yield Package(printable(name), printable("-".join(version)))
