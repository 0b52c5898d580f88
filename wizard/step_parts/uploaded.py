"""A finished upload as the result that later steps take."""

from __future__ import annotations

from wizard.results import ContentCompared, StorageAccount, VhdBlob
from wizard.transfer.compare import Comparison
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.upload import Uploaded


def as_vhd_blob(done: Uploaded, blob: PageBlob, account: StorageAccount, unique_id: str) -> VhdBlob:
    """What was uploaded, and where to; `unique_id` is that of the disk's footer."""
    return VhdBlob(
        account=account,
        container=blob.container,
        name=blob.name,
        url=done.url,
        length=done.length,
        etag=done.etag,
        data_bytes=done.data_bytes,
        range_count=done.range_count,
        ranges_digest=done.ranges_digest,
        footer_digest=done.footer_digest,
        unique_id=unique_id,
    )


def as_content_compared(found: Comparison) -> ContentCompared:
    """What a full comparison found, as the step keeps it."""
    return ContentCompared(found.url, found.etag, found.compared_bytes, found.first_difference)
