"""Sentences: filled in, counted, nested, translated, and never the reason that something falls over."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from wizard import messages
from wizard.messages import CHINESE, ENGLISH, Message, from_json, msg, plural, render, to_json

Speak = Callable[..., None]


@pytest.fixture
def speak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speak]:
    """Puts a Chinese catalogue in place: English text, or (one, many), to Chinese text."""
    monkeypatch.setattr(messages, "folder", lambda name: tmp_path / name)
    messages.forget_catalogues()

    def put(catalogue: dict[Any, Any] | bytes) -> None:
        path = tmp_path / "i18n" / CHINESE / "wizard.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(catalogue if isinstance(catalogue, bytes) else compiled(catalogue))
        messages.forget_catalogues()

    yield put
    messages.forget_catalogues()


def compiled(texts: dict[Any, Any]) -> bytes:
    catalogue = Catalog(locale=CHINESE)
    for english, chinese in texts.items():
        catalogue.add(english, chinese)
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def test_a_sentence_is_filled_in_and_translated(speak: Speak) -> None:
    speak({"The file {name} is gone": "文件 {name} 不见了"})
    gone = msg("The file {name} is gone", name="disk.vhd")
    assert render(gone, ENGLISH) == str(gone) == "The file disk.vhd is gone"
    assert render(gone, CHINESE) == "文件 disk.vhd 不见了"


@pytest.mark.parametrize(("n", "english"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (21, "21 days")])
def test_a_counted_sentence_takes_the_form_of_its_number(speak: Speak, n: int, english: str) -> None:
    speak({("{n} day", "{n} days"): ("{n} 天",)})
    assert render(plural("{n} day", "{n} days", n=n), ENGLISH) == english
    assert render(plural("{n} day", "{n} days", n=n), CHINESE) == f"{n} 天"


def test_a_message_within_a_message_is_translated_too(speak: Speak) -> None:
    speak({"First: {step}": "请先完成：{step}", "Upload": "上传"})
    first = msg("First: {step}", step=msg("Upload"))
    assert render(first, ENGLISH) == "First: Upload"
    assert render(first, CHINESE) == "请先完成：上传"


def test_several_values_are_joined_as_the_language_does_it(speak: Speak) -> None:
    speak({"Missing: {names}": "缺少：{names}", "Upload": "上传"})
    missing = msg("Missing: {names}", names=("sv", msg("Upload"), 3))
    assert render(missing, ENGLISH) == "Missing: sv, Upload, 3"
    assert render(missing, CHINESE) == "缺少：sv、上传、3"


def test_what_is_not_translated_is_said_in_english(speak: Speak) -> None:
    speak({"Upload": "上传"})
    assert render(msg("Download"), CHINESE) == "Download"
    assert render(plural("{n} day", "{n} days", n=2), CHINESE) == "2 days"


@pytest.mark.parametrize(
    "broken",
    [
        "{nome} 不见了",
        "{0} 不见了",
        "{} 不见了",
        "{name 不见了",
        "name} 不见了",
        "{name:d} 不见了",
        "{name!x} 不见了",
        "{name.suffix} 不见了",
        "{name[0][1]} 不见了",
        "{name[stem]} 不见了",
        "{count[0]} 不见了",
    ],
)
def test_a_broken_translation_falls_back_to_english(speak: Speak, broken: str) -> None:
    speak({"The file {name} is gone": broken})
    gone = msg("The file {name} is gone", name="disk.vhd", count=3)
    assert render(gone, CHINESE) == "The file disk.vhd is gone"


def test_a_text_that_cannot_be_filled_in_is_shown_as_it_is() -> None:
    assert str(msg("100 % of {what}")) == "100 % of {what}"
    assert str(msg("a lone { brace", name="x")) == "a lone { brace"


def test_braces_in_a_value_are_left_alone() -> None:
    assert str(msg("The file {name} is gone", name="{name}{0}.vhd")) == "The file {name}{0}.vhd is gone"
    assert str(msg("First: {step}", step=msg("{odd}", odd="{x}"))) == "First: {x}"


def test_an_empty_sentence_is_empty_in_every_language(speak: Speak) -> None:
    speak({"Upload": "上传"})
    # A catalogue keeps its own header under the empty text.
    assert render(msg(""), CHINESE) == render(msg(""), ENGLISH) == ""


def test_without_a_catalogue_everything_is_english(speak: Speak) -> None:
    assert render(msg("Upload"), CHINESE) == "Upload"


def test_a_damaged_catalogue_is_as_none(speak: Speak) -> None:
    whole = compiled({"Upload": "上传", ("{n} day", "{n} days"): ("{n} 天",)})
    damaged = [whole[:length] for length in range(len(whole))] + [
        b"\0" * 64,
        b"not a catalogue",
        whole[:28] + b"\xff" * 64,
    ]
    for each in damaged:
        speak(each)
        assert render(msg("Upload"), CHINESE) in ("Upload", "上传")


def test_a_message_can_be_kept_in_a_set() -> None:
    assert {msg("a {n}", n=1), msg("a {n}", n=1), msg("a {n}", n=2), msg("b")} == {
        msg("b"),
        msg("a {n}", n=1),
        msg("a {n}", n=2),
    }


texts = st.text(max_size=20)
parameters = st.recursive(
    texts | st.integers() | st.booleans() | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.builds(Message, texts, st.dictionaries(texts, inner, max_size=3))
    ),
    max_leaves=8,
)
given_by_name = st.dictionaries(texts, parameters, max_size=3)
sentences = st.builds(Message, texts, given_by_name) | st.builds(
    Message, texts, given_by_name, texts, st.integers()
)


@given(sentences)
def test_every_message_survives_json(sentence: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(sentence)))) == sentence


@given(sentences)
def test_every_message_can_be_said(sentence: Message) -> None:
    assert isinstance(render(sentence, CHINESE), str)
    assert isinstance(render(sentence, ENGLISH), str)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "parameters", "many", "n", "message"]) | texts, inner)
    ),
    max_leaves=12,
)


@given(anything)
def test_what_is_no_message_is_refused_by_name(data: Any) -> None:
    with contextlib.suppress(KeyError, TypeError, ValueError):
        assert isinstance(from_json(data), Message)
