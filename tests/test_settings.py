"""Settings come back as they were kept; whatever is wrong with the file, the program starts."""

from __future__ import annotations

import ctypes
import errno
import json
import locale
import os
from dataclasses import asdict, fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard import settings as module
from wizard.messages import CHINESE, ENGLISH, LANGUAGES
from wizard.settings import (
    LARGEST_LIMIT,
    TEXT_SCALES,
    THEMES,
    Settings,
    load_settings,
    save_settings,
    settings_path,
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    speaks(monkeypatch, LC_ALL="en_GB.UTF-8")


def speaks(monkeypatch: pytest.MonkeyPatch, **names: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)


def keep(text: str | bytes) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_bytes(text if isinstance(text, bytes) else text.encode())


def test_a_home_may_be_given_from_where_one_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMAGE_WIZARD_HOME", "here")
    assert settings_path() == tmp_path / "here" / "config" / "settings.json"
    assert Settings().journeys == tmp_path / "here" / "data" / "journeys"


@pytest.mark.parametrize(
    ("identifier", "formats", "language"),
    [
        (0x0804, "English_United States", CHINESE),
        (0x0404, "German_Germany", CHINESE),
        (0x0409, "Chinese (Simplified)_China", ENGLISH),
        (0x0407, "Chinese (Simplified)_China", ENGLISH),
        # One that Python does not know: what the dates are written in.
        (0xFFFF, "Chinese (Simplified)_China", CHINESE),
        (0xFFFF, "English_United States", ENGLISH),
    ],
)
def test_windows_is_asked_in_which_language_it_shows_itself(
    monkeypatch: pytest.MonkeyPatch, identifier: int, formats: str, language: str
) -> None:
    speaks(monkeypatch)
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: identifier)
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(locale, "getlocale", lambda: (formats, "936"))
    assert load_settings().language == language


def test_without_a_file_everything_has_its_default() -> None:
    assert load_settings() == Settings()


texts = st.text(st.characters(blacklist_categories=()), max_size=10)


@given(
    st.builds(
        Settings,
        st.sampled_from(LANGUAGES),
        st.sampled_from(THEMES),
        st.sampled_from(TEXT_SCALES),
        texts,
        texts,
        texts,
        st.lists(texts, max_size=8).map(tuple),
        texts,
        st.booleans(),
        st.integers(0, LARGEST_LIMIT),
    )
)
def test_what_was_kept_comes_back(settings: Settings) -> None:
    save_settings(settings)
    assert load_settings() == json_twin(settings)


def json_twin(settings: Settings) -> Settings:
    """Two halves of one character become that character, as JSON has it."""
    data = json.loads(json.dumps(asdict(settings)))
    return Settings(**data | {"recent": tuple(data["recent"])})


@pytest.mark.parametrize(
    "damaged", ["", "{", "[]", "null", "3", b"\xff\xfe\0", "[" * 100_000, '{"language": ', '{"a": ' * 50_000]
)
def test_a_damaged_file_is_as_none(damaged: str | bytes) -> None:
    keep(damaged)
    assert load_settings() == Settings()


anything = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers() | st.text())
)


@given(st.dictionaries(st.sampled_from([field.name for field in fields(Settings)]) | st.text(), anything))
def test_whatever_stands_in_the_file_the_settings_are_sound(data: dict[str, Any]) -> None:
    keep(json.dumps(data))
    settings = load_settings()
    assert settings.language in LANGUAGES
    assert settings.theme in THEMES
    assert settings.text_scale in TEXT_SCALES
    assert 0 <= settings.upload_limit <= LARGEST_LIMIT
    for name, value in asdict(settings).items():
        assert type(value) is type(getattr(Settings(), name))
    assert all(isinstance(each, str) for each in settings.recent)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "de"),
        ("language", ["en"]),
        ("theme", "pink"),
        ("text_scale", 110),
        ("text_scale", 125.0),
        ("text_scale", True),
        ("guide_open", 0),
        ("person", 3),
        ("recent", "abc"),
        ("upload_limit", "500"),
        ("upload_limit", 500.0),
        ("upload_limit", True),
    ],
)
def test_what_does_not_fit_has_its_default_and_the_rest_stays(name: str, value: Any) -> None:
    keep(json.dumps({"proxy": "http://proxy:8080", name: value}))
    assert load_settings() == Settings(proxy="http://proxy:8080")


def test_a_disk_that_is_full_leaves_the_old_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(Settings(person="old"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "fsync", full)
    save_settings(Settings(person="new"))
    assert load_settings().person == "old"


def test_a_folder_that_cannot_be_made_is_no_failure(home: Path) -> None:
    (home / "config").write_bytes(b"")
    save_settings(Settings(person="x"))
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("names", "language"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, CHINESE),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_US"}, CHINESE),
        ({"LANG": "zh"}, CHINESE),
        ({"LC_ALL": "en_US", "LANG": "zh_CN"}, ENGLISH),
        ({"LANG": "C"}, ENGLISH),
        ({"LANG": "de_DE"}, ENGLISH),
    ],
)
def test_the_language_is_the_systems_until_another_is_chosen(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, str], language: str
) -> None:
    speaks(monkeypatch, **names)
    assert load_settings().language == language
    other = ENGLISH if language == CHINESE else CHINESE
    save_settings(Settings(language=other))
    assert load_settings().language == other


@pytest.mark.parametrize(("name", "language"), [("Chinese (Simplified)_China", CHINESE), (None, ENGLISH)])
def test_windows_names_its_language_in_words(
    monkeypatch: pytest.MonkeyPatch, name: str | None, language: str
) -> None:
    speaks(monkeypatch)
    monkeypatch.setattr("locale.getlocale", lambda: (name, None))
    assert load_settings().language == language


def test_a_locale_that_python_does_not_know_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> None:
        raise ValueError("unknown locale")

    speaks(monkeypatch)
    monkeypatch.setattr("locale.getlocale", unknown)
    assert load_settings().language == ENGLISH


def test_the_last_eight_journeys_are_remembered_each_once() -> None:
    settings = Settings()
    for number in (*range(10), 5):
        settings = settings.opened(Path(f"j{number}"))
    assert settings.recent == ("j5", "j9", "j8", "j7", "j6", "j4", "j3", "j2")


def test_journeys_are_saved_where_the_person_wishes(home: Path, tmp_path: Path) -> None:
    assert Settings().journeys == home / "data" / "journeys"
    assert Settings(journeys_folder=str(tmp_path)).journeys == tmp_path


@pytest.mark.parametrize(
    ("proxy", "kept"),
    [
        ("http://li:geheim@proxy.example:8080", "http://li@proxy.example:8080"),
        ("li:ge@heim@proxy.example:8080", "li@proxy.example:8080"),
        ("http://li:ge/heim@proxy.example:8080", "http://li@proxy.example:8080"),
        ("http://li@proxy.example:8080", "http://li@proxy.example:8080"),
        ("http://proxy.example:8080", "http://proxy.example:8080"),
        ("proxy.example:8080", "proxy.example:8080"),
        ("", ""),
    ],
)
def test_a_proxys_password_is_never_saved(proxy: str, kept: str) -> None:
    save_settings(Settings(proxy=proxy))
    assert "heim" not in settings_path().read_text(encoding="utf-8")
    assert load_settings().proxy == kept


@pytest.mark.parametrize(
    ("kept", "limit", "bytes_per_second"),
    [
        (0, 0, None),
        (1, 1, 1024),
        (500, 500, 512_000),
        (-3, 0, None),
        (10**12, LARGEST_LIMIT, LARGEST_LIMIT * 1024),
    ],
)
def test_the_limit_of_uploads_is_kept_in_kib_per_second(
    kept: int, limit: int, bytes_per_second: int | None
) -> None:
    keep(json.dumps({"upload_limit": kept}))
    settings = load_settings()
    assert (settings.upload_limit, settings.speed_limit) == (limit, bytes_per_second)
