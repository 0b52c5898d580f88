"""Chapter `packages`: installed packages and versions, and programs whose version no package tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from wizard.inspection.found.versions import at_least, compare, upstream


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package; `version` is whole, with epoch and the distribution's revision ("1:1.1.1k-12.el8")."""

    name: str
    version: str
    architecture: str = ""

    @property
    def upstream(self) -> str:
        """The version as its makers call it ("1.1.1k")."""
        return upstream(self.version)

    def at_least(self, minimum: str) -> bool:
        """Whether it is this version or newer; the revision counts only where the minimum names one."""
        return at_least(self.version, minimum)


@dataclass(frozen=True, slots=True)
class Program:
    """A program found by its files. `name`: python3, python3.11, platform-python, waagent, omiserver. `version`: "" where no file tells."""

    name: str
    version: str
    file: str

    @property
    def upstream(self) -> str:
        """The version as its makers call it."""
        return upstream(self.version)

    def at_least(self, minimum: str) -> bool:
        """Whether it is this version or newer."""
        return at_least(self.version, minimum)


_Versioned = TypeVar("_Versioned", Package, Program)


@dataclass(frozen=True, slots=True)
class Packages:
    """The package database, as far as rules need it.

    `installed`: only those named in resources/rules/packages_kept.json. `kind`: dpkg, rpm, pacman; "" where no database was
    found. `file`: the database. `count`: of all installed packages. `bytes`: the database's size. `whole`: it was
    understood to its end, so that what is not in `installed` is not installed. `traces`: the paths of
    resources/rules/preinstalled.json that are there.
    """

    installed: tuple[Package, ...] = ()
    kind: str = ""
    file: str = ""
    count: int = 0
    bytes: int = 0
    whole: bool = True
    programs: tuple[Program, ...] = ()
    traces: tuple[str, ...] = ()

    def package(self, *names: str) -> Package | None:
        """The first of these that is installed, in this order."""
        return next((each for name in names for each in self.installed if each.name == name), None)

    def version_of(self, *names: str) -> str | None:
        """The version of the first of these that is installed, in this order; None where none is."""
        package = self.package(*names)
        return package.version if package is not None else None

    def at_least(self, minimum: str, *names: str) -> bool | None:
        """Whether the first of these that is installed is this version or newer; None where none is."""
        package = self.package(*names)
        return package.at_least(minimum) if package is not None else None

    def newest_package(self, *names: str) -> Package | None:
        """The newest of these that are installed; None where none is."""
        return _newest(each for each in self.installed if each.name in names)

    def newest_program(self, *names: str) -> Program | None:
        """The newest of the programs of these names; None where there is none."""
        return _newest(each for each in self.programs if each.name in names)

    @property
    def tells_absence(self) -> bool:
        """Whether a kept package that is not in it is certainly not installed."""
        return bool(self.kind) and self.whole


def _newest(those: Iterable[_Versioned]) -> _Versioned | None:
    newest = None
    for each in those:
        if newest is None or compare(each.version, newest.version) > 0:
            newest = each
    return newest
