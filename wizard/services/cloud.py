"""The cloud as the steps see it: one object, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import StorageAccount, StoredFile
from wizard.services.accounts import Accounts, Once
from wizard.services.endpoints import Endpoints
from wizard.services.records import (
    LEVELS,
    PRIVATE,
    AccountProperties,
    NetworkLook,
    Subscription,
)
from wizard.services.web import Web

if TYPE_CHECKING:
    from wizard.services.resource_manager import ResourceManager
    from wizard.tasks import Task
    from wizard.transfer.page_blob import PageBlob

_READING: Final = "r"
_WRITING: Final = "rw"  # Put Blob, Put Page, metadata, leases and copies all go by w
_EARLIER: Final = timedelta(minutes=15)
_A_DAY: Final = timedelta(days=1)


class Cloud:
    """Everything a step may ask of Azure. Safe for several threads; every method that asks raises WizardError.

    Without a Resource Manager (nobody is signed in) accounts are reached by name and key alone: then there are no
    subscriptions, and what only the Resource Manager knows of an account is None.
    """

    def __init__(
        self, endpoints: Endpoints, web: Web, manager: Callable[[], ResourceManager] | None = None
    ) -> None:
        """`manager` makes the Resource Manager's client when it is first needed, as that takes a second."""
        self.endpoints = endpoints
        self._web = web
        self._manager_once = Once(manager) if manager else None
        self._accounts = Accounts(endpoints, web, self._manager_once)

    @property
    def is_practice(self) -> bool:
        """Whether this is the practice cloud."""
        return self.endpoints.is_practice

    @property
    def has_resource_manager(self) -> bool:
        """Whether subscriptions and accounts can be listed and accounts changed."""
        return self._manager_once is not None

    @property
    def _manager(self) -> ResourceManager | None:
        return self._manager_once() if self._manager_once else None

    def add_account_key(self, name: str, key: Secret, blob_endpoint: str | None = None) -> None:
        """Reach an account by name and key, for this session only; raises WizardError for what can be none."""
        self._accounts.add(name.strip(), Secret(key.reveal().strip()), blob_endpoint)

    def subscriptions(self) -> list[Subscription]:
        """The subscriptions the person may use, by their names; none without a Resource Manager."""
        manager = self._manager
        return manager.subscriptions() if manager else []

    def storage_accounts(self, subscription_id: str) -> list[AccountProperties]:
        """The storage accounts of a subscription; with "" those that were added by their keys."""
        if subscription_id:
            manager = self._manager
            return manager.storage_accounts(subscription_id) if manager else []
        return [
            AccountProperties(name=each.name, blob_endpoint=self._accounts.endpoint(each))
            for each in self._accounts.given()
        ]

    def account_properties(self, account: StorageAccount) -> AccountProperties:
        """The account as it is now."""
        manager = self._manager
        if manager is not None and account.resource_group:
            return manager.account(account)
        return self._accounts.by_key_alone(account)

    def allow_public_access(self, account: StorageAccount, allowed: bool) -> None:
        """Turn the account's own switch for public access."""
        manager = self._manager
        if manager is None or not account.resource_group:
            raise WizardError(
                msg(
                    "The settings of the storage account {account} cannot be changed by its key",
                    account=account.name,
                ),
                msg("Change them in the portal: the storage account's page, Configuration."),
            )
        manager.allow_public_access(account, allowed)

    def containers(self, account: StorageAccount) -> list[str]:
        """The names of the account's containers."""
        with self._accounts.client(account) as client:
            return [each.name for each in client.list_containers()]

    def create_container(self, account: StorageAccount, name: str) -> bool:
        """Make a private container; False where it was there already."""
        with self._accounts.client(account, self._accounts.where(account, name)) as client:
            from azure.core.exceptions import ResourceExistsError

            try:
                client.create_container(name)
            except ResourceExistsError as error:
                if getattr(error, "error_code", "") == "ContainerAlreadyExists":
                    return False
                raise
            return True

    def container_access(self, account: StorageAccount, container: str) -> str:
        """The container's public access: private, blob or container."""
        with self._accounts.client(account, self._accounts.where(account, container)) as client:
            level = client.get_container_client(container).get_container_access_policy()["public_access"]
        found = str(getattr(level, "value", level) or PRIVATE)
        return found if found in LEVELS else PRIVATE

    def set_container_access(self, account: StorageAccount, container: str, level: str) -> None:
        """Change the container's public access and nothing else: stored access policies stay."""
        if level not in LEVELS:
            raise ValueError(level)
        with self._accounts.client(account, self._accounts.where(account, container)) as client:
            remote = client.get_container_client(container)
            policies = remote.get_container_access_policy()["signed_identifiers"]
            remote.set_container_access_policy(
                {each.id: each.access_policy for each in policies},
                public_access=None if level == PRIVATE else level,
            )

    def page_blob(self, account: StorageAccount, container: str, name: str) -> PageBlob:
        """A blob to upload to, whether it is there or not."""
        from wizard.services.blob.addresses import of_blob
        from wizard.services.blob.authority import Signature
        from wizard.services.blob.page_blob import OwnPageBlob

        address = of_blob(self._accounts.endpoint(account), container, name)
        signing = Signature(
            lambda starts, expires: self._sign_blob(account, container, name, starts, expires, _WRITING),
            lambda: self._accounts.forget_key(account),
        )
        return OwnPageBlob(
            address, container, name, signing, self._web, self._accounts.where(account, container, name)
        )

    def read_link(
        self, account: StorageAccount, container: str, name: str, until: datetime | None = None
    ) -> Secret:
        """The blob's address with a signature that reads this one blob, for a day or until the time given (aware)."""
        now = datetime.now(UTC)
        token = self._sign_blob(account, container, name, now - _EARLIER, until or now + _A_DAY, _READING)
        return Secret(f"{self.blob_url(account, container, name)}?{token.reveal()}")

    def blob_url(self, account: StorageAccount, container: str, name: str) -> str:
        """The blob's address, without any query."""
        return f"{self.container_url(account, container)}/{quote(name, safe='/~')}"

    def container_url(self, account: StorageAccount, container: str) -> str:
        """The container's address, without any query."""
        return f"{self._accounts.endpoint(account)}/{quote(container)}"

    def blob_names(self, account: StorageAccount, container: str, prefix: str = "") -> list[str]:
        """The names of the container's blobs that begin so."""
        with self._accounts.client(account, self._accounts.where(account, container)) as client:
            return list(
                client.get_container_client(container).list_blob_names(name_starts_with=prefix or None)
            )

    def store_file(
        self, account: StorageAccount, container: str, name: str, path: Path, task: Task
    ) -> StoredFile:
        """Store a small file as a block blob; another file of this name is never overwritten."""
        from wizard.services.stored_files import store

        with self._accounts.client(account, self._accounts.where(account, container, name)) as client:
            return store(client.get_container_client(container), name, path, task)

    def sign_container_sas(
        self,
        account: StorageAccount,
        container: str,
        blob_name: str,
        starts: datetime,
        expires: datetime,
        permissions: str = "rl",
        protocol: str = "https",
    ) -> Secret:
        """The blob's address with a service SAS of its container, signed with the account's key; the same input gives the same link."""
        from wizard.services.sas import sign_container

        token = sign_container(
            account.name,
            self._accounts.key(account),
            container,
            starts=starts,
            expires=expires,
            permissions=permissions,
            protocol=protocol,
        )
        return Secret(f"{self.blob_url(account, container, blob_name)}?{token.reveal()}")

    def _sign_blob(
        self,
        account: StorageAccount,
        container: str,
        name: str,
        starts: datetime,
        expires: datetime,
        permissions: str,
    ) -> Secret:
        from wizard.services.sas import sign_blob

        secure = self._accounts.endpoint(account).startswith("https://")
        return sign_blob(
            account.name,
            self._accounts.key(account),
            container,
            name,
            starts=starts,
            expires=expires,
            permissions=permissions,
            protocol="https" if secure else None,
        )

    def network_look(self, task: Task) -> list[NetworkLook]:
        """How the Resource Manager and the accounts that were added by key can be reached from here."""
        from wizard.services.network import look

        urls = [
            self.endpoints.management_url,
            *(self._accounts.endpoint(each) for each in self._accounts.given()),
        ]
        return [look(url, self._web, task) for url in urls]
