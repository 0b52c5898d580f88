"""Whatever comes out of a pipe is a frame, or refused; whatever stands in a frame is a record, or refused."""

from __future__ import annotations

import io
import json
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.inspection.found.inside import Inside, Unread
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.reader import frames
from wizard.inspection.reader.frames import NonsenseError, Opened
from wizard.inspection.reader.untrusted import record
from wizard.results import to_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: (
        st.lists(below)
        | st.dictionaries(st.sampled_from(["system", "volumes", "chapters"]) | st.text(), below)
    ),
    max_leaves=20,
)


def test_what_was_written_is_read() -> None:
    pipe = io.BytesIO()
    frames.write(pipe, frames.BEGINS, b"ssh")
    frames.write(pipe, frames.END)
    pipe.seek(0)
    assert frames.read(pipe, frames.FROM_READER) == (frames.BEGINS, b"ssh")
    assert frames.read(pipe, frames.FROM_READER) == (frames.END, b"")
    with pytest.raises(EOFError):
        frames.read(pipe, frames.FROM_READER)


@pytest.mark.parametrize("kind", sorted(frames.FROM_READER))
def test_the_longest_of_each_kind_is_read_and_a_longer_one_is_not(kind: bytes) -> None:
    most = frames.FROM_READER[kind]
    for length, fits in ((most, True), (most + 1, False)):
        pipe = io.BytesIO()
        frames.write(pipe, kind, bytes(length))
        pipe.seek(0)
        if fits:
            assert len(frames.read(pipe, frames.FROM_READER)[1]) == most
        else:
            with pytest.raises(NonsenseError):
                frames.read(pipe, frames.FROM_READER)


@given(st.binary())
def test_any_bytes_are_frames_or_refused(content: bytes) -> None:
    pipe = io.BytesIO(content)
    try:
        while True:
            kind, said = frames.read(pipe, frames.FROM_READER)
            assert len(said) <= frames.FROM_READER[kind]
    except (EOFError, NonsenseError):
        pass


@given(st.binary() | JSON.map(lambda data: json.dumps(data).encode()))
def test_any_content_is_a_record_or_refused(content: bytes) -> None:
    for kind in (Opened, Unread, *get_type_hints(Inside).values()):
        try:
            to_json(record(kind, content))
        except NonsenseError:
            continue


@pytest.mark.parametrize(
    "spoilt",
    [
        {"partition": 2**63},
        {"partition": 1.0},
        {"partition": True},
        {"label": None},
        {"label": ["a"]},
        {"total_bytes": "1"},
        {"read": 1},
    ],
)
def test_a_record_has_the_types_it_should(spoilt: dict[str, Any]) -> None:
    whole = to_json(FoundVolume(1, 0, 512, "ext"))
    assert record(FoundVolume, json.dumps(whole).encode()) == FoundVolume(1, 0, 512, "ext")
    with pytest.raises(NonsenseError):
        record(FoundVolume, json.dumps(whole | spoilt).encode())


@pytest.mark.parametrize(
    "number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 5000, b"-9223372036854775809"]
)
def test_numbers_that_nothing_can_be_counted_with_are_refused(number: bytes) -> None:
    with pytest.raises(NonsenseError):
        record(FoundVolume, b'{"partition": 1, "start": 0, "length": 1, "kind": "ext", "more": %s}' % number)
