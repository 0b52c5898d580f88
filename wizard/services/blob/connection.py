"""One persistent connection: sends a request without copying its body, and reads the answer, also an early one."""

from __future__ import annotations

import contextlib
import io
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import Any, Final, cast

from wizard.services.web import ANSWER_WITHIN

_LONGEST_IDLE: Final = 45.0
"""Seconds after which a connection is not used again: what stands in between forgets it without a word after minutes."""
_EARLY_ANSWER_WITHIN: Final = 5.0  # seconds, after sending failed
_SMALL: Final = 16 * 1024  # bytes of a body that go out together with the head
_FIRST_SLICE: Final = 256 * 1024
_LARGEST_SLICE: Final = 1024 * 1024
_SMALLEST_SLICE: Final = 8 * 1024
_SLOW: Final = 0.5  # seconds for one slice, after which the next is smaller
_QUICK: Final = 0.05  # and within which it is larger
_PIECE: Final = 64 * 1024
_Selector: Final = getattr(selectors, "PollSelector", selectors.SelectSelector)  # Windows has no poll
_INTO_A_DEAD_ONE: Final = 512 * 1024
"""Bytes of a body that the system may take before it is told that the connection has long been closed."""
MOST_OF_AN_ERROR: Final = 64 * 1024
"""Bytes that are read of an answer which is no success."""


class Headers(Mapping[str, str]):
    """An answer's headers, by names in any spelling; of a name that comes twice, the first."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            self._values.setdefault(name.lower(), value)

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask. `target` is path and query; `moved(n)` is told of each n bytes of the body that went out.

    `most`: how many bytes a good answer may have; `taken`: gets them piece by piece in place of `Received.content`.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    moved: Callable[[int], None] | None = None
    most: int = 0
    taken: Callable[[bytes], None] | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """An answer. `too_long`: a good one had more bytes than were to be read."""

    status: int
    reason: str
    headers: Headers
    content: bytes = field(repr=False)
    too_long: bool = False


class DeadBefore(ConnectionError):  # noqa: N818  (what the connection was, before anything went wrong)
    """A connection that had been used before turned out to be closed already: the request did not arrive."""


class Connection:
    """For one request after the other. After any exception, and where not `reusable`, it is to be closed."""

    def __init__(self, made: socket.socket) -> None:
        self._socket = made
        # TLS inside TLS is no socket, but has one: it has to be used as one that blocks.
        self._can_wait = isinstance(made, socket.socket)
        self._line: socket.socket = made if self._can_wait else cast(Any, made).socket
        self._incoming = _Incoming(made)
        self._reader: io.BufferedReader = io.BufferedReader(self._incoming, _PIECE)
        self._slice = _FIRST_SLICE
        self._used = False
        self._sent = 0  # bytes of the body
        self._idle_since = time.monotonic()
        self.reusable = True

    def is_fresh(self) -> bool:
        """Whether it can still be used: neither ended by the server nor too long idle."""
        if not self.reusable or time.monotonic() - self._idle_since > _LONGEST_IDLE:
            return False
        return not self._something_came()

    def ask(self, request: Request) -> Received:
        """Send it and return the answer; raises OSError and http.client.HTTPException.

        Where the server answers before it has the whole body, that answer is returned.
        """
        self.reusable, used, self._used = False, self._used, True
        self._sent, self._incoming.any_came = 0, False
        self._socket.settimeout(ANSWER_WITHIN)
        try:
            try:
                whole = self._send(request)
            except (ConnectionError, ssl.SSLError) as error:
                return self._answer_before(error, request)
            return self._receive(request, whole)
        except (ConnectionError, ssl.SSLEOFError) as error:
            if used and not self._incoming.any_came and self._sent <= _INTO_A_DEAD_ONE:
                raise DeadBefore(str(error)) from error
            raise

    def close(self) -> None:
        """End it; whoever is waiting in it, in another thread, gets an OSError."""
        self.reusable = False
        with contextlib.suppress(OSError, ValueError):
            self._line.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError, ValueError):
            self._line.close()

    def _send(self, request: Request) -> bool:
        """False where the server answered before it had everything."""
        head = _head(request)
        if len(request.body) <= _SMALL:
            self._socket.sendall(head + request.body)
            if request.moved is not None and request.body:
                request.moved(len(request.body))
            return True
        self._socket.sendall(head)
        rest = memoryview(request.body)
        while rest:
            started = time.monotonic()
            sent = self._send_some(rest[: self._slice])
            if sent == 0:
                return False
            rest = rest[sent:]
            self._sent += sent
            if request.moved is not None:
                request.moved(sent)
            self._slice = _next_slice(self._slice, time.monotonic() - started)
            if rest and self._something_came():
                return False
        return True

    def _send_some(self, data: memoryview) -> int:
        """Send these bytes or some of them; 0 where the server answers without taking any more.

        Raises TimeoutError where none at all go out for ANSWER_WITHIN.
        """
        if not self._can_wait:
            return self._socket.send(data)
        self._socket.settimeout(0)
        try:
            while True:
                try:
                    return self._socket.send(data)  # over TLS the same bytes again until all are taken
                except (BlockingIOError, ssl.SSLWantWriteError):
                    events = selectors.EVENT_READ | selectors.EVENT_WRITE
                except ssl.SSLWantReadError:
                    events = selectors.EVENT_READ
                if not self._wait(events) & selectors.EVENT_WRITE and self._something_came(then=0):
                    return 0
        finally:
            self._socket.settimeout(ANSWER_WITHIN)

    def _wait(self, events: int) -> int:
        with _Selector() as selector:
            selector.register(self._socket, events)
            for _, ready in selector.select(ANSWER_WITHIN):
                return ready
        raise TimeoutError(f"nothing went out for {ANSWER_WITHIN:.0f} seconds")

    def _receive(self, request: Request, whole: bool = True) -> Received:
        answer = HTTPResponse(cast(socket.socket, _ReaderOf(self._reader)), method=request.method)
        with answer:
            answer.begin()
            good = 200 <= answer.status < 300
            if good and not whole:
                raise ConnectionError("the server answered before it had everything")
            content, complete = _content(answer, request if good else None)
            received = Received(
                answer.status, answer.reason, Headers(answer.getheaders()), content, good and not complete
            )
            self.reusable = whole and complete and not answer.will_close
        self._idle_since = time.monotonic()
        return received

    def _answer_before(self, error: OSError, request: Request) -> Received:
        """What the server said before it cut the connection, where that can still be read; else raises `error`."""
        with contextlib.suppress(Exception):
            self._socket.settimeout(_EARLY_ANSWER_WITHIN)
            return self._receive(request, whole=False)
        raise error

    def _something_came(self, then: float = ANSWER_WITHIN) -> bool:
        """Whether there is anything to read, be it that the server has closed the connection. Does not wait.

        `then`: the socket's time limit afterwards.
        """
        try:
            self._socket.settimeout(0)
            came = bool(self._reader.peek(1)) or self._incoming.ended
            self._socket.settimeout(then)
            return came
        except OSError:
            return True


class _Incoming(io.RawIOBase):
    """What comes in, for a buffered reader; a TLS connection may be readable without any byte of an answer in it."""

    def __init__(self, made: socket.socket) -> None:
        self._socket = made
        self.ended = False
        self.any_came = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        try:
            count = self._socket.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        self.ended = count == 0
        self.any_came = self.any_came or count > 0
        return count


class _ReaderOf:
    """Stands for the socket in HTTPResponse, whose own reader would take bytes of the next answer with it."""

    def __init__(self, reader: io.BufferedReader) -> None:
        self._reader = reader
        self.closed = False
        self.read, self.read1, self.readinto = reader.read, reader.read1, reader.readinto

    def readline(self, most: int) -> bytes:
        """A line; one that the end of the connection cut off is none, though http.client would take it for the last."""
        line = self._reader.readline(most)
        if len(line) < most and not line.endswith(b"\n"):
            raise ConnectionError("the connection ended within the answer's head")
        return line

    def makefile(self, _mode: str) -> _ReaderOf:
        return self

    def flush(self) -> None:
        """Nothing is written through it."""

    def close(self) -> None:
        self.closed = True


def _next_slice(size: int, seconds: float) -> int:
    """How much to send at once after a slice that took so long, with what was waited on account of a limit of speed.

    There is one time limit for sending a slice, and news of one: on a slow line both want it small, on a fast one large.
    """
    if seconds > _SLOW:
        return max(size // 2, _SMALLEST_SLICE)
    return min(size * 2, _LARGEST_SLICE) if seconds < _QUICK else size


def _head(request: Request) -> bytes:
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.method == "PUT":
        lines.append(f"Content-Length: {len(request.body)}")
    head = "\r\n".join([*lines, "", ""])
    if head.count("\n") != len(lines) + 1 or head.count("\r") != len(lines) + 1:
        raise ValueError("a header with a line break in it")
    return head.encode("ascii")


def _content(answer: HTTPResponse, request: Request | None) -> tuple[bytes, bool]:
    """The answer's bytes, as far as they are wanted, and whether that was all."""
    most = request.most if request is not None else MOST_OF_AN_ERROR
    if request is None or request.taken is None:
        content = answer.read(most + 1)
        if len(content) > most:
            return content[:most], False
    else:
        content = b""
        while piece := answer.read(_PIECE):
            most -= len(piece)
            if most < 0:
                return b"", False
            request.taken(piece)
    if answer.length:
        raise ConnectionError("the connection ended within the answer")
    return content, True
