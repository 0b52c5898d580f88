"""docs/rules.md and its Chinese twin list every rule that is checked: no more, no less, and both the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from wizard.steps import STEPS

DOCS = Path(__file__).parents[2] / "docs"
ENGLISH, CHINESE = DOCS / "rules.md", DOCS / "rules.zh-CN.md"
RULE_ID = re.compile(r"[A-Z]{3}-\d{2}")
CHECKED = {check.rule for step in STEPS for check in step.checks if RULE_ID.fullmatch(check.rule)}
SEVERITIES = {"must": "must", "should": "should", "必须": "must", "建议": "should"}


class Row(NamedTuple):
    rule: str
    sentence: str
    severity: str
    sources: tuple[str, ...]


def rows(path: Path) -> list[Row]:
    """The lines of the tables of rules."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if RULE_ID.fullmatch(cells[0].strip()):
            sources = tuple(each.partition(" ")[0] for each in cells[3].split(", "))
            found.append(Row(cells[0], cells[1], SEVERITIES[cells[2]], sources))
    return found


@pytest.mark.parametrize("path", [ENGLISH, CHINESE], ids=lambda path: path.name)
def test_every_rule_that_is_checked_is_listed_once(path: Path) -> None:
    listed = [row.rule for row in rows(path)]

    assert len(listed) == len(set(listed))
    assert set(listed) == CHECKED


def test_both_languages_say_the_same() -> None:
    english, chinese = rows(ENGLISH), rows(CHINESE)

    assert [(row.rule, row.severity, row.sources) for row in english] == [
        (row.rule, row.severity, row.sources) for row in chinese
    ]
    assert all(row.sentence.endswith(".") for row in english)
    assert all(row.sentence.endswith("。") for row in chinese)


@pytest.mark.parametrize("path", [ENGLISH, CHINESE], ids=lambda path: path.name)
def test_every_source_is_named(path: Path) -> None:
    named = set(re.findall(r"(?m)^\| ([A-Z][A-Z-]*) \|", path.read_text("utf-8")))

    assert {source for row in rows(path) for source in row.sources} == named
