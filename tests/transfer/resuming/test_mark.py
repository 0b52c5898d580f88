"""The mark in a blob's metadata: read as it was written, and not read into what others wrote."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.transfer.resuming.mark import Identity, Mark, new_mark, read_mark

SOURCE = Identity(1024, 1, "ab" * 32)
MARK = Mark("0123456789ab" + "0" * 20, SOURCE, "partial")


@given(length=st.integers(0, 2**63), modified=st.integers(-(2**63), 2**63))
def test_it_is_read_as_it_was_written(length: int, modified: int) -> None:
    mark = new_mark(Identity(length, modified, "ab" * 32))
    assert read_mark(mark.to_metadata()) == mark
    assert read_mark(mark.completed().to_metadata()) == mark.completed()
    assert not mark.is_complete
    assert mark.completed().is_complete
    assert mark.completed().fence == mark.fence


def test_names_and_values_are_fit_for_metadata() -> None:
    for name, value in MARK.to_metadata().items():
        assert re.fullmatch(r"[a-z_][a-z0-9_]*", name)
        assert value.isascii()


def test_names_are_known_in_any_case() -> None:
    assert read_mark({name.title(): value for name, value in MARK.to_metadata().items()}) == MARK


def test_every_upload_has_a_fence_of_its_own() -> None:
    assert len({new_mark(SOURCE).fence for _ in range(50)}) == 50
    assert MARK.fence == 0x0123456789AB < 2**53


@pytest.mark.parametrize("missing", sorted(MARK.to_metadata()))
def test_a_part_of_a_mark_is_none(missing: str) -> None:
    metadata = MARK.to_metadata()
    del metadata[missing]
    assert read_mark(metadata) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"imagewizard_state": "half"},
        {"imagewizard_source_length": "many"},
        {"imagewizard_upload": "short"},
        {"imagewizard_upload": "xyz" * 10},
        {"imagewizard_upload": ""},
    ],
)
def test_a_spoilt_mark_is_none(changes: dict[str, str]) -> None:
    assert read_mark(MARK.to_metadata() | changes) is None


def test_no_mark_is_none() -> None:
    assert read_mark({}) is None
    assert read_mark({"made_by": "another program"}) is None
