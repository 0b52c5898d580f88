"""Who asks for a rule: docs/rules.md and the data say the same, and a person reads it with date and origin."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from wizard.messages import CHINESE, ENGLISH, render
from wizard.rule_sources import TITLES, asked_by
from wizard.rules_data import load

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {ENGLISH: DOCS / "rules.md", CHINESE: DOCS / "rules.zh-CN.md"}
RULE_ID = re.compile(r"[A-Z]{3}-\d{2}")
KEY = re.compile(r"[A-Z][A-Z0-9-]*")
# What the rule book calls a source of Azure China itself (C-30).
OF_CHINA = re.compile(r"G(-EN|-OLD)?|CERT-CN|P-(UP|EN|OLD)|POL-CN|PUB-CN|CPP-CN|MKT-CN")


def tables(path: Path) -> list[list[str]]:
    lines = path.read_text("utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")
    ]


def listed(path: Path) -> dict[str, list[str]]:
    return {row[0]: row[3].split(", ") for row in tables(path) if RULE_ID.fullmatch(row[0])}


@pytest.mark.parametrize("path", PAGES.values(), ids=lambda path: path.name)
def test_the_data_and_the_list_of_rules_name_the_same_sources(path: Path) -> None:
    assert load("rule_sources")["rules"] == listed(path)


@pytest.mark.parametrize("language", PAGES)
def test_titles_and_dates_are_those_of_the_table_of_sources(language: str) -> None:
    table = {row[0]: row[1:] for row in tables(PAGES[language]) if len(row) == 3 and KEY.fullmatch(row[0])}
    sources = load("rule_sources")["sources"]

    assert list(table) == list(sources) == list(TITLES)
    assert {key: render(title, language) for key, title in TITLES.items()} == {
        key: title for key, (title, _) in table.items()
    }
    for key, (_, dated) in table.items():
        assert sources[key]["dated"].split("/") == (re.findall(r"\d{4}[\d-]*", dated) or [""]), key


def test_what_speaks_of_azure_china_is_what_the_rule_book_says() -> None:
    sources = load("rule_sources")["sources"]

    assert {key for key, source in sources.items() if source["origin"] == "China"} == {
        key for key in sources if OF_CHINA.fullmatch(key)
    }
    assert {source["origin"] for source in sources.values()} == {"China", "global", ""}
    assert date.fromisoformat(load("rule_sources")["checked"])


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            "CRT-01",
            [
                "Azure China Marketplace: virtual machine image creating guide, section 3.1 (2018-12-04, Azure China)",
                "Microsoft: test a virtual machine image (2022-04-11, global)",
                "docs.azure.cn: image certification (undated, Azure China)",
            ],
        ),
        (
            "SAS-01",
            [
                "Microsoft: generate a SAS URI for a VM image (2021-06-23, global)",
                "Scripts that accompany both guides (2018 to 2022)",
            ],
        ),
        ("SAS-14", ["A decision of this project"]),
        ("a plain word", []),
    ],
)
def test_a_person_reads_who_asks(rule: str, told: list[str]) -> None:
    assert [str(each) for each in asked_by(rule)] == told


def test_every_rule_can_be_told_in_both_languages() -> None:
    for rule in load("rule_sources")["rules"]:
        assert all(render(each, language) for each in asked_by(rule) for language in PAGES)
