"""The action that writes a cleaning script beside the image, for what was found inside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from wizard.checks.contents import CHECKS
from wizard.errors import as_wizard_error
from wizard.files import write_atomically
from wizard.messages import Message, msg, plural
from wizard.reports.cleaning import LINUX, WINDOWS, cleaning_script, commands_of, file_name_for
from wizard.results import WrittenReport
from wizard.step import Confirmation, Finding, Outcome
from wizard.view import Files, Note

TITLES: Final[Mapping[str, Message]] = {check.rule: check.title for check in CHECKS}

_ENDINGS: Final = ("-clean.sh", "-clean.ps1")
_TROUBLE: Final = (Outcome.FAILED, Outcome.WARNING)


def has_something_to_clean(findings: tuple[Finding, ...]) -> bool:
    """Whether a script could cure anything of what was found."""
    return any(each.outcome in _TROUBLE and commands_of(each) for each in findings)


def write_cleaning_script(image: str, findings: tuple[Finding, ...], now: datetime) -> Mapping[str, Any]:
    """Write the script beside the image; raises WizardError where that cannot be done or nothing is left to clean."""
    target = script_path(image, findings)
    write_script(target, Path(image).name, findings, now)
    return {"cleaning_script": WrittenReport((str(target),), f"{now:%Y-%m-%dT%H:%M:%SZ}")}


def write_script(target: Path, image: str, findings: tuple[Finding, ...], now: datetime) -> bool:
    """Write the script for the image of that name; False where nothing can be cured by one. Raises WizardError."""
    text = cleaning_script(findings, TITLES, system_of(findings), image, f"{now:%Y-%m-%d}")
    if text is None:
        return False
    try:
        write_atomically(target, text)
    except OSError as error:
        raise as_wizard_error(error) from error
    return True


def ask_before_replacing(image: str | None, findings: tuple[Finding, ...]) -> Confirmation | None:
    """Asked where such a file is there already: a person may have changed it."""
    target = script_path(image or "", findings)
    if not image or not target.exists():
        return None
    return Confirmation(
        msg("Write {file} anew?", file=target.name),
        msg("{path} is there already; what you changed in it is lost.", path=str(target)),
        msg("Replace the script"),
    )


def trouble_inside(evidence: Mapping[str, Finding]) -> tuple[Note, ...]:
    """A warning before the image is sent, where rules about its inside failed: certification would refuse it."""
    broken = [rule for rule in TITLES if rule in evidence and evidence[rule].outcome is Outcome.FAILED]
    if not broken:
        return ()
    said = plural(
        "Inside the image {n} rule is broken; certification would refuse it. The step “Disk image” says what to do.",
        "Inside the image {n} rules are broken; certification would refuse it. The step “Disk image” says what to do.",
        n=len(broken),
    )
    return (Note(said, warning=True),)


def script_files(cleaning_script: WrittenReport | None) -> tuple[Files, ...]:
    """The script that was written. Journeys are passed on: an edited one must not offer another program."""
    if cleaning_script is None:
        return ()
    paths = tuple(path for path in map(Path, cleaning_script.paths) if path.name.endswith(_ENDINGS))
    return (Files(msg("Cleaning script"), paths, may_open=False),) if paths else ()


def script_path(image: str, findings: tuple[Finding, ...]) -> Path:
    """Beside the image: disk.vhd gets disk-clean.sh or disk-clean.ps1."""
    path = Path(image)
    return path.with_name(file_name_for(path.name, system_of(findings))) if path.name else path


def system_of(findings: tuple[Finding, ...]) -> str:
    """Which system's rules were judged."""
    return WINDOWS if any(each.rule.startswith("WIN-") for each in findings) else LINUX
