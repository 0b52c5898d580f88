"""`image-wizard upload`: send a disk image of any format as a page blob to an address that may be written to."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Final

import typer

from wizard.checks.upload import CHECKS, blob_name_problem
from wizard.cli.console import UNREADABLE, Console, typed_in
from wizard.cli.judging import DISK, judge_disk
from wizard.cli.options import JsonOption, LangOption, language_of, told
from wizard.core.reach import wanted
from wizard.disk.as_vhd import FixedVhd, open_fixed_vhd
from wizard.disk.vhd_footer import FOOTER_BYTES, Footer
from wizard.errors import WizardError
from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.places import user_data_folder
from wizard.redaction import Secret
from wizard.results import ContentCompared, StorageAccount
from wizard.settings import load_settings
from wizard.step import Finding, Outcome
from wizard.step_parts.uploaded import as_content_compared, as_vhd_blob
from wizard.tasks import Task, TaskPool
from wizard.transfer.compare import compare as compare_all
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.read_back import read_back
from wizard.transfer.upload import Uploaded
from wizard.transfer.upload import upload as send

HELP: Final = msg("Send a disk image as a page blob, or go on with it")


def upload(
    file: Annotated[Path, typer.Argument(help=told(msg("The disk image: VHD, VHDX or raw")))],
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
    grow: Annotated[
        bool,
        typer.Option("--grow", help=told(msg("Let the disk grow to a whole number of MiB on the way"))),
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=0,
            metavar="KIB",
            help=told(
                msg("Send so many KiB per second at the most; 0 for no limit (default: as in the settings)")
            ),
        ),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option("--compare", help=told(msg("Read every byte back at the end and compare it"))),
    ] = False,
    md5: Annotated[
        bool,
        typer.Option(
            "--md5/--no-md5",
            help=told(
                msg(
                    "Send a checksum with all data, for the server to verify. Without it a fast line on a slow computer is "
                    "quicker"
                )
            ),
        ),
    ] = True,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Nothing is sent where the file is no disk that Azure would take: exit status 1, with the findings.

    Started again with the same file and address, it goes on where it stopped.
    """
    console = Console(language_of(lang), as_json=as_json)
    pool = TaskPool(2)
    address = Secret((typed_in(line=True) if to == "-" else to).strip())
    try:
        found = judge_disk(file, None, console, pool, grow=grow)
        broken = [each for each in found if each.outcome is Outcome.FAILED]
        if broken:
            if not as_json:
                console.findings(broken, DISK)
            console.note(msg("Nothing was sent. Put the disk image right first."))
            raise typer.Exit(console.result(found))
        speed = load_settings().speed_limit if limit is None else limit * 1024 or None
        with open_fixed_vhd(file, grow=grow) as disk:
            status = _Command(disk, _target(address, md5), console, pool, speed).run(overwrite, compare)
    except WizardError as error:
        raise typer.Exit(console.error(error, UNREADABLE if not file.is_file() else 1)) from error
    finally:
        pool.stop()
    raise typer.Exit(status)


class _Command:
    """One disk, where it goes, and whom to tell. `speed`: bytes per second at the most."""

    def __init__(
        self, disk: FixedVhd, blob: PageBlob, console: Console, pool: TaskPool, speed: int | None
    ) -> None:
        self._disk, self._blob, self._console, self._pool, self._speed = disk, blob, console, pool, speed

    def run(self, overwrite: bool, compare: bool) -> int:
        """Send it and prove it; returns the exit status."""
        sent = self._send(overwrite)
        for notice in sent.notices:
            self._console.note(notice)
        self._console.say(
            msg(
                "Sent {sent} of data to {url}; the disk has {length}.",
                sent=in_units(sent.sent_bytes),
                url=sent.url,
                length=in_units(sent.length - FOOTER_BYTES),
            )
        )
        found = self._proven(sent, self._compare() if compare else None)
        if not self._console.as_json:
            self._console.findings(found, _TITLES)
        return self._console.result(
            found,
            sent_bytes=sent.sent_bytes,
            data_bytes=sent.data_bytes,
            resumed=sent.resumed,
            compared_bytes=sent.compared_bytes,
            notices=[self._console.text(notice) for notice in sent.notices],
        )

    def _send(self, overwrite: bool) -> Uploaded:
        journal = _journal(self._disk.path, self._blob.url)

        def work(task: Task) -> Uploaded:
            task.speed_limit = self._speed
            return send(self._disk, self._blob, task, overwrite=overwrite, journal=journal)

        sent: Uploaded = self._console.work(
            self._pool, msg("Uploading {file}", file=self._disk.path.name), work
        )
        return sent

    def _compare(self) -> ContentCompared:
        title = msg("Comparing every byte with what the server holds")

        def work(task: Task) -> ContentCompared:
            task.speed_limit = self._speed
            return as_content_compared(compare_all(self._disk, self._blob, task))

        compared: ContentCompared = self._console.work(self._pool, title, work)
        return compared

    def _proven(self, sent: Uploaded, compared: ContentCompared | None) -> tuple[Finding, ...]:
        """The same checks as after an upload in the window, on what is read back from the server."""
        title = msg("Reading back what the server holds")
        reading = self._console.work(self._pool, title, lambda task: read_back(self._blob, task))
        footer = Footer.parse(reading.footer) if reading is not None and reading.footer else None
        in_reach = {
            "blob_reading": reading,
            "footer_size": footer.current_size if footer is not None else None,
            "vhd_blob": as_vhd_blob(sent, self._blob, StorageAccount(""), ""),
            "content_compared": compared,
        }
        return tuple(
            check.finding(**{name: in_reach[name] for name in wanted(check.judge)}) for check in CHECKS
        )


def _target(address: Secret, md5: bool) -> PageBlob:
    from wizard.services.connect import page_blob_from_url

    blob = page_blob_from_url(address, load_settings(), md5=md5)
    problem = blob_name_problem(blob.name)
    if problem is not None:
        raise WizardError(problem, msg("Nothing was sent. Give the blob another name in its address."))
    return blob


def _journal(path: Path, url: str) -> Path:
    """Where the upload of this file to this address (without its signature) notes what was sent."""
    name = hashlib.sha256(f"{url}\n{path.absolute()}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return user_data_folder() / "uploads" / f"{name}.upload"


_TITLES: Final[dict[str, Message]] = {check.rule: check.title for check in CHECKS}
