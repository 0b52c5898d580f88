"""Chapter `packages`: the package databases of dpkg, rpm and pacman, and programs whose version only files tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from wizard.inspection.found.packages import Package, Packages
from wizard.inspection.linux.packages.dpkg import dpkg_databases, dpkg_packages
from wizard.inspection.linux.packages.pacman import pacman_databases, pacman_packages
from wizard.inspection.linux.packages.programs import read_programs
from wizard.inspection.linux.packages.rpm import rpm_databases, rpm_packages
from wizard.inspection.system_files import Files
from wizard.rules_data import load

_MOST: Final = 30_000  # packages of a system
_NONSENSE_MOST: Final = 1_000  # what is no package, before a database is given up
_KEPT_MOST: Final = 2_000

_Packages = Callable[[Files, str], Iterator[Package | None]]


def read_packages(files: Files) -> Packages:
    """The database that lists the most packages (a system may have the tools of another family), and the programs."""
    kinds: tuple[tuple[str, tuple[str, ...], _Packages], ...] = (
        ("dpkg", dpkg_databases(files), dpkg_packages),
        ("rpm", rpm_databases(files), rpm_packages),
        ("pacman", pacman_databases(files), pacman_packages),
    )
    best = Packages()
    for kind, paths, packages in kinds:
        for path in paths:
            read = _read(files, kind, path, packages)
            if not best.kind or read.count > best.count:
                best = read
    return Packages(
        best.installed,
        best.kind,
        best.file,
        best.count,
        best.bytes,
        best.whole,
        read_programs(files),
        tuple(
            path for each in load("preinstalled")["software"] for path in each["paths"] if files.exists(path)
        ),
    )


def _read(files: Files, kind: str, path: str, packages: _Packages) -> Packages:
    wanted = {name for names in load("packages_kept")["names"].values() for name in names}
    kept: list[Package] = []
    count, nonsense = 0, 0
    for package in packages(files, path):
        if package is None or count >= _MOST:
            nonsense += 1
            if count >= _MOST or nonsense > _NONSENSE_MOST:
                break
            continue
        count += 1
        if package.name in wanted and len(kept) < _KEPT_MOST:
            kept.append(package)
    entry = files.find(path)
    size = entry.size if entry is not None else 0
    return Packages(tuple(kept), kind, path, count, size, not nonsense and count > 0)
