"""A server on this computer that drops the bodies of Put Page as fast as it can, and remembers what they were about.

Every connection is served by a process of its own, so that none waits for another. What happened is written into one
file, a line of JSON for each request that matters: the processes know of one another by it, and the benchmark reads it.
Nothing is checked here; that is what tests/strict is for.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.peers.requests import Connection, Request
from tests.certificates import server_context
from tests.strict.pages import Stretches

PAGE: Final = 512
_MOST_RANGES: Final = 10_000
_DROP: Final = getattr(socket, "MSG_TRUNC", 0) if sys.platform == "linux" else 0
"""On Linux the system drops what was received over plain TCP without copying it here."""
_DATE: Final = "Sat, 21 Nov 2026 00:00:00 GMT"


@dataclass
class Seen:
    """One blob, as the file tells it. Times are of time.monotonic(); `answered` counts Put Page that wrote."""

    length: int = 0
    number: int = 0
    etag: str = '"0x1"'
    metadata: dict[str, str] = field(default_factory=dict)
    pages: Stretches = field(default_factory=Stretches)
    tail: bytes = bytes(PAGE)
    lease: bool = False
    body_bytes: int = 0
    answered: int = 0
    first: float = 0.0
    last: float = 0.0


def read_events(events: Path) -> dict[str, Seen]:
    """All blobs by their path."""
    found: dict[str, Seen] = {}
    for line in events.read_text("utf-8").splitlines():
        event = json.loads(line)
        blob = found.setdefault(event["path"], Seen())
        match event["what"]:
            case "create":
                began = blob.first or event["at"]
                blob = found[event["path"]] = Seen(event["length"], event["number"], f'"0x{event["at"]}"')
                blob.metadata, blob.first = event["metadata"], began
            case "page":
                blob.pages.add(event["start"], event["length"])
                blob.body_bytes += event["length"]
                blob.answered += 1
                if event["tail"]:
                    blob.tail = base64.b64decode(event["tail"])
            case "clear":
                blob.pages.remove(event["start"], event["length"])
            case "metadata":
                blob.metadata = event["metadata"]
            case "lease":
                blob.lease = event["held"]
        blob.first, blob.last = blob.first or event["at"], event["at"]
    return found


class Sink:
    """The server. `listen` returns its port; `serve` never ends."""

    def __init__(self, events: Path, certificate: Path | None) -> None:
        self._events = events
        self._log = os.open(events, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._context = server_context(certificate) if certificate else None
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def serve(self) -> None:
        """A process for each connection; a thread where the system cannot fork."""
        forks = hasattr(os, "fork")
        if forks:
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            made, _ = self._listener.accept()
            if not forks:
                threading.Thread(target=self._serve_one, args=(made,), daemon=True).start()
            elif os.fork() == 0:
                self._listener.close()
                try:
                    self._serve_one(made)
                except OSError:
                    pass
                finally:
                    os._exit(0)
            else:
                made.close()

    def _serve_one(self, made: socket.socket) -> None:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        drop = _DROP
        if self._context is not None:
            made, drop = self._context.wrap_socket(made, server_side=True), 0
        connection = Connection(made, drop)
        while (request := connection.next()) is not None:
            status, headers, body = self._answer(request, connection)
            lines = [
                f"HTTP/1.1 {status} OK",
                f"Date: {formatdate(usegmt=True)}",
                "x-ms-request-id: 1",
                "x-ms-version: 2021-12-02",
            ]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            if "Content-Length" not in headers:
                lines.append(f"Content-Length: {len(body)}")
            made.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + body)

    def _answer(self, request: Request, connection: Connection) -> tuple[int, dict[str, str], bytes]:
        comp = request.query.get("comp", "")
        if request.method == "PUT" and comp == "page":
            return self._put_page(request, connection)
        connection.drop(request.length)
        match request.method, comp:
            case "PUT", "":
                self._note(
                    request,
                    "create",
                    length=int(request.headers.get("x-ms-blob-content-length", "0")),
                    number=int(request.headers.get("x-ms-blob-sequence-number", "0")),
                    metadata=request.metadata(),
                )
                return 201, {"ETag": self._blob(request)[1].etag, "Last-Modified": _DATE}, b""
            case "PUT", "metadata":
                self._note(request, "metadata", metadata=request.metadata())
                return 200, {"ETag": self._blob(request)[1].etag, "Last-Modified": _DATE}, b""
            case "PUT", "lease":
                return self._lease(request)
            case "PUT", _:
                return 200, {"ETag": self._blob(request)[1].etag, "Last-Modified": _DATE}, b""
            case "DELETE", _:
                return 202, {}, b""
            case "GET", "properties":
                return 200, {"Content-Type": "application/xml"}, b"<StorageServiceProperties />"
            case "GET", "pagelist":
                return self._page_list(request)
            case "GET", "":
                return self._read(request)
            case "HEAD", _:
                return self._head(request)
            case _:
                return 200, {}, b""

    def _put_page(self, request: Request, connection: Connection) -> tuple[int, dict[str, str], bytes]:
        start, last = request.range()
        blob_length = int(_lengths.get(request.path) or self._blob(request)[1].length)
        _lengths[request.path] = blob_length
        tail = b""
        if request.headers.get("x-ms-page-write", "").lower() == "clear":
            self._note(request, "clear", start=start, length=last - start + 1)
        else:
            if last + 1 == blob_length:
                connection.drop(request.length - PAGE)
                tail = connection.take(PAGE)
            else:
                connection.drop(request.length)
            self._note(
                request, "page", start=start, length=last - start + 1, tail=base64.b64encode(tail).decode()
            )
        headers = {"ETag": '"0x1"', "Last-Modified": _DATE, "x-ms-blob-sequence-number": "0"}
        return 201, headers, b""

    def _head(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        there, blob = self._blob(request)
        if not there:
            return 404, {"x-ms-error-code": "BlobNotFound", "Content-Length": "0"}, b""
        return 200, _properties(blob) | {"Content-Length": str(blob.length)}, b""

    def _read(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """Zeros, but for the last page."""
        _, blob = self._blob(request)
        start, last = request.range()
        last = min(last, blob.length - 1)
        body = bytearray(last - start + 1)
        inside = max(0, start - (blob.length - PAGE))
        kept = blob.tail[inside : last + 1 - (blob.length - PAGE)] if last >= blob.length - PAGE else b""
        if kept:
            body[-len(kept) :] = kept
        headers = _properties(blob) | {"Content-Range": f"bytes {start}-{last}/{blob.length}"}
        return 206, headers, bytes(body)

    def _page_list(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        _, blob = self._blob(request)
        start, last = request.range() if request.has_range else (0, blob.length - 1)
        start = max(start, int(request.query.get("marker") or 0))
        found = blob.pages.within(start, min(last + 1, blob.length))
        rows = "".join(
            f"<PageRange><Start>{low}</Start><End>{low + count - 1}</End></PageRange>"
            for low, count in found[:_MOST_RANGES]
        )
        after = f"<NextMarker>{found[_MOST_RANGES][0]}</NextMarker>" if found[_MOST_RANGES:] else ""
        body = f'<?xml version="1.0" encoding="utf-8"?><PageList>{rows}{after}</PageList>'
        headers = {
            "Content-Type": "application/xml",
            "x-ms-blob-content-length": str(blob.length),
            "ETag": blob.etag,
            "Last-Modified": _DATE,
        }
        return 200, headers, body.encode()

    def _lease(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        action = request.headers.get("x-ms-lease-action", "")
        lease_id = request.headers.get("x-ms-proposed-lease-id") or request.headers.get("x-ms-lease-id", "")
        if action in ("acquire", "release"):
            self._note(request, "lease", held=action == "acquire")
        status = {"acquire": 201, "break": 202}.get(action, 200)
        headers = {"ETag": self._blob(request)[1].etag, "Last-Modified": _DATE, "x-ms-lease-id": lease_id}
        return status, headers, b""

    def _blob(self, request: Request) -> tuple[bool, Seen]:
        found = read_events(self._events)
        return request.path in found, found.get(request.path, Seen())

    def _note(self, request: Request, what: str, **more: Any) -> None:
        event = {"what": what, "path": request.path, "at": time.monotonic(), **more}
        os.write(self._log, (json.dumps(event) + "\n").encode())


_lengths: dict[str, int] = {}
"""Of each blob, as this process has read it from the file."""


def _properties(blob: Seen) -> dict[str, str]:
    metadata = {f"x-ms-meta-{name}": value for name, value in blob.metadata.items()}
    return {
        "ETag": blob.etag,
        "Last-Modified": _DATE,
        "x-ms-blob-type": "PageBlob",
        "x-ms-blob-sequence-number": str(blob.number),
        "x-ms-lease-state": "leased" if blob.lease else "available",
        "x-ms-lease-status": "locked" if blob.lease else "unlocked",
        "Content-Type": "application/octet-stream",
        "Accept-Ranges": "bytes",
    } | metadata


def main() -> None:
    """`python -m tests.benchmarks.peers.sink EVENTS [CERTIFICATE]`: print the port and serve."""
    sink = Sink(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    print(sink.port, flush=True)
    sink.serve()


if __name__ == "__main__":
    main()
