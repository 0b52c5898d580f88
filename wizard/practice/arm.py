"""What Azure Resource Manager's requests, answers and errors look like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

API_VERSION: Final = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z]+)?")


class ArmError(Exception):
    """An answer other than success, in Resource Manager's own words and shape."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    @property
    def body(self) -> dict[str, Any]:
        """The error as the SDKs read it."""
        return {"error": {"code": self.code, "message": self.message}}


@dataclass(frozen=True, slots=True)
class Request:
    """One request after its path was matched: `path` holds the values of the route's placeholders."""

    base_url: str
    raw_path: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    page_size: int = 100

    def page(self, items: Sequence[Mapping[str, Any]]) -> Answer:
        """A list answer; where it has more than one page, `nextLink` leads on to the next."""
        token = self.query.get("$skiptoken", "0")
        if not token.isdecimal() or int(token) > len(items):
            raise ArmError(HTTPStatus.BAD_REQUEST, "InvalidSkipToken", "The provided skip token is invalid.")
        first, wished = int(token), self.query.get("$top", "")
        size = min(self.page_size, int(wished)) if wished.isdecimal() and int(wished) > 0 else self.page_size
        body: dict[str, Any] = {"value": list(items[first : first + size])}
        if first + size < len(items):
            query = {**self.query, "$skiptoken": str(first + size)}
            body["nextLink"] = f"{self.base_url}{self.raw_path}?{urlencode(query)}"
        return Answer(body)


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; `body` None sends none."""

    body: Mapping[str, Any] | None = None
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


def not_found(code: str, message: str) -> ArmError:
    """Resource Manager's answer for something that is not there."""
    return ArmError(HTTPStatus.NOT_FOUND, code, message)


def bad_request(code: str, message: str) -> ArmError:
    """Resource Manager's answer for a request that breaks a rule."""
    return ArmError(HTTPStatus.BAD_REQUEST, code, message)


def not_simulated(what: str) -> ArmError:
    """Said plainly instead of pretending: the practice cloud does not do this."""
    return ArmError(
        HTTPStatus.NOT_IMPLEMENTED,
        "NotSimulated",
        f"The practice cloud does not simulate this: {what}. Azure itself does it.",
    )
