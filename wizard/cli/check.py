"""`image-wizard check`: judge a disk image or a SAS URI by the rules, without a journey."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from wizard.checks.sas import CHECKS
from wizard.cli.console import UNREADABLE, Console, typed_in
from wizard.cli.judging import DISK, judge_disk
from wizard.cli.options import JsonOption, LangOption, OperatingSystem, language_of, told
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.sas.judging import judge_sas, try_sas
from wizard.sas.uri import SasUri, read_sas
from wizard.settings import load_settings
from wizard.step import Finding
from wizard.tasks import TaskPool

app = typer.Typer(help=told(msg("Judge a disk image or a SAS URI by the rules")), no_args_is_help=True)


@app.command("disk", help=told(msg("Judge a disk image: format, size, name, partitions, generation")))
def disk(
    file: Annotated[Path, typer.Argument(help=told(msg("The disk image, in any format")))],
    system: Annotated[
        OperatingSystem | None,
        typer.Option(
            "--os", help=told(msg("The operating system in it; without it the rules about size are left out"))
        ),
    ] = None,
    grow: Annotated[
        bool,
        typer.Option(
            "--grow",
            help=told(msg("Judge it as it will be sent when it may be grown to a whole number of MiB")),
        ),
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Exit status 1 where a rule is broken, 2 where there is no such file."""
    console = Console(language_of(lang), as_json=as_json)
    pool = TaskPool(1)
    try:
        found = judge_disk(file, system.value if system is not None else None, console, pool, grow=grow)
    except WizardError as error:
        raise typer.Exit(console.error(error, UNREADABLE)) from error
    finally:
        pool.stop()
    if not as_json:
        console.findings(found, DISK)
    raise typer.Exit(console.result(found))


@app.command(
    "sas", help=told(msg("Judge a SAS URI, and prove it against the server (- reads it from standard input)"))
)
def sas(
    uri: Annotated[
        str, typer.Argument(help=told(msg("The SAS URI, in quotes; or - to read it from standard input")))
    ],
    now: Annotated[
        str | None,
        typer.Option(
            "--now", help=told(msg("Judge it as of this time (ISO 8601; without a zone it is UTC)"))
        ),
    ] = None,
    probe: Annotated[
        bool,
        typer.Option("--probe/--no-probe", help=told(msg("Use the link without credentials to prove it"))),
    ] = True,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Exit status 1 where a rule is broken."""
    console = Console(language_of(lang), as_json=as_json)
    pool = TaskPool(1)
    try:
        moment = _moment(now) if now is not None else datetime.now(UTC)
        read = read_sas(typed_in() if uri == "-" else uri)
        found = _judged(read, moment, probe, console, pool)
    except WizardError as error:
        raise typer.Exit(console.error(error, UNREADABLE)) from error
    finally:
        pool.stop()
    if not as_json:
        console.findings(found, {check.rule: check.title for check in CHECKS})
    raise typer.Exit(console.result(found))


def _judged(
    read: SasUri, moment: datetime, probe: bool, console: Console, pool: TaskPool
) -> tuple[Finding, ...]:
    if not probe:
        return judge_sas(read, moment)
    title = msg("Trying the link without credentials")
    seen, unreached = console.work(pool, title, lambda task: try_sas(read, task, load_settings()))
    return judge_sas(read, moment, seen, unreached)


def _moment(text: str) -> datetime:
    """The time that was given; one without a zone is UTC. Raises WizardError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise WizardError(
            msg("{text} is no time", text=text),
            msg("Write it like 2026-11-21T08:00:00Z."),
        ) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
