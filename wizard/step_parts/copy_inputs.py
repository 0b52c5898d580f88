"""Where a copy comes from and where it goes: what the copy step asks for, and what can be chosen there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from wizard.checks.upload import blob_name_problem, container_name_problem
from wizard.checks.vhd_name import suggested_name
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import CopyUnderWay, StorageAccount
from wizard.step import Choice, Input, Option, SecretText, Text, YesNo
from wizard.step_parts.account_choice import (
    load_accounts,
    load_containers,
    load_subscriptions,
    plain,
    reached,
)
from wizard.step_parts.copy_source import blob_in, link_problem

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud

AS_IS: Final = "as_is"
ACCOUNT: Final = "account"
LINK: Final = "link"

_KEY_HELP: Final = msg(
    "From the Azure portal, under Access keys. It is kept for this session only and never saved."
)
_NAME_HELP: Final = msg("The account’s name, without .blob.core.chinacloudapi.cn.")
_NO_SUBSCRIPTION: Final = msg("You may not use any subscription. Ask its owner for access.")
_NO_ACCOUNT: Final = msg("This subscription has no storage account.")


def load_source_accounts(cloud: Cloud, from_subscription: str | None) -> Sequence[Option]:
    """As `load_accounts`; what speaks against publishing from an account does not speak against copying from it."""
    if not from_subscription:
        return []
    return [
        Option(each.name, plain(each.name), plain(each.location))
        for each in cloud.storage_accounts(from_subscription)
    ]


def load_source_containers(
    cloud: Cloud,
    from_subscription: str | None,
    from_account: str | None,
    from_key_account: str | None,
    from_account_key: Secret | None,
) -> Sequence[Option]:
    """The containers of the source's account."""
    return load_containers(cloud, from_subscription, from_account, from_key_account, from_account_key)


def load_source_blobs(
    cloud: Cloud,
    from_subscription: str | None,
    from_account: str | None,
    from_key_account: str | None,
    from_account_key: Secret | None,
    from_container: str | None,
) -> Sequence[Option]:
    """The blobs of the source's container, VHDs first."""
    if not from_container or not (from_account or (from_key_account and from_account_key)):
        return []
    account = reached(cloud, from_subscription, from_account, from_key_account, from_account_key)
    return _blobs(cloud, account, from_container)


def load_blobs(
    cloud: Cloud,
    subscription: str | None,
    account_name: str | None,
    key_account: str | None,
    account_key: Secret | None,
    container: str | None,
) -> Sequence[Option]:
    """The blobs of the container, VHDs first."""
    if not container or not (account_name or (key_account and account_key)):
        return []
    account = reached(cloud, subscription, account_name, key_account, account_key)
    return _blobs(cloud, account, container) if container in cloud.containers(account) else []


def default_name(way: str | None, source_link: Secret | None, from_blob: str | None) -> str | None:
    """The name that the source has, as far as the rules for names allow."""
    # Without the link yet, the name is not what is missing.
    name = blob_in(source_link) or "image.vhd" if way == LINK else from_blob
    return suggested_name(name.rpartition("/")[2]) if name else None


def is_idle(copy_under_way: CopyUnderWay | None) -> bool:
    """While a copy is under way there is nothing to choose: it is followed, or aborted."""
    return copy_under_way is None


def is_asked_for_key(cloud: Cloud) -> bool:
    """Without a Resource Manager nothing goes without the account's key, also to follow a copy."""
    return not cloud.has_resource_manager


def _blobs(cloud: Cloud, account: StorageAccount, container: str) -> list[Option]:
    names = sorted(cloud.blob_names(account, container), key=lambda name: (not name.endswith(".vhd"), name))
    return [Option(name, plain(name)) for name in names]


def _managed(*ways: str) -> Callable[..., bool]:
    return lambda cloud, way: cloud.has_resource_manager and way in ways


def _by_key(*ways: str) -> Callable[..., bool]:
    return lambda cloud, way: not cloud.has_resource_manager and way in ways


def _in(*ways: str) -> Callable[..., bool]:
    return lambda way: way in ways


_ALL: Final = (AS_IS, ACCOUNT, LINK)

INPUTS: Final[tuple[Input, ...]] = (
    Choice(
        "way",
        msg("Where the image is"),
        default=AS_IS,
        applies=is_idle,
        options=(
            Option(
                AS_IS,
                msg("Already where it is published from"),
                msg("Nothing is copied. The wizard looks at the blob and goes on with it."),
            ),
            Option(
                ACCOUNT,
                msg("In another account or container of mine"),
                msg("For instance in the account that you build in."),
            ),
            Option(
                LINK,
                msg("At an address that I was given"),
                msg("A SAS URL from a colleague, or of an exported managed disk."),
            ),
        ),
    ),
    SecretText(
        "source_link",
        msg("Link to the source"),
        help=msg("The whole link with its signature; it must allow reading, and outlast the copy."),
        placeholder=msg("https://….blob.core.chinacloudapi.cn/…?sv=…&sp=r&sig=…"),
        lines=3,
        applies=_in(LINK),
        valid=lambda link: link_problem(link.reveal()),
        required=False,  # a finished copy stays finished when the session is over
    ),
    Choice(
        "from_subscription",
        msg("Source subscription"),
        applies=_managed(ACCOUNT),
        load=load_subscriptions,
        empty=_NO_SUBSCRIPTION,
    ),
    Choice(
        "from_account",
        msg("Source account"),
        applies=_managed(ACCOUNT),
        load=load_source_accounts,
        empty=_NO_ACCOUNT,
    ),
    Text(
        "from_key_account",
        msg("Source account"),
        help=_NAME_HELP,
        applies=_by_key(ACCOUNT),
    ),
    SecretText(
        "from_account_key",
        msg("Key of the source account"),
        help=_KEY_HELP,
        applies=_by_key(ACCOUNT),
        required=False,
    ),
    Choice(
        "from_container",
        msg("Source container"),
        applies=_in(ACCOUNT),
        load=load_source_containers,
        empty=msg("No container to choose from yet."),
    ),
    Choice(
        "from_blob",
        msg("Source blob"),
        applies=_in(ACCOUNT),
        load=load_source_blobs,
        empty=msg("No blob to choose from yet."),
    ),
    Choice(
        "subscription",
        msg("Subscription"),
        applies=_managed(*_ALL),
        load=load_subscriptions,
        empty=_NO_SUBSCRIPTION,
    ),
    Choice(
        "account_name",
        msg("Storage account"),
        help=msg("The one that you publish from: the image stays there until the offer is live."),
        applies=_managed(*_ALL),
        load=load_accounts,
        empty=_NO_ACCOUNT,
    ),
    Text("key_account", msg("Storage account"), help=_NAME_HELP, applies=_by_key(*_ALL)),
    SecretText("account_key", msg("Account key"), help=_KEY_HELP, applies=is_asked_for_key, required=False),
    Choice(
        "container",
        msg("Container"),
        help=msg("Choose one, or type a new name: the container is then made, and is private."),
        default="vhds",
        applies=_in(*_ALL),
        load=load_containers,
        free=True,
        valid=container_name_problem,
        empty=msg("No container to choose from yet."),
    ),
    Choice(
        "blob",
        msg("Blob"),
        applies=_in(AS_IS),
        load=load_blobs,
        empty=msg("There is no blob in this container."),
    ),
    Text(
        "blob_name",
        msg("Name of the copy"),
        help=msg("It becomes a part of the address."),
        default=default_name,
        applies=_in(ACCOUNT, LINK),
        valid=blob_name_problem,
    ),
    YesNo(
        "overwrite",
        msg("Overwrite a blob of this name"),
        help=msg("Leave this off: a copy that is under way is taken up without it."),
        default=False,
        applies=_in(ACCOUNT, LINK),
        volatile=True,
    ),
)
