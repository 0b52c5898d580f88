"""`image-wizard copy`: have the cloud copy a VHD from one address to another, follow it, or end it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from wizard.checks.copy import CHECKS
from wizard.checks.upload import blob_name_problem
from wizard.cli.console import UNREADABLE, Console, typed_in
from wizard.cli.options import JsonOption, LangOption, language_of, told
from wizard.core.reach import wanted
from wizard.disk.vhd_footer import Footer
from wizard.errors import WizardError
from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import CopyUnderWay, StorageAccount, VhdBlob
from wizard.settings import load_settings
from wizard.step import Finding
from wizard.step_parts.blob_disk import look_into
from wizard.step_parts.copy_source import source_at
from wizard.step_parts.copying import begin_copy
from wizard.tasks import Task, TaskPool
from wizard.transfer.copy import PENDING, abort, follow
from wizard.transfer.page_blob import BlobState, PageBlob
from wizard.transfer.read_back import read_back

HELP: Final = msg("Have the cloud copy a VHD from another account or a link, or follow such a copy")


def copy(
    source: Annotated[
        str | None,
        typer.Argument(
            help=told(
                msg(
                    "The source’s address with a SAS that may read it, in quotes; - reads it; without it, a copy under way is "
                    "followed"
                )
            )
        ),
    ] = None,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help=told(
                msg(
                    "The blob’s address with a SAS that may read, create and write, in quotes; or - to read it"
                )
            ),
        ),
    ] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=told(msg("Replace a blob of the same name")))
    ] = False,
    no_wait: Annotated[
        bool,
        typer.Option("--no-wait", help=told(msg("End once the copy is begun; the cloud goes on with it"))),
    ] = False,
    end_it: Annotated[
        bool, typer.Option("--abort", help=told(msg("End the copy under way; what was copied is lost")))
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Started again with the same addresses, it follows the copy that is under way; nothing is begun twice."""
    console = Console(language_of(lang), as_json=as_json)
    if not to or (end_it and (source is not None or overwrite or no_wait)):
        error = WizardError(
            msg("The command is not complete, or says two things at once"),
            msg("Say where to with --to ADDRESS; --abort stands alone with it."),
        )
        raise typer.Exit(console.error(error, UNREADABLE))
    pool = TaskPool(2)
    try:
        from_link = _secret(source) if source is not None else None
        command = _Command(_target(_secret(to)), console, pool)
        if end_it:
            status = command.end()
        elif from_link is not None:
            status = command.copy(from_link, overwrite=overwrite, wait=not no_wait)
        else:
            status = command.follow(wait=not no_wait)
    except WizardError as error:
        raise typer.Exit(console.error(error)) from error
    finally:
        pool.stop()
    raise typer.Exit(status)


class _Command:
    """One blob to copy to, and whom to tell."""

    def __init__(self, blob: PageBlob, console: Console, pool: TaskPool) -> None:
        self._blob, self._console, self._pool = blob, console, pool

    def copy(self, link: Secret, *, overwrite: bool, wait: bool) -> int:
        """Begin the copy, or take it up, and see it through."""
        link, source = source_at(link, load_settings())

        def begin(task: Task) -> CopyUnderWay:
            return begin_copy(
                link,
                source,
                self._blob,
                StorageAccount(""),
                task,
                now=datetime.now(UTC),
                overwrite=overwrite,
            )

        copying = self._console.work(self._pool, msg("Starting the copy"), begin)
        return self._see_through(copying.id, copying.blob, wait)

    def follow(self, *, wait: bool) -> int:
        """See a copy through that was begun before; what its source holds is not known here."""
        copy_id = self._under_way()
        unknown = VhdBlob(
            StorageAccount(""), self._blob.container, self._blob.name, self._blob.url, 0, "", 0, 0, "", "", ""
        )
        return self._see_through(copy_id, unknown, wait)

    def end(self) -> int:
        """End the copy that is under way."""
        copy_id = self._under_way()
        title = msg("Aborting the copy into {blob}", blob=self._blob.name)
        if not self._console.work(self._pool, title, lambda task: abort(self._blob, copy_id, task)):
            raise WizardError(
                msg("The copy is complete already: nothing was aborted"),
                msg("Where the blob is not wanted, delete it in the Azure portal."),
            )
        self._console.say(msg("The copy is aborted; an empty blob {blob} is left.", blob=self._blob.name))
        return self._console.result((), copy_id=copy_id, copy_status="aborted")

    def _under_way(self) -> str:
        """The id of the copy under way; raises WizardError where there is none."""
        title = msg("Looking for a copy into {blob}", blob=self._blob.name)
        state: BlobState | None = self._console.work(self._pool, title, lambda _: self._blob.state())
        if state is None or state.copy is None or state.copy.status != PENDING:
            raise WizardError(
                msg("No copy into {blob} is under way", blob=self._blob.name),
                msg("To begin one, name the source’s address before --to."),
                {"url": self._blob.url},
            )
        return state.copy.id

    def _see_through(self, copy_id: str, expected: VhdBlob, wait: bool) -> int:
        if not wait:
            self._console.say(
                msg(
                    "The cloud is copying into {url}. To follow the copy, start the command again without --no-wait.",
                    url=self._blob.url,
                )
            )
            return self._console.result((), copy_id=copy_id, copy_status=PENDING)
        title = msg("Copying into {blob}", blob=self._blob.name)
        state: BlobState = self._console.work(
            self._pool, title, lambda task: follow(self._blob, copy_id, task)
        )
        found = self._proven(state, expected)
        self._console.say(
            msg("Copied: {url} has {length}.", url=self._blob.url, length=in_units(state.length))
        )
        if not self._console.as_json:
            self._console.findings(found, _TITLES)
        return self._console.result(found, copy_id=copy_id, copy_status="success", bytes=state.length)

    def _proven(self, state: BlobState, expected: VhdBlob) -> tuple[Finding, ...]:
        """The same checks as after a copy in the window, on what is read back from the server."""

        def look(task: Task) -> dict[str, Any]:
            reading = read_back(self._blob, task)
            if reading is None:
                return {"blob_reading": None, "footer": None, "reading": None}
            footer = Footer.parse(reading.footer) if reading.footer else None
            return {
                "blob_reading": reading,
                "footer": footer,
                "reading": look_into(self._blob, reading, task),
            }

        seen = self._console.work(self._pool, msg("Reading back what the server holds"), look)
        if seen["reading"] is None:
            raise WizardError(
                msg("The blob {blob} is gone", blob=self._blob.name),
                msg("Somebody deleted or renamed it. Copy it again."),
            )
        in_reach = {**seen, "vhd_blob": replace(expected, etag=state.etag), "way": "link", "build_path": ""}
        return tuple(
            check.finding(**{name: in_reach[name] for name in wanted(check.judge)}) for check in CHECKS
        )


def _secret(given: str) -> Secret:
    return Secret((typed_in(line=True) if given == "-" else given).strip())


def _target(address: Secret) -> PageBlob:
    from wizard.services.connect import page_blob_from_url

    blob = page_blob_from_url(address, load_settings())
    problem = blob_name_problem(blob.name)
    if problem is not None:
        raise WizardError(problem, msg("Nothing was copied. Give the blob another name in its address."))
    return blob


_TITLES: Final[dict[str, Message]] = {check.rule: check.title for check in CHECKS}
