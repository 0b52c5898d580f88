"""The sink's side of HTTP: heads of requests, and bodies that nobody looks at."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

_BUFFER: Final = 1024 * 1024


@dataclass
class Request:
    """A request's head; names of headers are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]

    @property
    def length(self) -> int:
        """Of the body, in bytes."""
        return int(self.headers.get("content-length", "0"))

    @property
    def has_range(self) -> bool:
        """Whether it is about a part."""
        return "x-ms-range" in self.headers or "range" in self.headers

    def range(self) -> tuple[int, int]:
        """First and last byte."""
        text = self.headers.get("x-ms-range") or self.headers.get("range") or "bytes=0-"
        first, _, last = text.removeprefix("bytes=").partition("-")
        return int(first), int(last or 2**62)

    def metadata(self) -> dict[str, str]:
        """The x-ms-meta- headers."""
        return {
            name.removeprefix("x-ms-meta-"): value
            for name, value in self.headers.items()
            if name.startswith("x-ms-meta-")
        }


class Connection:
    """Reads requests and their bodies. `flags` are those of recv for what is dropped."""

    def __init__(self, made: socket.socket | ssl.SSLSocket, flags: int) -> None:
        self._made = made
        self._flags = flags
        self._view = memoryview(bytearray(_BUFFER))
        self._came = b""

    def next(self) -> Request | None:
        """The next request's head; None where the connection ends."""
        while b"\r\n\r\n" not in self._came:
            # Little, so that little of a body comes along, which then would have to be cut off.
            more = self._made.recv(16 * 1024)
            if not more:
                return None
            self._came += more
        head, _, self._came = self._came.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self._made.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        parts = urlsplit(re.sub(r"^https?://[^/]+", "", target))
        return Request(
            method, unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True)), headers
        )

    def drop(self, length: int) -> None:
        """Take so many bytes and look at none."""
        here = min(length, len(self._came))
        self._came = self._came[here:]
        left = length - here
        while left > 0:
            count = (
                self._made.recv_into(self._view, min(left, _BUFFER), self._flags)
                if self._flags
                else self._made.recv_into(self._view, min(left, _BUFFER))
            )
            if not count:
                raise ConnectionError
            left -= count

    def take(self, length: int) -> bytes:
        """So many bytes."""
        while len(self._came) < length:
            more = self._made.recv(length - len(self._came))
            if not more:
                raise ConnectionError
            self._came += more
        taken, self._came = self._came[:length], self._came[length:]
        return taken
