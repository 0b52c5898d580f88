"""Writes a journey's report: Markdown for people, JSON for programs, both or neither."""

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
from wizard.reports.summary import JourneySummary
from wizard.results import WrittenReport

_MOST_OF_ONE_NAME: Final = 99
# What Windows forbids in a file's name, and control characters.
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def write_report(summary: JourneySummary, folder: Path, languages: Sequence[str]) -> WrittenReport:
    """Both files in `folder`, which is made where it is missing; raises WizardError.

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
    except OSError as error:
        raise as_wizard_error(error) from error
    return WrittenReport((str(for_people), str(for_programs)), summary.written)


def _free_stem(summary: JourneySummary, folder: Path) -> str:
    stem = f"{safe_name(summary.name)}-report"
    for number in range(1, _MOST_OF_ONE_NAME + 1):
        numbered = stem if number == 1 else f"{stem}-{number}"
        if _may_write(folder / f"{numbered}.json", folder / f"{numbered}.md", summary.id):
            return numbered
    raise WizardError(
        msg("There are too many reports of this name in {folder}", folder=str(folder)),
        msg("Choose another folder for the report, or clear this one out."),
    )


def _may_write(for_programs: Path, for_people: Path, journey_id: str) -> bool:
    """Whether the two names are free, or hold an older report of the same journey."""
    if not for_programs.exists():
        return not for_people.exists()
    try:
        return bool(json.loads(for_programs.read_text(encoding="utf-8"))["journey"]["id"] == journey_id)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def safe_name(name: str) -> str:
    """The journey's name as part of a file's name on every system; at most 80 characters."""
    return _FORBIDDEN.sub("-", name).strip(" .-")[:80].rstrip(" .-") or "journey"
