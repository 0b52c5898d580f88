"""A server that does with each connection whatever a test says, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

Serve = Callable[[socket.socket, int], None]
"""Gets a connection and its number, from 0; it is closed when this returns."""

FOUND = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 1024\r\nx-ms-blob-type: PageBlob\r\nx-ms-version: 2021-12-02\r\n"
    b'ETag: "0x1"\r\n\r\n'
)
WRITTEN = b'HTTP/1.1 201 Created\r\nContent-Length: 0\r\nx-ms-version: 2021-12-02\r\nETag: "0x2"\r\n\r\n'


def head(made: socket.socket) -> bytes:
    """A request up to its body; "" where the other side has closed. What came of the body with it is dropped."""
    came = b""
    while b"\r\n\r\n" not in came:
        piece = made.recv(65536)
        if not piece:
            return b""
        came += piece
    return came


def whole(made: socket.socket) -> bytes:
    """A request with its body; returns the head."""
    came = head(made)
    first, _, rest = came.partition(b"\r\n\r\n")
    length = int(first.lower().partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0] or 0)
    while came and len(rest) < length:
        piece = made.recv(65536)
        if not piece:
            return b""
        rest += piece
    return first


@contextlib.contextmanager
def raw_server(serve: Serve, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run such a server; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as to_close:
        threads: list[threading.Thread] = []

        def one(made: socket.socket, number: int) -> None:
            with contextlib.suppress(OSError):
                if context is not None:
                    made = context.wrap_socket(made, server_side=True)
                with made:
                    serve(made, number)

        def accept() -> None:
            number = 0
            with contextlib.suppress(OSError):
                while True:
                    made, _ = listener.accept()
                    to_close.callback(_end, made)
                    threads.append(threading.Thread(target=one, args=(made, number), daemon=True))
                    threads[-1].start()
                    number += 1

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            accepting.join(5)
    for thread in threads:
        thread.join(5)


def _end(made: socket.socket) -> None:
    with contextlib.suppress(OSError):
        made.shutdown(socket.SHUT_RDWR)
    made.close()
