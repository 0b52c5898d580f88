"""Requests without credentials, as the marketplace makes them: what a stranger gets, and what a SAS URI lets through.

Nothing here follows a redirect or sends a login. The one write that is tried could change nothing even if it were
allowed (see `_try_to_write`).
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from wizard.messages import msg
from wizard.redaction import Secret, redact
from wizard.services.accounts import API_VERSION
from wizard.services.azure_errors import azure_errors
from wizard.services.cloud_errors import CloudError, bad_address, server_time
from wizard.services.error_texts import Where
from wizard.services.web import ANSWER_WITHIN, CONNECT_WITHIN, Web, is_loopback

if TYPE_CHECKING:
    import requests

    from wizard.services.web import NetworkSettings
    from wizard.tasks import Task

_PAGE: Final = 512
_NO_ETAG: Final = '"0x0"'  # no blob has this ETag
_MOST_BYTES: Final = 256 * 1024  # of an answer; a server that ignores the range would send the whole disk
_PIECE: Final = 16 * 1024
_DETAIL: Final = re.compile(r"<AuthenticationErrorDetail>(.*?)</AuthenticationErrorDetail>", re.DOTALL)
_LISTED: Final = re.compile(r"<Blob>\s*<Name[^>]*>(.*?)</Name>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: HTTP status, its error code and its reason ("" where none), and its Date (UTC)."""

    status: int
    code: str = ""
    detail: str = ""
    server_time: datetime | None = None

    @property
    def granted(self) -> bool:
        """Whether the request was granted."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class _Received:
    """What came back, its content as far as it is looked at."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class SasProbe:
    """What a SAS URI lets through, request by request; an answer is None where the request made no sense any more.

    `length` in bytes, None where HEAD was refused; `lease` like available, leased; `copy_status` like success, pending;
    `footer` are the last 512 bytes, empty where they were refused; `is_listed`: the blob is in the container's list.
    """

    head: Answer
    length: int | None
    blob_type: str
    lease: str
    copy_status: str
    access_tier: str
    listing: Answer
    is_listed: bool
    footer_read: Answer | None
    footer: bytes
    write: Answer | None

    @property
    def write_refused(self) -> bool | None:
        """Whether the link may not write; None where the server did not come to judge that."""
        if self.write is None or self.write.status >= 500:
            return None
        return self.write.status in (401, 403)


def probe_sas(uri: Secret, task: Task, settings: NetworkSettings | None = None) -> SasProbe:
    """Use the link as a stranger would: HEAD, the last 512 bytes, the container's list, and a write that must be refused.

    Raises WizardError where the server cannot be reached or the link is no address.
    """
    link = _Link(uri, settings)
    with link.session:
        task.report(0, 4, phase=msg("Asking for the blob's properties"))
        head = link.ask("HEAD", link.blob)
        answer = _answer(head)
        length = _number(head.headers.get("Content-Length", "")) if answer.granted else None
        task.report(1, 4, phase=msg("Listing the container"))
        listing = link.ask("GET", link.list_of(link.blob_name))
        footer_read, footer = None, b""
        if length is not None and length >= _PAGE:
            task.report(2, 4, phase=msg("Reading the last 512 bytes"))
            tail = link.ask("GET", link.blob, {"x-ms-range": f"bytes={length - _PAGE}-{length - 1}"})
            footer_read = _answer(tail)
            footer = tail.content if footer_read.granted and len(tail.content) == _PAGE else b""
        write = None
        if footer and length is not None:
            task.report(3, 4, phase=msg("Trying to write: this must be refused"))
            write = _try_to_write(link, length, footer)
        task.report(4, 4)
    return SasProbe(
        head=answer,
        length=length,
        blob_type=head.headers.get("x-ms-blob-type", ""),
        lease=head.headers.get("x-ms-lease-state", ""),
        copy_status=head.headers.get("x-ms-copy-status", ""),
        access_tier=head.headers.get("x-ms-access-tier", ""),
        listing=_answer(listing),
        is_listed=link.blob_name in (html.unescape(name) for name in _LISTED.findall(listing.text)),
        footer_read=footer_read,
        footer=footer,
        write=write,
    )


def anonymous_head(url: str, settings: NetworkSettings | None = None) -> Answer:
    """What a stranger gets who asks for the blob at this address; raises WizardError where no server answers."""
    link = _Link(Secret(url), settings)
    with link.session:
        return _answer(link.ask("HEAD", link.blob))


def anonymous_list(container_url: str, settings: NetworkSettings | None = None) -> Answer:
    """What a stranger gets who asks for the list of the container at this address; raises WizardError where no server answers."""
    link = _Link(Secret(container_url.rstrip("/") + "/-"), settings)
    with link.session:
        return _answer(link.ask("GET", link.list_of("")))


class _Link:
    """An address taken apart into blob, container and token. In the practice cloud the account stands in the path."""

    def __init__(self, uri: Secret, settings: NetworkSettings | None) -> None:
        parts = _split(uri.reveal())
        local = is_loopback(parts.hostname)
        # A signature never goes over plain http, whatever the address says.
        base = f"{parts.scheme if local else 'https'}://{parts.netloc.rpartition('@')[2]}"
        segments = parts.path.lstrip("/").split("/", 2 if local else 1)
        names, path = segments[:-1], segments[-1]
        self._container = "/".join((base, *names))
        self._token = parts.query
        self.blob_name = unquote(path)
        self.blob = self._with_token(f"{self._container}/{path}")
        self._where = Where(
            container=names[-1] if names else "",
            blob=self.blob_name,
            host=parts.netloc.rpartition("@")[2],
            by_link=True,
        )
        self.session = Web(settings, direct=local).session()

    def list_of(self, prefix: str) -> str:
        """The address of the list of blobs whose names begin so; the shortest name is the first."""
        return self._with_token(
            f"{self._container}?restype=container&comp=list&maxresults=1&prefix={quote(prefix, safe='')}"
        )

    def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, data: bytes | None = None
    ) -> _Received:
        """Send the request, a second time where the connection failed; raises WizardError."""
        try:
            return self._send(method, url, headers or {}, data)
        except CloudError as error:
            if not error.temporary:
                raise
        return self._send(method, url, headers or {}, data)

    def _send(self, method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> _Received:
        with (
            azure_errors(self._where),
            self.session.request(
                method,
                url,
                headers={"x-ms-version": API_VERSION, **headers},
                data=data,
                timeout=(CONNECT_WITHIN, ANSWER_WITHIN),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            return _Received(response.status_code, response.headers, _beginning(response))

    def _with_token(self, url: str) -> str:
        if not self._token:
            return url
        return f"{url}{'&' if '?' in url else '?'}{self._token}"


def _try_to_write(link: _Link, length: int, footer: bytes) -> Answer:
    """Ask to write the last 512 bytes of a page blob.

    Permission is judged before anything else: a link that may only read gets 403. One that may write fails at the ETag,
    which no blob has (412). And if a server ignored that, the bytes are those that are there already.
    """
    answer = link.ask(
        "PUT",
        f"{link.blob}{'&' if '?' in link.blob else '?'}comp=page",
        {
            "If-Match": _NO_ETAG,
            "x-ms-page-write": "update",
            "x-ms-range": f"bytes={length - _PAGE}-{length - 1}",
            "Content-MD5": base64.b64encode(hashlib.md5(footer, usedforsecurity=False).digest()).decode(
                "ascii"
            ),
        },
        footer,
    )
    return _answer(answer)


def _answer(received: _Received) -> Answer:
    detail = _DETAIL.search(received.text) if received.status >= 400 else None
    return Answer(
        status=received.status,
        code=received.headers.get("x-ms-error-code", ""),
        detail=redact(html.unescape(detail[1]).strip()) if detail else "",
        server_time=server_time(received.headers),
    )


def _beginning(response: requests.Response) -> bytes:
    """The first bytes of the content; the rest is never asked for."""
    content = b""
    for piece in response.iter_content(_PIECE):
        content += piece
        if len(content) > _MOST_BYTES:
            break
    return content[:_MOST_BYTES]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _split(url: str) -> SplitResult:
    """The address's parts; raises CloudError where it is none."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.path.strip("/"):
            return parts
    except ValueError:
        pass
    raise bad_address()
