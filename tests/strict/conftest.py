"""The strict server's own tests ask it by plain HTTP, so that nothing helps it; the real clients are the second hand."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.cloud import *  # noqa: F403
from tests.strict.fixtures import *  # noqa: F403
from tests.strict.server import BLOB, StrictServer

VERSION = "2021-12-02"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Said:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The error's code; the body says the same, where there is one."""
        code = self.headers.get("x-ms-error-code", "")
        assert not self.body.startswith(b"\xef\xbb\xbf<?xml") or not code or code.encode() in self.body
        return code


Ask = Callable[..., Said]


def ask(
    link: str,
    method: str = "GET",
    more: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = b"",
    *,
    version: str = VERSION,
    trust: str = "",
) -> Said:
    """One request on a connection of its own. `more` is added to the query; a body of None sends no Content-Length."""
    parts = urlsplit(link)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=trust)
        connection = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=10, context=context)
    else:
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    query = "&".join(each for each in (more, parts.query) if each)
    try:
        connection.putrequest(method, parts.path + (f"?{query}" if query else ""))
        sent = {"x-ms-version": version} if version else {}
        if body is not None and method not in ("GET", "HEAD"):
            sent["Content-Length"] = str(len(body))
        for name, value in (sent | dict(headers or {})).items():
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return Said(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


@pytest.fixture
def to(strict: StrictServer) -> Callable[..., Said]:
    """Ask about the blob `disk.vhd`, which may be written and deleted: `to("PUT", "comp=page", {...}, body)`."""
    link = strict.link(BLOB, permissions="racwd")
    return lambda *what, **how: ask(link, *what, **how)


@pytest.fixture
def disk(to: Ask) -> Ask:
    """The same, and the blob is there: 16 MiB of zeros, with the sequence number 7."""
    made = create(to)
    assert made.status == 201
    return to


def create(to: Ask, length: int = 16 * MIB, **headers: str) -> Said:
    """Put Blob that makes a page blob."""
    return to(
        "PUT",
        "",
        {
            "x-ms-blob-type": "PageBlob",
            "x-ms-blob-content-length": str(length),
            "x-ms-blob-sequence-number": "7",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


def put_page(to: Ask, start: int, data: bytes, **headers: str) -> Said:
    """Put Page that writes."""
    return to(
        "PUT",
        "comp=page",
        {
            "x-ms-page-write": "update",
            "x-ms-range": f"bytes={start}-{start + len(data) - 1}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        data,
    )
