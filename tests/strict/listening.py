"""The server's side of HTTP: connections, bodies read to the byte, answers, and what goes wrong with them on purpose."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.strict.asking import Answer, Asked
from tests.strict.faults import STATUS, Fault, Kind
from tests.strict.refused import Refused
from tests.strict.writing import largest_body

if TYPE_CHECKING:
    from tests.strict.server import Log, StrictServer

_AT_ONCE: Final = 256 * 1024
_MOST_DROPPED: Final = 64 * 1024 * 1024
_ANSWERS_OF_A_GATEWAY: Final = (Kind.BAD_GATEWAY, Kind.GATEWAY_TIMEOUT)


class Ended(Exception):  # noqa: N818  (the connection's end, not an error)
    """The connection is over: closed by the other side, or by a fault."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "Windows-Azure-Blob/1.0"
    sys_version = "Microsoft-HTTPAPI/2.0"
    strict: StrictServer
    number = 0
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Counted among the open connections."""
        super().setup()
        self.number = self.strict.opened(self.connection)

    def finish(self) -> None:
        """Not open any more."""
        with contextlib.suppress(OSError):
            super().finish()
        self.strict.closed(self.connection)

    def handle(self) -> None:
        """Requests one after another, until either side ends it."""
        with contextlib.suppress(Ended, OSError):
            super().handle()

    def handle_any(self) -> None:
        """One request."""
        asked = self._asked()
        log = self.strict.came(asked)
        fault = self.strict.faults(asked) if self.strict.faults else None
        log.fault = fault.kind if fault else ""
        try:
            self._serve(asked, fault, log)
        finally:
            log.seconds = time.monotonic() - log.began
            self.strict.gone()

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = do_PATCH = handle_any

    def _serve(self, asked: Asked, fault: Fault | None, log: Log) -> None:
        """Read, do, answer."""
        self.strict.gate(self.number)
        if fault is not None and fault.kind is Kind.STALL:
            self.strict.sleep(fault.seconds)
        if fault is not None and fault.kind is Kind.REFUSED_EARLY:
            self.close_connection = True
            self._send(asked, _failure(fault), None, log)
            return
        try:
            asked.body = self._body(asked, fault)
        except Refused as refused:
            self.close_connection = True
            self._send(asked, self._refusal(refused), None, log)
            self._drop(asked.length)
            return
        self.strict.gate(self.number)
        if fault is not None and fault.kind in STATUS:
            self._send(asked, _failure(fault), fault, log)
            return
        try:
            answer = self.strict.operations.answer(asked)
        except Refused as refused:
            answer = self._refusal(refused)
        asked.body = b""
        if fault is not None and fault.kind is Kind.LOST_ANSWER:
            self._reset()
        self._send(asked, answer, fault, log)

    def _asked(self) -> Asked:
        parts = urlsplit(self.path)
        account, _, rest = unquote(parts.path).lstrip("/").partition("/")
        container, _, blob = rest.partition("/")
        return Asked(
            number=self.strict.next_number(),
            connection=self.number,
            method=self.command,
            target=self.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=self.headers,
            account=account,
            container=container,
            blob=blob,
            secure=self.strict.secure,
        )

    def _body(self, asked: Asked, fault: Fault | None) -> bytearray:
        """The whole body, or Ended: what was cut short is never looked at."""
        said = self.headers.get("Content-Length")
        if said is None:
            if self.headers.get("Transfer-Encoding") or asked.method in ("PUT", "POST"):
                raise Refused(411, "MissingContentLengthHeader")
            said = "0"
        if not said.isdigit():
            raise Refused(
                400, "InvalidHeaderValue", more={"HeaderName": "Content-Length", "HeaderValue": said}
            )
        asked.length = int(said)
        if asked.length > largest_body(asked):
            raise Refused(413, "RequestBodyTooLarge", more={"MaxLimit": str(largest_body(asked))})
        body = bytearray(asked.length)
        self._fill(memoryview(body), fault)
        return body

    def _fill(self, view: memoryview, fault: Fault | None) -> None:
        kind = fault.kind if fault is not None else None
        stops_at = len(view)
        if fault is not None and kind in (Kind.RESET_IN_BODY, Kind.CLOSE_AFTER):
            stops_at = int(len(view) * fault.after)
        slow_until = time.monotonic() + fault.seconds if fault is not None and kind is Kind.SLOW else 0.0
        at = 0
        while at < stops_at:
            self.strict.gate(self.number)
            most = _AT_ONCE
            if fault is not None and time.monotonic() < slow_until:
                self.strict.sleep(0.05)
                most = max(1, fault.speed // 20)
            got = self.rfile.readinto1(view[at : min(stops_at, at + most)])
            if not got:
                raise Ended
            at += got
            self.strict.received(got)
        if kind is Kind.RESET_IN_BODY:
            self._reset()
        if kind is Kind.CLOSE_AFTER:
            self.close_connection = True
            raise Ended

    def _drop(self, length: int) -> None:
        """Take what still comes of a body that nobody wants: closing before would take the answer away with it."""
        self.connection.settimeout(0.5)
        left = min(length, _MOST_DROPPED)
        while left > 0 and (got := self.rfile.read1(min(left, _AT_ONCE))):
            left -= len(got)

    def _refusal(self, refused: Refused) -> Answer:
        headers = {"x-ms-error-code": refused.code, "Content-Type": "application/xml"} | refused.headers
        body = b"" if refused.status == 304 else refused.body(self._request_id, self.strict.clock.moment())
        return Answer(refused.status, headers, body)

    @property
    def _request_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.strict.port}/{self.number}/{time.monotonic_ns()}"))

    def _send(self, asked: Asked, answer: Answer, fault: Fault | None, log: Log) -> None:
        """Send an answer; what a gateway says bears no sign of the service."""
        headers = dict(answer.headers)
        if fault is None or fault.kind not in _ANSWERS_OF_A_GATEWAY:
            headers = {
                "x-ms-request-id": self._request_id,
                "x-ms-version": asked.header("x-ms-version") or asked.query.get("sv", ""),
            } | headers
            if asked.header("x-ms-client-request-id"):
                headers["x-ms-client-request-id"] = asked.header("x-ms-client-request-id")
        headers.setdefault("Content-Length", str(len(answer.body)))
        if self.close_connection:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('Status',))[0]}"]
        lines += [f"Server: {self.server_version} {self.sys_version}", f"Date: {self.strict.clock.date()}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        whole = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        whole += answer.body if asked.method != "HEAD" else b""
        if fault is not None and fault.kind is Kind.CUT_ANSWER:
            self.connection.sendall(whole[: int(len(whole) * fault.after)])
            time.sleep(0.005)  # what is sent is not to be overtaken by the reset
            self._reset()
        # Before it is sent, as whoever gets it may look at once.
        log.status, log.seconds = answer.status, time.monotonic() - log.began
        self.connection.sendall(whole)
        if fault is not None and fault.kind is Kind.CLOSE_IDLE:
            self.close_connection = True

    def _reset(self) -> None:
        """End the connection by a reset, as a router does that forgot it."""
        reset(self.connection)
        raise Ended

    def log_message(self, *_: Any) -> None:
        """The server keeps its own log."""


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    with contextlib.suppress(OSError):
        form = "hh" if sys.platform == "win32" else "ii"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(form, 1, 0))
        connection.close()


def _failure(fault: Fault) -> Answer:
    status = STATUS[fault.kind]
    headers = {"Retry-After": str(fault.wait)} if fault.kind is Kind.BUSY_WAIT else {}
    if fault.kind in _ANSWERS_OF_A_GATEWAY:
        page = f"<html><body><h1>{status}</h1></body></html>".encode()
        return Answer(status, headers | {"Content-Type": "text/html"}, page)
    code = {503: "ServerBusy", 500: "InternalError", 408: "OperationTimedOut", 429: "TooManyRequests"}[status]
    refused = Refused(status, code)
    headers |= {"x-ms-error-code": code, "Content-Type": "application/xml"}
    return Answer(status, headers, refused.body("", ""))
