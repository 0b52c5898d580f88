"""The source of a copy: the blob at a pasted address, and why it refuses, told from what stands in the address itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.sas.mending import Kind
from wizard.sas.uri import SasUri, read_sas

if TYPE_CHECKING:
    from wizard.services.cloud_errors import CloudError
    from wizard.services.web import NetworkSettings
    from wizard.transfer.page_blob import PageBlob

SOURCE_REFUSED: Final = "CannotVerifyCopySource"
"""The code of the server that was to copy, where the source did not let it."""

_ANOTHER_LINK: Final = msg(
    "Have a new link made: at the blob in the portal, Generate SAS, with the permission to read, for a day or longer."
)
_FULL: Final = "%Y-%m-%d %H:%M:%S"


def link_problem(text: str) -> Message | None:
    """What is wrong with what was pasted as the address of a source; None where it can be asked."""
    sas = read_sas(text)
    if sas.kind is Kind.LINK and sas.blob:
        return None
    if sas.kind is Kind.TOKEN:
        return msg("This is a signature without an address. Paste the whole link, from https:// on.")
    if sas.kind is Kind.LINK:
        return msg("The address leads to a container. Paste the link to the blob itself, the .vhd.")
    return msg("This is not an address of a blob. Copy the whole link, from https:// on.")


def blob_in(link: Secret | None) -> str:
    """The name of the blob in an address; "" where there is none."""
    return read_sas(link.reveal()).blob if link else ""


def source_at(link: Secret, settings: NetworkSettings | None) -> tuple[Secret, PageBlob]:
    """The link, mended where copying broke it, and the blob there; raises WizardError."""
    from wizard.services.connect import page_blob_from_url

    problem = link_problem(link.reveal())
    if problem is not None:
        raise WizardError(problem, msg("Nothing was copied."))
    sas = read_sas(link.reveal())
    return sas.mended, page_blob_from_url(sas.mended, settings)


def not_there(link: Secret, now: datetime) -> WizardError:
    """The error for a source that the server does not know, or hides: without a signature it says the same to both."""
    sas = read_sas(link.reveal())
    what, cure = _from_the_link(sas, now) or _missing(sas)
    return WizardError(what, cure, {"address": sas.address})


def explained(link: Secret, error: WizardError, now: datetime, *, cloud_reads: bool = True) -> WizardError:
    """Why the source refused, as far as its address tells it; the error as it is where that says more.

    `cloud_reads`: the cloud is to read it as well, not this computer alone.
    """
    from wizard.services.cloud_errors import CloudError, server_time

    if not isinstance(error, CloudError) or error.status is None or error.temporary:
        return error
    sas = read_sas(link.reveal())
    # The server judges by its own clock; this computer's may be wrong.
    there = server_time({"Date": error.details.get("server time", "")}) or now
    kept_out = _kept_out(sas, error) if cloud_reads else None
    found = _from_the_link(sas, there) or kept_out or _hidden(sas, error)
    return WizardError(*found, {"address": sas.address, **error.details}) if found is not None else error


def _from_the_link(sas: SasUri, now: datetime) -> tuple[Message, Message] | None:
    """What in the link itself forbids to read the blob now."""
    if sas.signature is None:
        return (
            msg("The source is private, or it is not there: its address has no signature"),
            msg(
                "Paste a link with a SAS that may read it: at the blob in the portal, Generate SAS. Check the name as well."
            ),
        )
    starts, expires = sas.starts, sas.expires
    if expires is not None and expires.at is not None and expires.at <= now:
        return (msg("The link ended at {time} (UTC)", time=f"{expires.at:{_FULL}}"), _ANOTHER_LINK)
    if starts is not None and starts.at is not None and starts.at > now:
        return (
            msg("The link is not valid before {time} (UTC)", time=f"{starts.at:{_FULL}}"),
            msg(
                "Wait until then, or have a link made that starts a day earlier. Check this computer’s clock as well."
            ),
        )
    permissions = sas.get("sp")
    if permissions is not None and "r" not in permissions:
        return (
            msg("The link does not allow reading (sp={permissions})", permissions=permissions),
            _ANOTHER_LINK,
        )
    return None


def _kept_out(sas: SasUri, error: CloudError) -> tuple[Message, Message] | None:
    """What keeps this computer or the cloud out, by the server's answer; None where nothing of that is in it."""
    if error.code == SOURCE_REFUSED:
        said = error.details.get("copy source error") or error.details.get("copy source status")
        return (
            msg(
                "This computer may read the source, but the cloud may not ({reason})",
                reason=said or str(error.status),
            ),
            msg(
                "The network rules of the source’s storage account, or a range of IP addresses in the link (sip), let only "
                "some in. Have them opened for the time of the copy, or upload the disk from this computer."
            ),
        )
    if error.code == "AuthorizationSourceIPMismatch" or (error.status == 403 and sas.get("sip")):
        return (
            msg(
                "The link works only from some IP addresses (sip={addresses})",
                addresses=sas.get("sip") or "?",
            ),
            msg(
                "Have a link made without a range of IP addresses: the cloud reads the source from addresses of its own."
            ),
        )
    if error.code == "AuthorizationFailure":
        return (
            msg(
                "The network rules of the storage account {account} let nobody in from here",
                account=sas.account,
            ),
            msg(
                "Have its owner allow access from all networks for the time of the copy: the cloud must get in as well."
            ),
        )
    return None


def _hidden(sas: SasUri, error: CloudError) -> tuple[Message, Message] | None:
    """What is wrong with the address, by the server's answer; None where nothing of that is in it."""
    if error.status == 404:
        return _missing(sas)
    if error.code == "AuthenticationFailed":
        return (
            msg("The storage account {account} does not accept the link’s signature", account=sas.account),
            msg(
                "The link may not be whole, the name of the account, container or blob in it may have been changed, or the "
                "account’s key was renewed since. Copy the whole link again, or have a new one made."
            ),
        )
    return None


def _missing(sas: SasUri) -> tuple[Message, Message]:
    return (
        msg("There is no blob {blob} in the container {container}", blob=sas.blob, container=sas.container),
        msg(
            "It was deleted or renamed, or the address has a mistake. Look at the container, then copy the link again."
        ),
    )
