"""The limit: a file's bytes in requests of 4 MiB over bare sockets, as many at once, with nothing else done to them.

python -m tests.benchmarks.peers.raw FILE HOST PORT PATH CONNECTIONS [CERTIFICATE]
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Final

PIECE: Final = 4 * 1024 * 1024


def main() -> None:
    """Send the file; a certificate means TLS."""
    path, host, port, target, count = (
        Path(sys.argv[1]),
        sys.argv[2],
        int(sys.argv[3]),
        sys.argv[4],
        int(sys.argv[5]),
    )
    context = ssl.create_default_context(cafile=sys.argv[6]) if len(sys.argv) > 6 else None
    length = path.stat().st_size
    starts = iter(range(0, length, PIECE))
    lock = threading.Lock()

    def connect() -> socket.socket:
        made = socket.create_connection((host, port))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return context.wrap_socket(made, server_hostname=host) if context is not None else made

    def ask(made: socket.socket, head: str, body: memoryview | bytes = b"") -> None:
        made.sendall(head.encode())
        if body:
            made.sendall(body)
        came = b""
        while b"\r\n\r\n" not in came:
            came += made.recv(4096)

    def send() -> None:
        buffer = memoryview(bytearray(PIECE))
        with connect() as made, path.open("rb", buffering=0) as file:
            while True:
                with lock:
                    start = next(starts, None)
                if start is None:
                    return
                file.seek(start)
                got = file.readinto(buffer)
                head = (
                    f"PUT {target}?comp=page HTTP/1.1\r\nHost: {host}\r\nx-ms-page-write: update\r\n"
                    f"x-ms-range: bytes={start}-{start + got - 1}\r\nContent-Length: {got}\r\n\r\n"
                )
                ask(made, head, buffer[:got])

    with connect() as first:
        head = f"PUT {target} HTTP/1.1\r\nHost: {host}\r\nx-ms-blob-content-length: {length}\r\nContent-Length: 0\r\n\r\n"
        ask(first, head)
    threads = [threading.Thread(target=send) for _ in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


if __name__ == "__main__":
    main()
