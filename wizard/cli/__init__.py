"""The command-line twin of the window: the same steps, checks and actions, spoken instead of drawn."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from wizard import __version__
from wizard.cli.commands import Commands
from wizard.cli.console import INTERRUPTED, UNREADABLE, Console
from wizard.cli.options import LangOption, language_of, told
from wizard.errors import Cancelled, WizardError, as_wizard_error
from wizard.messages import msg
from wizard.redaction import redact


@dataclass(frozen=True, slots=True)
class WindowWish:
    """How the window is to be opened: `language` is a catalogue's code or None, `journey` a file to open at once."""

    practice: bool = False
    journey: Path | None = None
    language: str | None = None


OpenWindow = Callable[[WindowWish], int]

app = typer.Typer(
    name="image-wizard",
    cls=Commands,
    help=told(
        msg(
            "Takes a virtual machine image to the Azure China Marketplace. Without a command it opens the window."
        )
    ),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    in_practice: Annotated[
        bool, typer.Option("--practice", help=told(msg("Open the window in practice mode")))
    ] = False,
    journey_file: Annotated[
        Path | None, typer.Option("--journey", help=told(msg("Open this journey in the window")))
    ] = None,
    version: Annotated[bool, typer.Option("--version", help=told(msg("Print the version and end")))] = False,
    lang: LangOption = None,
) -> None:
    """Open the window where no command was given."""
    if context.invoked_subcommand is not None:
        return
    if version:
        Console(language_of(lang)).plain(f"image-wizard {__version__}")
        return
    open_window = context.obj
    if not callable(open_window):
        raise WizardError(
            msg("The window is not part of this installation"), msg("Use a command; --help lists them.")
        )
    wish = WindowWish(in_practice, journey_file, language_of(lang) if lang is not None else None)
    raise typer.Exit(open_window(wish))


def main(open_window: OpenWindow | None = None, arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status: 0 passed (warnings allowed), 1 something failed, 2 it could not be read."""
    try:
        status = app(
            # Taken by itself, the parser would on Windows expand %…% and wildcards: a link and disk[1].vhd have such.
            list(sys.argv[1:] if arguments is None else arguments),
            prog_name="image-wizard",
            obj=open_window,
            standalone_mode=False,
        )
    except (KeyboardInterrupt, Cancelled, typer.Abort):
        status = INTERRUPTED
    except WizardError as error:
        return Console(language_of(None)).error(error, UNREADABLE)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "show"):  # a usage error, told by the parser
            _say_usage(error)
            return UNREADABLE
        return Console(language_of(None)).error(as_wizard_error(error))
    if status == INTERRUPTED:  # the parser makes Ctrl+C of its own accord an exit status
        Console(language_of(None)).note(msg("Stopped. What was begun can be taken up again."))
    return status if isinstance(status, int) else 0


def _say_usage(error: Any) -> None:
    """What the parser says of wrong words; it repeats them, and a link may be among them."""
    said = io.StringIO()
    error.show(file=said)
    if sys.stderr is not None:
        sys.stderr.write(redact(said.getvalue()))


if __name__ == "__main__":
    sys.exit(main())
