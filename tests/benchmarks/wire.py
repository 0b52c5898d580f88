"""How fast bytes get onto the line: our page-blob client beside http.client, urllib3, requests and bare sockets.

    python -m tests.benchmarks.wire [--size MIB] [--rounds N] [--sockets]

PUTs of 4 MiB go to a server on this computer, in processes of its own, that drops the bodies; plain and over TLS, with
4 and 8 threads, with and without Content-MD5. The senders take turns, forwards and backwards. With `--sockets` it is
ways to write to one TLS socket that are compared. Seconds are the median of the rounds, in brackets the processor's.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import os
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.certificates import make_certificate, server_context
from wizard.redaction import Secret
from wizard.services.blob.addresses import of_link
from wizard.services.blob.asking import Asker
from wizard.services.blob.authority import Link
from wizard.services.connect import page_blob_from_url
from wizard.services.error_texts import Where
from wizard.services.web import Web

MIB: Final = 1024 * 1024
BODY: Final = os.urandom(4 * MIB)
PATH: Final = "/account/vhds/disk.vhd?comp=page"
_NOT_SENT: Final = getattr(socket, "TCP_NOTSENT_LOWAT", None)

Send = Callable[["Line", int], None]
"""Sends so many bodies over one connection."""


class Line:
    """Where to send and how: `secure` over TLS, `digest` with Content-MD5; `blob` is ours, shared by all threads."""

    def __init__(self, port: int, certificate: Path, secure: bool, digest: bool) -> None:
        self.port = port
        self.certificate = certificate
        self.secure = secure
        self.digest = digest
        self.context = ssl.create_default_context(cafile=str(certificate))
        scheme = "https" if secure else "http"
        self.url = f"{scheme}://127.0.0.1:{port}{PATH}"
        link = Secret(f"{scheme}://127.0.0.1:{port}/account/vhds/disk.vhd?sig=none")
        self.blob: Any = page_blob_from_url(link)
        address, *_, query = of_link(link)
        self.asker = Asker(address, Link(query), Web(None, direct=True), Where())

    def headers(self) -> dict[str, str]:
        """With a new digest of the body, where one is wanted."""
        if not self.digest:
            return {}
        return {"Content-MD5": base64.b64encode(hashlib.md5(BODY).digest()).decode()}

    def dial(self, seconds: float | None = 60.0, *, secure: bool | None = None) -> socket.socket:
        """A connection made with bare sockets."""
        made = socket.create_connection(("127.0.0.1", self.port))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.settimeout(seconds)
        if self.secure if secure is None else secure:
            return self.context.wrap_socket(made, server_hostname="127.0.0.1")
        return made


def ours(line: Line, count: int) -> None:
    """As an upload sends: its own digest of every page range, told of every slice that goes out."""
    moved: list[int] = []
    for index in range(count):
        if line.digest:
            line.blob.put_pages(index * len(BODY), BODY, fence=1, moved=moved.append)
        else:
            line.asker.ask("PUT", "comp=page", {}, body=BODY, moved=moved.append)


def with_http_client(line: Line, count: int) -> None:
    """The standard library's client."""
    made = (
        http.client.HTTPSConnection("127.0.0.1", line.port, timeout=60, context=line.context)
        if line.secure
        else http.client.HTTPConnection("127.0.0.1", line.port, timeout=60)
    )
    for _ in range(count):
        made.request("PUT", PATH, BODY, line.headers())
        made.getresponse().read()
    made.close()


def with_urllib3(line: Line, count: int) -> None:
    """What requests and so the SDK send with."""
    import urllib3

    with urllib3.PoolManager(ssl_context=line.context, timeout=60) as pool:
        for _ in range(count):
            pool.request("PUT", line.url, body=BODY, headers=line.headers())


def with_requests(line: Line, count: int) -> None:
    """What the SDK sends with."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(line.certificate)
        for _ in range(count):
            session.put(line.url, data=BODY, headers=line.headers(), timeout=60)


def bare(line: Line, count: int) -> None:
    """No client at all: the most that this computer can do."""
    _bare(line, count, line.dial(None), len(BODY))


def _bare(line: Line, count: int, made: socket.socket, slice_size: int) -> None:
    view = memoryview(BODY)
    with made:
        for _ in range(count):
            more = "".join(f"{name}: {value}\r\n" for name, value in line.headers().items())
            head = f"PUT {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\n{more}\r\n"
            made.sendall(head.encode("ascii"))
            at = 0
            while at < len(BODY):
                at += made.send(view[at : at + slice_size])
            made.recv(65536)


def _sockets(
    slice_size: int = len(BODY), seconds: float | None = 60.0, cipher: str = "", **options: int
) -> Send:
    def send(line: Line, count: int) -> None:
        if cipher:
            line.context.maximum_version = ssl.TLSVersion.TLSv1_2
            line.context.set_ciphers(cipher)
        made = line.dial(seconds)
        if "buffer" in options:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, options["buffer"])
        if "not_sent" in options and _NOT_SENT is not None:
            made.setsockopt(socket.IPPROTO_TCP, _NOT_SENT, options["not_sent"])
        _bare(line, count, made, slice_size)

    return send


SENDERS: Final[dict[str, Send]] = {
    "ours": ours,
    "http.client": with_http_client,
    "urllib3": with_urllib3,
    "requests": with_requests,
    "bare sockets": bare,
}
SOCKETS: Final[dict[str, Send]] = {
    "blocking, whole": _sockets(seconds=None),
    "time limit, whole": _sockets(),
    "time limit, 1 MiB": _sockets(MIB),
    "time limit, 256 KiB": _sockets(256 * 1024),
    "time limit, 64 KiB": _sockets(64 * 1024),
    "256 KiB, 256 KiB not sent": _sockets(256 * 1024, not_sent=256 * 1024),
    "256 KiB, buffer of 4 MiB": _sockets(256 * 1024, buffer=4 * MIB),
    "256 KiB, AES-128": _sockets(256 * 1024, cipher="ECDHE-ECDSA-AES128-GCM-SHA256"),
    "256 KiB, ChaCha20": _sockets(256 * 1024, cipher="ECDHE-ECDSA-CHACHA20-POLY1305"),
}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=1024, help="MiB to send each time")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sockets", action="store_true", help="compare ways to write to a TLS socket")
    parser.add_argument("--sink", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.sink is not None:
        serve(Path(arguments.sink) if arguments.sink else None)
        return
    cases = [
        (secure, digest, threads)
        for secure in (False, True)
        for digest in (False, True)
        for threads in (4, 8)
    ]
    senders = SENDERS
    if arguments.sockets:
        cases, senders = [(True, False, 4), (True, False, 8)], SOCKETS
    with tempfile.TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder))
        os.environ["REQUESTS_CA_BUNDLE"] = str(certificate.public)
        taken: dict[tuple[str, int], list[tuple[float, float]]] = {}
        with sink(None) as plain, sink(certificate.whole) as secured:
            for turn in range(arguments.rounds):
                for place, (secure, digest, threads) in enumerate(cases):
                    for name in list(senders)[:: -1 if turn % 2 else 1]:
                        line = Line(secured if secure else plain, certificate.public, secure, digest)
                        seconds = measure(senders[name], line, threads, arguments.size // 4)
                        taken.setdefault((name, place), []).append(seconds)
    print(f"{arguments.size} MiB in PUTs of 4 MiB; median seconds of {arguments.rounds} (processor's)")
    titles = [
        f"{'TLS' if secure else 'plain'}{' MD5' if digest else ''} x{threads}"
        for secure, digest, threads in cases
    ]
    print(f"{'':26}" + "".join(f"{title:>14}" for title in titles))
    for name in senders:
        shown = ""
        for place in range(len(cases)):
            wall, processor = (statistics.median(each) for each in zip(*taken[name, place], strict=True))
            shown += f"{f'{wall:.2f} ({processor:.2f})':>14}"
        print(f"{name:26}{shown}")


def measure(send: Send, line: Line, threads: int, count: int) -> tuple[float, float]:
    """Seconds, and seconds of the processor in this process, for `count` bodies over so many connections."""
    began, busy = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        for each in [pool.submit(send, line, count // threads) for _ in range(threads)]:
            each.result()
    taken = time.monotonic() - began, time.process_time() - busy
    line.blob.close()
    line.asker.close()
    return taken


@contextmanager
def sink(certificate: Path | None) -> Iterator[int]:
    """The server, in a process of its own; gives its port."""
    command = [sys.executable, "-m", "tests.benchmarks.wire", "--sink", str(certificate or "")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def serve(certificate: Path | None) -> None:
    """Answer every PUT with 201; where the system can, a process for each connection, so that none waits for another."""
    context = server_context(certificate) if certificate else None
    forks = hasattr(os, "fork")
    if forks:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            made, _ = listener.accept()
            if not forks:
                threading.Thread(target=_drop, args=(made, context), daemon=True).start()
            elif os.fork() == 0:
                try:
                    _drop(made, context)
                finally:
                    os._exit(0)
            else:
                made.close()


def _drop(made: socket.socket, context: ssl.SSLContext | None) -> None:
    if context is not None:
        made = context.wrap_socket(made, server_side=True)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    view = memoryview(bytearray(MIB))
    answer = b'HTTP/1.1 201 Created\r\nETag: "0x1"\r\nx-ms-request-id: 1\r\nContent-Length: 0\r\n\r\n'
    came = b""
    while True:
        while b"\r\n\r\n" not in came:
            count = made.recv_into(view)
            if not count:
                return
            came += view[:count]
        head, _, rest = came.partition(b"\r\n\r\n")
        left = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) - len(rest)
        while left > 0:
            left -= made.recv_into(view, min(left, MIB)) or left
        came = b""
        made.sendall(answer)


if __name__ == "__main__":
    main()
