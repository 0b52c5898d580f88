"""Connections to a server: all its addresses, through a proxy or straight, with or without TLS."""

from __future__ import annotations

import base64
import errno
import itertools
import os
import selectors
import socket
import ssl
import time
from collections import deque
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, cast
from urllib.parse import unquote, urlsplit

from wizard.services import error_texts
from wizard.services.cloud_errors import WayError
from wizard.services.web import ANSWER_WITHIN, CONNECT_WITHIN, Web

NEXT_ADDRESS_AFTER: Final = 0.25
"""Seconds until the next address is tried beside the first (RFC 8305, section 5)."""

_UNDER_WAY: Final = (0, errno.EINPROGRESS, errno.EWOULDBLOCK)  # the last is Windows' word for it
_NOT_SENT_AT_MOST: Final = 256 * 1024
"""Bytes that the system takes ahead of what is on the line: what was `moved` is then soon where it belongs."""


class Dialler:
    """Makes connections to one server. `proxied`: requests name the whole address, as a proxy for plain http wants."""

    def __init__(self, scheme: str, host: str, port: int, web: Web) -> None:
        self._secure = scheme == "https"
        self._host = host
        self._port = port
        self._web = web
        self._url = f"{scheme}://{in_brackets(host)}:{port}"
        self._proxy = web.proxy_with_login(self._url)

    @property
    def proxied(self) -> bool:
        """Whether requests go in plain to a proxy."""
        return self._proxy is not None and not self._secure

    @property
    def login(self) -> str:
        """What such a request says to the proxy, "" where nothing; a secret."""
        return _login(self._proxy.reveal()) if self._proxy is not None and not self._secure else ""

    def dial(self) -> socket.socket:
        """A connection over which requests can be sent; raises OSError, ssl.SSLError among them."""
        if self._proxy is None:
            made = connect(self._host, self._port, CONNECT_WITHIN)
        else:
            made = self._through(self._proxy.reveal())
        try:
            made.settimeout(ANSWER_WITHIN)
            return self._over_tls(made, self._host) if self._secure else made
        except BaseException:
            made.close()
            raise

    def _through(self, proxy: str) -> socket.socket:
        """A connection to the proxy, for https one on through it."""
        try:
            parts = urlsplit(proxy)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise WayError(error_texts.PROXY_DEAD, "this is not an address of a proxy") from error
        if parts.scheme not in ("http", "https"):
            raise WayError(error_texts.PROXY_KIND, f"{parts.scheme}:// is no HTTP proxy")
        try:
            made = connect(host, port, CONNECT_WITHIN)
        except (OSError, UnicodeError) as error:
            raise WayError(error_texts.PROXY_DEAD, f"{host}:{port}: {error}") from error
        try:
            made.settimeout(ANSWER_WITHIN)
            if parts.scheme == "https":
                made = self._over_tls(made, host)
            if self._secure:
                self._tunnel(made, _login(proxy))
        except BaseException:
            made.close()
            raise
        return made

    def _tunnel(self, made: socket.socket, login: str) -> None:
        """Have the proxy connect to the server (RFC 9110, section 9.3.6)."""
        target = f"{in_brackets(self._host)}:{self._port}"
        lines = [
            f"CONNECT {target} HTTP/1.1",
            f"Host: {target}",
            *([f"Proxy-Authorization: {login}"] if login else []),
        ]
        made.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        answer = HTTPResponse(made, method="CONNECT")
        try:
            answer.begin()
            status = answer.status
        except HTTPException as error:
            raise WayError(error_texts.PROXY_DEAD, f"no answer of a proxy: {type(error).__name__}") from error
        finally:
            answer.close()
        if status == 407:
            wanted = ", ".join(answer.headers.get_all("Proxy-Authenticate", []))
            raise WayError(error_texts.PROXY_LOGIN, f"the proxy answered 407 ({wanted[:200]})")
        if status in (502, 503, 504):
            raise WayError(error_texts.PROXY_DEAD, f"the proxy answered {status}")
        if not 200 <= status < 300:
            raise WayError(error_texts.PROXY_REFUSES, f"the proxy answered {status}")

    def _over_tls(self, made: socket.socket, host: str) -> socket.socket:
        context = self._context()
        if not isinstance(made, ssl.SSLSocket):
            return context.wrap_socket(made, server_hostname=host)
        from urllib3.util.ssltransport import SSLTransport  # TLS to the server inside TLS to the proxy

        return cast(socket.socket, SSLTransport(made, context, server_hostname=host))

    def _context(self) -> ssl.SSLContext:
        try:
            return self._web.tls_context()
        except OSError as error:
            bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
            raise WayError(error_texts.NOT_TRUSTED, f"{bundle} cannot be read: {error}") from error


def connect(host: str, port: int, within: float) -> socket.socket:
    """A connection to the first of the host's addresses that answers, both families in turn; raises OSError.

    `within` is in seconds. An address that is silent does not hold the next one up.
    """
    waiting = deque(_in_turn(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    deadline = time.monotonic() + within
    next_start = 0.0
    failed: OSError = TimeoutError(f"no connection within {within:.0f} seconds")
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or selector.get_map():
                now = time.monotonic()
                if now >= deadline:
                    raise TimeoutError(f"no connection within {within:.0f} seconds")
                if waiting and (now >= next_start or not selector.get_map()):
                    next_start = now + NEXT_ADDRESS_AFTER
                    failed = _start(waiting.popleft(), selector) or failed
                    continue
                until = min(deadline, next_start) if waiting else deadline
                for key, _ in selector.select(max(0.0, until - now)):
                    made = cast(socket.socket, key.fileobj)
                    selector.unregister(made)
                    code = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if code == 0:
                        return _prepared(made)
                    made.close()
                    failed = OSError(code, os.strerror(code))
            raise failed
        finally:
            for left in list(selector.get_map().values()):
                cast(socket.socket, left.fileobj).close()


def in_brackets(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _start(address: tuple[Any, ...], selector: selectors.BaseSelector) -> OSError | None:
    """Begin to connect; what went wrong at once."""
    family, kind, protocol, _, where = address
    try:
        made = socket.socket(family, kind, protocol)
    except OSError as error:  # a family this computer does not have
        return error
    try:
        made.setblocking(False)
        code = made.connect_ex(where)
    except OSError as error:
        made.close()
        return error
    if code not in _UNDER_WAY:
        made.close()
        return OSError(code, os.strerror(code))
    selector.register(made, selectors.EVENT_WRITE)
    return None


def _prepared(made: socket.socket) -> socket.socket:
    made.setblocking(True)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    not_sent = getattr(
        socket, "TCP_NOTSENT_LOWAT", None
    )  # Linux and macOS; Windows keeps this small by itself
    if not_sent is not None:
        made.setsockopt(socket.IPPROTO_TCP, not_sent, _NOT_SENT_AT_MOST)
    return made


def _in_turn(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The addresses with their families taking turns, beginning with the system's first choice (RFC 8305, section 4)."""
    first = [each for each in found if each[0] == found[0][0]]
    others = [each for each in found if each[0] != found[0][0]]
    pairs = itertools.chain.from_iterable(itertools.zip_longest(first, others))
    return [each for each in pairs if each is not None]


def _login(proxy: str) -> str:
    """Basic credentials (RFC 7617) from a proxy's address; "" where it has none."""
    parts = urlsplit(proxy)
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {base64.b64encode(pair.encode('utf-8')).decode('ascii')}"
