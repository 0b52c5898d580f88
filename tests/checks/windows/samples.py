"""What is found inside a Windows Server 2022 that is prepared and generalised; a test changes what it is about."""

from __future__ import annotations

from typing import Any, Final

from tests.inspection.memory_tree import files
from tests.inspection.windows.sample import windows
from wizard.checks import contents
from wizard.inspection.chapters import CHAPTERS
from wizard.inspection.found.inside import Inside
from wizard.inspection.found.machine import Machine
from wizard.inspection.found.volumes import FoundVolume
from wizard.step import Finding

CHAPTERS_READ: Final = (
    "release",
    "settings",
    "windows_services",
    "windows_accounts",
    "windows_boot",
    "drivers",
    "files",
)
RULES: Final = {
    check.rule: check for check in contents.CHECKS if check.rule.startswith("WIN") or check.rule == "PRE-12"
}
VOLUMES: Final = (FoundVolume(1, 2**20, 2**29, "fat"), FoundVolume(2, 2**30, 2**36, "ntfs", mounted="/"))


def inside(**changes: Any) -> Inside:
    """Everything that the readers find in tests.inspection.windows.sample.windows(**changes)."""
    system = files(windows(**changes), any_case=True)
    found = {
        chapter.name: chapter.read(system)
        for chapter in CHAPTERS
        if chapter.system == "windows" and chapter.name in CHAPTERS_READ
    }
    machine = Machine(architectures=("x86-64",), bits=64, file="/Windows/System32/ntoskrnl.exe")
    return Inside(volumes=VOLUMES, system="windows", machine=machine, **found)


def judged(rule: str, found: Inside) -> Finding:
    """The finding of that rule."""
    return RULES[rule].finding(inside=found)
