"""`image-wizard practice`: the practice cloud in the foreground, for other tools and for a look around."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Final

import typer

from wizard.cli.console import Console
from wizard.cli.options import LangOption, language_of, told
from wizard.errors import WizardError
from wizard.messages import msg

HELP: Final = msg("Run the practice cloud and print how to reach it")


def practice(
    folder: Annotated[
        Path | None, typer.Option("--folder", help=told(msg("Where the practice cloud keeps what it stores")))
    ] = None,
    secrets: Annotated[
        bool, typer.Option("--secrets", help=told(msg("Print the token and the connection strings too")))
    ] = False,
    lang: LangOption = None,
) -> None:
    """Start it, say how to reach it, and wait."""
    from wizard.practice.actions import practice_folder
    from wizard.practice.cloud import PracticeCloud, describe

    console = Console(language_of(lang))
    local = PracticeCloud(folder or practice_folder())
    console.note(msg("Starting the practice cloud on this computer"))
    try:
        with local:
            for label, value in describe(local.endpoints, with_secrets=secrets):
                console.plain(f"{console.text(label)}: {value}")
            folder_label = console.text(msg("Folder"))
            console.plain(f"{folder_label}: {local.folder}")
            if not secrets:
                console.note(msg("With --secrets the token and the connection strings are printed too."))
            console.note(msg("The practice cloud is running. Press Ctrl+C to end it."))
            while True:
                time.sleep(3600)  # unlike a wait for an event, Ctrl+C ends it on Windows too
    except WizardError as error:
        raise typer.Exit(console.error(error)) from error
    except KeyboardInterrupt:
        console.note(msg("The practice cloud has ended. What it stored is still in its folder."))
