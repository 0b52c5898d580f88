"""The cleaning script: made for this image, read by a person, and safe to run as it stands."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from wizard.messages import msg
from wizard.reports.cleaning import LINUX, WINDOWS, cleaning_script, commands_of, file_name_for
from wizard.step import Finding, failed, passed, warning

TITLES = {
    "LIN-01": msg("No shell history is left"),
    "LIN-15": msg("No password is set"),
    "LIN-20": msg("Deprovisioned"),
    "WIN-05": msg("Remote Desktop"),
}
needs_shell = pytest.mark.skipif(
    shutil.which("sh") is None, reason="there is no sh here to run the script with"
)


def found(rule: str, *commands: str, reason: str = "Seen", worse: bool = True) -> Finding:
    make = failed if worse else warning
    finding = make(msg("{reason}", reason=reason), msg("Do it."), commands=commands)
    return Finding(finding.outcome, finding.reason, finding.cure, rule=rule, commands=finding.commands)


def script(*findings: Finding, system: str = LINUX) -> str:
    text = cleaning_script(findings, TITLES, system, "disk.vhd", "2026-11-21")
    assert text is not None
    return text


def run(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # As root in the machine; whoever runs the tests need not be.
    as_root = text.replace('"$(id -u)" -ne 0', "0 -ne 0")
    return subprocess.run(
        ["sh", "-c", as_root], cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )


def test_nothing_to_cure_makes_no_script() -> None:
    fine = passed(msg("Good"))
    by_hand = found("LIN-15")

    assert cleaning_script([fine, by_hand], TITLES, LINUX, "disk.vhd", "2026-11-21") is None


def test_each_cure_stands_below_its_rule_in_both_languages() -> None:
    text = script(found("LIN-01", "rm -f /root/.bash_history", reason="4 KB in /root/.bash_history"))

    lines = text.split("\n")
    assert lines[0] == "#!/bin/sh"
    assert "# LIN-01: No shell history is left" in lines
    assert "# 4 KB in /root/.bash_history" in lines
    assert "    rm -f /root/.bash_history" in lines
    assert any("disk.vhd" in line and "2026-11-21" in line for line in lines[:4])


@needs_shell
def test_it_does_what_it_says_and_one_failure_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("ls")
    text = script(
        found("LIN-15", "false", "touch never"), found("LIN-01", "rm -f history", "touch done", worse=False)
    )

    ran = run(text, tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"done"}
    assert ran.returncode == 1
    assert ran.stderr.strip().endswith("LIN-15")


@needs_shell
def test_done_twice_is_done_once_and_the_next_step_is_told(tmp_path: Path) -> None:
    text = script(found("LIN-01", "rm -f history"))

    assert [run(text, tmp_path).returncode for _ in range(2)] == [0, 0]
    assert "waagent -force -deprovision+user" in run(text, tmp_path).stdout


@needs_shell
def test_who_is_not_root_is_told_so(tmp_path: Path) -> None:
    text = script(found("LIN-01", "touch done")).replace("$(id -u)", "1000")

    ran = subprocess.run(["sh", "-c", text], cwd=tmp_path, capture_output=True, timeout=30, check=False)

    assert (ran.returncode, list(tmp_path.iterdir())) == (1, [])


def test_generalising_is_left_to_the_person() -> None:
    finding = found("LIN-20", "cloud-init clean --logs", "waagent -force -deprovision+user")

    assert commands_of(finding) == ("cloud-init clean --logs",)
    assert "deprovision+user\n    " not in script(finding)


@needs_shell
def test_a_name_of_the_image_cannot_break_out_of_its_comment(tmp_path: Path) -> None:
    text = script(found("LIN-01", "true", reason="/root/a\ntouch owned\u2028touch owned"))

    assert run(text, tmp_path).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_what_needs_a_decision_is_named_and_not_done() -> None:
    text = script(found("LIN-01", "true"), found("LIN-15", reason="ada has a password"))

    assert "# ada has a password" in text.split("\n")
    assert "LIN-15: No password is set" in text


def test_histories_are_cleaned_last_and_the_format_is_none_of_its_business() -> None:
    text = script(found("LIN-01", "true"), found("VHD-03", "true"), found("LIN-15", "true"))

    assert text.index("LIN-15") < text.index("LIN-01")
    assert "VHD-03" not in text


def test_powershell_for_windows() -> None:
    text = script(found("WIN-05", "Set-Thing -Value 1", "bcdedit /set x"), system=WINDOWS)

    assert text.startswith("\ufeff#Requires -RunAsAdministrator\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "    Set-Thing -Value 1\r\n" in text
    assert text.count("try {") == text.count("} catch {") == 1
    assert "$failed += 'WIN-05'" in text


@pytest.mark.parametrize(
    ("image", "system", "name"),
    [
        ("disk.vhd", LINUX, "disk-clean.sh"),
        ("a.b.vhdx", WINDOWS, "a.b-clean.ps1"),
        ("disk", LINUX, "disk-clean.sh"),
    ],
)
def test_its_name(image: str, system: str, name: str) -> None:
    assert file_name_for(image, system) == name
