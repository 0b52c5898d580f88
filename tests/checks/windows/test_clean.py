"""A Windows that is prepared and generalised has no finding; one of which nothing was read has none either."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from tests.checks.windows.samples import RULES, inside, judged
from wizard.inspection.found.inside import Inside, Unread, Why, not_looked
from wizard.messages import render
from wizard.step import Outcome

FAULTY = {
    "system": {
        r"ControlSet001\Control\Terminal Server": {"fDenyTSConnections": 1},
        r"ControlSet001\Services\RdAgent": None,
        r"ControlSet001\Services\Evil\x": {"Start": 2},
        "ControlSet001\\Services\\a'b\u2019; rm": {
            "Type": 16,
            "Start": 2,
            "ImagePath": "E:\\a\n'; Remove-Item C:\\ #.exe",
            "ObjectName": "\u202eAdministrator\\Administrator",
        },
        r"ControlSet001\Control\Session Manager\Memory Management": {"PagingFiles": ("C:\\'\u2018;x 1 2",)},
    },
    "software": {
        r"Microsoft\Windows\CurrentVersion\Setup\State": {"ImageState": "IMAGE\n\x1b[2J{state}"},
        r"Microsoft\Windows NT\CurrentVersion": {"ProductName": "Evil\n\x1b[31m {n}", "EditionID": "Eval"},
    },
    "boot": {r"Objects\{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}\Elements\15000022": {"Element": b"\x07"}},
    "accounts": {"$(x)'": (1001, False)},
    "files": {
        "/Windows/System32/drivers/etc/hosts": "10.0.0.1 $(x)\n",
        "/Users/$(a)'b/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt": "x",
        "/Windows/Panther/unattend.xml": "x",
    },
}


def test_every_rule_of_windows_that_a_disk_tells_is_there() -> None:
    numbers = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17, 20, 21, 24)
    assert set(RULES) == {*(f"WIN-{number:02}" for number in numbers), "PRE-12"}
    assert all(check.group is not None and check.applies is not None for check in RULES.values())


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_generalised_windows_server_passes(rule: str) -> None:
    finding = judged(rule, inside())
    assert (finding.outcome, finding.rule, finding.commands) == (Outcome.PASSED, rule, ())


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize(
    "found",
    [
        not_looked(),
        Inside(system="windows"),
        Inside(system="windows", unread=(Unread("", Why.CANNOT_READ.value, "ReFS"),)),
    ],
)
def test_nothing_is_passed_of_which_nothing_is_known(rule: str, found: Inside) -> None:
    finding = judged(rule, found)
    assert finding.outcome is Outcome.SKIPPED
    assert str(finding.reason)


@pytest.mark.parametrize(
    "chapter", ["settings", "windows_services", "files", "release", "windows_boot", "drivers"]
)
def test_a_chapter_that_was_not_read_never_breaks_a_rule(chapter: str) -> None:
    found = replace(inside(), **{chapter: None}, unread=(Unread(chapter, Why.DAMAGED.value),))
    outcomes = {rule: judged(rule, found).outcome for rule in RULES}
    assert Outcome.FAILED not in outcomes.values()
    assert Outcome.SKIPPED in outcomes.values() or chapter == "drivers"


def test_values_that_may_be_older_are_called_so() -> None:
    older = inside(dirty=True)
    assert "may be older" in str(judged("WIN-05", older).reason)
    assert "may be older" not in str(judged("WIN-13", older).reason)


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_an_image_says_harms_neither_sentence_nor_command(rule: str, language: str) -> None:
    finding = judged(rule, inside(**FAULTY))
    said = [render(finding.reason, language), *(str(place) for place in finding.seen_at)]
    assert all(text.isprintable() for text in said)
    assert not any("$(x)" in line or "rm" in line.split() or "\n" in line for line in finding.commands)
    assert json.dumps(finding.facts)


def test_commands_are_lines_of_powershell_that_can_be_run_again() -> None:
    lines = {line for rule in RULES for line in judged(rule, inside(**FAULTY)).commands}
    assert len(lines) >= 5
    for line in lines:
        assert line.isascii()
        assert line.count("'") % 2 == 0
        assert line.count('"') % 2 == 0
        assert re.match(
            r"(Set|Remove|Enable|Clear|Get)-|bcdedit\.exe |netsh\.exe |powercfg\.exe |if \(", line
        )
