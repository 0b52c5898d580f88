"""What the cloud's error codes about one blob mean to a person: what is there, who holds it, what is copied into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from wizard.messages import Message, msg

if TYPE_CHECKING:
    from wizard.services.error_texts import Where

Text = tuple[Message, Message]


def _blob_gone(where: Where) -> Text:
    return (
        msg(
            "There is no blob {blob} in the container {container}", blob=where.blob, container=where.container
        ),
        msg("It was deleted or renamed. Upload the image again."),
    )


def _exists(where: Where) -> Text:
    return (
        msg(
            "The container {container} has a blob {name} already", container=where.container, name=where.blob
        ),
        msg("Choose another name, or allow the blob to be overwritten."),
    )


def _leased(where: Where) -> Text:
    return (
        msg("Another program holds the lease of the blob {blob}", blob=where.blob),
        msg(
            "End the other upload, the copy or the virtual machine that uses the blob, then try again. The lease of a program "
            "that was killed ends after a minute; any other can be broken in the portal."
        ),
    )


def _lease_lost(where: Where) -> Text:
    return (
        msg(
            "The lease of the blob {blob} was lost, so another program may have written to it",
            blob=where.blob,
        ),
        msg("Make sure that nothing else uses the blob, then start again."),
    )


def _written_by_another(where: Where) -> Text:
    return (
        msg(
            "Another program wrote to the blob {name} in the container {container} at the same time",
            container=where.container,
            name=where.blob,
        ),
        msg("End the other upload, then start again; or choose another name."),
    )


def _wrong_kind(where: Where) -> Text:
    return (
        msg("The blob {blob} is not a page blob", blob=where.blob),
        msg("Choose another name, or delete that blob in the portal and upload the image again."),
    )


BLOB_TEXTS: Final[Mapping[str, Callable[[Where], Text]]] = {
    "BlobNotFound": _blob_gone,
    "BlobAlreadyExists": _exists,
    "ConditionNotMet": _written_by_another,
    "TargetConditionNotMet": _written_by_another,
    "SequenceNumberConditionNotMet": _written_by_another,
    "BlobOverwritten": _written_by_another,
    "LeaseIdMissing": _leased,
    "LeaseIdMismatchWithBlobOperation": _leased,
    "LeaseIdMismatchWithLeaseOperation": _leased,
    "LeaseAlreadyPresent": _leased,
    "LeaseIsBreakingAndCannotBeAcquired": _leased,
    "LeaseIsBreakingAndCannotBeChanged": _leased,
    "LeaseLost": _lease_lost,
    "LeaseIsBrokenAndCannotBeRenewed": _lease_lost,
    "LeaseNotPresentWithBlobOperation": _lease_lost,
    "LeaseNotPresentWithLeaseOperation": _lease_lost,
    "PendingCopyOperation": lambda where: (
        msg("A copy into the blob {blob} is still going on", blob=where.blob),
        msg("Wait until it has ended, or end it, then try again."),
    ),
    "CannotVerifyCopySource": lambda _: (
        msg("The cloud may not read the source of the copy"),
        msg(
            "Check the source's address. A private blob needs a link with a signature that may read and has not ended."
        ),
    ),
    "InvalidSourceBlobType": lambda _: (
        msg("The source of the copy is not a page blob"),
        msg("Choose a page blob, or upload the disk image itself."),
    ),
    "InvalidRange": lambda where: (
        msg("The blob {blob} is shorter than expected", blob=where.blob),
        msg("Another program may have replaced it. Start again."),
    ),
    "SnapshotsPresent": lambda where: (
        msg("The blob {blob} has snapshots", blob=where.blob),
        msg("Choose another name, or delete the snapshots in the portal first."),
    ),
    "BlobImmutableDueToPolicy": lambda where: (
        msg("A policy of the container {container} forbids changing its blobs", container=where.container),
        msg("Choose another container."),
    ),
    "BlobArchived": lambda where: (
        msg("The blob {blob} is in the archive tier", blob=where.blob),
        msg("Choose another name, or bring it back to the hot tier in the portal first."),
    ),
    "InvalidBlobType": _wrong_kind,
}
