"""Choosing a storage account and a container: what can be chosen, and the account that was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wizard.checks.upload import account_problem
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.step import Confirmation, Option

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud
    from wizard.services.records import AccountProperties


def load_subscriptions(cloud: Cloud) -> Sequence[Option]:
    """The subscriptions the person may use."""
    return [Option(each.id, plain(each.name), plain(each.id)) for each in cloud.subscriptions()]


def load_accounts(cloud: Cloud, subscription: str | None) -> Sequence[Option]:
    """The subscription's storage accounts: where, of which kind, and what speaks against them."""
    if not subscription:
        return []
    return [
        Option(each.name, plain(each.name), _detail(each)) for each in cloud.storage_accounts(subscription)
    ]


def load_containers(
    cloud: Cloud,
    subscription: str | None,
    account_name: str | None,
    key_account: str | None,
    account_key: Secret | None,
) -> Sequence[Option]:
    """The containers of the account, once it is chosen."""
    if not (account_name or (key_account and account_key)):
        return []
    account = reached(cloud, subscription, account_name, key_account, account_key)
    return [Option(name, plain(name)) for name in cloud.containers(account)]


def reached(
    cloud: Cloud,
    subscription: str | None,
    account_name: str | None,
    key_account: str | None,
    account_key: Secret | None,
) -> StorageAccount:
    """The account that was chosen, or the one whose key was entered; raises WizardError where it cannot be used."""
    if not cloud.has_resource_manager:
        name = (key_account or "").strip()
        if account_key:
            cloud.add_account_key(name, account_key)
        return StorageAccount(name)
    for each in cloud.storage_accounts(subscription or ""):
        if each.name == account_name:
            return StorageAccount(each.name, each.subscription, each.resource_group)
    raise WizardError(
        msg("The storage account {account} is not in the subscription any more", account=account_name or ""),
        msg("Choose a storage account from the list again."),
    )


def overwriting(blob: str, account: str, container: str, verb: Message) -> Confirmation:
    """Asks for a plain yes before a blob is replaced; `verb` stands on the button."""
    return Confirmation(
        msg("Overwrite {blob} if it is there?", blob=blob),
        msg(
            "In the storage account {account}, container {container}: what the blob {blob} holds now is lost for good. "
            "A link to it will lead to the new image.",
            account=account,
            container=container,
            blob=blob,
        ),
        verb,
    )


def _detail(account: AccountProperties) -> Message:
    kind = msg("{location}, {kind}, {sku}", location=account.location, kind=account.kind, sku=account.sku)
    problem = account_problem(account)
    return kind if problem is None else msg("{account} — {problem}", account=kind, problem=problem)


def plain(name: str) -> Message:
    """A name as it is, in every language."""
    return msg("{name}", name=name)
