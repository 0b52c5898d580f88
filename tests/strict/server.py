"""A page-blob server for tests that is as strict as Azure and fails as it is told."""

from __future__ import annotations

import contextlib
import itertools
import socket
import socketserver
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

from tests.certificates import server_context
from tests.strict.asking import Asked
from tests.strict.authorisation import sign_sas
from tests.strict.clock import Clock
from tests.strict.copying import Copies
from tests.strict.faults import Schedule
from tests.strict.listening import Ended, Handler, reset
from tests.strict.operations import Operations
from tests.strict.pages import Stretch
from tests.strict.reading import Listing
from tests.strict.store import Account, Blob, Container, Store

ACCOUNT: Final = "strictimages"
CONTAINER: Final = "vhds"
BLOB: Final = "disk.vhd"
_RECEIVE_BUFFER: Final = 256 * 1024  # bytes a connection may have sent before the server takes them


@dataclass
class Log:
    """One request as it came. `status` is what was answered, 0 where nothing was; `fault` what was done to it."""

    number: int
    connection: int
    method: str
    comp: str
    path: str
    range: str
    lease: str = ""
    status: int = 0
    fault: str = ""
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0


class StrictServer:
    """Listens on 127.0.0.1 from `start` (or `with`) on. It has an account with a private container from the beginning.

    `faults`, `clock`, `copies.pace`, `listing` may be set at any time. Counts: `received_bytes` of bodies, cut ones too;
    `requests` in the order they came; `most_connections` and `most_requests` at once.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        certificate: Path | None = None,
        faults: Schedule | None = None,
        clock_off: float = 0.0,
    ) -> None:
        self.clock = Clock(clock_off)
        self.store = Store(self.clock)
        self.copies = Copies(self.store)
        self.listing = Listing()
        self.operations = Operations(self.store, self.copies, self.listing)
        self.faults = faults
        self.certificate = certificate
        self.secure = certificate is not None
        self.requests: list[Log] = []
        self.received_bytes = 0
        self.most_connections = 0
        self.most_requests = 0
        self._open: dict[socket.socket, int] = {}
        self._killed: set[int] = set()
        self._under_way = 0
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._connections = itertools.count(1)
        self._going = threading.Event()
        self._going.set()
        self._stopping = threading.Event()
        self._wanted_port = port
        self._listener: _Listener | None = None
        self.port = 0
        self.add_container(CONTAINER)

    def start(self) -> Self:
        """Listen; returns itself."""
        context = server_context(self.certificate) if self.certificate else None
        handler = type("Handler", (Handler,), {"strict": self})
        self._listener = _Listener(("127.0.0.1", self._wanted_port), handler, context)
        self.port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """End every connection and every copy, and listen no more."""
        self._stopping.set()
        self._going.set()
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None
        self.kill_connections()
        self.copies.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # What is there

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}"

    def endpoint(self, account: str = ACCOUNT) -> str:
        """An account's blob endpoint."""
        return f"{self.url}/{account}"

    def key(self, account: str = ACCOUNT) -> str:
        """The account's first key."""
        return self.store.account(account).keys[0]

    def add_container(self, name: str, *, account: str = ACCOUNT, public: str = "") -> None:
        """Make a container, and its account where there is none; `public` is "", "blob" or "container"."""
        made = self.store.accounts.setdefault(account, Account(account))
        made.containers[name] = Container(name, public)

    def sas(
        self,
        blob: str = "",
        *,
        permissions: str = "rcw",
        container: str = CONTAINER,
        account: str = ACCOUNT,
        starts: timedelta = timedelta(hours=-1),
        ends: timedelta = timedelta(days=1),
        **fields: str,
    ) -> str:
        """The query of a SAS for a blob, or where none is named for the container; times from this computer's now on."""
        now, form = datetime.now(UTC), "%Y-%m-%dT%H:%M:%SZ"
        query = {
            "sv": "2021-12-02",
            "sr": "b" if blob else "c",
            "sp": permissions,
            "st": (now + starts).strftime(form),
            "se": (now + ends).strftime(form),
        } | fields
        query["sig"] = sign_sas(self.key(account), account, container, blob, query)
        return urlencode(query, quote_via=quote)

    def link(
        self, blob: str = BLOB, *, container: str = CONTAINER, account: str = ACCOUNT, **fields: Any
    ) -> str:
        """The address of a blob with a SAS for it alone; `fields` as of `sas`."""
        query = self.sas(blob, container=container, account=account, **fields)
        return f"{self.address(blob, container=container, account=account)}?{query}"

    def address(self, blob: str = BLOB, *, container: str = CONTAINER, account: str = ACCOUNT) -> str:
        """The address of a blob without any query."""
        return f"{self.endpoint(account)}/{container}/{quote(blob)}"

    def blob(self, name: str = BLOB, *, container: str = CONTAINER, account: str = ACCOUNT) -> Blob | None:
        """The blob itself, None where there is none."""
        return self.operations.blob(account, container, name)

    def held(self, name: str = BLOB, **where: str) -> Blob:
        """The blob itself; there has to be one."""
        found = self.blob(name, **where)
        assert found is not None, f"no blob {name}"
        return found

    def content(self, name: str = BLOB, **where: str) -> bytes:
        """All its bytes; for blobs that fit into memory."""
        blob = self.held(name, **where)
        with self.store.lock:
            return blob.pages.read(0, blob.pages.length)

    def ranges(self, name: str = BLOB, **where: str) -> list[Stretch]:
        """Its page ranges; what touches is one."""
        blob = self.held(name, **where)
        with self.store.lock:
            return list(blob.pages.written)

    def sent(self, method: str = "", comp: str | None = None) -> list[Log]:
        """The requests that came, of this kind."""
        with self._lock:
            return [
                each
                for each in self.requests
                if (not method or each.method == method) and comp in (None, each.comp)
            ]

    # What is done to its connections

    def pause(self) -> None:
        """Take nothing and answer nothing, connections stay open."""
        self._going.clear()

    def resume(self) -> None:
        """Go on after a pause."""
        self._going.set()

    def kill_connections(self) -> None:
        """Reset all connections that are open now; when this returns, they are gone."""
        with self._lock:
            connections = dict(self._open)
            self._killed |= set(connections.values())
        for each in connections:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RD)  # wakes the thread that reads
            reset(each)
        until = time.monotonic() + 2
        while time.monotonic() < until and self._any_open(connections):
            time.sleep(0.001)

    def _any_open(self, connections: Iterable[socket.socket]) -> bool:
        with self._lock:
            return any(each in self._open for each in connections)

    # What the handlers tell and ask

    def opened(self, connection: socket.socket) -> int:
        with self._lock:
            number = self._open[connection] = next(self._connections)
            self.most_connections = max(self.most_connections, len(self._open))
            return number

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.pop(connection, None)

    def next_number(self) -> int:
        return next(self._numbers)

    def came(self, asked: Asked) -> Log:
        path, wanted = asked.target.partition("?")[0], asked.header("x-ms-range") or asked.header("Range")
        log = Log(asked.number, asked.connection, asked.method, asked.comp, path, wanted)
        log.lease = asked.header("x-ms-lease-action")
        with self._lock:
            self.requests.append(log)
            self._under_way += 1
            self.most_requests = max(self.most_requests, self._under_way)
        return log

    def gone(self) -> None:
        with self._lock:
            self._under_way -= 1

    def received(self, count: int) -> None:
        with self._lock:
            self.received_bytes += count

    def gate(self, connection: int) -> None:
        """Wait while it is paused; ends the connection where it is killed or the server stops."""
        while not self._going.is_set() and connection not in self._killed:
            self._going.wait(0.02)
        if self._stopping.is_set() or connection in self._killed:
            raise Ended

    def sleep(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise Ended


class _Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type, context: Any) -> None:
        self._context = context
        super().__init__(address, handler, bind_and_activate=False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        self.server_bind()
        self.server_activate()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread."""
        if self._context is None:
            super().finish_request(request, client_address)
            return
        with contextlib.suppress(OSError):
            request.settimeout(20)
            wrapped = self._context.wrap_socket(request, server_side=True)
            wrapped.settimeout(None)
            with wrapped:
                super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is what this server is for; anything else shows itself in the tests' threads."""
