"""Errors of the cloud and of the way to it, in our words; one table for the SDK's answers and for those of our own client."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from wizard.errors import WizardError
from wizard.services import error_texts
from wizard.services.error_texts import Where

MOST_SECONDS_OFF: Final = 15 * 60
"""Azure refuses requests of a clock that is further off (PRE-11)."""

_PASSING: Final = (408, 429, 500, 502, 503, 504)
_BUSY: Final = (429, 503)
_LASTING: Final = (
    error_texts.NOT_TRUSTED,
    error_texts.PROXY_LOGIN,
    error_texts.PROXY_REFUSES,
    error_texts.PROXY_KIND,
    error_texts.BAD_ADDRESS,
)
_LONGEST_WAIT: Final = 120.0  # seconds; a proxy that asks for a day, or for ever, is asked again before


class CloudError(WizardError):
    """An error of the cloud or of the way to it.

    `code` is the server's own word, or one of wizard.services.error_texts for what never reached a server; `status` is the
    HTTP status. `temporary`: the same request may work in a moment, after `wait` seconds where the server says so.
    """

    code: str = ""
    status: int | None = None
    temporary: bool = False
    wait: float | None = None

    @property
    def busy(self) -> bool:
        """Whether the server answered that it has too much to do."""
        return self.status in _BUSY


class WayError(OSError):
    """The way to the server failed where the system has no error for it; `meaning` is one of wizard.services.error_texts."""

    def __init__(self, meaning: str, said: str) -> None:
        super().__init__(said)
        self.meaning = meaning


def answered(status: int, headers: Mapping[str, str], code: str, message: str, where: Where) -> CloudError:
    """An answer that is no success. `headers` finds names however they are spelt; `code` is the server's word, "" for none."""
    details = {
        "HTTP status": str(status),
        "error code": code,
        "request id": headers.get("x-ms-request-id", ""),
        "client request id": headers.get("x-ms-client-request-id", ""),
        "copy source status": headers.get("x-ms-copy-source-status-code", ""),
        "copy source error": headers.get("x-ms-copy-source-error-code", ""),
        "server time": headers.get("Date", ""),
        "message": message,
    }
    error = made(_meaning(code, status, message.lower(), headers), where, details)
    error.code = code
    error.status = status
    error.temporary = status in _PASSING or code == "Md5Mismatch"
    error.wait = _wait(headers)
    return error


def unanswered(error: BaseException, where: Where) -> CloudError:
    """No answer came: refused, no such name, no trust, no time."""
    chain = list(_chain(error))
    way = next((each for each in chain if isinstance(each, WayError)), None)
    if way is not None:
        meaning = way.meaning
    else:
        found = (meaning for fits, meaning in _CAUSES if any(fits(each) for each in chain))
        meaning = next(found, error_texts.CONNECTION_LOST)
    cause = way or chain[-1]
    ours = made(meaning, where, {"error": f"{type(cause).__name__}: {cause}"})
    ours.temporary = meaning not in _LASTING
    return ours


def made(meaning: str, where: Where, details: Mapping[str, str] | None = None) -> CloudError:
    """The error with the text that belongs to its meaning; details that are empty are left out."""
    details = details or {}
    what, cure = error_texts.text(meaning, where, details)
    error = CloudError(what, cure, {name: value for name, value in details.items() if value})
    error.code = meaning
    return error


def bad_address() -> CloudError:
    """The error for a text that is no address of a blob."""
    return made(error_texts.BAD_ADDRESS, Where())


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The time an answer was given, by its Date header (UTC)."""
    try:
        return parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return None


def seconds_ahead(headers: Mapping[str, str]) -> float | None:
    """How far this computer's clock is ahead of the server's, by an answer that has just come."""
    server = server_time(headers)
    return (datetime.now(UTC) - server).total_seconds() if server else None


def _meaning(code: str, status: int, message: str, headers: Mapping[str, str]) -> str:
    """Which of our texts the answer comes to; several codes have more than one cause."""
    if code in ("AuthenticationFailed", "AuthorizationFailure", "InvalidAuthenticationInfo"):
        ahead = seconds_ahead(headers)
        if ahead is not None and abs(ahead) > MOST_SECONDS_OFF:
            return error_texts.CLOCK_OFF
        if "time frame" in message or "expired" in message or "not yet valid" in message:
            return error_texts.LINK_NOT_VALID_NOW
        if code == "AuthorizationFailure" and "failed to authenticate" not in message:
            return error_texts.NETWORK_RULES
        return error_texts.KEY_REFUSED
    if not code and "x-ms-request-id" not in headers and "x-ms-version" not in headers:
        return error_texts.PROXY_LOGIN if status == 407 else error_texts.NOT_THE_CLOUD
    if code in error_texts.TEXTS:
        return code
    return error_texts.SERVER_BUSY if status in _PASSING else ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all it was made from, outermost first: the packages wrap in several ways."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__cause__, each.__context__, getattr(each, "inner_exception", None)]
        waiting += (
            [getattr(each, "reason", None)]
            if isinstance(getattr(each, "reason", None), BaseException)
            else []
        )
        waiting += [value for value in each.args if isinstance(value, BaseException)]


def _named(*names: str) -> Any:
    return lambda error: any(kind.__name__ in names for kind in type(error).__mro__)


# The first that fits any error of the chain. A proxy's error also holds the refused connection: it comes first.
_CAUSES: Final[tuple[tuple[Any, str], ...]] = (
    (lambda error: "407" in str(error) and "roxy" in str(error), error_texts.PROXY_LOGIN),
    (_named("ProxyError", "InvalidProxyURL", "ProxySchemeUnknown"), error_texts.PROXY_DEAD),
    (lambda error: isinstance(error, ssl.SSLCertVerificationError), error_texts.NOT_TRUSTED),
    (lambda error: isinstance(error, socket.gaierror), error_texts.NO_SUCH_HOST),
    (_named("NameResolutionError"), error_texts.NO_SUCH_HOST),
    (lambda error: isinstance(error, ssl.SSLError), error_texts.TLS_FAILED),
    (lambda error: isinstance(error, ConnectionRefusedError), error_texts.REFUSED),
    (lambda error: isinstance(error, TimeoutError), error_texts.NO_ANSWER),
    (_named("Timeout", "TimeoutError", "ConnectTimeoutError", "ReadTimeoutError"), error_texts.NO_ANSWER),
    (_named("InvalidURL", "MissingSchema", "InvalidSchema", "LocationParseError"), error_texts.BAD_ADDRESS),
)


def _wait(headers: Mapping[str, str]) -> float | None:
    """How many seconds the server asks to wait, within reason."""
    for name, unit in (("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001), ("Retry-After", 1.0)):
        try:
            return min(max(0.0, float(headers[name]) * unit), _LONGEST_WAIT)
        except (KeyError, ValueError):
            continue
    return None
