"""The words a report is made of, and the one door through which every text goes into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from wizard.messages import LANGUAGES, Message, msg, render
from wizard.redaction import redact
from wizard.step import Outcome, State

STATES: Final = {
    State.SKIPPED: msg("does not apply"),
    State.LOCKED: msg("waits for an earlier step"),
    State.READY: msg("not finished"),
    State.RUNNING: msg("under way"),
    State.WARNING: msg("done, with warnings"),
    State.FAILED: msg("failed"),
    State.STALE: msg("has to be done again"),
    State.DONE: msg("done"),
}

OUTCOMES: Final = {
    Outcome.SKIPPED: msg("not judged"),
    Outcome.PASSED: msg("passed"),
    Outcome.WARNING: msg("warning"),
    Outcome.FAILED: msg("failed"),
}

SIGNS: Final = {Outcome.SKIPPED: "–", Outcome.PASSED: "✓", Outcome.WARNING: "!", Outcome.FAILED: "✗"}

# Paths in these are the image's own, not those of this computer: /root is not the home of who runs the wizard.
_OF_THE_IMAGE: Final = frozenset({"seen_at", "commands"})

PRE_CHECK: Final = msg(
    "The checks of this wizard are a pre-check, not a certification. The official result is the report of the "
    "Certification Test Tool for Azure and the test that 21Vianet makes."
)
PRACTICE: Final = msg(
    "This was practice: nothing in this report happened in Azure, and nothing in it may be published."
)

RUN_INSIDE: Final = msg("To run inside the machine, as an administrator:")


def presentable(text: str) -> str:
    """A text as it may be handed on: without secrets, and without the name of the person's own folder."""
    home = Path.home()
    cleaned = redact(text)
    for spelling in (str(home), home.as_posix()):  # Windows takes slashes for backslashes, and Qt writes them
        if len(spelling) > 3:
            cleaned = cleaned.replace(spelling, "~")
    return cleaned


def shown(message: Message, language: str) -> str:
    """The sentence in that language, as it may be handed on."""
    return presentable(render(message, language))


def in_all_languages(message: Message) -> dict[str, str]:
    """The sentence in every language, by language."""
    return {language: shown(message, language) for language in sorted(LANGUAGES)}


def harmless(value: Any) -> Any:
    """Plain JSON values with every text as it may be handed on."""
    return _cleaned(value, presentable)


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {
            clean(str(name)): _cleaned(item, redact if name in _OF_THE_IMAGE else clean)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_cleaned(item, clean) for item in value]
    return value


def file_name(path: str) -> str:
    """The last part of a path of either system: a report says which file it was, not where it lies."""
    return re.split(r"[\\/]", path)[-1]
