"""Copying into a container as the step and the command do it: the source is looked at, the copy begun, and what it will be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.disk.vhd_footer import Footer
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import CopyUnderWay, StorageAccount, VhdBlob
from wizard.step_parts.copy_source import SOURCE_REFUSED, explained, not_there
from wizard.transfer.copy import begin, look_at_source

if TYPE_CHECKING:
    from datetime import datetime

    from wizard.tasks import Task
    from wizard.transfer.page_blob import PageBlob
    from wizard.transfer.read_back import BlobReading


def begin_copy(
    link: Secret,
    source: PageBlob,
    blob: PageBlob,
    account: StorageAccount,
    task: Task,
    *,
    now: datetime,
    overwrite: bool = False,
) -> CopyUnderWay:
    """Look at the source and have the cloud copy it, or take up the copy that was begun before.

    Raises WizardError; what a source that refuses says of itself is told from its address (`link`).
    """
    if source.url == blob.url:
        raise WizardError(
            msg("The source and the copy would be the same blob"),
            msg("Choose another name or container; or take the blob as it is, without a copy."),
            {"url": blob.url},
        )
    try:
        reading = look_at_source(source, task)
    except WizardError as error:
        raise explained(link, error, now) from error
    if reading is None:
        raise not_there(link, now)
    try:
        copy = begin(link, source.url, reading, blob, task, overwrite=overwrite)
    except WizardError as error:
        if getattr(error, "code", "") != SOURCE_REFUSED:
            raise  # that was the blob to copy to
        raise explained(link, error, now) from error
    return CopyUnderWay(copy.id, source.url, as_it_is(reading, blob, account, etag=""))


def as_it_is(reading: BlobReading, blob: PageBlob, account: StorageAccount, *, etag: str) -> VhdBlob:
    """A blob with what was read of it, or of the source that it is copied from."""
    return VhdBlob(
        account=account,
        container=blob.container,
        name=blob.name,
        url=blob.url,
        length=reading.length,
        etag=etag,
        data_bytes=reading.data_bytes,
        range_count=reading.range_count,
        ranges_digest=reading.ranges_digest,
        footer_digest=reading.footer_digest,
        unique_id=str(Footer.parse(reading.footer).unique_id),
    )
