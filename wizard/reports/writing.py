"""Writes a journey's report: Markdown for people, JSON for programs, and what was found inside the disk as a self-test tells it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wizard.errors import WizardError, as_wizard_error
from wizard.files import write_atomically
from wizard.messages import msg
from wizard.reports.as_json import as_json
from wizard.reports.markdown import markdown
from wizard.reports.self_test import self_test
from wizard.reports.summary import JourneySummary
from wizard.results import WrittenReport

_MOST_OF_ONE_NAME: Final = 99
_SELF_TEST: Final = "-self-test.json"
# What Windows forbids in a file's name, and control characters.
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def write_report(summary: JourneySummary, folder: Path, languages: Sequence[str]) -> WrittenReport:
    """The files in `folder`, which is made where it is missing; raises WizardError.

    The journey's own older report is replaced. A file that is not this journey's report is never touched: the new
    report gets a number then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stem = _free_stem(summary, folder)
        for_programs, for_people = folder / f"{stem}.json", folder / f"{stem}.md"
        # The JSON first: by it the pair is known as this journey's, should the second not be written.
        write_atomically(for_programs, as_json(summary))
        write_atomically(for_people, markdown(summary, languages))
        written = [for_people, for_programs]
        beside, as_self_test = folder / f"{stem}{_SELF_TEST}", self_test(summary)
        if as_self_test is not None:
            write_atomically(beside, as_self_test)
            written.append(beside)
        else:
            beside.unlink(missing_ok=True)  # of an earlier report of this journey
    except OSError as error:
        raise as_wizard_error(error) from error
    return WrittenReport(tuple(map(str, written)), summary.written)


def _free_stem(summary: JourneySummary, folder: Path) -> str:
    stem = f"{safe_name(summary.name)}-report"
    for number in range(1, _MOST_OF_ONE_NAME + 1):
        numbered = stem if number == 1 else f"{stem}-{number}"
        if _may_write(folder, numbered, summary.id):
            return numbered
    raise WizardError(
        msg("There are too many reports of this name in {folder}", folder=str(folder)),
        msg("Choose another folder for the report, or clear this one out."),
    )


def _may_write(folder: Path, stem: str, journey_id: str) -> bool:
    """Whether the names are free, or hold an older report of the same journey."""
    for_programs = folder / f"{stem}.json"
    if not for_programs.exists():
        return not any((folder / f"{stem}{ending}").exists() for ending in (".md", _SELF_TEST))
    try:
        return bool(json.loads(for_programs.read_text(encoding="utf-8"))["journey"]["id"] == journey_id)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def safe_name(name: str) -> str:
    """The journey's name as part of a file's name on every system; at most 80 characters."""
    return _FORBIDDEN.sub("-", name).strip(" .-")[:80].rstrip(" .-") or "journey"
