"""What the rules about packages have in common: where a package is seen, and when its absence is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.messages import msg
from wizard.step import Finding, skipped
from wizard.where import Where, where

if TYPE_CHECKING:
    from wizard.inspection.found.packages import Package, Packages, Program

NO_WORD: Final = msg("The package database could not be read to its end, so it does not tell what is missing")
NO_DATABASE: Final = msg("No package database of dpkg, rpm or pacman was found")


def if_certain(packages: Packages, finding: Finding) -> Finding:
    """The finding where what is not listed is certainly not installed; skipped where the database does not tell."""
    if packages.tells_absence:
        return finding
    return skipped(NO_WORD if packages.kind else NO_DATABASE)


def place_of(packages: Packages, what: Package | Program) -> Where:
    """The database or the file that tells of it, and its version."""
    return where(getattr(what, "file", "") or packages.file, 0, f"{what.name} {what.version}")
