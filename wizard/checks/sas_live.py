"""SAS-11 and SAS-12: what the server says to the link."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.sas_account import KEY_REFUSED, KEYS_OFF
from wizard.checks.sas_address import Problem, not_a_link
from wizard.checks.sas_life import shown
from wizard.figures import exactly, in_units
from wizard.messages import msg
from wizard.step import Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from datetime import datetime

    from wizard.disk.vhd_footer import Footer
    from wizard.errors import WizardError
    from wizard.results import VhdBlob
    from wizard.sas.uri import SasUri
    from wizard.services.anonymous import Answer, SasProbe
    from wizard.services.records import AccountProperties

_PAGE_BLOB: Final = "PageBlob"
_FOOTER_BYTES: Final = 512
_MIB: Final = 1024 * 1024
_FIXED: Final = 2

_NOT_TRIED: Final = msg("The link was not tried against the server")
_FIREWALL: Final = (
    msg("The account’s firewall refuses this computer, so it may refuse the marketplace too"),
    msg("Allow access from all networks in the account’s network settings until the offer is published."),
)
_NEW_LINK: Final = msg("Create a new link and try that.")

_REFUSALS: Final[dict[str, Problem]] = {
    "AuthenticationFailed": (
        msg("The server does not accept the signature"),
        msg(
            "The link is damaged, was made for another container, or the account key was changed since. Create a new link."
        ),
    ),
    "AuthorizationPermissionMismatch": (
        msg("The server refuses to read: the link does not allow it"),
        msg("Create a new link with Read and List for the container."),
    ),
    "AuthorizationResourceTypeMismatch": (
        msg("The server refuses to read: the link is for another kind of resource"),
        msg("Create a new link for the container that holds the VHD."),
    ),
    "AuthorizationProtocolMismatch": (
        msg("The server refuses this protocol: the link allows https only"),
        msg("Use the link with https://."),
    ),
    "AuthorizationSourceIPMismatch": (
        msg("The server refuses this computer: the link works only from certain addresses"),
        msg("Create a new link without an address range."),
    ),
    "AuthorizationFailure": (
        msg("The server does not let this link in"),
        msg(
            "The link is damaged or was made for another container, or the account’s firewall refuses this computer. Create a new link; if that is refused too, look at the account’s network settings."
        ),
    ),
    "PublicAccessNotPermitted": (
        msg("The server takes this for a request without a SAS"),
        msg("The token is damaged. Copy the full link again, or create a new one."),
    ),
    KEYS_OFF: KEY_REFUSED,
}


def is_proven(
    sas: SasUri,
    now: datetime,
    probe: SasProbe | None,
    unreached: WizardError | None,
    footer: Footer | None,
    vhd_blob: VhdBlob | None,
    account_facts: AccountProperties | None,
) -> Finding:
    """SAS-11: read, size, page blob, footer, list; and a write that is refused. All without credentials."""
    if unreached is not None:
        return warning(
            msg("The link could not be tried: {reason}", reason=unreached.what),
            unreached.cure,
            details=[f"{name}: {value}" for name, value in unreached.details.items()],
        )
    if probe is None:
        return skipped(_NOT_TRIED)
    facts: dict[str, Any] = {
        "head": probe.head.status,
        "length": probe.length,
        "blob_type": probe.blob_type,
        "footer_read": probe.footer_read.status if probe.footer_read else None,
        "list": probe.listing.status,
        "listed": probe.is_listed,
        "write": probe.write.status if probe.write else None,
        "error_code": probe.head.code or probe.listing.code,
        "detail": probe.listing.detail,
    }
    if _unanswered(probe):
        return warning(
            msg(
                "The server had trouble of its own (HTTP {status}), so nothing is proven yet",
                status=_worst(probe),
            ),
            msg("Wait a little, then check again."),
            **facts,
        )
    if not probe.head.granted:
        closed = account_facts is not None and account_facts.network_default == "Deny"
        return failed(*_refused(sas, now, probe.head, closed=closed), **facts)
    broken = next(_broken(probe, footer, vhd_blob), None)
    if broken is not None:
        return failed(*broken, **facts)
    return passed(
        msg(
            "Proven without credentials: a page blob of {size} with a valid VHD footer was read, the container listed, and writing refused",
            size=in_units((probe.length or 0) - _FOOTER_BYTES),
        ),
        **facts,
    )


def _refused(sas: SasUri, now: datetime, head: Answer, *, closed: bool) -> Problem:
    starts, expires = sas.starts, sas.expires
    if head.code in ("BlobNotFound", "ContainerNotFound", "ResourceNotFound") or head.status == 404:
        return (
            msg("There is no VHD at this address (HTTP {status})", status=head.status),
            msg("Look whether it was deleted, moved or renamed, then create the link for where it is now."),
        )
    if head.status == 403 and expires is not None and expires.at is not None and expires.at <= now:
        return msg("The server refuses the link: it ended on {time}", time=shown(expires.at)), _NEW_LINK
    if head.status == 403 and starts is not None and starts.at is not None and starts.at > now:
        return msg("The server refuses the link: it starts on {time}", time=shown(starts.at)), _NEW_LINK
    if head.code == "AuthorizationFailure" and closed:
        return _FIREWALL
    if head.code in _REFUSALS:
        return _REFUSALS[head.code]
    return (
        msg("The server refuses the link (HTTP {status} {code})", status=head.status, code=head.code),
        _NEW_LINK,
    )


def _broken(probe: SasProbe, footer: Footer | None, vhd_blob: VhdBlob | None) -> Iterator[Problem]:
    """What is wrong although the link may be read, the most important first."""
    if probe.blob_type != _PAGE_BLOB:
        yield (
            msg("It is no page blob ({type}), so no VM can be made from it", type=probe.blob_type or "?"),
            msg("Upload the VHD again as a page blob, then create the link for that."),
        )
    yield from _footer_problems(probe, footer)
    if vhd_blob is not None and not _is_uploaded_one(probe, vhd_blob):
        yield (
            msg("The VHD behind the link is not the one that was uploaded here"),
            msg("Upload the VHD again, or create the link for the right blob."),
        )
    if not probe.listing.granted:
        yield (
            msg("The container cannot be listed with this link (HTTP {status})", status=probe.listing.status),
            msg("Create a new link with Read and List for the container."),
        )
    elif not probe.is_listed:
        yield (
            msg("The VHD is not in the list of its container"),
            msg("Look whether the VHD is complete in its container, then check again."),
        )
    if probe.write_refused is False:
        yield (
            msg(
                "The server would have let this link write (HTTP {status})",
                status=probe.write.status if probe.write else 0,
            ),
            msg("Create a new link with Read and List only, and hand this one to nobody."),
        )
    elif probe.write_refused is None:
        yield msg("It is not proven that the link cannot write"), msg("Check again.")


def _footer_problems(probe: SasProbe, footer: Footer | None) -> Iterator[Problem]:
    again = msg("Check the disk image again in its step, then upload it anew.")
    if footer is None:
        yield msg("The last 512 bytes could not be read"), again
    elif not footer.cookie_valid:
        yield msg("The blob does not end in a VHD footer"), again
    elif not footer.checksum_valid:
        yield msg("The VHD footer at the end of the blob is damaged"), again
    elif footer.disk_type != _FIXED:
        yield msg("The VHD behind the link is not of a fixed size"), again
    elif probe.length != footer.current_size + _FOOTER_BYTES:
        yield (
            msg(
                "The blob has {length} bytes; its footer says {expected}",
                length=exactly(probe.length or 0),
                expected=exactly(footer.current_size + _FOOTER_BYTES),
            ),
            again,
        )
    elif footer.current_size % _MIB:
        yield msg("The size of the disk is not a whole number of MiB"), again


def _is_uploaded_one(probe: SasProbe, vhd_blob: VhdBlob) -> bool:
    return (
        probe.length == vhd_blob.length and hashlib.sha256(probe.footer).hexdigest() == vhd_blob.footer_digest
    )


def _unanswered(probe: SasProbe) -> bool:
    return _worst(probe) >= 500


def _worst(probe: SasProbe) -> int:
    answers = (probe.head, probe.listing, probe.footer_read, probe.write)
    return max(answer.status for answer in answers if answer is not None)


def is_free_to_be_copied(sas: SasUri, probe: SasProbe | None) -> Finding:
    """SAS-12: no lease, no copy under way, not archived, not a snapshot."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    if {"snapshot", "versionid"} & {name.lower() for name in sas.foreign}:
        return failed(
            msg("The link is for a snapshot or an old version of the VHD"),
            msg("Create the link for the blob itself."),
        )
    if probe is None or not probe.head.granted:
        return skipped(
            msg("The server did not show the blob’s properties") if probe is not None else _NOT_TRIED
        )
    facts: dict[str, Any] = {"lease": probe.lease, "copy": probe.copy_status, "tier": probe.access_tier}
    if probe.copy_status == "pending":
        return failed(
            msg("The VHD is still being copied to this place"),
            msg("Wait until the copy is complete."),
            **facts,
        )
    if probe.copy_status in ("failed", "aborted"):
        return failed(
            msg("The copy of the VHD to this place was not completed"),
            msg("Copy or upload the VHD again."),
            **facts,
        )
    if probe.access_tier.lower() == "archive":
        return failed(
            msg("The VHD is in the archive tier, where nobody can read it"),
            msg("Bring it back to an online tier; that takes hours."),
            **facts,
        )
    if probe.lease in ("leased", "breaking"):
        return warning(
            msg("The VHD is leased: a disk or a program holds it, and publishing may find it in use"),
            msg("Detach the disk, or break the lease, then check again."),
            **facts,
        )
    return passed(msg("The VHD is free: no lease, no copy under way, not archived"), **facts)
