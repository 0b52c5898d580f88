"""Storage accounts within reach: their keys, kept for this session only, and one client for each."""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services import error_texts
from wizard.services.azure_errors import azure_errors
from wizard.services.cloud_errors import CloudError
from wizard.services.error_texts import Where
from wizard.services.records import AccountProperties

if TYPE_CHECKING:
    from azure.storage.blob import BlobServiceClient

    from wizard.services.endpoints import Endpoints
    from wizard.services.resource_manager import ResourceManager
    from wizard.services.web import Web

API_VERSION: Final = "2021-12-02"
"""Of the blob service, and of the links that are signed: old enough for Azure China and Azurite."""

T = TypeVar("T")

_ACCOUNT_NAME: Final = re.compile(r"[a-z0-9]{3,24}")


class Once(Generic[T]):
    """Calls `make` when first called, and never again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: T | None = None

    def __call__(self) -> T:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


class Accounts:
    """Keys come from the person or from the Resource Manager; a key that is refused is forgotten and asked for anew."""

    def __init__(self, endpoints: Endpoints, web: Web, manager: Callable[[], ResourceManager] | None) -> None:
        self._endpoints = endpoints
        self._web = web
        self._manager = manager
        self._lock = threading.Lock()
        self._given: dict[str, tuple[Secret, str]] = {}  # key and blob endpoint, from the person
        self._clients: dict[str, BlobServiceClient] = {}
        self._keys: dict[str, Secret] = {}
        self._endpoint_of: dict[str, str] = {}

    def add(self, name: str, key: Secret, blob_endpoint: str | None) -> None:
        """Reach an account by its name and key alone; raises WizardError where these cannot be any."""
        endpoint = blob_endpoint or self._endpoints.default_blob_endpoint(name)
        if not _ACCOUNT_NAME.fullmatch(name) or endpoint is None:
            raise WizardError(
                msg("{name} is not the name of a storage account", name=name),
                msg(
                    "Such a name has 3 to 24 small letters and digits; the portal shows it as the account's title."
                ),
            )
        if not _is_key(key):
            what, cure = error_texts.text(error_texts.KEY_NOT_A_KEY, Where(account=name), {})
            raise WizardError(what, cure)
        given = (key, endpoint.rstrip("/"))
        with self._lock:
            if self._given.get(name) != given:
                self._given[name] = given
                self._forget(name)

    def given(self) -> list[StorageAccount]:
        """The accounts that were added by their keys, by their names."""
        with self._lock:
            return [StorageAccount(name) for name in sorted(self._given)]

    def endpoint(self, account: StorageAccount) -> str:
        """The account's blob endpoint, without a slash at the end."""
        with self._lock:
            known = (
                self._given[account.name][1]
                if account.name in self._given
                else self._endpoint_of.get(account.name)
            )
        if known is None and self._manager is not None and account.resource_group:
            known = self._manager().account(account).blob_endpoint
            with self._lock:
                self._endpoint_of[account.name] = known
        known = known or self._endpoints.default_blob_endpoint(account.name)
        if known is None:
            raise _unknown(account)
        return known

    def key(self, account: StorageAccount) -> Secret:
        """One of the account's keys; raises WizardError where it is not known in this session."""
        with self._lock:
            known = (
                self._given[account.name][0] if account.name in self._given else self._keys.get(account.name)
            )
        if known is None:
            if self._manager is None or not account.resource_group:
                raise _unknown(account)
            known = self._manager().key(account)
            with self._lock:
                self._keys[account.name] = known
        return known

    def forget_key(self, account: StorageAccount) -> bool:
        """Ask for the key anew when it is next needed; whether it can be asked for, and is another than before."""
        with self._lock:
            if account.name in self._given or account.name not in self._keys:
                return False
            before = self._keys[account.name]
            self._forget(account.name)
        return self.key(account) != before

    @contextmanager
    def client(self, account: StorageAccount, where: Where | None = None) -> Iterator[BlobServiceClient]:
        """The account's one client, for several threads; what it raises in the block becomes a WizardError."""
        where = where or self.where(account)
        with self._refused_key_forgotten(account), azure_errors(where):
            yield self._client(account)

    def where(self, account: StorageAccount, container: str = "", blob: str = "") -> Where:
        """What an error there is about."""
        host = self.endpoint(account).partition("://")[2].partition("/")[0]
        return Where(account=account.name, container=container, blob=blob, host=host)

    def by_key_alone(self, account: StorageAccount) -> AccountProperties:
        """What the account itself tells to whoever has its key."""
        with self.client(account) as client:
            found: dict[str, Any] = dict(client.get_account_information())
        return AccountProperties(
            name=account.name,
            blob_endpoint=self.endpoint(account),
            kind=str(found.get("account_kind") or ""),
            sku=str(found.get("sku_name") or ""),
            hierarchical_namespace=found.get("is_hns_enabled"),
        )

    def _client(self, account: StorageAccount) -> BlobServiceClient:
        with self._lock:
            client = self._clients.get(account.name)
        if client is not None:
            return client
        from azure.core.credentials import AzureNamedKeyCredential
        from azure.storage.blob import BlobServiceClient

        made = BlobServiceClient(
            self.endpoint(account),
            credential=AzureNamedKeyCredential(account.name, self.key(account).reveal()),
            api_version=API_VERSION,
            **self._web.client_options(),
        )
        with self._lock:
            return self._clients.setdefault(account.name, made)

    @contextmanager
    def _refused_key_forgotten(self, account: StorageAccount) -> Iterator[None]:
        try:
            yield
        except CloudError as error:
            if error.status in (401, 403):
                with self._lock:
                    self._forget(account.name)
            raise

    def _forget(self, name: str) -> None:
        self._keys.pop(name, None)
        self._clients.pop(name, None)


def _is_key(key: Secret) -> bool:
    try:
        return bool(key) and len(base64.b64decode(key.reveal(), validate=True)) > 0
    except (ValueError, binascii.Error):
        return False


def _unknown(account: StorageAccount) -> WizardError:
    return WizardError(
        msg("The key of the storage account {account} is not known in this session", account=account.name),
        msg("Keys are never saved. Enter it again in the step Upload and check there, then try again here."),
    )
