"""Put Blob, Put Page, Set Blob Metadata, Set Blob Properties, Delete Blob."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

from tests.strict import conditions
from tests.strict.asking import Answer, Asked
from tests.strict.pages import PAGE
from tests.strict.refused import Refused, bad_header, missing_header
from tests.strict.store import PAGE_BLOB, Blob, Store

LARGEST_PAGE_WRITE: Final = 4 * 1024 * 1024
LARGEST_PAGE_BLOB: Final = 8 * 1024**4
_HIGHEST_SEQUENCE: Final = 2**63 - 1


def largest_body(asked: Asked) -> int:
    """How long a body this request may have; it is refused before it is read."""
    if asked.comp == "page":
        return LARGEST_PAGE_WRITE
    return 256 * 1024 * 1024 if asked.blob and not asked.comp else 64 * 1024


def put_blob(asked: Asked, store: Store) -> Answer:
    """Make a page blob, all zeros, or a small blob of another kind."""
    kind = asked.header("x-ms-blob-type")
    if not kind:
        raise missing_header("x-ms-blob-type")
    if kind not in (PAGE_BLOB, "BlockBlob", "AppendBlob"):
        raise bad_header("x-ms-blob-type", kind)
    length, number = asked.length, 0
    if kind == PAGE_BLOB:
        length, number = _page_blob(asked)
    digest = _check_content(asked)
    with store.lock:
        before = store.find(asked)
        conditions.check(asked, before)
        if before is not None:
            _may_be_written(before, asked)
        made = store.make(asked, kind, length)
        made.metadata, made.sequence_number = asked.metadata(), number
        made.content_type = asked.header("x-ms-blob-content-type") or made.content_type
        if kind == "BlockBlob":
            made.pages.write(0, asked.body)
        return Answer(201, made.version() | {"Content-MD5": digest, "x-ms-request-server-encrypted": "true"})


def _page_blob(asked: Asked) -> tuple[int, int]:
    """Length and sequence number of the page blob to be made."""
    length = asked.number_in("x-ms-blob-content-length")
    if length is None:
        raise missing_header("x-ms-blob-content-length")
    if length < 0 or length % PAGE or length > LARGEST_PAGE_BLOB:
        raise bad_header("x-ms-blob-content-length", str(length))
    if asked.length:
        raise bad_header("Content-Length", str(asked.length))
    number = asked.number_in("x-ms-blob-sequence-number") or 0
    if not 0 <= number <= _HIGHEST_SEQUENCE:
        raise bad_header("x-ms-blob-sequence-number", str(number))
    return length, number


def put_page(asked: Asked, store: Store) -> Answer:
    """Write whole pages, or clear them; nothing is written of a request that is refused."""
    action = asked.header("x-ms-page-write").lower()
    if not action:
        raise missing_header("x-ms-page-write")
    if action not in ("update", "clear"):
        raise bad_header("x-ms-page-write", action)
    start, length = _whole_pages(asked)
    if action == "update" and length > LARGEST_PAGE_WRITE:
        raise Refused(413, "RequestBodyTooLarge", more={"MaxLimit": str(LARGEST_PAGE_WRITE)})
    if asked.length != (length if action == "update" else 0):
        raise bad_header("Content-Length", str(asked.length))
    digest = _check_content(asked) if action == "update" else ""
    with store.lock:
        blob = store.blob(asked)
        if blob.kind != PAGE_BLOB:
            raise Refused(409, "InvalidBlobType")
        _may_be_written(blob, asked)
        conditions.check(asked, blob)
        conditions.check_sequence(asked, blob)
        if start + length > blob.pages.length:
            raise Refused(416, "InvalidPageRange")
        if action == "update":
            blob.rewritten += blob.pages.write(start, asked.body)
            blob.page_writes += 1
        else:
            blob.pages.clear(start, length)
        blob.touch(store.clock)
        headers = blob.version() | {"x-ms-blob-sequence-number": str(blob.sequence_number)}
    return Answer(201, headers | ({"Content-MD5": digest} if digest else {}))


def _whole_pages(asked: Asked) -> tuple[int, int]:
    """Start and length of what Put Page is about."""
    wanted = asked.range()
    if wanted is None:
        raise missing_header("x-ms-range")
    start, last = wanted
    if last is None or start % PAGE or (last + 1) % PAGE:
        raise Refused(416, "InvalidPageRange")
    return start, last - start + 1


def set_metadata(asked: Asked, store: Store) -> Answer:
    """Replace all metadata."""
    with store.lock:
        blob = store.blob(asked)
        _may_be_written(blob, asked)
        conditions.check(asked, blob)
        blob.metadata = asked.metadata()
        blob.touch(store.clock)
        return Answer(200, blob.version())


def set_properties(asked: Asked, store: Store) -> Answer:
    """Resize a page blob, set its sequence number, set the content type."""
    length, action = (
        asked.number_in("x-ms-blob-content-length"),
        asked.header("x-ms-sequence-number-action").lower(),
    )
    with store.lock:
        blob = store.blob(asked)
        if blob.kind != PAGE_BLOB and (length is not None or action):
            raise Refused(409, "InvalidBlobType")
        _may_be_written(blob, asked)
        conditions.check(asked, blob)
        if length is not None:
            if length % PAGE or not 0 <= length <= LARGEST_PAGE_BLOB:
                raise bad_header("x-ms-blob-content-length", str(length))
            blob.pages.resize(length)
        if action:
            blob.sequence_number = _next_number(asked, action, blob.sequence_number)
        blob.content_type = asked.header("x-ms-blob-content-type") or blob.content_type
        blob.touch(store.clock)
        return Answer(200, blob.version() | {"x-ms-blob-sequence-number": str(blob.sequence_number)})


def _next_number(asked: Asked, action: str, before: int) -> int:
    given = asked.number_in("x-ms-blob-sequence-number")
    if action == "increment" and given is None:
        return before + 1
    if action not in ("max", "update") or given is None:
        raise bad_header("x-ms-sequence-number-action", action)
    return max(before, given) if action == "max" else given


def delete_blob(asked: Asked, store: Store) -> Answer:
    """Delete a blob that nothing is copied into."""
    with store.lock:
        blob = store.blob(asked)
        _may_be_written(blob, asked)
        conditions.check(asked, blob)
        del store.container(asked).blobs[asked.blob]
        return Answer(202)


def _may_be_written(blob: Blob, asked: Asked) -> None:
    if blob.copy is not None and blob.copy.status == "pending":
        raise Refused(409, "PendingCopyOperation")
    blob.lease.allow(asked.header("x-ms-lease-id"), writes=True)


def _check_content(asked: Asked) -> str:
    """The body's MD5 in base64, refused where it is not the one that was sent along."""
    made = base64.b64encode(hashlib.md5(asked.body, usedforsecurity=False).digest()).decode()
    given = asked.header("Content-MD5")
    if asked.header("x-ms-content-crc64"):
        raise Refused(400, "UnsupportedHeader", "This server cannot verify CRC64.")
    if given:
        try:
            known = len(base64.b64decode(given, validate=True)) == 16
        except binascii.Error:
            known = False
        if not known:
            raise Refused(400, "InvalidMd5", "The MD5 value specified in the request is invalid.")
        if given != made:
            more = {"UserSpecifiedMd5": given, "ServerCalculatedMd5": made}
            raise Refused(400, "Md5Mismatch", more=more)
    return made
