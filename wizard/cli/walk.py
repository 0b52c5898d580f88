"""`image-wizard walk`: the whole journey without a window, with progress, to the proven URI and the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from wizard.cli.answers import ACCOUNT_KEY, answers_of, ask_for_key, problem_of, subscription_of
from wizard.cli.clouds import Ground, ground
from wizard.cli.console import FAILED, PASSED, UNREADABLE, Console
from wizard.cli.options import LangOption, OperatingSystem, language_of, told
from wizard.cli.walking import Walked, walk_all
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys.journey_file import JourneyFile, journey_path
from wizard.messages import msg
from wizard.session import Session
from wizard.settings import Settings, load_settings
from wizard.step import Outcome, State
from wizard.tasks import TaskPool

HELP: Final = msg("Walk the whole journey without a window")


def walk(
    in_practice: Annotated[
        bool, typer.Option("--practice", help=told(msg("Use the practice cloud on this computer")))
    ] = False,
    image: Annotated[
        Path | None,
        typer.Option("--image", help=told(msg("The disk image; in practice a sample is made without it"))),
    ] = None,
    grow: Annotated[
        bool,
        typer.Option(
            "--grow", help=told(msg("Grow the disk to a whole number of MiB on the way, if it has to be"))
        ),
    ] = False,
    system: Annotated[
        OperatingSystem | None,
        typer.Option(
            "--os",
            help=told(msg("The operating system in the image (default: as in the journey, else linux)")),
        ),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            help=told(
                msg(
                    "The storage account that takes the VHD; in Azure China its key is asked for, or read from {name}",
                    name=ACCOUNT_KEY,
                )
            ),
        ),
    ] = None,
    container: Annotated[
        str | None,
        typer.Option("--container", help=told(msg("The container; it is made where it does not exist"))),
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", help=told(msg("How many days the SAS URI lasts (at least 21)")))
    ] = None,
    journey: Annotated[
        Path | None,
        typer.Option("--journey", help=told(msg("Go on with this journey, or save a new one there"))),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=told(msg("Replace a blob of the same name")))
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help=told(msg("Agree to what the window would ask about")))
    ] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help=told(msg("Print the whole SAS URI, with its signature")))
    ] = False,
    lang: LangOption = None,
) -> None:
    """Exit status 1 where a step failed; what waits for a person is no failure."""
    console = Console(language_of(lang))
    settings = replace(load_settings(), language=console.language)
    pool = TaskPool()
    if image is None and not in_practice and journey is None:
        raise WizardError(
            msg("No disk image was named"),
            msg("Name it with --image FILE, or try the walk with --practice first."),
        )
    if account is None and not in_practice and not (journey is not None and journey.exists()):
        raise WizardError(
            msg("No storage account was named"),
            msg("Name it with --account NAME, or try the walk with --practice first."),
        )
    try:
        with ground(console, pool, settings, practice=in_practice) as here:
            known = here.cloud.has_resource_manager
            key = None if known else ask_for_key()
            subscription = None
            if known and account is not None:
                title = msg("Looking for the storage account {account}", account=account)
                subscription = console.work(pool, title, lambda _: subscription_of(here.cloud, account))
            session = _session(console, here, journey, settings, pool)
            try:
                engine = session.engine
                answers = answers_of(
                    image=image,
                    grow=grow,
                    system=system,
                    subscription=subscription,
                    account=account,
                    container=container,
                    days=days,
                    overwrite=overwrite,
                    key=key,
                )
                if system is None and engine.answer_of("build_path", "build_path"):
                    del answers["build_path"]
                problem = problem_of(engine, answers)
                if problem is not None:
                    raise typer.Exit(console.error(problem, UNREADABLE))
                is_asked_for = engine.skipped(engine.step("disk_image")) is None
                if (
                    image is None
                    and in_practice
                    and is_asked_for
                    and not engine.answer_of("disk_image", "image")
                ):
                    _make_sample(engine, console)
                walked = walk_all(engine, console, answers, agreed=yes)
                status = _close(session, console, walked, reveal=reveal)
            finally:
                session.close()
    except WizardError as error:
        raise typer.Exit(console.error(error)) from error
    finally:
        pool.stop()
    raise typer.Exit(status)


def _session(
    console: Console, here: Ground, journey: Path | None, settings: Settings, pool: TaskPool
) -> Session:
    """The journey to walk, new or to go on with; ends the command where it cannot be read."""
    cloud_id = here.cloud.endpoints.id
    try:
        file = _open(journey, settings.journeys, cloud_id)
        for notice in file.notices:
            console.note(notice)
        try:
            if file.read_only is not None:
                raise WizardError(
                    file.read_only,
                    msg("To see where it stands, use {command}.", command="image-wizard journey status"),
                )
            return Session(
                file, here.steps, cloud_id=cloud_id, cloud=here.cloud, settings=settings, pool=pool
            )
        except WizardError:
            file.close()
            raise
    except WizardError as error:
        raise typer.Exit(console.error(error, UNREADABLE)) from error


def _open(journey: Path | None, folder: Path, cloud_id: str) -> JourneyFile:
    if journey is not None and journey.exists():
        return JourneyFile.open(journey)
    name = journey.stem if journey is not None else f"walk-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    return JourneyFile.create(journey if journey is not None else journey_path(folder, name), name, cloud_id)


def _make_sample(engine: Engine, console: Console) -> None:
    from wizard.practice.actions import GOOD_IMAGE

    action = engine.step("disk_image").action(GOOD_IMAGE)
    console.work(engine.pool, action.title, lambda task: engine.perform("disk_image", GOOD_IMAGE, task))


def _close(session: Session, console: Console, walked: Walked, *, reveal: bool) -> int:
    """Say how it ended: the URI and whether it is proven, what waits for a person, and where everything is."""
    engine = session.engine
    try:
        session.flush()
        is_saved = True
    except WizardError as error:
        console.error(error)
        is_saved = False
    console.say(msg("How it stands"))
    for title in walked.failed:
        console.say(msg("Failed: {step}", step=title), indent=2)
    for title, why in walked.waiting:
        console.say(msg("Waits for a person: {step} ({why})", step=title, why=why), indent=2)
    link, secret = engine.result("sas_link"), engine.result("sas_uri")
    if link is not None and _is_proven(engine):
        console.say(
            msg("The SAS URI is proven: read and listed without credentials, writing refused."), indent=2
        )
        console.plain(f"  {secret.reveal()}" if reveal and secret is not None else f"  {link.url}?…")
        if not reveal:
            console.note(msg("The signature is not printed; --reveal prints the whole URI."))
    report = engine.result("report")
    for path in report.paths if report is not None else ():
        console.say(msg("Report: {path}", path=path), indent=2)
    console.say(msg("Journey: {path}", path=str(session.file.path)), indent=2)
    return FAILED if walked.failed or not is_saved else PASSED


def _is_proven(engine: Engine) -> bool:
    """Whether the link was tried without credentials, and nothing speaks against it."""
    tried = any(
        row.check.rule == "SAS-11" and row.finding is not None and row.finding.outcome is Outcome.PASSED
        for row in engine.rows("sas_uri")
    )
    return tried and engine.status("sas_uri").state in (State.DONE, State.WARNING)
