"""Chinese is complete, and every catalogue says what the sources say now."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.tools import ROOT, parsed, place, program, sources

catalogues = program("packaging/catalogues.py")

GOOD = 'msg("The file {name} is gone", name=1)\nplural("{n} day", "{n} days", n=2)\n'


def test_the_catalogues_are_complete() -> None:
    found = list(catalogues.problems())

    assert not found, "\n".join([f"{len(found)} problems:", *found[:40]])


def test_the_extraction_finds_every_sentence() -> None:
    """It overlooks one that stands inside an f-string, or among the parameters of another."""
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogues.extracted()}
    calls = [
        (path, node, node.args[0].value)
        for path in sources("wizard", "ui")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in catalogues.KEYWORDS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    missed = [f"{place(path, node)}: {text!r}" for path, node, text in calls if text not in known]

    assert len(calls) > 100
    assert not missed, "Name these first, then use the name:\n" + "\n".join(missed)


def test_there_is_chinese() -> None:
    assert [path.relative_to(ROOT).as_posix() for path in catalogues.translations()] == [
        "i18n/zh_CN/wizard.po"
    ]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small project with two sentences and an empty folder for their translation."""
    for folder in ("wizard", "ui", "i18n/zh_CN"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "wizard" / "sentences.py").write_text(GOOD, "utf-8")
    catalogues.update(tmp_path)
    return tmp_path


def translate(house: Path, gone: str, days: str) -> None:
    path = house / "i18n" / "zh_CN" / "wizard.po"
    text = path.read_text("utf-8")
    text = text.replace('gone"\nmsgstr ""', f'gone"\nmsgstr "{gone}"')
    path.write_text(text.replace('msgstr[0] ""', f'msgstr[0] "{days}"'), "utf-8")


@pytest.mark.parametrize(
    ("gone", "days", "complaint"),
    [
        ("文件 {name} 不见了", "{n} 天", None),
        ("", "{n} 天", "not translated: 'The file"),
        ("文件 {name} 不见了", "", "not translated: ('{n} day'"),
        ("文件 {nom} 不见了", "{n} 天", "placeholders differ: 'The file"),
        ("文件不见了", "{n} 天", "placeholders differ: 'The file"),
        ("文件 {name} {name!r} 不见了", "{n} 天", "placeholders differ: 'The file"),
        ("文件 {name} 不见了", "几天", "placeholders differ: ('{n} day'"),
        ("文件 {name 不见了", "{n} 天", "expected '}'"),
    ],
)
def test_what_a_translation_must_not_lack(house: Path, gone: str, days: str, complaint: str | None) -> None:
    translate(house, gone, days)

    found = list(catalogues.problems(house))

    if complaint is None:
        assert found == []
    else:
        assert [complaint in each for each in found] == [True]


def test_a_fuzzy_entry_is_not_complete(house: Path) -> None:
    translate(house, "文件 {name} 不见了", "{n} 天")
    path = house / "i18n" / "zh_CN" / "wizard.po"
    text = path.read_text("utf-8").replace('msgid "The file', '#, fuzzy\nmsgid "The file')
    path.write_text(text, "utf-8")

    assert any("fuzzy: 'The file" in each for each in catalogues.problems(house))


def test_a_new_sentence_is_missed_until_it_is_taken_over(house: Path) -> None:
    translate(house, "文件 {name} 不见了", "{n} 天")
    (house / "ui" / "more.py").write_text('msg("Copy")', "utf-8")

    found = list(catalogues.problems(house))
    catalogues.update(house)
    later = list(catalogues.problems(house))

    assert "i18n/wizard.pot is not what the sources say now: run python3 dev.py catalogues" in found
    assert later == ["zh_CN: not translated: 'Copy'"]


def test_updating_twice_changes_nothing_and_keeps_the_translations(house: Path) -> None:
    translate(house, "文件 {name} 不见了", "{n} 天")
    catalogues.update(house)
    path = house / "i18n" / "zh_CN" / "wizard.po"
    first = path.read_bytes()

    catalogues.update(house)

    assert path.read_bytes() == first
    assert "不见了".encode() in first
    assert b"Date" not in first


def test_only_what_is_newer_is_compiled(house: Path) -> None:
    translate(house, "文件 {name} 不见了", "{n} 天")

    assert catalogues.compile_all(house) == [house / "i18n" / "zh_CN" / "wizard.mo"]
    assert catalogues.compile_all(house) == []
