"""The rules of the practice cloud's state, value by value."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from wizard.practice.arm import ArmError
from wizard.practice.sample_state import PUBLISHING
from wizard.practice.state import CloudState

ACCOUNT = (PUBLISHING, "marketplace-images", "practiceimages")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("allowBlobPublicAccess", True),
        ("allowSharedKeyAccess", False),
        ("supportsHttpsTrafficOnly", False),
        ("defaultToOAuthAuthentication", True),
        ("allowCrossTenantReplication", True),
        ("minimumTlsVersion", "TLS1_3"),
        ("publicNetworkAccess", "Disabled"),
        ("accessTier", "Cool"),
        ("networkAcls", {"defaultAction": "Deny", "ipRules": []}),
        ("sasPolicy", {"sasExpirationPeriod": "1.15:59:59", "expirationAction": "Log"}),
        ("sasPolicy", None),
    ],
)
def test_a_setting_is_changed_and_saved(tmp_path: Path, setting: str, value: Any) -> None:
    file = tmp_path / "state.json"
    changed = CloudState(file).update_account(*ACCOUNT, {setting: value}, {"by": "test"})
    assert changed.properties[setting] == value
    again = CloudState(file).account(*ACCOUNT)
    assert (again.properties[setting], again.tags) == (value, {"by": "test"})
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("allowBlobPublicAccess", 1, "InvalidValuesForRequestParameters"),
        ("allowBlobPublicAccess", "true", "InvalidValuesForRequestParameters"),
        ("allowBlobPublicAccess", None, "InvalidValuesForRequestParameters"),
        ("minimumTlsVersion", "TLS1_4", "InvalidValuesForRequestParameters"),
        ("accessTier", "Archive", "InvalidValuesForRequestParameters"),
        ("networkAcls", {"defaultAction": "Perhaps"}, "InvalidValuesForRequestParameters"),
        ("networkAcls", "Deny", "InvalidValuesForRequestParameters"),
        ("sasPolicy", {"sasExpirationPeriod": "7 days"}, "InvalidValuesForRequestParameters"),
        ("sasPolicy", "7.00:00:00", "InvalidValuesForRequestParameters"),
        ("isHnsEnabled", True, "NotSimulated"),
        ("encryption", {}, "NotSimulated"),
    ],
)
def test_a_setting_that_is_refused_changes_nothing(setting: str, value: Any, code: str) -> None:
    state = CloudState()
    before = state.account(*ACCOUNT)
    with pytest.raises(ArmError, match=code):
        state.update_account(*ACCOUNT, {"allowSharedKeyAccess": False, setting: value}, {"by": "test"})
    assert state.account(*ACCOUNT) == before


@pytest.mark.parametrize(
    ("name", "good"),
    [("a", True), ("g" * 90, True), ("g" * 91, False), ("with.(all)_-1", True), ("point.", False), ("a b", False), ("图", True)],
)  # fmt: skip
def test_names_of_resource_groups(name: str, good: bool) -> None:
    state = CloudState()
    if good:
        group, made = state.put_group(PUBLISHING, name, "chinaeast2", {})
        assert (group.name, made) == (name, True)
    else:
        with pytest.raises(ArmError, match="InvalidResourceGroup") as caught:
            state.put_group(PUBLISHING, name, "chinaeast2", {})
        assert caught.value.status == HTTPStatus.BAD_REQUEST


def test_what_is_given_out_is_a_copy() -> None:
    state = CloudState()
    state.account(*ACCOUNT).properties["allowBlobPublicAccess"] = True
    state.group(PUBLISHING, "older-images").tags["x"] = "y"
    assert state.account(*ACCOUNT).properties["allowBlobPublicAccess"] is False
    assert state.group(PUBLISHING, "older-images").tags == {}


def test_registering_a_provider_is_saved(tmp_path: Path) -> None:
    file = tmp_path / "below" / "state.json"
    assert not CloudState(file).registered(PUBLISHING, "Microsoft.VirtualMachineImages")
    CloudState(file).register(PUBLISHING, "microsoft.virtualmachineimages")
    assert CloudState(file).registered(PUBLISHING, "Microsoft.VirtualMachineImages")
