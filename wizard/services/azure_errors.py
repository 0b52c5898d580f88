"""One door for foreign errors: what Azure's packages and requests raise leaves the service layer as a WizardError."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from wizard.errors import WizardError
from wizard.services import error_texts
from wizard.services.error_texts import Where

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError

MOST_SECONDS_OFF: Final = 15 * 60
"""Azure refuses requests of a clock that is further off (PRE-11)."""

_PASSING: Final = (408, 429, 500, 502, 503, 504)
_BUSY: Final = (429, 503)
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


@contextmanager
def azure_errors(where: Where) -> Iterator[None]:
    """Whatever the block raises of Azure's packages or requests becomes a CloudError; `where` gives it its names."""
    try:
        yield
    except WizardError:
        raise
    except Exception as error:
        ours = as_cloud_error(error, where)
        if ours is None:
            raise
        raise ours from error


def as_cloud_error(error: Exception, where: Where) -> CloudError | None:
    """The error in our words; None where it is of no kind that Azure's packages or requests raise."""
    import requests
    from azure.core.exceptions import AzureError, DecodeError, HttpResponseError

    if (
        isinstance(error, HttpResponseError)
        and error.response is not None
        and not isinstance(error, DecodeError)
    ):
        return _answered(error, where)
    if type(error).__name__ == "AzureSigningError":  # it has no public name
        return _made(error_texts.KEY_NOT_A_KEY, where, {"error": str(error)})
    if isinstance(error, DecodeError):
        return _made(error_texts.NOT_THE_CLOUD, where, {"error": str(error)})
    if isinstance(error, AzureError | requests.RequestException):
        return _unanswered(error, where)
    return None


def bad_address() -> CloudError:
    """The error for a text that is no address of a blob."""
    return _made(error_texts.BAD_ADDRESS, Where(), {})


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


def _answered(error: HttpResponseError, where: Where) -> CloudError:
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    status = error.status_code or 0
    code = _code(error, headers)
    details = {
        "HTTP status": str(status),
        "error code": code,
        "request id": headers.get("x-ms-request-id", ""),
        "client request id": headers.get("x-ms-client-request-id", ""),
        "server time": headers.get("Date", ""),
        "message": error.message or "",
    }
    made = _made(_meaning(code, status, error, headers), where, details)
    made.code = code
    made.status = status
    made.temporary = status in _PASSING or code == "Md5Mismatch"
    made.wait = _wait(headers)
    return made


def _code(error: HttpResponseError, headers: Mapping[str, str]) -> str:
    """The server's word for the error: storage says it in a header, Resource Manager in the body."""
    code = headers.get("x-ms-error-code") or getattr(error, "error_code", None)
    if not code and error.error is not None:
        code = error.error.code
    return str(getattr(code, "value", code) or "")


def _meaning(code: str, status: int, error: HttpResponseError, headers: Mapping[str, str]) -> str:
    """Which of our texts the answer comes to; several codes have more than one cause."""
    message = (error.message or "").lower()
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


def _unanswered(error: Exception, where: Where) -> CloudError:
    """No answer came: refused, no such name, no trust, no time."""
    chain = list(_chain(error))
    meaning = error_texts.CONNECTION_LOST
    for test, found in _CAUSES:
        if any(test(each) for each in chain):
            meaning = found
            break
    made = _made(meaning, where, {"error": f"{type(chain[-1]).__name__}: {chain[-1]}"})
    made.code = meaning
    made.temporary = meaning not in (
        error_texts.NOT_TRUSTED,
        error_texts.PROXY_LOGIN,
        error_texts.BAD_ADDRESS,
    )
    return made


def _made(meaning: str, where: Where, details: Mapping[str, str]) -> CloudError:
    what, cure = error_texts.text(meaning, where, details)
    made = CloudError(what, cure, {name: value for name, value in details.items() if value})
    made.code = meaning
    return made


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
