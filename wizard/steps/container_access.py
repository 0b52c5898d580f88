"""Step 6 (guide 3.2): who may read the container; set here, and proven by a request without credentials."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.container_access import CHECKS, PRIVATE, AccessReading
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.results import ContainerAccess, StorageAccount, VhdBlob
from wizard.services.anonymous import anonymous_head, anonymous_list
from wizard.step import Action, Choice, Confirmation, Option, Step
from wizard.view import Facts, View

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud
    from wizard.settings import Settings
    from wizard.tasks import Task

FELT_WITHIN: Final = 40.0  # seconds until a change reaches every server of Azure; it says up to 30
_LOOK_EVERY: Final = 2.0  # seconds

_LEVELS: Final[Mapping[str, Message]] = {
    PRIVATE: msg("Private"),
    "blob": msg("Blob"),
    "container": msg("Container"),
}


def observe(
    cloud: Cloud, account: StorageAccount, vhd_blob: VhdBlob, settings: Settings, task: Task
) -> Mapping[str, Any]:
    """What is set for the container and its account, and what a stranger gets."""
    task.report(0, 2, phase=msg("Reading the settings"))
    level = cloud.container_access(account, vhd_blob.container)
    properties = cloud.account_properties(account)
    task.report(1, 2, phase=msg("Asking without credentials, as a stranger would"))
    head = listing = unreached = None
    try:
        head = anonymous_head(_address(cloud, vhd_blob), settings)
        listing = anonymous_list(cloud.container_url(account, vhd_blob.container), settings)
    except WizardError as error:
        unreached = error.what
    return {
        "reading": AccessReading(level, properties, head, listing, unreached),
        "container_access": ContainerAccess(vhd_blob.container, level, properties.allow_public),
    }


def set_access(
    cloud: Cloud, account: StorageAccount, vhd_blob: VhdBlob, access: str, settings: Settings, task: Task
) -> Mapping[str, Any]:
    """Set the container's level, and wait until a stranger feels it."""
    if access != PRIVATE and cloud.account_properties(account).allow_public is False:
        raise WizardError(
            _forbidden(account), msg("First allow public access for the account, or stay private.")
        )
    task.report(phase=msg("Setting the access"))
    cloud.set_container_access(account, vhd_blob.container, access)
    _wait_until_felt(_address(cloud, vhd_blob), access != PRIVATE, settings, task)
    return {}


def allow_public(cloud: Cloud, account: StorageAccount, task: Task) -> Mapping[str, Any]:
    """Turn the account's own switch on."""
    task.report(phase=msg("Changing the storage account"))
    cloud.allow_public_access(account, True)
    return {}


def ask_before_opening(account: StorageAccount, vhd_blob: VhdBlob, access: str) -> Confirmation | None:
    """Making a container public lets everyone download the product; making it private harms nobody."""
    if access == PRIVATE:
        return None
    effect = msg(
        "In the storage account {account}: anyone in the world can then download every blob of the container {container}, "
        "your image among them. What was downloaded cannot be taken back.",
        account=account.name,
        container=vhd_blob.container,
    )
    if access == "container":
        effect = msg(
            "In the storage account {account}: anyone in the world can then list the container {container} and download every "
            "blob in it, your image among them. What was downloaded cannot be taken back.",
            account=account.name,
            container=vhd_blob.container,
        )
    return Confirmation(
        msg("Make the container {container} public?", container=vhd_blob.container),
        effect,
        msg("Make it public"),
        type_name=vhd_blob.container,
    )


def ask_before_allowing(account: StorageAccount) -> Confirmation:
    """The switch concerns every container of the account."""
    return Confirmation(
        msg("Allow public access for the storage account {account}?", account=account.name),
        msg(
            "Containers of {account} that are set to Blob or Container become public at once. Private ones stay private.",
            account=account.name,
        ),
        msg("Allow public access"),
    )


def why_not_set(
    account: StorageAccount, access: str, container_access: ContainerAccess | None
) -> Message | None:
    """The account's own switch comes first; and what is so already need not be set."""
    if container_access is None:
        return None
    if access == container_access.level:
        return msg("The container is set so already.")
    if access != PRIVATE and container_access.account_allows_public is False:
        return _forbidden(account)
    return None


def is_forbidden(cloud: Cloud, access: str, container_access: ContainerAccess | None) -> bool:
    """Whether a public level was chosen, the account's switch is off, and it can be turned on here."""
    return (
        access != PRIVATE
        and cloud.has_resource_manager
        and container_access is not None
        and container_access.account_allows_public is False
    )


def not_set_yet(access: str, container_access: ContainerAccess | None) -> Message | None:
    """What was chosen and is not so yet."""
    if container_access is None or access == container_access.level:
        return None
    return msg(
        "Chosen: {chosen}. Now: {now}. Set it, or choose what it is now",
        chosen=_LEVELS.get(access, access),
        now=_LEVELS.get(container_access.level, container_access.level),
    )


def views(container_access: ContainerAccess | None, reading: AccessReading | None) -> Sequence[View]:
    """What it is now."""
    if container_access is None:
        return ()
    rows = [
        (msg("Container"), msg("{name}", name=container_access.container)),
        (msg("Public access now"), _LEVELS.get(container_access.level, msg("Private"))),
    ]
    if container_access.account_allows_public is not None:
        allowed = msg("Allowed") if container_access.account_allows_public else msg("Forbidden")
        rows.append((msg("Public access by the account’s own switch"), allowed))
    if reading is not None and reading.head is not None and reading.listing is not None:
        rows.append(
            (msg("A stranger who asks for the image"), _said(reading.head.granted, reading.head.status))
        )
        rows.append(
            (msg("A stranger who asks for the list"), _said(reading.listing.granted, reading.listing.status))
        )
    return (Facts(msg("Access now"), tuple(rows)),)


def in_short(container_access: ContainerAccess | None) -> Message | None:
    """The level."""
    return None if container_access is None else _LEVELS.get(container_access.level)


def _address(cloud: Cloud, vhd_blob: VhdBlob) -> str:
    """The blob's address as it is now: practice may have got another port since the upload."""
    return cloud.blob_url(vhd_blob.account, vhd_blob.container, vhd_blob.name)


def _wait_until_felt(url: str, public: bool, settings: Settings, task: Task) -> None:
    """Return once a stranger gets what was set, or when that takes too long: the checks then say what he gets."""
    deadline = time.monotonic() + FELT_WITHIN
    while time.monotonic() < deadline:
        try:
            if anonymous_head(url, settings).granted == public:
                return
        except WizardError:
            return
        task.report(phase=msg("Waiting until the change is felt"))
        task.sleep(_LOOK_EVERY)


def _said(granted: bool, status: int) -> Message:
    if granted:
        return msg("is let in ({status})", status=str(status))
    return msg("is refused ({status})", status=str(status))


def _forbidden(account: StorageAccount) -> Message:
    return msg("The storage account {account} forbids public access", account=account.name)


STEP: Final = Step(
    id="container_access",
    title=msg("Container access"),
    guide="3.2",
    purpose=msg("Decide who may read the container, and see it proven by a request without credentials."),
    needs=("account", "vhd_blob"),
    inputs=(
        Choice(
            "access",
            msg("Public access"),
            help=msg(
                "Private is best: the marketplace then gets a SAS URI, and nobody else can download the image."
            ),
            default=PRIVATE,
            options=(
                Option(PRIVATE, _LEVELS[PRIVATE], msg("Nobody without a SAS URI. Recommended.")),
                Option("blob", _LEVELS["blob"], msg("Everyone who knows a blob’s address can download it.")),
                Option(
                    "container",
                    _LEVELS["container"],
                    msg("Everyone can list the container and download all of it."),
                ),
            ),
        ),
    ),
    actions=(
        Action(
            "set_access",
            msg("Set the access"),
            set_access,
            primary=True,
            held_back=why_not_set,
            confirm=ask_before_opening,
        ),
        Action(
            "allow_public",
            msg("Allow public access for the account"),
            allow_public,
            confirm=ask_before_allowing,
            applies=is_forbidden,
        ),
    ),
    checks=CHECKS,
    checks_title=msg("What is set, and what a stranger gets"),
    observe=observe,
    gives=("container_access",),
    auto_check=True,
    missing=not_set_yet,
    views=views,
    summary=in_short,
)
