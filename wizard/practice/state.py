"""What the practice cloud's Resource Manager knows: subscriptions, resource groups, storage accounts, and their rules."""

from __future__ import annotations

import copy
import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from wizard.files import write_atomically
from wizard.practice.arm import ArmError, bad_request, not_found, not_simulated
from wizard.practice.sample_state import PROVIDERS, REGIONS, sample

_FORMAT: Final = 1
_GROUP_NAME: Final = re.compile(r"[-\w.()]{0,89}[-\w()]")  # at most 90 characters, no point at the end
ACCOUNT_NAME: Final = re.compile(r"[a-z0-9]{3,24}")

_YES_NO: Final = (True, False)
# The settings that can be changed, each with the values Azure takes; None: a structure, checked on its own.
_CHANGEABLE: Final[Mapping[str, tuple[Any, ...] | None]] = {
    "allowBlobPublicAccess": _YES_NO,
    "allowSharedKeyAccess": _YES_NO,
    "supportsHttpsTrafficOnly": _YES_NO,
    "defaultToOAuthAuthentication": _YES_NO,
    "allowCrossTenantReplication": _YES_NO,
    "minimumTlsVersion": ("TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"),
    "publicNetworkAccess": ("Enabled", "Disabled"),
    "accessTier": ("Hot", "Cool"),
    "networkAcls": None,
    "sasPolicy": None,
}


@dataclass(frozen=True)
class Subscription:
    """A subscription of the practice tenant."""

    id: str
    name: str


@dataclass
class ResourceGroup:
    """A resource group of a subscription."""

    subscription: str
    name: str
    location: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class StorageAccount:
    """A storage account; `properties` in the words of Resource Manager."""

    subscription: str
    group: str
    name: str
    location: str
    sku: str
    kind: str
    properties: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)


class CloudState:
    """Everything the Resource Manager remembers, saved to `file` after each change; never a key.

    Its methods may be called from several threads and raise ArmError; what they return is a copy.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.RLock()
        try:
            data = json.loads(file.read_text("utf-8")) if file else sample()
            self._read(data)
        except (OSError, ValueError, TypeError, KeyError):
            self._read(sample())  # nothing there yet, or nothing that can be used

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """All subscriptions."""
        return self._subscriptions

    @property
    def account_names(self) -> tuple[str, ...]:
        """The names of all storage accounts, in their order."""
        with self._lock:
            return tuple(account.name for account in self._accounts)

    def subscription(self, subscription: str) -> Subscription:
        """The subscription of that id."""
        for each in self._subscriptions:
            if _same(each.id, subscription):
                return each
        raise not_found("SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")

    def groups(self, subscription: str) -> list[ResourceGroup]:
        """The resource groups of a subscription."""
        owner = self.subscription(subscription)
        with self._lock:
            return copy.deepcopy([group for group in self._groups if group.subscription == owner.id])

    def group(self, subscription: str, name: str) -> ResourceGroup:
        """The resource group of that name."""
        for group in self.groups(subscription):
            if _same(group.name, name):
                return group
        raise not_found("ResourceGroupNotFound", f"Resource group '{name}' could not be found.")

    def put_group(
        self, subscription: str, name: str, location: str, tags: Mapping[str, str]
    ) -> tuple[ResourceGroup, bool]:
        """Make the resource group or give it these tags; the second value says whether it was made."""
        owner = self.subscription(subscription)
        if not _GROUP_NAME.fullmatch(name):
            raise bad_request(
                "InvalidResourceGroup", f"The provided resource group name '{name}' is not valid."
            )
        region = location.replace(" ", "").lower()
        if not region:
            raise bad_request("LocationRequired", "The location property is required for this definition.")
        if region not in REGIONS:
            raise bad_request(
                "LocationNotAvailableForResourceGroup",
                f"The provided location '{location}' is not available for resource group. "
                f"List of available regions is '{','.join(REGIONS)}'.",
            )
        with self._lock:
            for group in self._groups:
                if group.subscription == owner.id and _same(group.name, name):
                    if group.location != region:
                        raise ArmError(
                            HTTPStatus.CONFLICT,
                            "InvalidResourceGroupLocation",
                            f"The resource group '{group.name}' already exists in location '{group.location}'.",
                        )
                    group.tags = dict(tags)
                    self._save()
                    return copy.deepcopy(group), False
            made = ResourceGroup(owner.id, name, region, dict(tags))
            self._groups.append(made)
            self._save()
            return copy.deepcopy(made), True

    def accounts(self, subscription: str, group: str | None = None) -> list[StorageAccount]:
        """The storage accounts of a subscription or of one of its resource groups."""
        owner = self.subscription(subscription)
        wished = self.group(subscription, group).name if group is not None else None
        with self._lock:
            return copy.deepcopy(
                [
                    a
                    for a in self._accounts
                    if a.subscription == owner.id and (wished is None or a.group == wished)
                ]
            )

    def account(self, subscription: str, group: str, name: str) -> StorageAccount:
        """The storage account of that name."""
        for account in self.accounts(subscription, group):
            if _same(account.name, name):
                return account
        raise not_found(
            "ResourceNotFound",
            f"The Resource 'Microsoft.Storage/storageAccounts/{name}' under resource group '{group}' was not found.",
        )

    def update_account(
        self,
        subscription: str,
        group: str,
        name: str,
        changes: Mapping[str, Any],
        tags: Mapping[str, str] | None,
    ) -> StorageAccount:
        """Change settings of a storage account; all of them or, where one is refused, none."""
        for setting, value in changes.items():
            _check_change(setting, value)
        found = self.account(subscription, group, name)
        with self._lock:
            account = next(a for a in self._accounts if a.name == found.name)
            account.properties.update(copy.deepcopy(dict(changes)))
            if tags is not None:
                account.tags = dict(tags)
            self._save()
            return copy.deepcopy(account)

    def registered(self, subscription: str, namespace: str) -> bool:
        """Whether the resource provider is registered with the subscription."""
        owner, known = self.subscription(subscription), provider(namespace)
        with self._lock:
            return known in self._registered.get(owner.id, ())

    def register(self, subscription: str, namespace: str) -> None:
        """Register the resource provider with the subscription."""
        owner, known = self.subscription(subscription), provider(namespace)
        with self._lock:
            self._registered.setdefault(owner.id, set()).add(known)
            self._save()

    def _read(self, data: Mapping[str, Any]) -> None:
        if data["format"] != _FORMAT:
            raise ValueError("another version of the practice cloud wrote this")
        self._subscriptions = tuple(Subscription(**each) for each in data["subscriptions"])
        self._groups = [ResourceGroup(**each) for each in data["groups"]]
        self._accounts = [StorageAccount(**each) for each in data["accounts"]]
        self._registered = {owner: set(names) for owner, names in data["registered"].items()}

    def _save(self) -> None:
        if self._file is None:
            return
        data = {
            "format": _FORMAT,
            "subscriptions": _as_dicts(self._subscriptions),
            "groups": _as_dicts(self._groups),
            "accounts": _as_dicts(self._accounts),
            "registered": {owner: sorted(names) for owner, names in self._registered.items()},
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file, json.dumps(data, indent=1))


def provider(namespace: str) -> str:
    """The resource provider's name as it is written; raises ArmError."""
    for known in PROVIDERS:
        if _same(known, namespace):
            return known
    raise not_found("InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.")


def _check_change(setting: str, value: Any) -> None:
    if setting not in _CHANGEABLE:
        raise not_simulated(f"changing '{setting}' of a storage account")
    allowed = _CHANGEABLE[setting]
    if allowed is not None:
        fits = any(value is each or (isinstance(value, str) and value == each) for each in allowed)
    elif setting == "networkAcls":
        fits = isinstance(value, Mapping) and value.get("defaultAction") in ("Allow", "Deny")
    else:
        period = value.get("sasExpirationPeriod") if isinstance(value, Mapping) else None
        fits = value is None or (
            isinstance(period, str) and bool(re.fullmatch(r"\d+\.\d\d:\d\d:\d\d", period))
        )
    if not fits:
        raise bad_request(
            "InvalidValuesForRequestParameters", f"Values for request parameters are invalid: {setting}."
        )


def _as_dicts(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def _same(one: str, other: str) -> bool:
    """Names and ids in Resource Manager do not care about upper and lower case."""
    return one.casefold() == other.casefold()
