"""A request as the server's parts see it, and an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from tests.strict.refused import bad_header

_RANGE: Final = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass
class Asked:
    """A request. `number` counts all requests in the order they came, `connection` the connections.

    `target` is the path as it was sent, for signatures; `blob` is empty for requests to a container.
    """

    number: int
    connection: int
    method: str
    target: str
    query: Mapping[str, str]
    headers: Message
    account: str = ""
    container: str = ""
    blob: str = ""
    secure: bool = False
    length: int = 0
    body: bytes | bytearray | memoryview = b""

    @property
    def comp(self) -> str:
        """Which part of the resource is meant: page, pagelist, lease, metadata, copy … or nothing."""
        return self.query.get("comp", "")

    def header(self, name: str) -> str:
        """A header's value, empty where it is not there."""
        return str(self.headers.get(name, "")).strip()

    def number_in(self, name: str) -> int | None:
        """A header's value as a whole number; None where it is not there."""
        text = self.header(name)
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,19}", text):
            raise bad_header(name, text)
        return int(text)

    def range(self) -> tuple[int, int | None] | None:
        """First and last byte of x-ms-range or Range; the last is None where it is open."""
        name = "x-ms-range" if self.header("x-ms-range") else "Range"
        text = self.header(name)
        if not text:
            return None
        match = _RANGE.fullmatch(text)
        if match is None:
            raise bad_header(name, text)
        last = int(match[2]) if match[2] else None
        if last is not None and last < int(match[1]):
            raise bad_header(name, text)
        return int(match[1]), last

    def metadata(self) -> dict[str, str]:
        """The x-ms-meta- headers."""
        return {
            name[len("x-ms-meta-") :]: str(value).strip()
            for name, value in self.headers.items()
            if name.lower().startswith("x-ms-meta-")
        }


@dataclass(frozen=True)
class Answer:
    """What is answered. A HEAD is sent without its `body`, but with its length."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
