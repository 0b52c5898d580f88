"""The Resource Manager's operations: which address and method does what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from wizard.practice.arm import Answer, Request, bad_request, not_simulated
from wizard.practice.azurite import AccountKeys
from wizard.practice.sample_state import PROVIDERS, REGIONS, TENANT
from wizard.practice.state import (
    ACCOUNT_NAME,
    CloudState,
    ResourceGroup,
    StorageAccount,
    Subscription,
    provider,
)

_BORN: Final = "2026-01-01T00:00:00.0000000Z"  # of every account and key; practice has no history


class Operations:
    """What can be asked of the Resource Manager, on a state and the storage accounts' keys and addresses."""

    def __init__(
        self,
        state: CloudState,
        keys: Mapping[str, AccountKeys],
        blob_endpoint: Callable[[str], str],
    ) -> None:
        self._state = state
        self._keys = keys
        self._blob_endpoint = blob_endpoint
        subscription = "/subscriptions/{subscription}"
        group = f"{subscription}/resourceGroups/{{group}}"
        accounts = f"{group}/providers/Microsoft.Storage/storageAccounts"
        account = f"{accounts}/{{account}}"
        self._routes = tuple(
            (_pattern(template), methods)
            for template, methods in (
                ("/tenants", {"GET": self._tenants}),
                ("/subscriptions", {"GET": self._subscriptions}),
                (subscription, {"GET": self._subscription}),
                (f"{subscription}/locations", {"GET": self._locations}),
                (f"{subscription}/providers", {"GET": self._providers}),
                (f"{subscription}/providers/{{namespace}}", {"GET": self._provider}),
                (f"{subscription}/providers/{{namespace}}/register", {"POST": self._register}),
                (f"{subscription}/resourceGroups", {"GET": self._groups}),
                (group, {"GET": self._group, "HEAD": self._group_exists, "PUT": self._put_group}),
                (
                    f"{subscription}/providers/Microsoft.Storage/checkNameAvailability",
                    {"POST": self._check_name},
                ),
                (f"{subscription}/providers/Microsoft.Storage/storageAccounts", {"GET": self._accounts}),
                (accounts, {"GET": self._accounts}),
                (account, {"GET": self._account, "PATCH": self._update_account}),
                (f"{account}/listKeys", {"POST": self._list_keys}),
                (f"{account}/regenerateKey", {"POST": self._regenerate_key}),
            )
        )

    def find(self, method: str, path: str) -> tuple[Callable[[Request], Answer], dict[str, str]]:
        """The operation for this method and path, and the values of the path's placeholders; raises ArmError."""
        for pattern, methods in self._routes:
            found = pattern.fullmatch(path.rstrip("/"))
            if found:
                if method not in methods:
                    raise not_simulated(f"{method} {path}")
                return methods[method], {name: unquote(value) for name, value in found.groupdict().items()}
        raise not_simulated(f"{method} {path}")

    def _tenants(self, request: Request) -> Answer:
        tenant = {
            "id": f"/tenants/{TENANT}",
            "tenantId": TENANT,
            "tenantCategory": "Home",
            "countryCode": "CN",
            "displayName": "Practice",
            "domains": ["practice.partner.onmschina.cn"],
            "defaultDomain": "practice.partner.onmschina.cn",
        }
        return request.page([tenant])

    def _subscriptions(self, request: Request) -> Answer:
        return request.page([_subscription(each) for each in self._state.subscriptions])

    def _subscription(self, request: Request) -> Answer:
        return Answer(_subscription(self._state.subscription(request.path["subscription"])))

    def _locations(self, request: Request) -> Answer:
        subscription = self._state.subscription(request.path["subscription"])
        return request.page([_location(subscription.id, name) for name in REGIONS])

    def _providers(self, request: Request) -> Answer:
        subscription = self._state.subscription(request.path["subscription"]).id
        return request.page([self._provider_body(subscription, namespace) for namespace in PROVIDERS])

    def _provider(self, request: Request) -> Answer:
        subscription = self._state.subscription(request.path["subscription"]).id
        return Answer(self._provider_body(subscription, provider(request.path["namespace"])))

    def _register(self, request: Request) -> Answer:
        self._state.register(request.path["subscription"], request.path["namespace"])
        return self._provider(request)

    def _groups(self, request: Request) -> Answer:
        return request.page([_group(each) for each in self._state.groups(request.path["subscription"])])

    def _group(self, request: Request) -> Answer:
        return Answer(_group(self._state.group(request.path["subscription"], request.path["group"])))

    def _group_exists(self, request: Request) -> Answer:
        self._state.group(request.path["subscription"], request.path["group"])
        return Answer(status=HTTPStatus.NO_CONTENT)

    def _put_group(self, request: Request) -> Answer:
        group, made = self._state.put_group(
            request.path["subscription"],
            request.path["group"],
            str(request.body.get("location") or ""),
            _tags(request) or {},
        )
        return Answer(_group(group), HTTPStatus.CREATED if made else HTTPStatus.OK)

    def _check_name(self, request: Request) -> Answer:
        self._state.subscription(request.path["subscription"])
        name = str(request.body.get("name") or "")
        if not ACCOUNT_NAME.fullmatch(name):
            reason, text = (
                "AccountNameInvalid",
                "is not a valid storage account name. It must have 3 to 24 characters, a-z and 0-9",
            )
        elif name in self._state.account_names:
            reason, text = "AlreadyExists", "is already taken"
        else:
            return Answer({"nameAvailable": True})
        return Answer(
            {"nameAvailable": False, "reason": reason, "message": f"The storage account named {name} {text}."}
        )

    def _accounts(self, request: Request) -> Answer:
        found = self._state.accounts(request.path["subscription"], request.path.get("group"))
        return request.page([self._account_body(each) for each in found])

    def _account(self, request: Request) -> Answer:
        return Answer(self._account_body(self._wished_account(request)))

    def _update_account(self, request: Request) -> Answer:
        properties = request.body.get("properties") or {}
        unknown = sorted(set(request.body) - {"properties", "tags"})
        if unknown:
            raise not_simulated(f"changing '{unknown[0]}' of a storage account")
        if not isinstance(properties, Mapping):
            raise bad_request(
                "InvalidRequestContent", "The request content was invalid: properties is not an object."
            )
        path = request.path
        account = self._state.update_account(
            path["subscription"], path["group"], path["account"], properties, _tags(request)
        )
        return Answer(self._account_body(account))

    def _list_keys(self, request: Request) -> Answer:
        keys = self._keys[self._wished_account(request).name]
        return Answer(
            {
                "keys": [
                    {"creationTime": _BORN, "keyName": name, "value": key.reveal(), "permissions": "FULL"}
                    for name, key in (("key1", keys.key1), ("key2", keys.key2))
                ]
            }
        )

    def _regenerate_key(self, request: Request) -> Answer:
        self._wished_account(request)
        raise not_simulated(
            "making an account key anew; start practice again instead, every start makes new keys"
        )

    def _wished_account(self, request: Request) -> StorageAccount:
        return self._state.account(
            request.path["subscription"], request.path["group"], request.path["account"]
        )

    def _account_body(self, account: StorageAccount) -> dict[str, Any]:
        return {
            "id": f"{_group_id(account.subscription, account.group)}"
            f"/providers/Microsoft.Storage/storageAccounts/{account.name}",
            "name": account.name,
            "type": "Microsoft.Storage/storageAccounts",
            "location": account.location,
            "tags": account.tags,
            "sku": {"name": account.sku, "tier": account.sku.partition("_")[0]},
            "kind": account.kind,
            "properties": {
                "provisioningState": "Succeeded",
                "creationTime": _BORN,
                "keyCreationTime": {"key1": _BORN, "key2": _BORN},
                "primaryLocation": account.location,
                "statusOfPrimary": "available",
                "primaryEndpoints": {"blob": f"{self._blob_endpoint(account.name)}/"},
                "privateEndpointConnections": [],
                **account.properties,
            },
        }

    def _provider_body(self, subscription: str, namespace: str) -> dict[str, Any]:
        registered = self._state.registered(subscription, namespace)
        return {
            "id": f"/subscriptions/{subscription}/providers/{namespace}",
            "namespace": namespace,
            "registrationState": "Registered" if registered else "NotRegistered",
            "registrationPolicy": "RegistrationRequired",
            "resourceTypes": [
                {
                    "resourceType": kind,
                    "locations": [shown for shown, _ in REGIONS.values()],
                    "apiVersions": list(versions),
                    "defaultApiVersion": versions[0],
                    "capabilities": "None",
                }
                for kind, versions in PROVIDERS[namespace].items()
            ],
        }


def _pattern(template: str) -> re.Pattern[str]:
    """A route as a regular expression; Resource Manager's paths do not care about upper and lower case."""
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template), re.IGNORECASE)


def _tags(request: Request) -> dict[str, str] | None:
    tags = request.body.get("tags")
    if tags is None:
        return None
    if not isinstance(tags, Mapping) or not all(isinstance(value, str) for value in tags.values()):
        raise bad_request("InvalidTagsFormat", "The tags are not an object of texts.")
    return dict(tags)


def _subscription(subscription: Subscription) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription.id}",
        "subscriptionId": subscription.id,
        "tenantId": TENANT,
        "displayName": subscription.name,
        "state": "Enabled",
        "subscriptionPolicies": {"quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
    }


def _location(subscription: str, name: str) -> dict[str, Any]:
    shown, paired = REGIONS[name]
    return {
        "id": f"/subscriptions/{subscription}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": shown,
        "regionalDisplayName": f"(China) {shown}",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended" if name.endswith("3") else "Other",
            "geography": "China",
            "geographyGroup": "China",
            "pairedRegion": [{"name": paired, "id": f"/subscriptions/{subscription}/locations/{paired}"}],
        },
    }


def _group_id(subscription: str, name: str) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{name}"


def _group(group: ResourceGroup) -> dict[str, Any]:
    return {
        "id": _group_id(group.subscription, group.name),
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "tags": group.tags,
        "properties": {"provisioningState": "Succeeded"},
    }
