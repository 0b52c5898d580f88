"""The journey's file as text: everything comes back, nothing secret goes in, and only a whole journey is read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.test_messages import sentences
from tests.test_results import records
from wizard.journeys.journey import Journey, StoredFindings, StoredResult, mark
from wizard.journeys.journey_format import KIND, VERSION, DamagedJourney, decode, encode
from wizard.messages import msg
from wizard.redaction import MASK, Secret, remember
from wizard.results import TYPES, ContainerAccess
from wizard.step import Finding, Fix, Outcome
from wizard.where import Where

texts = st.text(max_size=12)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, plain, max_size=3)
marks = st.dictionaries(texts, texts, max_size=3)
fixes = st.builds(Fix, sentences, objects, st.none() | texts)
places = st.builds(Where, texts, st.integers(), texts)
findings = st.builds(
    Finding,
    st.sampled_from(Outcome),
    sentences,
    st.none() | sentences,
    objects,
    st.none() | fixes,
    texts,
    st.lists(places, max_size=3).map(tuple),
    st.lists(texts, max_size=3).map(tuple),
)
journeys = st.builds(
    Journey,
    texts,
    texts,
    texts,
    texts,
    st.dictionaries(texts, objects, max_size=3),
    st.fixed_dictionaries(
        {},
        optional={name: st.builds(StoredResult, records(kind), marks, texts) for name, kind in TYPES.items()},
    ),
    st.dictionaries(
        texts, st.builds(StoredFindings, st.lists(findings, max_size=3).map(tuple), marks, texts), max_size=2
    ),
)


@given(journeys)
def test_every_journey_comes_back(journey: Journey) -> None:
    assume(is_harmless(journey))
    assert decode(encode(journey)) == (journey, VERSION)


@given(st.text() | plain.map(json.dumps))
def test_what_is_no_journey_is_damaged(text: str) -> None:
    with pytest.raises(DamagedJourney):
        decode(text)


@given(st.data())
def test_any_json_in_any_place_is_read_or_damaged(data: st.DataObject) -> None:
    whole = json.loads(encode(a_journey()))
    places = list(_places(whole))
    container, name = data.draw(st.sampled_from(places))
    container[name] = data.draw(plain | st.sampled_from([[], {}, [[]], [{}], {"a": []}]))
    try:
        journey, _ = decode(json.dumps(whole))
    except DamagedJourney:
        return
    # What is read can be written, and is the same then.
    assert decode(encode(journey))[0] == journey


@given(st.integers(0, 4000))
def test_half_a_journey_is_damaged(length: int) -> None:
    text = encode(a_journey())
    if length < len(text):
        with pytest.raises(DamagedJourney):
            decode(text[:length])


def is_harmless(journey: Journey) -> bool:
    """Whether nothing in it looks like a secret."""
    return MASK not in encode(journey)


def _places(value: Any) -> Any:
    """Every place in a JSON value, as the container and the name or number in it."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, name
        if isinstance(inner, dict | list):
            yield from _places(inner)


def a_journey() -> Journey:
    journey = Journey("An image", "practice")
    journey.answers = {"upload": {"container": "vhds", "overwrite": False, "files": ["a"]}}
    journey.results = {
        "container_access": StoredResult(
            ContainerAccess("vhds", "blob", None), {"account": "0123"}, "2026-11-20T00:00:00Z"
        )
    }
    fix = Fix(msg("Make it {level}", level="blob"), {"level": "blob"}, "check")
    found = Finding(
        Outcome.FAILED,
        msg("It is {level}", level=msg("private")),
        msg("Open it."),
        {"level": "private"},
        fix,
        "ACC-01",
        (Where("/etc/shadow", 3, "root:…"), Where("/root/.bash_history")),
        ("passwd -l root",),
    )
    journey.findings = {"access": StoredFindings((found,), {"account": "0123"}, "2026-11-20T00:00:00Z")}
    return journey


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '"journey"',
        "0",
        "[" * 100_000,
        '{"kind": "other", "version": 1}',
        '{"kind": "' + KIND + '"}',
        '{"kind": "' + KIND + '", "version": "1"}',
        '{"kind": "' + KIND + '", "version": true}',
        '{"kind": "' + KIND + '", "version": 1.0}',
        '{"kind": "' + KIND + '", "version": 0}',
        '{"kind": "' + KIND + '", "version": ' + "9" * 5000 + "}",
        "\ufeff{}",
        "\0" * 100,
    ],
)
def test_shapes_that_are_no_journey(text: str) -> None:
    with pytest.raises(DamagedJourney) as caught:
        decode(text)
    assert not caught.value.is_newer


@pytest.mark.parametrize(
    "changes",
    [
        {"name": None},
        {"created": 3},
        {"answers": []},
        {"answers": {"upload": 3}},
        {"results": {"container_access": {}}},
        {"results": {"container_access": {"value": {"container": 3}, "made_from": {}, "at": ""}}},
        {"findings": {"access": {"findings": [{}], "made_from": {}, "at": ""}}},
        {"findings": {"access": {"findings": [{"rule": "", "outcome": "odd", "reason": {"text": ""}}]}}},
    ],
)
def test_wrong_shapes_within_a_journey_are_damaged(changes: dict[str, Any]) -> None:
    whole = json.loads(encode(a_journey()))
    with pytest.raises(DamagedJourney):
        decode(json.dumps(whole | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"seen_at": {}},
        {"seen_at": ["/etc/shadow"]},
        {"seen_at": [{"path": "/etc/shadow", "line": 3}]},
        {"seen_at": [{"path": "/etc/shadow", "line": True, "text": ""}]},
        {"seen_at": [{"path": 3, "line": 3, "text": ""}]},
        {"commands": "passwd -l root"},
        {"commands": [3]},
    ],
)
def test_wrong_places_and_commands_are_damaged(changes: dict[str, Any]) -> None:
    whole = json.loads(encode(a_journey()))
    whole["findings"]["access"]["findings"][0] |= changes
    with pytest.raises(DamagedJourney):
        decode(json.dumps(whole))


def test_a_finding_written_before_there_were_places_and_commands_is_read() -> None:
    whole = json.loads(encode(a_journey()))
    finding = whole["findings"]["access"]["findings"][0]
    assert finding.pop("seen_at") == [
        {"path": "/etc/shadow", "line": 3, "text": "root:…"},
        {"path": "/root/.bash_history", "line": 0, "text": ""},
    ]
    assert finding.pop("commands") == ["passwd -l root"]

    (read,) = decode(json.dumps(whole))[0].findings["access"].findings

    assert read == replace(a_journey().findings["access"].findings[0], seen_at=(), commands=())


def test_a_newer_version_is_read_as_far_as_it_is_understood() -> None:
    whole = json.loads(encode(a_journey())) | {"version": VERSION + 1, "more": 1}
    whole["results"]["from_the_future"] = {"value": {"x": 1}, "made_from": {}, "at": ""}
    assert decode(json.dumps(whole)) == (a_journey_like(whole), VERSION + 1)


def a_journey_like(whole: dict[str, Any]) -> Journey:
    return replace(a_journey(), id=whole["id"], created=whole["created"])


def test_a_newer_version_that_is_not_understood_says_that_it_is_newer() -> None:
    whole = json.loads(encode(a_journey())) | {"version": VERSION + 1, "answers": ["another shape"]}
    with pytest.raises(DamagedJourney) as caught:
        decode(json.dumps(whole))
    assert caught.value.is_newer


# Secrets

LINK = "https://acc.blob.core.chinacloudapi.cn/vhds/d.vhd?sv=1&sig=abcdefgh%3D&se=2"


def test_a_secret_that_was_typed_into_a_plain_field_is_masked() -> None:
    journey = a_journey()
    journey.name = LINK
    journey.answers["upload"] |= {"container": LINK, "files": [LINK], "ticks": {"a": {"by": LINK}}}
    journey.results["container_access"] = StoredResult(ContainerAccess(LINK, "blob", None), {}, "")
    found = Finding(
        Outcome.FAILED,
        msg("It is {level}", level=msg("{a} and {b}", a=LINK, b=("x", LINK))),
        msg("{x}", x=LINK),
        {"url": LINK},
        Fix(msg("{x}", x=LINK), {"x": LINK}, None),
        "ACC-01",
        (Where(LINK, 1, f"curl {LINK}"),),
        (f"curl {LINK}",),
    )
    journey.findings["access"] = StoredFindings((found,), {}, "")
    text = encode(journey)
    assert "abcdefgh" not in text
    assert text.count(f"sig={MASK}&se=2") == 14
    assert decode(text)[0].answers["upload"]["container"] == LINK.replace("abcdefgh%3D", MASK)


def test_a_secret_result_cannot_be_written() -> None:
    journey = a_journey()
    journey.results["sas"] = StoredResult(Secret("sehr-geheim"), {}, "")
    with pytest.raises(TypeError):
        encode(journey)


@pytest.mark.parametrize(
    "answer", ['AccountKey=abc"def', "AccountKey=abc\\", 'password: "', 'x"password": "y', 'sig=\n\\n"']
)
def test_masking_leaves_a_journey_that_can_be_read(answer: str) -> None:
    journey = a_journey()
    journey.answers["upload"]["note"] = answer
    assert decode(encode(journey))[0].answers["upload"]["container"] == "vhds"


@pytest.mark.parametrize(
    "word", ["practice", "answers", "container_access", "made_from", "marketplace-image-wizard"]
)
def test_a_secret_that_is_also_one_of_our_words_breaks_nothing(word: str) -> None:
    remember(word)
    remember(word * 2)
    journey = a_journey()
    journey.answers["upload"]["note"] = word * 2
    read, _ = decode(encode(journey))
    assert read.answers["upload"]["note"] == MASK
    assert replace(read, answers={}) == replace(journey, answers={})


def test_a_message_keeps_its_text_whatever_is_masked() -> None:
    # The text is the key to its translation.
    text = "The link has no sig=… and no {name}, as AccountKey={name} has"
    journey = a_journey()
    journey.findings["access"] = StoredFindings((Finding(Outcome.FAILED, msg(text, name="x")),), {}, "")
    assert decode(encode(journey))[0] == journey


# Marks


@given(plain, plain)
def test_equal_values_have_equal_marks_and_others_not(one: Any, other: Any) -> None:
    assert (mark(one) == mark(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


@pytest.mark.parametrize("name", TYPES)
@given(data=st.data())
def test_a_result_has_the_same_mark_after_reopening(name: str, data: st.DataObject) -> None:
    record = data.draw(records(TYPES[name]))
    journey = Journey("", "")
    journey.results[name] = StoredResult(record, {}, "")
    assume(is_harmless(journey))
    assert mark(decode(encode(journey))[0].results[name].value) == mark(record)


@given(st.text(st.characters(blacklist_categories=())))
def test_any_text_has_a_mark(text: str) -> None:
    assert mark(text) == mark(text)


def test_a_list_and_a_tuple_are_the_same() -> None:
    assert mark(("a", "b")) == mark(["a", "b"])
    assert mark({"a": 1, "b": 2}) == mark({"b": 2, "a": 1})
