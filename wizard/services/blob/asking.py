"""Requests to one blob over a few persistent connections, and what their answers mean."""

from __future__ import annotations

import html
import itertools
import re
import threading
import uuid
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Final

import wizard
from wizard.redaction import Secret
from wizard.services import error_texts
from wizard.services.accounts import API_VERSION
from wizard.services.blob.authority import Authority
from wizard.services.blob.connection import Connection, DeadBefore, Received, Request
from wizard.services.blob.dialling import Dialler, in_brackets
from wizard.services.cloud_errors import CloudError, answered, made, seconds_ahead, unanswered
from wizard.services.error_texts import Where
from wizard.services.web import Web
from wizard.transfer.page_blob import ConflictError, Interrupted

CONFLICTS: Final = frozenset(
    {
        "BlobAlreadyExists",
        "ConditionNotMet",
        "TargetConditionNotMet",
        "SequenceNumberConditionNotMet",
        "BlobOverwritten",
        "LeaseIdMissing",
        "LeaseIdMismatchWithBlobOperation",
        "LeaseIdMismatchWithLeaseOperation",
        "LeaseAlreadyPresent",
        "LeaseLost",
        "LeaseNotPresentWithBlobOperation",
        "LeaseNotPresentWithLeaseOperation",
        "LeaseIsBrokenAndCannotBeRenewed",
        "LeaseIsBreakingAndCannotBeAcquired",
        "LeaseIsBreakingAndCannotBeChanged",
        "PendingCopyOperation",
    }
)
"""The server's words for a write that was refused because of what another has done."""

_REFUSED: Final = (401, 403)
_CODE: Final = re.compile(r"<Code>([A-Za-z0-9]{1,80})</Code>")
_TEXTS: Final = re.compile(r"<(Message|AuthenticationErrorDetail)>(.*?)</\1>", re.DOTALL)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a blob is. `path` is encoded and begins with a slash; `port` is that of the scheme where None was given."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in an address."""
        shown = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{in_brackets(self.host)}{shown}"

    @property
    def url(self) -> str:
        """The whole address, without a query."""
        return f"{self.scheme}://{self.authority}{self.path}"


class Asker:
    """Asks for one blob; for several threads, each with a connection of its own while it asks."""

    def __init__(self, address: Address, authority: Authority, web: Web, where: Where) -> None:
        self._address = address
        self._authority = authority
        self._where = where
        self._web = web
        self._dialler: Dialler | None = None
        self._lock = threading.Lock()
        self._ahead: float | None = None
        self._connections = _Connections()
        # One random number for all: the system's own are slow to get where several threads want them.
        self._id, self._numbers = uuid.uuid4().hex, itertools.count(1)
        # Not only where `close` is called: what is forgotten must not keep the server waiting.
        weakref.finalize(self, self._connections.close)

    @property
    def clock_ahead(self) -> float | None:
        """Seconds by which this computer's clock is ahead of the server's, by the last answer."""
        return self._ahead

    def ask(
        self,
        method: str,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        *,
        body: bytes = b"",
        moved: Callable[[int], None] | None = None,
        repeatable: bool = True,
        most: int = 0,
        taken: Callable[[bytes], None] | None = None,
    ) -> Received:
        """The answer where it is a success. Raises Interrupted, ConflictError, and WizardError for what will not pass.

        `query` is encoded; `repeatable`: that it may arrive twice; `most`, `taken`: as in Request.
        """
        received = None
        for last in (False, True):
            allowed = self._authority.query(self._ahead)
            request = Request(
                method, self._target(query, allowed), self._headers(headers or {}), body, moved, most, taken
            )
            received = self._answer(request, repeatable)
            ahead = seconds_ahead(received.headers)
            self._ahead = self._ahead if ahead is None else ahead
            if last or received.status not in _REFUSED or not self._authority.another(allowed, self._ahead):
                break
        assert received is not None
        if received.too_long:
            raise made(
                error_texts.NOT_THE_CLOUD, self._where, {"error": "a longer answer than was asked for"}
            )
        if not 200 <= received.status < 300:
            raise_as_ours(_refused(received, self._where))
        return received

    def nonsense(self, said: str) -> CloudError:
        """The error for an answer that the blob service cannot have given."""
        return made(error_texts.NOT_THE_CLOUD, self._where, {"error": said})

    def close(self) -> None:
        """End all connections, also those in use."""
        self._connections.close()

    def _answer(self, request: Request, repeatable: bool) -> Received:
        """What the server says, asked a second time where an idle connection turned out to be dead."""
        try:
            with self._lock:
                dialler = self._dialler = self._dialler or self._new_dialler()
            if dialler.proxied:
                login = {"Proxy-Authorization": dialler.login} if dialler.login else {}
                target = f"{self._address.scheme}://{self._address.authority}{request.target}"
                request = replace(request, target=target, headers={**request.headers, **login})
            try:
                return self._connections.ask(request, dialler)
            except DeadBefore:
                if not repeatable:
                    raise
                return self._connections.ask(request, dialler, new=True)
        except (OSError, HTTPException, UnicodeError) as error:
            raise_as_ours(unanswered(error, self._where), error)
            raise

    def _new_dialler(self) -> Dialler:
        return Dialler(self._address.scheme, self._address.host, self._address.port, self._web)

    def _target(self, query: str, allowed: Secret) -> str:
        both = "&".join(each for each in (query, allowed.reveal()) if each)
        return f"{self._address.path}?{both}" if both else self._address.path

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {
            "Host": self._address.authority,
            "User-Agent": f"image-wizard/{wizard.__version__}",
            "Accept": "application/xml",
            "x-ms-version": API_VERSION,
            "x-ms-client-request-id": f"{self._id}-{next(self._numbers)}",
            **more,
        }


def raise_as_ours(error: CloudError, cause: BaseException | None = None) -> None:
    """Raise what an upload is told: to try again, that another was faster, or the error itself."""
    if error.temporary:
        raise Interrupted(error, busy=error.busy, wait=error.wait) from cause
    if error.code in CONFLICTS:
        raise ConflictError(error.what, error.cure, error.details) from error
    raise error from cause


class _Connections:
    """Those that are idle, the last used first, and those in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._all: set[Connection] = set()

    def ask(self, request: Request, dialler: Dialler, *, new: bool = False) -> Received:
        """Ask over an idle connection or a new one; it is kept where it can be used again."""
        connection = None if new else self._take()
        if connection is None:
            connection = Connection(dialler.dial())
            with self._lock:
                self._all.add(connection)
        try:
            return connection.ask(request)
        finally:
            with self._lock:
                keep = connection.reusable and connection in self._all
                if keep:
                    self._idle.append(connection)
                else:
                    self._all.discard(connection)
            if not keep:
                connection.close()

    def close(self) -> None:
        """End them all."""
        with self._lock:
            ended, self._idle, self._all = list(self._all), [], set()
        for connection in ended:
            connection.close()

    def _take(self) -> Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if connection.is_fresh():
                return connection
            with self._lock:
                self._all.discard(connection)
            connection.close()


def _refused(received: Received, where: Where) -> CloudError:
    """An answer that is no success, in our words; the body of one that has any says more than its headers."""
    text = received.content.decode("utf-8", "replace")
    found = _CODE.search(text)
    code = received.headers.get("x-ms-error-code") or (found[1] if found else "")
    said = [html.unescape(each[2]).strip() for each in _TEXTS.finditer(text)] if code else []
    return answered(received.status, received.headers, code, "\n".join(said) or received.reason, where)
