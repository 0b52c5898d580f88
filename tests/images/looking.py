"""Looking into a disk as the disk step does, for tests: every rule's finding by its id."""

from __future__ import annotations

from pathlib import Path

from wizard.checks.contents import CHECKS
from wizard.checks.judging import findings
from wizard.disk.reading import read_disk
from wizard.inspection.found.inside import Inside
from wizard.messages import msg
from wizard.step import Finding, Outcome
from wizard.step_parts.contents import look_into_file, today
from wizard.tasks import Task


def look(path: Path) -> Inside:
    """What is inside the disk image."""
    task = Task(msg("Looking"))
    return look_into_file(read_disk(path, task), task)[1]


def judge(path: Path, build_path: str = "linux_local") -> dict[str, Finding]:
    """What every rule about the inside of a disk says."""
    task = Task(msg("Looking"))
    reading, inside = look_into_file(read_disk(path, task), task)
    in_reach = {
        "reading": reading,
        "inside": inside,
        "build_path": build_path,
        "looked_on": today(),
        "grow": False,
    }
    return {each.rule: each for each in findings(CHECKS, in_reach)}


def trouble(found: dict[str, Finding]) -> dict[str, str]:
    """What failed or warned, and why."""
    bad = (Outcome.FAILED, Outcome.WARNING)
    return {rule: f"{each.outcome}: {each.reason}" for rule, each in found.items() if each.outcome in bad}


def skipped(found: dict[str, Finding]) -> dict[str, str]:
    """What was not judged, and why."""
    return {rule: str(each.reason) for rule, each in found.items() if each.outcome is Outcome.SKIPPED}
