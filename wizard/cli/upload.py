"""`image-wizard upload`: send a fixed VHD as a page blob to an address that may be written to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from wizard.checks.upload import CHECKS, blob_name_problem
from wizard.cli.console import UNREADABLE, Console, typed_in
from wizard.cli.engines import DISK, judge_disk
from wizard.cli.options import JsonOption, LangOption, language_of, told
from wizard.core.reach import wanted
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.disk.vhd_footer import Footer
from wizard.errors import WizardError
from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.settings import LARGEST_LIMIT, Settings, load_settings
from wizard.step import Finding, Outcome
from wizard.step_parts.uploaded import as_vhd_blob
from wizard.tasks import TaskPool
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.read_back import read_back
from wizard.transfer.upload import Uploaded
from wizard.transfer.upload import upload as send

HELP: Final = msg("Send a fixed VHD as a page blob, or go on with it")


def upload(
    file: Annotated[Path, typer.Argument(help=told(msg("The fixed VHD")))],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help=told(
                msg(
                    "The blob's address with a SAS that may read, create and write, in quotes; or - to read it"
                )
            ),
        ),
    ],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=told(msg("Replace a blob of the same name")))
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=0,
            max=LARGEST_LIMIT,
            help=told(
                msg(
                    "Send at most so many KiB per second; 0: as fast as it goes (default: as in the settings)"
                )
            ),
        ),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Nothing is sent where the file is no fixed VHD that Azure would take: exit status 1, with the findings."""
    console = Console(language_of(lang), as_json=as_json)
    pool = TaskPool(2)
    address = Secret((typed_in(line=True) if to == "-" else to).strip())
    try:
        found = judge_disk(file, None, console, pool)
        broken = [each for each in found if each.outcome is Outcome.FAILED]
        if broken:
            if not as_json:
                console.findings(broken, DISK)
            console.note(msg("Nothing was sent. Put the disk image right first."))
            raise typer.Exit(console.result(found))
        settings = load_settings()
        if limit is not None:
            settings = replace(settings, upload_limit=limit)
        status = _send(file, address, overwrite, console, pool, settings)
    except WizardError as error:
        raise typer.Exit(console.error(error, UNREADABLE if not file.is_file() else 1)) from error
    finally:
        pool.stop()
    raise typer.Exit(status)


def _send(
    file: Path, address: Secret, overwrite: bool, console: Console, pool: TaskPool, settings: Settings
) -> int:
    from wizard.services.connect import page_blob_from_url

    blob = page_blob_from_url(address, settings)
    problem = blob_name_problem(blob.name)
    if problem is not None:
        raise WizardError(problem, msg("Nothing was sent. Give the blob another name in its address."))
    title = msg("Uploading {file}", file=file.name)
    with open_fixed_vhd(file) as disk:
        sent = console.work(
            pool,
            title,
            lambda task: send(disk, blob, task, overwrite=overwrite),
            speed_limit=settings.speed_limit,
        )
    console.say(
        msg(
            "Sent {sent} of data to {url}; the disk has {length}.",
            sent=in_units(sent.sent_bytes),
            url=sent.url,
            length=in_units(sent.length - 512),
        )
    )
    found = _proven(blob, sent, console, pool)
    if not console.as_json:
        console.findings(found, _TITLES)
    return console.result(found, sent_bytes=sent.sent_bytes, data_bytes=sent.data_bytes, resumed=sent.resumed)


def _proven(blob: PageBlob, sent: Uploaded, console: Console, pool: TaskPool) -> tuple[Finding, ...]:
    """The same checks as after an upload in the window, on what is read back from the server."""
    title = msg("Reading back what the server holds")
    reading = console.work(pool, title, lambda task: read_back(blob, task))
    footer = Footer.parse(reading.footer) if reading is not None and reading.footer else None
    in_reach = {
        "blob_reading": reading,
        "footer_size": footer.current_size if footer is not None else None,
        "vhd_blob": as_vhd_blob(sent, blob, StorageAccount(""), ""),
    }
    return tuple(check.finding(**{name: in_reach[name] for name in wanted(check.judge)}) for check in CHECKS)


_TITLES: Final[dict[str, Message]] = {check.rule: check.title for check in CHECKS}
