"""`image-wizard inspect`: look inside a disk image or a page blob, without starting it, and judge all that was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from wizard.checks import contents, copy, vhd
from wizard.checks.judging import findings
from wizard.cli.console import UNREADABLE, Console, typed_in
from wizard.cli.grouped import say_in_groups
from wizard.cli.options import JsonOption, LangOption, OperatingSystem, language_of, told
from wizard.disk.reading import DiskReading, read_disk
from wizard.disk.vhd_footer import Footer
from wizard.errors import WizardError
from wizard.figures import in_units
from wizard.inspection.found.inside import Inside
from wizard.messages import msg
from wizard.results import StorageAccount, to_json
from wizard.sas.uri import read_sas
from wizard.settings import load_settings
from wizard.step import Check, Finding
from wizard.step_parts.blob_disk import look_into_blob
from wizard.step_parts.cleaning import write_script
from wizard.step_parts.contents import look_into_file, today
from wizard.step_parts.copy_source import explained, link_problem, not_there
from wizard.step_parts.copying import as_it_is
from wizard.step_parts.inside_views import what_a_customer_gets
from wizard.tasks import Task, TaskPool

HELP: Final = msg("Look inside a disk image, here or in a blob, and judge what certification would find")

# Of the rules of a blob, those that compare it with where it came from.
_OF_A_COPY: Final = ("as-source", "unchanged")

# What a blob's own rules leave to those of a disk.
_OF_ANY_DISK: Final = ("VHD-05", "VHD-19")


def inspect(
    image: Annotated[
        str,
        typer.Argument(
            metavar="FILE-OR-URL",
            help=told(
                msg(
                    "The disk image, in any format; or the address of a page blob with a SAS that may read it, in quotes; or - to "
                    "read the address from standard input"
                )
            ),
        ),
    ],
    system: Annotated[
        OperatingSystem | None,
        typer.Option("--os", help=told(msg("The operating system that it is published as"))),
    ] = None,
    grow: Annotated[
        bool,
        typer.Option(
            "--grow",
            help=told(msg("Judge it as it will be sent when it may be grown to a whole number of MiB")),
        ),
    ] = False,
    script: Annotated[
        Path | None,
        typer.Option(
            "--script", metavar="FILE", help=told(msg("Write a cleaning script for what was found"))
        ),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Nothing of the image is started, mounted or stored. Exit status 1 where a rule is broken, 2 where it cannot be read."""
    console = Console(language_of(lang), as_json=as_json)
    pool = TaskPool(1)
    try:
        seen = _at_link(image, console, pool) if _is_link(image) else _in_file(image, console, pool)
    except WizardError as error:
        raise typer.Exit(console.error(error, UNREADABLE)) from error
    finally:
        pool.stop()
    found = seen.judged(system.value if system is not None else "", grow=grow)
    if not as_json:
        _say(seen, console)
        say_in_groups(console, found, seen.checks)
    if script is not None:
        try:
            _write_script(script, seen.reading.name, found, console)
        except WizardError as error:
            raise typer.Exit(console.error(error)) from error
    inside = seen.inside
    raise typer.Exit(
        console.result(
            found,
            inside={
                "system": inside.system,
                "volumes": to_json(inside.volumes),
                "unread": to_json(inside.unread),
                "read_bytes": seen.read_bytes,
            },
        )
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A disk that was looked into: what its rules may ask for, and which they are. `read_bytes`: how much of it was read."""

    reading: DiskReading
    inside: Inside
    read_bytes: int
    of_the_disk: Sequence[Check]
    in_reach: Mapping[str, Any] = field(default_factory=dict)

    @property
    def checks(self) -> tuple[Check, ...]:
        """All rules, one of each name: what was seen inside says more than what the disk's first sectors let guess."""
        return tuple({check.rule: check for check in (*self.of_the_disk, *contents.CHECKS)}.values())

    def judged(self, system: str, *, grow: bool) -> tuple[Finding, ...]:
        """What every rule says; `system` is what it is published as, "" where nobody said."""
        said, found = (f"{each}_local" if each else "" for each in (system, self.inside.system))
        in_reach = {
            **self.in_reach,
            "reading": self.reading,
            "inside": self.inside,
            "build_path": said or None,
            "looked_on": today(),
            "grow": grow,
        }
        # Which size is right is a matter of the system in it, also where nobody said which it is.
        disk = findings(self.of_the_disk, {**in_reach, "build_path": said or found})
        every = {each.rule: each for each in (*disk, *findings(contents.CHECKS, in_reach))}
        return tuple(every.values())


def _write_script(target: Path, image: str, found: tuple[Finding, ...], console: Console) -> None:
    if target.exists():
        raise WizardError(
            msg("{file} is there already", file=str(target)),
            msg("Name another file for the script, or move that one away."),
        )
    if write_script(target, image, found, datetime.now(UTC)):
        console.note(msg("The cleaning script: {file}. Read it before you run it.", file=str(target)))
    else:
        console.note(msg("Nothing was found that a script could clean; none was written."))


def _is_link(image: str) -> bool:
    return image == "-" or image.strip().lower().startswith(("https://", "http://"))


def _in_file(name: str, console: Console, pool: TaskPool) -> _Seen:
    path = Path(name)
    if not path.is_file():
        raise WizardError(
            msg("There is no file {path}", path=name),
            msg("Check the name and the folder, then try again."),
        )

    def look(task: Task) -> tuple[DiskReading, Inside]:
        return look_into_file(read_disk(path.absolute(), task), task)

    reading, inside = console.work(pool, msg("Looking inside {name}", name=path.name), look)
    return _Seen(reading, inside, inside.read_bytes, vhd.CHECKS)


def _at_link(given: str, console: Console, pool: TaskPool) -> _Seen:
    from wizard.services.connect import page_blob_from_url

    sas = read_sas(typed_in(line=True) if given == "-" else given)
    problem = link_problem(sas.mended.reveal())
    if problem is not None:
        raise WizardError(problem, msg("Nothing was read."))
    blob = page_blob_from_url(sas.mended, load_settings())
    title = msg("Looking inside {name}", name=sas.blob)
    try:
        found = console.work(pool, title, lambda task: look_into_blob(blob, task))
    except WizardError as error:
        raise explained(sas.mended, error, datetime.now(UTC), cloud_reads=False) from error
    if found is None:
        raise not_there(sas.mended, datetime.now(UTC))
    held, reading, inside, fetched = found
    of_the_disk = (
        *(check for check in copy.CHECKS if check.rule not in _OF_A_COPY),
        *(check for check in vhd.CHECKS if check.rule in _OF_ANY_DISK),
    )
    footer = Footer.parse(held.footer) if held.footer else None
    in_reach = {
        "blob_reading": held,
        "footer": footer,
        "vhd_blob": as_it_is(held, blob, StorageAccount(sas.account), etag=held.etag),
    }
    return _Seen(reading, inside, fetched, of_the_disk, in_reach)


def _say(seen: _Seen, console: Console) -> None:
    """What was found, before it is judged."""
    size = seen.reading.size
    if size is not None:
        console.say(msg("{read} of {size} were read.", read=in_units(seen.read_bytes), size=in_units(size)))
    facts = what_a_customer_gets(seen.inside)
    if facts is not None:
        console.plain("")
        console.say(facts.title)
        for name, value in facts.rows:
            console.say(msg("{name}: {value}", name=name, value=value), indent=2)
