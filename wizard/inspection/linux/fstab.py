"""/etc/fstab, as fstab(5) describes it."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.mounts import FstabEntry, unescaped
from wizard.inspection.system_files import Files

PATH: Final = "/etc/fstab"

_LINES_MOST: Final = 1000


def fstab_entries(files: Files) -> tuple[FstabEntry, ...]:
    """Its lines that say something; nothing where there is none."""
    found = []
    for number, text in enumerate(files.lines(PATH)[:_LINES_MOST], 1):
        fields = text.split(maxsplit=6)
        if len(fields) < 2 or fields[0].startswith("#"):
            continue
        kind = fields[2] if len(fields) > 2 else "auto"
        options = fields[3] if len(fields) > 3 else "defaults"
        found.append(
            FstabEntry(
                fields[0], unescaped(fields[1]), kind, tuple(options.split(",")[:32]), number, text.strip()
            )
        )
    return tuple(found)
