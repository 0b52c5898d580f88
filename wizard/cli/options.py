"""Options that several commands share, and the language: what `--lang` says, else what the settings say."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

import typer

from wizard.messages import CHINESE, ENGLISH, Message, msg, render
from wizard.settings import load_settings


class Lang(StrEnum):
    """The languages as they are written on the command line."""

    ZH = "zh"
    EN = "en"


class OperatingSystem(StrEnum):
    """What runs in the image."""

    LINUX = "linux"
    WINDOWS = "windows"


_CODES: Final = {Lang.ZH: CHINESE, Lang.EN: ENGLISH}


def language_of(lang: Lang | None) -> str:
    """The catalogue's code for `--lang`, or the language of the settings."""
    return _CODES[lang] if lang is not None else load_settings().language


def _spoken(arguments: Sequence[str]) -> str:
    """The language for help texts, which are made before any option is read."""
    words = [word for argument in arguments for word in argument.split("=", 1)]
    for option, value in itertools.pairwise(words):
        if option == "--lang" and value in {str(each) for each in Lang}:
            return _CODES[Lang(value)]
    return load_settings().language


_HELP_LANGUAGE: Final = _spoken(sys.argv[1:])


def told(message: Message) -> str:
    """A help text in the language of this start."""
    return render(message, _HELP_LANGUAGE)


LangOption = Annotated[
    Lang | None,
    typer.Option(
        "--lang", help=told(msg("Language of everything that is printed (default: as in the settings)"))
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help=told(msg("Print one JSON object and nothing else on standard output"))),
]
