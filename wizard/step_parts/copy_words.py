"""What the copy step shows, asks before it does something, and says of what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import CopyUnderWay, VhdBlob
from wizard.step import Confirmation
from wizard.step_parts.account_choice import overwriting, plain
from wizard.step_parts.copy_inputs import ACCOUNT, LINK
from wizard.step_parts.inside_views import what_a_customer_gets
from wizard.view import Facts, View

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.services.cloud import Cloud


def wait_for_keys(
    cloud: Cloud,
    way: str | None,
    source_link: Secret | None,
    account_key: Secret | None,
    from_account_key: Secret | None,
) -> Message | None:
    """Secrets are gone when the session is over, and what is done stays done: so they are asked for only here."""
    if way == LINK and not source_link:
        return msg("First paste the link to the source; it is kept for this session only.")
    if not cloud.has_resource_manager and (not account_key or (way == ACCOUNT and not from_account_key)):
        return msg("First enter the account keys; they are kept for this session only.")
    return None


def wait_for_key(cloud: Cloud, account_key: Secret | None) -> Message | None:
    """Without a Resource Manager nothing goes without the account's key."""
    if cloud.has_resource_manager or account_key:
        return None
    return msg("First enter the account key; it is kept for this session only.")


def nothing_to_check(vhd_blob: VhdBlob | None) -> Message | None:
    """Before there is a whole image in its container there is nothing to judge."""
    return msg("Nothing was copied or taken yet") if vhd_blob is None else None


def ask_before_overwriting(
    overwrite: bool, account_name: str | None, key_account: str | None, container: str, blob_name: str
) -> Confirmation | None:
    """Overwriting takes a plain yes."""
    if not overwrite:
        return None
    return overwriting(blob_name, account_name or key_account or "", container, msg("Copy and overwrite"))


def ask_before_aborting(copy_under_way: CopyUnderWay) -> Confirmation:
    """What was copied so far is lost."""
    to = copy_under_way.blob
    return Confirmation(
        msg("Abort the copy into {blob}?", blob=to.name),
        msg(
            "In the storage account {account}, container {container}: what has been copied so far is lost, and an empty blob "
            "{blob} is left. The source stays as it is.",
            account=to.account.name,
            container=to.container,
            blob=to.name,
        ),
        msg("Abort the copy"),
    )


def still_missing(copy_under_way: CopyUnderWay | None, vhd_blob: VhdBlob | None) -> Message | None:
    """A copy that was left alone goes on in the cloud."""
    if copy_under_way is not None:
        return msg("The copy goes on in the cloud; follow it")
    return msg("Not copied or taken yet") if vhd_blob is None else None


def views(
    copy_under_way: CopyUnderWay | None, vhd_blob: VhdBlob | None, inside: Inside | None
) -> Sequence[View]:
    """The copy under way, or where the image is now and what is inside."""
    if copy_under_way is not None:
        rows = [(msg("From"), plain(copy_under_way.source)), *_where(copy_under_way.blob)]
        return (Facts(msg("The copy under way"), tuple(rows)),)
    if vhd_blob is None:
        return ()
    place = Facts(msg("The image in the cloud"), _where(vhd_blob))
    gets = what_a_customer_gets(inside) if inside is not None else None
    return (place,) if gets is None else (place, gets)


def in_short(vhd_blob: VhdBlob | None) -> Message | None:
    """Container and name."""
    if vhd_blob is None:
        return None
    return msg("{blob} in {container}", blob=vhd_blob.name, container=vhd_blob.container)


def _where(blob: VhdBlob) -> tuple[tuple[Message, Message], ...]:
    return (
        (msg("Storage account"), plain(blob.account.name)),
        (msg("Container"), plain(blob.container)),
        (msg("Address, without a signature"), plain(blob.url)),
        (msg("Size"), plain(in_units(blob.length))),
        (msg("Data in it"), plain(in_units(blob.data_bytes))),
    )
