"""One door for foreign errors: what Azure's packages and requests raise leaves the service layer as a WizardError."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wizard.errors import WizardError
from wizard.services import error_texts
from wizard.services.cloud_errors import CloudError, answered, made, unanswered
from wizard.services.error_texts import Where

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError


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
        return made(error_texts.KEY_NOT_A_KEY, where, {"error": str(error)})
    if isinstance(error, DecodeError):
        return made(error_texts.NOT_THE_CLOUD, where, {"error": str(error)})
    if isinstance(error, AzureError | requests.RequestException):
        return unanswered(error, where)
    return None


def _answered(error: HttpResponseError, where: Where) -> CloudError:
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    return answered(error.status_code or 0, headers, _code(error, headers), error.message or "", where)


def _code(error: HttpResponseError, headers: Mapping[str, str]) -> str:
    """The server's word for the error: storage says it in a header, Resource Manager in the body."""
    code = headers.get("x-ms-error-code") or getattr(error, "error_code", None)
    if not code and error.error is not None:
        code = error.error.code
    return str(getattr(code, "value", code) or "")
