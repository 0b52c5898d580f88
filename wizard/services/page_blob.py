"""A page blob over the real azure-storage-blob client: wizard.transfer.page_blob.PageBlob."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from azure.core import MatchConditions

from wizard.services.azure_errors import CloudError, azure_errors
from wizard.services.error_texts import Where
from wizard.transfer.page_blob import BlobState, ConflictError, CopyState, Interrupted
from wizard.transfer.ranges import Stretch, merged

if TYPE_CHECKING:
    from azure.storage.blob import BlobClient, CopyProperties, PageRange

_WINDOW: Final = 16 * 1024**3
"""Page ranges are asked for in windows: a list over a large, scattered disk may take the server too long at once."""

_ONCE: Final[Mapping[str, Any]] = {
    "retry_total": 0
}  # whoever uploads tries again himself, and can be stopped
_CONFLICTS: Final = (
    "BlobAlreadyExists",
    "ConditionNotMet",
    "TargetConditionNotMet",
    "SequenceNumberConditionNotMet",
    "BlobOverwritten",
)


class AzurePageBlob:
    """One blob, reached by the account's key or by a link."""

    def __init__(self, client: BlobClient, *, by_link: bool = False) -> None:
        self._client = client
        self._where = Where(
            account=client.account_name or "",
            container=client.container_name,
            blob=client.blob_name,
            host=client.primary_hostname.partition("/")[0],
            by_link=by_link,
        )

    @property
    def url(self) -> str:
        """Its address without any query."""
        return self._client.url.partition("?")[0]

    @property
    def container(self) -> str:
        """The container's name."""
        return self._client.container_name

    @property
    def name(self) -> str:
        """The blob's name."""
        return self._client.blob_name

    def state(self) -> BlobState | None:
        """What it is now, None where there is no such blob."""
        try:
            with self._errors():
                found = self._client.get_blob_properties(**_ONCE)
        except CloudError as error:
            if error.code in ("BlobNotFound", "ResourceNotFound"):
                return None
            raise
        return BlobState(
            kind=str(getattr(found.blob_type, "value", found.blob_type)),
            length=found.size,
            etag=found.etag or "",
            metadata={name.lower(): value for name, value in (found.metadata or {}).items()},
            lease=found.lease.state or "",
            copy=_copy_of(found.copy),
        )

    def create(self, length: int, metadata: Mapping[str, str], *, fence: int, replaces: str | None) -> None:
        """Make it, all zeros; Put Blob with If-None-Match: * or with If-Match."""
        condition: dict[str, Any] = {"match_condition": MatchConditions.IfMissing}
        if replaces is not None:
            condition = {"match_condition": MatchConditions.IfNotModified, "etag": replaces}
        with self._errors():
            self._client.create_page_blob(
                length, metadata=dict(metadata), sequence_number=fence, **condition, **_ONCE
            )

    def put_pages(self, start: int, data: bytes, *, fence: int) -> None:
        """Put Page with Content-MD5: what arrives damaged is refused by the server."""
        with self._errors():
            self._client.upload_page(
                data, start, len(data), validate_content=True, if_sequence_number_eq=fence, **_ONCE
            )

    def clear_pages(self, start: int, length: int, *, fence: int) -> None:
        """Put Page that clears."""
        with self._errors():
            self._client.clear_page(start, length, if_sequence_number_eq=fence, **_ONCE)

    def page_ranges(self) -> list[Stretch]:
        """Get Page Ranges, coalesced."""
        with self._errors():
            length = self._client.get_blob_properties(**_ONCE).size
            found: list[Stretch] = []
            for offset in range(0, length, _WINDOW):
                window = min(_WINDOW, length - offset)
                ranges = self._client.list_page_ranges(offset=offset, length=window, **_ONCE)
                found += (_stretch(each) for each in ranges if not each.cleared)
        return merged(found)

    def read(self, start: int, length: int) -> bytes:
        """Get Blob with a range."""
        with self._errors():
            return bytes(self._client.download_blob(start, length, max_concurrency=1, **_ONCE).readall())

    def set_metadata(self, metadata: Mapping[str, str], *, etag: str) -> str:
        """Set Blob Metadata with If-Match."""
        with self._errors():
            answer = self._client.set_blob_metadata(
                dict(metadata), match_condition=MatchConditions.IfNotModified, etag=etag, **_ONCE
            )
        return str(answer["etag"])

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """What an upload is told of errors: to try again, that another was faster, or the error itself."""
        try:
            with azure_errors(self._where):
                yield
        except CloudError as error:
            if error.temporary:
                raise Interrupted(error, busy=error.busy, wait=error.wait) from error
            if error.code in _CONFLICTS:
                raise ConflictError(error.what, error.cure, error.details) from error
            raise


def _stretch(found: PageRange) -> Stretch:
    start, end = found.start or 0, found.end or 0  # the end is the last byte, not the one after it
    return start, end - start + 1


def _copy_of(found: CopyProperties) -> CopyState | None:
    """The last copy into the blob, if there was one."""
    if not found.id:
        return None
    done, _, total = (found.progress or "0/0").partition("/")
    return CopyState(found.id, found.status or "", int(done), int(total), found.status_description or "")
