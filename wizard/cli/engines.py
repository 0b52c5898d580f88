"""An engine for a single step: the same checks as in the window, without a journey on disk."""

from __future__ import annotations

from pathlib import Path

from wizard.cli.console import Console
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys.journey import Journey
from wizard.messages import Message, msg
from wizard.settings import load_settings
from wizard.step import Finding
from wizard.steps import STEPS
from wizard.tasks import TaskPool

DISK: dict[str, Message] = {
    check.rule: check.title for step in STEPS if step.id == "disk_image" for check in step.checks
}


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
    engine = Engine(
        STEPS,
        Journey("check", ""),
        cloud=None,
        settings=load_settings(),
        pool=pool,
        save=lambda _: None,
    )
    if system is not None:
        engine.answer("build_path", "build_path", f"{system}_local")
    engine.answer("disk_image", "image", str(path.absolute()))
    title = msg("Checking {file}", file=path.name)
    console.work(pool, title, lambda task: engine.check("disk_image", task))
    if grow and engine.input_applies("disk_image", "grow"):  # only now is it known that it has to
        engine.answer("disk_image", "grow", True)
        console.work(pool, title, lambda task: engine.check("disk_image", task))
    return tuple(row.finding for row in engine.rows("disk_image") if row.finding is not None)
