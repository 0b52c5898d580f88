"""What the disk step does with what was found inside: a script beside the image, and a word before it is sent."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.results import WrittenReport
from wizard.step import Finding, Outcome
from wizard.step_parts.cleaning import (
    ask_before_replacing,
    has_something_to_clean,
    script_files,
    script_path,
    trouble_inside,
    write_cleaning_script,
)

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def found(rule: str, outcome: Outcome = Outcome.FAILED, *commands: str) -> Finding:
    return Finding(outcome, msg("Seen"), msg("Do it."), rule=rule, commands=commands)


def test_the_script_lies_beside_the_image(tmp_path: Path) -> None:
    image = str(tmp_path / "gateway.vhd")
    findings = (found("LIN-01", Outcome.FAILED, "rm -f /root/.bash_history"), found("LIN-15", Outcome.PASSED))

    written = write_cleaning_script(image, findings, NOW)["cleaning_script"]

    target = tmp_path / "gateway-clean.sh"
    assert written == WrittenReport((str(target),), "2026-11-21T08:30:00Z")
    assert "rm -f /root/.bash_history" in target.read_text("utf-8")
    assert target.stat().st_mode & (stat.S_IXUSR | stat.S_IXOTH) == 0
    (shown,) = script_files(written)
    assert (shown.paths, shown.may_open) == ((target,), False)


def test_for_windows_it_is_powershell(tmp_path: Path) -> None:
    findings = (found("WIN-05", Outcome.WARNING, "Set-Thing"),)

    assert script_path(str(tmp_path / "w.vhd"), findings).name == "w-clean.ps1"


def test_who_has_changed_the_script_is_asked_first(tmp_path: Path) -> None:
    image, findings = str(tmp_path / "gateway.vhd"), (found("LIN-01", Outcome.FAILED, "true"),)
    assert ask_before_replacing(image, findings) is None

    write_cleaning_script(image, findings, NOW)

    asked = ask_before_replacing(image, findings)
    assert asked is not None
    assert "gateway-clean.sh" in str(asked.question)


def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(WizardError):
        write_cleaning_script(
            str(tmp_path / "nowhere" / "x.vhd"), (found("LIN-01", Outcome.FAILED, "true"),), NOW
        )


@pytest.mark.parametrize(
    ("finding", "something"),
    [
        (found("LIN-01", Outcome.FAILED, "true"), True),
        (found("LIN-01", Outcome.WARNING, "true"), True),
        (found("LIN-01", Outcome.PASSED, "true"), False),
        (found("LIN-15"), False),
        (found("LIN-16", Outcome.FAILED, "waagent -force -deprovision+user"), False),
    ],
)
def test_a_script_is_offered_where_it_could_do_something(finding: Finding, something: bool) -> None:
    assert has_something_to_clean((finding,)) is something


def test_an_edited_journey_offers_no_other_program(tmp_path: Path) -> None:
    assert script_files(WrittenReport((str(tmp_path / "evil.exe"),), "")) == ()
    assert script_files(None) == ()


def test_before_an_upload_it_is_said_what_is_broken_inside() -> None:
    evidence = {each.rule: each for each in (found("LIN-01"), found("LIN-15"), found("VHD-03"))}

    (note,) = trouble_inside(evidence)

    assert note.warning
    assert "2 rules are broken" in str(note.text)
    assert trouble_inside({"LIN-01": found("LIN-01", Outcome.WARNING)}) == ()
