"""The guide: a page for every step in both languages, built alike."""

from __future__ import annotations

import re

import pytest

from tests.house.tools import ROOT
from wizard.messages import LANGUAGES
from wizard.steps import STEPS

GUIDES = {language: ROOT / "i18n" / language / "guide" for language in LANGUAGES}
PAGES = sorted({path.name for folder in GUIDES.values() for path in folder.glob("*.md")})
MARKS = re.compile(r"^\s*(#{1,6}|[-*]|\d+\.|```|>|\|)(?=\s|\||$|[a-z])", re.MULTILINE)


def build(text: str) -> list[str]:
    """The headings, list items, tables and code blocks of a page, in order; numbers of items do not matter."""
    return [re.sub(r"\d+", "1", mark) for mark in MARKS.findall(text)]


@pytest.mark.parametrize("step", [step.id for step in STEPS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_page(step: str, language: str) -> None:
    text = (GUIDES[language] / f"{step}.md").read_text("utf-8")

    assert text.startswith("# ")
    assert len(text) > 200


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_are_built_alike(page: str) -> None:
    one, other = (build((folder / page).read_text("utf-8")) for folder in GUIDES.values())

    assert one == other


@pytest.mark.parametrize("page", PAGES)
def test_code_and_commands_are_the_same_in_both(page: str) -> None:
    blocks = [
        re.findall(r"```.*?```", (folder / page).read_text("utf-8"), re.DOTALL) for folder in GUIDES.values()
    ]

    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_whole(page: str, language: str) -> None:
    text = (GUIDES[language] / page).read_text("utf-8")

    for address in re.findall(r"\]\(([^)]*)\)", text):
        assert re.fullmatch(r"https://[^\s]+|[a-z_]+\.md(#\S+)?", address), address
