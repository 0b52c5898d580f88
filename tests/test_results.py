"""What one step hands to the next: every kind of it survives the journey's file, and no secret gets in."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard import results
from wizard.redaction import Secret
from wizard.results import TYPES, DiskImage, StorageAccount, StoredFile, from_json, to_json


def records(kind: type) -> st.SearchStrategy[Any]:
    """Any record of that kind."""
    hints = get_type_hints(kind)
    return st.builds(
        kind,
        **{
            field.name: records(hints[field.name])
            if dataclasses.is_dataclass(hints[field.name])
            else st.from_type(hints[field.name])
            for field in dataclasses.fields(kind)
        },
    )


@pytest.mark.parametrize("name", TYPES)
@given(data=st.data())
def test_every_kind_survives_json(name: str, data: st.DataObject) -> None:
    record = data.draw(records(TYPES[name]))
    assert from_json(TYPES[name], json.loads(json.dumps(to_json(record)))) == record


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([field.name for kind in TYPES.values() for field in dataclasses.fields(kind)]),
            inner,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", TYPES)
@given(data=anything)
def test_what_is_no_record_is_refused_by_name(name: str, data: Any) -> None:
    try:
        record = from_json(TYPES[name], data)
    except (TypeError, KeyError):
        return
    assert isinstance(record, TYPES[name])


ACCOUNT = {"name": "acc", "subscription": "s", "resource_group": "g"}


@pytest.mark.parametrize(
    ("kind", "data", "record"),
    [
        (StorageAccount, ACCOUNT, StorageAccount("acc", "s", "g")),
        (StorageAccount, {"name": "acc"}, StorageAccount("acc")),
        (StorageAccount, ACCOUNT | {"made_by_a_newer_version": 1}, StorageAccount("acc", "s", "g")),
        (float, 3, 3.0),
        (bool, True, True),
        (int | None, None, None),
        (int | None, 3, 3),
        (tuple[str, ...], ["a"], ("a",)),
    ],
)
def test_what_is_read(kind: Any, data: Any, record: Any) -> None:
    assert from_json(kind, data) == record


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (StorageAccount, {}),
        (StorageAccount, {"name": None}),
        (StorageAccount, {"name": 3}),
        (StorageAccount, ["acc"]),
        (StorageAccount, "acc"),
        (StoredFile, {"name": "a", "length": True, "sha256": "x"}),
        (StoredFile, {"name": "a", "length": 1.5, "sha256": "x"}),
        (float, True),
        (tuple[str, ...], "abc"),
        (tuple[str, ...], [1]),
    ],
)
def test_what_is_refused(kind: Any, data: Any) -> None:
    with pytest.raises(TypeError):
        from_json(kind, data)


@pytest.mark.parametrize("value", [Secret("sehr-geheim"), Path("x"), b"x", {1, 2}, object(), StorageAccount])
def test_only_plain_values_can_be_kept(value: Any) -> None:
    for each in (value, [value], {"a": (value,)}, DiskImage(value, 1, 1, 1, "", None)):
        with pytest.raises(TypeError):
            to_json(each)


def test_no_kind_has_a_place_for_a_secret() -> None:
    for kind in (*TYPES.values(), *vars(results).values()):
        if dataclasses.is_dataclass(kind):
            assert not {field.name for field in dataclasses.fields(kind)} & {
                "key",
                "signature",
                "token",
                "uri",
                "sas",
            }
            assert Secret not in get_type_hints(kind).values()
