"""A page blob over our own connections: wizard.transfer.page_blob.PageBlob."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote

from wizard.redaction import Secret, redact
from wizard.services import error_texts
from wizard.services.blob.asking import Address, Asker
from wizard.services.blob.authority import Authority
from wizard.services.blob.connection import Headers
from wizard.services.blob.page_list import MOST_BYTES, NotAPageList, PageList
from wizard.services.cloud_errors import CloudError
from wizard.services.error_texts import Where
from wizard.services.web import Web
from wizard.transfer.page_blob import PAGE_BLOB, BlobState, ConflictError, CopyState
from wizard.transfer.ranges import Stretch, merged

WINDOW: Final = 16 * 1024**3
"""Page ranges are asked for in windows: a list over a large, scattered disk may take the server too long at once."""

_LONGEST_BLOB: Final = 8 * 1024**4  # bytes of a page blob
_METADATA: Final = "x-ms-meta-"
_PLAIN: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%") + " "
_LINK: Final = "".join(chr(code) for code in range(0x21, 0x7F))


class OwnPageBlob:
    """One blob. To be closed when it is not needed any more."""

    def __init__(
        self,
        address: Address,
        container: str,
        name: str,
        authority: Authority,
        web: Web,
        where: Where,
        *,
        md5: bool = True,
    ) -> None:
        """`md5`: send a Content-MD5 with all data, so that the server refuses what arrives damaged."""
        self._md5 = md5
        self._address = address
        self._container = container
        self._name = name
        self._where = where
        self._asker = Asker(address, authority, web, where)
        self._lease: str = ""

    @property
    def url(self) -> str:
        """Its address without any query."""
        return self._address.url

    @property
    def container(self) -> str:
        """The container's name."""
        return self._container

    @property
    def name(self) -> str:
        """The blob's name."""
        return self._name

    @property
    def clock_ahead(self) -> float | None:
        """By how many seconds this computer's clock is ahead of the server's, by its last answer; None before any."""
        return self._asker.clock_ahead

    def close(self) -> None:
        """End its connections; a request under way in another thread is interrupted."""
        self._asker.close()

    def state(self) -> BlobState | None:
        """Get Blob Properties; None where there is no such blob."""
        try:
            headers = self._asker.ask("HEAD").headers
        except CloudError as error:
            if error.code in ("BlobNotFound", "ResourceNotFound"):
                return None
            raise
        return BlobState(
            kind=headers.get("x-ms-blob-type", ""),
            length=self._number(headers, "Content-Length"),
            etag=headers.get("ETag", ""),
            metadata={
                name.removeprefix(_METADATA): unquote(value)
                for name, value in headers.items()
                if name.startswith(_METADATA)
            },
            lease=headers.get("x-ms-lease-state", ""),
            copy=_copy_of(headers),
        )

    def create(self, length: int, metadata: Mapping[str, str], *, fence: int, replaces: str | None) -> None:
        """Put Blob with If-None-Match: * or with If-Match."""
        headers = {
            "x-ms-blob-type": PAGE_BLOB,
            "x-ms-blob-content-length": str(length),
            "x-ms-blob-sequence-number": str(fence),
            **_condition(replaces),
            **_as_headers(metadata),
        }
        self._write("", headers, repeatable=False)

    def put_pages(
        self, start: int, data: bytes, *, fence: int, moved: Callable[[int], None] | None = None
    ) -> str:
        """Put Page, with Content-MD5 where that is on."""
        headers = {
            "x-ms-page-write": "update",
            "x-ms-range": _range(start, len(data)),
            "x-ms-if-sequence-number-eq": str(fence),
        }
        if self._md5:
            digest = hashlib.md5(data, usedforsecurity=False).digest()
            headers["Content-MD5"] = base64.b64encode(digest).decode("ascii")
        return self._write("comp=page", headers, body=data, moved=moved).get("ETag", "")

    def clear_pages(self, start: int, length: int, *, fence: int) -> None:
        """Put Page that clears."""
        headers = {
            "x-ms-page-write": "clear",
            "x-ms-range": _range(start, length),
            "x-ms-if-sequence-number-eq": str(fence),
        }
        self._write("comp=page", headers)

    def page_ranges(self, start: int = 0, length: int | None = None) -> list[Stretch]:
        """Get Page Ranges, in windows, page after page, coalesced."""
        limit = _LONGEST_BLOB
        if length is None:
            limit = self._number(self._asker.ask("HEAD").headers, "Content-Length")
            length = limit - start
        end = start + length
        found: list[Stretch] = []
        for at in range(start, end, WINDOW):
            found += self._ranges_in(at, min(WINDOW, end - at), limit)
        return merged(found)

    def read(self, start: int, length: int, *, moved: Callable[[int], None] | None = None) -> bytes:
        """Get Blob with a range; raises ConflictError where the blob is not so long any more."""
        if length == 0:
            return b""
        content = bytearray()

        def take(piece: bytes) -> None:
            content.extend(piece)
            if moved is not None:
                moved(len(piece))

        self._asker.ask("GET", "", {"x-ms-range": _range(start, length)}, most=length, taken=take)
        if len(content) != length:
            what, cure = error_texts.text("InvalidRange", self._where, {})
            raise ConflictError(what, cure)
        return bytes(content)

    def set_metadata(self, metadata: Mapping[str, str], *, etag: str) -> str:
        """Set Blob Metadata with If-Match."""
        headers = {**_condition(etag), **_as_headers(metadata)}
        return self._write("comp=metadata", headers, repeatable=False).get("ETag", "")

    def acquire_lease(self, lease_id: str, seconds: int = 60) -> None:
        """Lease Blob: acquire, with this id."""
        headers = {
            "x-ms-lease-action": "acquire",
            "x-ms-lease-duration": str(seconds),
            "x-ms-proposed-lease-id": lease_id,
        }
        self._asker.ask("PUT", "comp=lease", headers)
        self._lease = lease_id

    def renew_lease(self) -> None:
        """Lease Blob: renew."""
        self._write("comp=lease", {"x-ms-lease-action": "renew"})

    def release_lease(self) -> None:
        """Lease Blob: release; nothing where it is not held any more."""
        if not self._lease:
            return
        try:
            self._write("comp=lease", {"x-ms-lease-action": "release"})
        except ConflictError:
            pass
        except CloudError as error:
            if error.status != 404:
                raise
        self._lease = ""

    def start_copy(self, source: Secret, *, replaces: str | None) -> CopyState:
        """Copy Blob; the server goes on with it alone."""
        headers = {"x-ms-copy-source": quote(source.reveal().strip(), safe=_LINK), **_condition(replaces)}
        answer = self._write("", headers, repeatable=False)
        return CopyState(answer.get("x-ms-copy-id", ""), answer.get("x-ms-copy-status", ""))

    def abort_copy(self, copy_id: str) -> None:
        """Abort Copy Blob; nothing where it has ended already."""
        query = f"comp=copy&copyid={quote(copy_id, safe='')}"
        try:
            self._write(query, {"x-ms-copy-action": "abort"})
        except CloudError as error:
            if error.code != "NoPendingCopyOperation":
                raise

    def _write(
        self,
        query: str,
        headers: Mapping[str, str],
        *,
        body: bytes = b"",
        moved: Callable[[int], None] | None = None,
        repeatable: bool = True,
    ) -> Headers:
        """A request that changes something: with the lease, where there is one."""
        lease = {"x-ms-lease-id": self._lease} if self._lease else {}
        answer = self._asker.ask(
            "PUT", query, {**headers, **lease}, body=body, moved=moved, repeatable=repeatable
        )
        return answer.headers

    def _ranges_in(self, start: int, size: int, length: int) -> list[Stretch]:
        found: list[Stretch] = []
        markers = [""]
        while True:
            pages = PageList(length)
            query = "comp=pagelist" + (f"&marker={quote(markers[-1], safe='')}" if markers[-1] else "")
            try:
                self._asker.ask(
                    "GET", query, {"x-ms-range": _range(start, size)}, most=MOST_BYTES, taken=pages.feed
                )
                pages.end()
            except NotAPageList as error:
                raise self._asker.nonsense(str(error)) from error
            found += pages.ranges
            if not pages.next_marker:
                return found
            if pages.next_marker in markers:
                raise self._asker.nonsense("a list of page ranges that does not end")
            markers.append(pages.next_marker)

    def _number(self, headers: Headers, name: str) -> int:
        text = headers.get(name, "")
        if not (text.isascii() and text.isdigit()):
            raise self._asker.nonsense(f"no {name}")
        return int(text)


def _range(start: int, length: int) -> str:
    return f"bytes={start}-{start + length - 1}"


def _condition(replaces: str | None) -> dict[str, str]:
    return {"If-None-Match": "*"} if replaces is None else {"If-Match": replaces}


def _as_headers(metadata: Mapping[str, str]) -> dict[str, str]:
    """Metadata as headers, which hold ASCII alone: everything else %-encoded, and read back so by `state`."""
    return {f"{_METADATA}{name}": _as_value(value) for name, value in metadata.items()}


def _as_value(value: str) -> str:
    # The protocol takes blanks at the ends away.
    inner = value.strip(" ")
    ends = value.partition(inner) if inner else (value, "", "")
    return ends[0].replace(" ", "%20") + quote(inner, safe=_PLAIN) + ends[2].replace(" ", "%20")


def _copy_of(headers: Headers) -> CopyState | None:
    """The last copy into the blob, if there was one."""
    if "x-ms-copy-id" not in headers:
        return None
    done, _, total = headers.get("x-ms-copy-progress", "").partition("/")
    return CopyState(
        headers["x-ms-copy-id"],
        headers.get("x-ms-copy-status", ""),
        int(done) if done.isdecimal() else 0,
        int(total) if total.isdecimal() else 0,
        redact(headers.get("x-ms-copy-status-description", "")),
        headers.get("x-ms-copy-source", "").partition("?")[0],
    )
