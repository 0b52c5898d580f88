"""A proxy on this computer: takes CONNECT, and leads every connection to one port whatever name was asked for."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.services.blob.raw import head, raw_server


@dataclass
class Proxy:
    """`asked` are the heads that came; `login` is what it wants, "" for nothing; `status` what it answers to all others."""

    leads_to: int
    login: str = ""
    refuses_with: str = ""
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self, made: socket.socket, _number: int) -> None:
        """One connection."""
        said = head(made).decode("latin-1")
        self.asked.append(said)
        wanted = base64.b64encode(self.login.encode()).decode()
        if self.login and f"proxy-authorization: basic {wanted}".lower() not in said.lower():
            made.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
            )
            return
        if self.refuses_with:
            made.sendall(f"HTTP/1.1 {self.refuses_with}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        with socket.create_connection(("127.0.0.1", self.leads_to)) as further:
            made.sendall(b"HTTP/1.1 200 Connection established\r\nVia: 1.1 tests\r\n\r\n")
            back = threading.Thread(target=_pass_on, args=(further, made), daemon=True)
            back.start()
            _pass_on(made, further)
            back.join(5)


@contextlib.contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    """Run it."""
    with raw_server(proxy.serve) as port:
        proxy.port = port
        yield proxy


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
