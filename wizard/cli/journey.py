"""`image-wizard journey`: where a saved journey stands, and its report, without opening the window."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from wizard.cli.console import FAILED, PASSED, Console
from wizard.cli.options import LangOption, language_of, told
from wizard.core.engine import Engine
from wizard.journeys.journey_file import JourneyFile
from wizard.messages import CHINESE, ENGLISH, Message, msg
from wizard.settings import load_settings
from wizard.step import State
from wizard.steps import STEPS
from wizard.tasks import TaskPool

app = typer.Typer(help=told(msg("Look at a saved journey")), no_args_is_help=True)

STATE_WORDS: Final[dict[State, Message]] = {
    State.SKIPPED: msg("does not apply"),
    State.LOCKED: msg("locked"),
    State.READY: msg("to do"),
    State.RUNNING: msg("running"),
    State.WARNING: msg("done, with warnings"),
    State.FAILED: msg("failed"),
    State.STALE: msg("out of date"),
    State.DONE: msg("done"),
}


class ReportLanguage(StrEnum):
    """The language of a report."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


_LANGUAGES: Final = {
    ReportLanguage.ZH: (CHINESE,),
    ReportLanguage.EN: (ENGLISH,),
    ReportLanguage.BOTH: (CHINESE, ENGLISH),
}


def _reading(path: Path) -> Engine:
    """The journey for reading only: nothing is locked, nothing is written."""
    file = JourneyFile.open(path, read_only=True)
    engine = Engine(
        STEPS, file.journey, cloud=None, settings=load_settings(), pool=TaskPool(1), save=lambda _: None
    )
    engine.read_only = file.read_only
    engine.refresh_files()
    return engine


FileArgument = Annotated[
    Path, typer.Argument(help=told(msg("The journey's file")), exists=True, dir_okay=False)
]


@app.command("status", help=told(msg("Print where every step of the journey stands")))
def status(file: FileArgument, lang: LangOption = None) -> None:
    """Exit status 1 where a step failed."""
    console = Console(language_of(lang))
    engine = _reading(file)
    console.plain(f"{engine.journey.name} ({engine.journey.cloud})")
    failed = False
    for number, step in enumerate(engine.steps, 1):
        at = engine.status(step.id)
        failed = failed or at.state is State.FAILED
        why = f" · {console.text(at.why)}" if at.why is not None else ""
        console.plain(f"{number}. {console.text(step.title)}: {console.text(STATE_WORDS[at.state])}{why}")
    raise typer.Exit(FAILED if failed else PASSED)


@app.command("report", help=told(msg("Write the journey's report (Markdown and JSON) and print where it is")))
def report(
    file: FileArgument,
    to: Annotated[
        Path | None,
        typer.Option("--to", help=told(msg("The folder for the report (default: beside the journey)"))),
    ] = None,
    report_language: Annotated[
        ReportLanguage, typer.Option("--report-lang", help=told(msg("The report's language")))
    ] = ReportLanguage.BOTH,
    lang: LangOption = None,
) -> None:
    """The report says plainly what is still missing."""
    from wizard.reports.summary import summarise
    from wizard.reports.writing import write_report

    console = Console(language_of(lang))
    written = write_report(summarise(_reading(file)), to or file.parent, _LANGUAGES[report_language])
    for path in written.paths:
        console.plain(path)
