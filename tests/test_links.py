"""Official addresses are data with a date, and the guide's pages use no others."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from wizard.links import checked_on, links
from wizard.places import folder
from wizard.rules_data import load

PAGES = ("prerequisites", "certification", "checklist")


def known() -> set[str]:
    return {each["url"] for under in load("links")["links"].values() for each in under}


def addresses_in(page: Path) -> list[str]:
    return re.findall(r"\]\((\w+://[^)]+)\)", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_guide_links_to_known_addresses_only(page: str, language: str) -> None:
    found = [each.rstrip("/") for each in addresses_in(folder("i18n") / language / "guide" / f"{page}.md")]
    assert found
    assert set(found) <= known()


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_headings_and_as_many_links(page: str) -> None:
    pages = [folder("i18n") / language / "guide" / f"{page}.md" for language in ("en", "zh_CN")]
    levels = [re.findall(r"^(#+) ", each.read_text(encoding="utf-8"), re.MULTILINE) for each in pages]
    assert levels[0] == levels[1]
    assert len(addresses_in(pages[0])) == len(addresses_in(pages[1]))


def test_every_address_is_safe_and_dated() -> None:
    for under in load("links")["links"].values():
        for each in under:
            assert each["url"].startswith("https://")
            assert date.fromisoformat(each["checked"]) >= date.fromisoformat(checked_on())
            assert each["seen"] in ("page", "named")
            assert each["source"]


def test_the_address_in_the_wished_language_comes_first() -> None:
    assert "zh-cn" in links("certification_guide", "zh_CN")[0]
    assert "en-us" in links("certification_guide", "en")[0]
    assert set(links("certification_guide", "zh_CN")) == set(links("certification_guide", "en"))


def test_addresses_of_no_language_keep_their_order() -> None:
    assert links("certification_tool", "zh_CN") == links("certification_tool", "en")
    assert links("certification_tool")[0].endswith("id=44299")
