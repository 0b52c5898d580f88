"""Refusals as the blob service words them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

_TEXTS: Final[Mapping[str, str]] = {
    "AuthenticationFailed": "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
    "AuthorizationPermissionMismatch": "This request is not authorized to perform this operation using this permission.",
    "AuthorizationProtocolMismatch": "This request is not authorized to perform this operation using this protocol.",
    "BlobAlreadyExists": "The specified blob already exists.",
    "BlobNotFound": "The specified blob does not exist.",
    "ConditionNotMet": "The condition specified using HTTP conditional header(s) is not met.",
    "ContainerNotFound": "The specified container does not exist.",
    "CopyIdMismatch": "The specified copy ID did not match the copy ID for the pending copy operation.",
    "InfiniteLeaseDurationRequired": "The lease ID matched, but the specified lease must be an infinite-duration lease.",
    "InvalidBlobType": "The blob type is invalid for this operation.",
    "InvalidHeaderValue": "The value for one of the HTTP headers is not in the correct format.",
    "InvalidPageRange": "The page range specified is invalid.",
    "InvalidQueryParameterValue": "Value for one of the query parameters specified in the request URI is invalid.",
    "InvalidRange": "The range specified is invalid for the current size of the resource.",
    "LeaseAlreadyPresent": "There is already a lease present.",
    "LeaseIdMismatchWithBlobOperation": "The lease ID specified did not match the lease ID for the blob.",
    "LeaseIdMismatchWithLeaseOperation": "The lease ID specified did not match the lease ID for the blob.",
    "LeaseIdMissing": "There is currently a lease on the blob and no lease ID was specified in the request.",
    "LeaseIsBreakingAndCannotBeAcquired": "The lease ID matched, but the lease is currently in breaking state and cannot be acquired until it is broken.",
    "LeaseIsBreakingAndCannotBeChanged": "The lease ID matched, but the lease is currently in breaking state and cannot be changed.",
    "LeaseIsBrokenAndCannotBeRenewed": "The lease ID matched, but the lease has been broken explicitly and cannot be renewed.",
    "LeaseLost": "A lease ID was specified, but the lease for the blob has expired.",
    "LeaseNotPresentWithBlobOperation": "There is currently no lease on the blob.",
    "LeaseNotPresentWithLeaseOperation": "There is currently no lease on the blob.",
    "Md5Mismatch": "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
    "MissingContentLengthHeader": "Content-Length HTTP header is missing.",
    "MissingRequiredHeader": "An HTTP header that's mandatory for this request is not specified.",
    "NoAuthenticationInformation": "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    "NoPendingCopyOperation": "There is currently no pending copy operation.",
    "PendingCopyOperation": "There is currently a pending copy operation.",
    "PublicAccessNotPermitted": "Public access is not permitted on this storage account.",
    "RequestBodyTooLarge": "The request body is too large and exceeds the maximum permissible limit.",
    "ResourceNotFound": "The specified resource does not exist.",
    "SequenceNumberConditionNotMet": "The sequence number condition specified was not met.",
    "ServerBusy": "The server is currently unable to receive requests. Please retry your request.",
    "TargetConditionNotMet": "The target condition specified using HTTP conditional header(s) is not met.",
    "UnsupportedHeader": "One of the headers specified in the request is not supported.",
}


class Refused(Exception):  # noqa: N818  (an answer, not a fault of the server)
    """An answer that refuses. `more` are further elements of the error's XML, `headers` further headers.

    `closes`: the connection is closed after it, as the body was not read.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str = "",
        *,
        more: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        closes: bool = False,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message or _TEXTS.get(code, code)
        self.more = dict(more or {})
        self.headers = dict(headers or {})
        self.closes = closes

    def body(self, request_id: str, time: str) -> bytes:
        """The error as XML, as Azure writes it."""
        more = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in self.more.items())
        message = f"{escape(self.message)}\nRequestId:{request_id}\nTime:{time}"
        return (
            '\ufeff<?xml version="1.0" encoding="utf-8"?>'
            f"<Error><Code>{self.code}</Code><Message>{message}</Message>{more}</Error>"
        ).encode()


def bad_header(name: str, value: str) -> Refused:
    """400 for a header whose value cannot be."""
    return Refused(400, "InvalidHeaderValue", more={"HeaderName": name, "HeaderValue": value})


def missing_header(name: str) -> Refused:
    """400 for a header that has to be there."""
    return Refused(400, "MissingRequiredHeader", more={"HeaderName": name})
