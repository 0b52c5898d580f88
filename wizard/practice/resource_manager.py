"""The practice cloud's Resource Manager: an HTTP server on 127.0.0.1 that speaks Azure's control plane."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import os
import re
import socket
import socketserver
import threading
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from wizard.practice.arm import API_VERSION, Answer, ArmError, Request, bad_request
from wizard.practice.azurite import HOST, AccountKeys
from wizard.practice.operations import Operations
from wizard.practice.sample_state import PROVIDERS
from wizard.practice.state import CloudState
from wizard.redaction import Secret

LARGEST_BODY: Final = 4 * 1024 * 1024  # bytes; Azure's own limit for a request
IDLE_CONNECTION: Final = 120.0  # seconds until a connection without a request is closed

_log = logging.getLogger(__name__)


class ResourceManager:
    """Serves `state` to whoever brings the token; `port` is tried first, then a free one is used.

    With `offered_versions_only` it refuses interface versions that its providers do not list, as Azure does.
    """

    def __init__(
        self,
        state: CloudState,
        keys: Mapping[str, AccountKeys],
        blob_endpoint: Callable[[str], str],
        token: Secret,
        *,
        port: int = 0,
        page_size: int = 100,
        offered_versions_only: bool = False,
    ) -> None:
        self._operations = Operations(state, keys, blob_endpoint)
        self._token = token
        self._wished_port = port
        self._page_size = page_size
        self._offered_versions_only = offered_versions_only
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on, or the one it will try first."""
        return self._server.server_port if self._server else self._wished_port

    @property
    def url(self) -> str:
        """The address for the SDK clients' `base_url`."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Listen; when this returns, requests are answered."""
        if self._server is not None:
            return
        try:
            self._server = _Server(self._wished_port, self._answer)
        except OSError:
            self._server = _Server(0, self._answer)
        self._wished_port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.1},
            name="resource-manager",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection."""
        server, self._server = self._server, None
        if server is None or self._thread is None:
            return
        server.shutdown()
        self._thread.join()
        server.server_close()
        server.close_connections()

    def _answer(self, method: str, address: str, authorization: str, content: bytes) -> Answer:
        """The answer to one request; raises ArmError."""
        self._check_token(authorization)
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
        operation, path = self._operations.find(method, parts.path)
        self._check_version(parts.path, query.get("api-version", ""))
        return operation(Request(self.url, parts.path, path, query, _json(content), self._page_size))

    def _check_token(self, authorization: str) -> None:
        scheme, _, token = authorization.partition(" ")
        if not authorization:
            code, text = (
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            )
        elif scheme.lower() != "bearer" or not hmac.compare_digest(
            token.encode(), self._token.reveal().encode()
        ):
            code, text = "InvalidAuthenticationToken", "The access token is invalid."
        else:
            return
        raise ArmError(HTTPStatus.UNAUTHORIZED, code, text)

    def _check_version(self, path: str, version: str) -> None:
        if not version:
            raise bad_request(
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            )
        offered = _offered(path)
        if not API_VERSION.fullmatch(version) or (self._offered_versions_only and version not in offered):
            raise bad_request(
                "InvalidApiVersionParameter",
                f"The api-version '{version}' is invalid. The supported versions are '{','.join(offered)}'.",
            )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32
    # On Windows this option would let a second program listen on the very same port.
    allow_reuse_address = os.name != "nt"

    def __init__(self, port: int, answer: Callable[[str, str, str, bytes], Answer]) -> None:
        self.answer = answer
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's own: that one asks DNS for the host's name, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End the connections that clients keep open; their threads end with them."""
        with self._connections_lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):  # it has ended by itself
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log.debug("the connection %s from %s broke", request, client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "PracticeResourceManager"
    sys_version = ""
    timeout = IDLE_CONNECTION
    wbufsize = -1  # headers and body leave together
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = do_GET

    def _serve(self) -> None:
        try:
            content = self._content()
            authorization = self.headers.get("Authorization", "")
            answer = self.server.answer(self.command, self.path, authorization, content)
        except ArmError as error:
            headers = {}
            if error.status == HTTPStatus.UNAUTHORIZED:
                headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            answer = Answer(error.body, error.status, headers)
        except Exception:
            _log.exception("the practice cloud could not answer %s", self.command)
            broken = ArmError(
                HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError", "Encountered internal server error."
            )
            answer = Answer(broken.body, broken.status)
        self._send(answer)

    def _content(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
            raise ArmError(
                HTTPStatus.LENGTH_REQUIRED, "LengthRequired", "The request's content needs a length."
            )
        if int(length) > LARGEST_BODY:
            self.close_connection = True
            raise ArmError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "RequestContentTooLarge",
                "The request content is too large.",
            )
        return self.rfile.read(int(length))

    def _send(self, answer: Answer) -> None:
        request_id = str(uuid.uuid4())
        content = b"" if answer.body is None else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        headers = {
            "Cache-Control": "no-cache",
            "Content-Type": "application/json; charset=utf-8",
            "x-ms-request-id": request_id,
            "x-ms-correlation-request-id": request_id,
            **answer.headers,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (http.server's name)
        _log.debug(format, *args)


def _offered(path: str) -> tuple[str, ...]:
    """The interface versions that the provider of this path offers."""
    named = re.search(r"/providers/(Microsoft\.\w+)/(\w+)", path, re.IGNORECASE)
    if named:
        for namespace, kinds in PROVIDERS.items():
            for kind, versions in kinds.items():
                if (namespace.lower(), kind.lower()) == (named[1].lower(), named[2].lower()):
                    return versions
    core = PROVIDERS["Microsoft.Resources"]
    is_group = re.search(r"/(resourceGroups|providers)(/|$)", path, re.IGNORECASE)
    return core["resourceGroups"] if is_group else core["subscriptions"]


def _json(content: bytes) -> Mapping[str, Any]:
    if not content:
        return {}
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad_request(
            "InvalidRequestContent", "The request content was invalid and could not be deserialized."
        )
    return body
