"""`image-wizard disk`: what a disk image is and holds, where its data lies, and a fixed VHD made of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from wizard.checks.vhd import CHECKS, findings
from wizard.cli.console import FAILED, UNREADABLE, Console
from wizard.cli.disk_data import Map, described, read_map
from wizard.cli.options import JsonOption, LangOption, language_of, told
from wizard.disk.conversion.convert import Converted
from wizard.disk.conversion.convert import convert as make_fixed_vhd
from wizard.disk.reading import DiskReading, read_disk
from wizard.disk.refused import Refusal, RefusedImage
from wizard.disk.vhd_footer import FOOTER_BYTES, Footer
from wizard.errors import WizardError
from wizard.figures import exactly, in_units
from wizard.messages import Message, msg, plural
from wizard.step import Outcome
from wizard.step_parts.disk_views import disk_facts, disk_map
from wizard.tasks import Task, TaskPool

app: Final = typer.Typer(
    help=told(msg("Look into a disk image of any format, or make a fixed VHD of it")), no_args_is_help=True
)

_TITLES: Final[dict[str, Message]] = {check.rule: check.title for check in CHECKS}
_STANDS_IN_THE_WAY: Final = (Outcome.FAILED, Outcome.WARNING)

# Troubles of the file, not of what is in it.
_ABOUT_THE_FILE: Final = (Refusal.IN_USE, Refusal.NO_FILE)

FileArgument = Annotated[Path, typer.Argument(help=told(msg("The disk image")))]


@app.command(
    "info", help=told(msg("Say what a disk image is, what will be sent of it, and what stands in the way"))
)
def info(file: FileArgument, as_json: JsonOption = False, lang: LangOption = None) -> None:
    """Exit status 1 where something stands in the way, 2 where the file cannot be read."""
    console = Console(language_of(lang), as_json=as_json)
    title = msg("Reading {file}", file=file.name)
    reading: DiskReading = _worked(console, title, file, lambda task: read_disk(file, task))
    if reading.trouble is not None:
        error = WizardError(reading.trouble.reason, reading.trouble.cure)
        raise typer.Exit(console.error(error, UNREADABLE))
    found = [each for each in findings(reading, "") if each.outcome in _STANDS_IN_THE_WAY]
    if not as_json:
        _say(reading, console)
        if found:
            console.say(msg("What stands in the way, or should be looked at:"))
            console.findings(found, _TITLES)
        else:
            console.say(msg("Nothing that the wizard knows stands in the way."))
    raise typer.Exit(console.result(found, disk=described(reading, console.text)))


@app.command(
    "map",
    help=told(msg("Print where the disk holds data, as JSON: size, partitions, extents and holes in bytes")),
)
def print_map(
    file: FileArgument,
    as_json: JsonOption = False,  # noqa: ARG001  (it always is)
    lang: LangOption = None,
) -> None:
    """Standard output carries one JSON object, with or without --json; a summary goes to standard error."""
    console = Console(language_of(lang), as_json=True)
    title = msg("Looking where {file} holds data", file=file.name)
    found: Map = _worked(console, title, file, lambda task: read_map(file, task))
    for text in found.printed():
        console.plain(text)
    console.note(
        plural(
            "{data} of {size} may hold data, in {n} extent.",
            "{data} of {size} may hold data, in {n} extents.",
            n=len(found.starts),
            data=in_units(found.data_bytes),
            size=in_units(found.size),
        )
    )


@app.command(
    "convert", help=told(msg("Make a fixed VHD of a disk image; it takes only the room of its data"))
)
def convert(
    file: FileArgument,
    out: Annotated[
        Path, typer.Argument(metavar="OUT.vhd", help=told(msg("The fixed VHD that will be written")))
    ],
    grow: Annotated[
        bool, typer.Option("--grow", help=told(msg("Grow a disk of any other size to the next whole MiB")))
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=told(msg("Replace a file of that name")))
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """The image is only read. Exit status 1 where nothing could be made of it, 2 where it cannot be read."""
    console = Console(language_of(lang), as_json=as_json)
    title = msg("Converting {file}", file=file.name)
    made: Converted = _worked(
        console, title, file, lambda task: make_fixed_vhd(file, out, task, grow=grow, overwrite=overwrite)
    )
    console.say(
        msg(
            "{file} is ready: a fixed VHD of {size}, of which {data} are written and the rest is holes.",
            file=str(made.target),
            size=in_units(made.length - FOOTER_BYTES),
            data=in_units(made.data_bytes),
        )
    )
    _say_growth(made.grown_by, made.growth, console)
    raise typer.Exit(
        console.result(
            (),
            path=str(made.target),
            made_from=made.kind.value,
            length=made.length,
            data_bytes=made.data_bytes,
            grown_by=made.grown_by,
            unique_id=str(Footer.parse(made.footer).unique_id),
        )
    )


def _worked(console: Console, title: Message, file: Path, work: Callable[[Task], Any]) -> Any:
    """Do the work; ends the command where it cannot be done."""
    pool = TaskPool(1)
    try:
        return console.work(pool, title, work)
    except WizardError as error:
        refusal = error.refusal if isinstance(error, RefusedImage) else None
        unreadable = refusal in _ABOUT_THE_FILE or not _is_file(file)
        raise typer.Exit(console.error(error, UNREADABLE if unreadable else FAILED)) from error
    finally:
        pool.stop()


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):  # a name that can be none
        return False


def _say(reading: DiskReading, console: Console) -> None:
    """The disk in lines: its facts, its partitions, and what is odd about it."""
    for name, value in disk_facts(reading).rows:
        console.say(msg("{name}: {value}", name=name, value=value))
    drawn = disk_map(reading)
    for part in drawn.parts if drawn is not None else ():
        if part.kind == "partition":
            said = msg("{label}, {size}", label=part.label, size=in_units(part.length))
            console.say(said, indent=2)
    if reading.needed_bytes:
        console.say(msg("Converting it takes at most {size} of room.", size=in_units(reading.needed_bytes)))
    if reading.sent is not None:
        _say_growth(reading.sent.grown_by, reading.sent.growth, console)
    for remark in reading.remarks:
        console.say(remark)


def _say_growth(grown_by: int, growth: Message | None, console: Console) -> None:
    if grown_by:
        console.say(
            msg(
                "To be a whole number of MiB, the disk grows by {bytes} bytes of zeros.",
                bytes=exactly(grown_by),
            )
        )
    if growth is not None:
        console.say(growth)
