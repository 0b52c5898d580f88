"""The control plane: subscriptions and storage accounts, through the real management clients."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any, Final, TypeVar

from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from azure.mgmt.storage import StorageManagementClient
from azure.mgmt.storage.models import (
    StorageAccountPropertiesUpdateParameters,
    StorageAccountUpdateParameters,
)

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.azure_errors import azure_errors
from wizard.services.error_texts import Where
from wizard.services.records import AccountProperties, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from azure.core.credentials import TokenCredential
    from azure.mgmt.storage.models import StorageAccount as RemoteAccount

    from wizard.results import StorageAccount

# Versions that every Azure has had for years. The SDK's own defaults are the newest of the public cloud; Azure China lags.
_SUBSCRIPTIONS_VERSION: Final = "2021-01-01"
_RESOURCES_VERSION: Final = "2021-04-01"
_STORAGE_VERSIONS: Final = ("2021-09-01", "2024-01-01")
"""The oldest that has all settings we read, and the newest that this program was tried with."""

_STABLE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS: Final = re.compile(r"(?:(\d+)\.)?(\d+):(\d+):(\d+)")

Client = TypeVar("Client")


class ResourceManager:
    """One cloud's Resource Manager. Clients are made once for each subscription; every method may raise CloudError."""

    def __init__(self, url: str, credential: TokenCredential, options: Mapping[str, Any]) -> None:
        self._url = url
        self._credential = credential
        self._options = dict(options)
        self._where = Where(host=url.partition("://")[2])
        self._lock = threading.Lock()
        self._storage: dict[str, StorageManagementClient] = {}

    def subscriptions(self) -> list[Subscription]:
        """The subscriptions the person may use, by their names."""
        with azure_errors(self._where), self._client(SubscriptionClient, _SUBSCRIPTIONS_VERSION) as client:
            found = [
                Subscription(each.subscription_id or "", each.display_name or each.subscription_id or "")
                for each in client.subscriptions.list()
            ]
        return sorted(found, key=lambda each: each.name.casefold())

    def storage_accounts(self, subscription: str) -> list[AccountProperties]:
        """The storage accounts of a subscription, by their names."""
        with azure_errors(self._where):
            accounts = list(self._storage_client(subscription).storage_accounts.list())
        return sorted((_properties(each, subscription) for each in accounts), key=lambda each: each.name)

    def account(self, account: StorageAccount) -> AccountProperties:
        """The account's properties as they are now."""
        with azure_errors(self._where_of(account)):
            found = self._storage_client(account.subscription).storage_accounts.get_properties(
                account.resource_group, account.name
            )
        return _properties(found, account.subscription)

    def key(self, account: StorageAccount) -> Secret:
        """One of the account's two keys."""
        where = self._where_of(account)
        with azure_errors(where):
            answer = self._storage_client(account.subscription).storage_accounts.list_keys(
                account.resource_group, account.name
            )
        for key in answer.keys_property or ():
            if key.value:
                return Secret(key.value)
        raise WizardError(
            msg("The keys of the storage account {account} cannot be read", account=account.name),
            msg("Ask the owner of the subscription for the role Contributor on this storage account."),
        )

    def allow_public_access(self, account: StorageAccount, allowed: bool) -> None:
        """Turn the account's own switch for public access (ACC-03)."""
        change = StorageAccountUpdateParameters(
            properties=StorageAccountPropertiesUpdateParameters(allow_blob_public_access=allowed)
        )
        with azure_errors(self._where_of(account)):
            self._storage_client(account.subscription).storage_accounts.update(
                account.resource_group, account.name, change
            )

    def _where_of(self, account: StorageAccount) -> Where:
        return Where(account=account.name, host=self._where.host)

    def _client(self, kind: Callable[..., Client], version: str, *subscription: str) -> Client:
        return kind(
            self._credential,
            *subscription,
            base_url=self._url,
            credential_scopes=[f"{self._url}/.default"],
            api_version=version,
            **self._options,
        )

    def _storage_client(self, subscription: str) -> StorageManagementClient:
        with self._lock:
            client = self._storage.get(subscription)
            if client is None:
                version = self._storage_version(subscription)
                client = self._storage[subscription] = self._client(
                    StorageManagementClient, version, subscription
                )
            return client

    def _storage_version(self, subscription: str) -> str:
        """The newest version of the storage interface that both the cloud and this program know."""
        with self._client(ResourceManagementClient, _RESOURCES_VERSION, subscription) as client:
            provider = client.providers.get("Microsoft.Storage")
        for kind in provider.resource_types or ():
            if (kind.resource_type or "").lower() == "storageaccounts":
                return _newest(kind.api_versions or ())
        return _STORAGE_VERSIONS[0]


def _newest(offered: Iterable[str]) -> str:
    oldest, newest = _STORAGE_VERSIONS
    return max(
        (each for each in offered if _STABLE.fullmatch(each) and oldest <= each <= newest), default=oldest
    )


def _properties(account: RemoteAccount, subscription: str) -> AccountProperties:
    """Resource Manager's words in ours. Settings that are not there have the value that Azure gives them."""
    settings = account.properties
    endpoints = settings.primary_endpoints if settings else None
    rules = settings.network_rule_set if settings else None
    policy = settings.sas_policy if settings else None
    closed = _text(settings.public_network_access) == "Disabled" if settings else False
    return AccountProperties(
        name=account.name or "",
        blob_endpoint=((endpoints.blob if endpoints else None) or "").rstrip("/"),
        subscription=subscription,
        resource_group=_group(account.id or ""),
        location=account.location or "",
        kind=_text(account.kind),
        sku=_text(account.sku.name) if account.sku else "",
        allow_public=settings.allow_blob_public_access is not False if settings else None,
        allow_shared_key=settings.allow_shared_key_access is not False if settings else None,
        minimum_tls=(_text(settings.minimum_tls_version) or None) if settings else None,
        https_only=settings.enable_https_traffic_only if settings else None,
        network_default="Deny" if closed else _text(rules.default_action) or "Allow" if rules else "Allow",
        hierarchical_namespace=bool(settings.is_hns_enabled) if settings else None,
        sas_policy_days=_days(policy.sas_expiration_period) if policy else None,
    )


def _text(value: Any) -> str:
    """An enumeration's value or a plain text, as a text."""
    return str(getattr(value, "value", value) or "")


def _group(resource_id: str) -> str:
    parts = resource_id.split("/")
    names = [part.lower() for part in parts]
    return parts[names.index("resourcegroups") + 1] if "resourcegroups" in names[:-1] else ""


def _days(period: str) -> float | None:
    """A period like 7.00:00:00 in days."""
    match = _DAYS.fullmatch(period)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return days + (hours * 3600 + minutes * 60 + seconds) / 86400
