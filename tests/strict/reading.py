"""Get Blob, Get Blob Properties, Get Page Ranges, List Blobs, List Containers."""

from __future__ import annotations

import base64
import hashlib
import itertools
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from tests.strict import conditions
from tests.strict.asking import Answer, Asked
from tests.strict.pages import Stretch
from tests.strict.refused import Refused
from tests.strict.store import PAGE_BLOB, Blob, Store

_MOST_RANGES: Final = 10_000  # of one answer, as with Azure from version 2020-10-02 on
_XML: Final = {"Content-Type": "application/xml"}
_HEAD: Final = '\ufeff<?xml version="1.0" encoding="utf-8"?>'


@dataclass
class Listing:
    """How Get Page Ranges answers: ranges in one answer, and where long ranges are cut (bytes; 0: nowhere)."""

    most: int = _MOST_RANGES
    cut_at: int = 0


def get_properties(asked: Asked, store: Store) -> Answer:
    """Everything about a blob; the length is that of the body a GET would have."""
    with store.lock:
        blob = _seen(asked, store)
        return Answer(200, blob.properties() | {"Content-Length": str(blob.pages.length)})


def get_blob(asked: Asked, store: Store) -> Answer:
    """The whole blob, or a range of it."""
    wanted = asked.range()
    with store.lock:
        blob = _seen(asked, store)
        length = blob.pages.length
        if wanted is None:
            return Answer(200, blob.properties(), blob.pages.read(0, length))
        start, last = wanted
        if start >= length:
            raise Refused(416, "InvalidRange", headers={"Content-Range": f"bytes */{length}"})
        end = min(length, last + 1 if last is not None else length)
        body = blob.pages.read(start, end - start)
        headers = blob.properties() | {"Content-Range": f"bytes {start}-{end - 1}/{length}"}
    if asked.header("x-ms-range-get-content-md5").lower() == "true":
        if len(body) > 4 * 1024 * 1024:
            raise Refused(400, "OutOfRangeInput", "One of the request inputs is out of range.")
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        headers["Content-MD5"] = base64.b64encode(digest).decode()
    return Answer(206, headers, body)


def get_page_ranges(asked: Asked, store: Store, listing: Listing) -> Answer:
    """Where pages were written, a part at a time; the marker is the byte to go on from."""
    for name in ("prevsnapshot", "snapshot"):
        if name in asked.query:
            raise _bad_query(name, asked.query[name])
    with store.lock:
        blob = _seen(asked, store)
        if blob.kind != PAGE_BLOB:
            raise Refused(409, "InvalidBlobType")
        start, last = asked.range() or (0, None)
        length = blob.pages.length
        if start >= length and asked.range() is not None:
            raise Refused(416, "InvalidRange")
        end = length if last is None else min(length, last + 1)
        marker = asked.query.get("marker", "")
        if marker:
            if not marker.isdigit():
                raise _bad_query("marker", marker)
            start = max(start, int(marker))
        found = [
            part for each in blob.pages.written.within(start, end) for part in _cut(each, listing.cut_at)
        ]
        headers = blob.version() | _XML | {"x-ms-blob-content-length": str(length)}
    most = min(listing.most, _asked_for_at_most(asked))
    shown, rest = found[:most], found[most:]
    ranges = "".join(
        f"<PageRange><Start>{low}</Start><End>{low + count - 1}</End></PageRange>" for low, count in shown
    )
    after = f"<NextMarker>{rest[0][0]}</NextMarker>" if rest else "<NextMarker />"
    return Answer(200, headers, f"{_HEAD}<PageList>{ranges}{after}</PageList>".encode())


def _asked_for_at_most(asked: Asked) -> int:
    text = asked.query.get("maxresults")
    if text is None:
        return _MOST_RANGES
    if not text.isdigit() or not int(text):
        raise _bad_query("maxresults", text)
    return int(text)


def _cut(stretch: Stretch, at: int) -> list[Stretch]:
    if not at:
        return [stretch]
    start, length = stretch
    inner = range((start // at + 1) * at, start + length, at)
    places = [start, *inner, start + length]
    return [(low, high - low) for low, high in itertools.pairwise(places)]


def list_blobs(asked: Asked, store: Store) -> Answer:
    """All blobs of a container with this prefix."""
    prefix = asked.query.get("prefix", "")
    with store.lock:
        blobs = [
            each for name, each in sorted(store.container(asked).blobs.items()) if name.startswith(prefix)
        ]
        rows = "".join(_row(each) for each in blobs)
    body = f'{_HEAD}<EnumerationResults ContainerName="{asked.container}"><Blobs>{rows}</Blobs><NextMarker /></EnumerationResults>'
    return Answer(200, _XML, body.encode())


def list_containers(asked: Asked, store: Store) -> Answer:
    """All containers of the account."""
    with store.lock:
        names = sorted(store.account(asked.account).containers)
    rows = "".join(f"<Container><Name>{name}</Name><Properties></Properties></Container>" for name in names)
    return Answer(
        200,
        _XML,
        f"{_HEAD}<EnumerationResults><Containers>{rows}</Containers><NextMarker /></EnumerationResults>".encode(),
    )


def _row(blob: Blob) -> str:
    return (
        f"<Blob><Name>{escape(blob.name)}</Name><Properties><Last-Modified>{blob.modified}</Last-Modified>"
        f"<Etag>{blob.etag.strip(chr(34))}</Etag><Content-Length>{blob.pages.length}</Content-Length>"
        f"<Content-Type>{escape(blob.content_type)}</Content-Type><BlobType>{blob.kind}</BlobType>"
        f"<LeaseStatus>{blob.lease.headers()['x-ms-lease-status']}</LeaseStatus>"
        f"<LeaseState>{blob.lease.state}</LeaseState></Properties></Blob>"
    )


def _seen(asked: Asked, store: Store) -> Blob:
    blob = store.blob(asked)
    blob.lease.allow(asked.header("x-ms-lease-id"), writes=False)
    conditions.check(asked, blob)
    return blob


def _bad_query(name: str, value: str) -> Refused:
    more = {"QueryParameterName": name, "QueryParameterValue": value}
    return Refused(400, "InvalidQueryParameterValue", more=more)
