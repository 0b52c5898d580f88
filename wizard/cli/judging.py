"""A disk image judged by the rules of its step, without a journey: for the commands that take a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wizard.checks.vhd import CHECKS, findings
from wizard.cli.console import Console
from wizard.disk.reading import read_disk
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.step import Finding
from wizard.tasks import TaskPool

DISK: Final[Mapping[str, Message]] = {check.rule: check.title for check in CHECKS}


def judge_disk(
    path: Path, system: str | None, console: Console, pool: TaskPool, *, grow: bool = False
) -> tuple[Finding, ...]:
    """What the disk step finds in the file; raises WizardError where there is no such file.

    `grow`: a disk whose size is no whole number of MiB may be grown on the way.
    """
    if not path.is_file():
        raise WizardError(
            msg("There is no file {path}", path=str(path)),
            msg("Check the name and the folder, then try again."),
        )
    title = msg("Checking {file}", file=path.name)
    reading = console.work(pool, title, lambda task: read_disk(path.absolute(), task))
    return findings(reading, f"{system}_local" if system is not None else "", grow=grow)
