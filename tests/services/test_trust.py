"""Which certificates are trusted: those of the system's own store, a company's among them, and no others."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.certificates import make_certificate, server_context

# A fresh program, as the store is taken from the environment only once. Both ways to the cloud are tried.
ASK = """
import sys
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.anonymous import anonymous_head
from wizard.services.connect import page_blob_from_url
from wizard.settings import Settings
from wizard.transfer.page_blob import Interrupted

address = sys.argv[1] + "/vhds/disk.vhd?sp=rw&sig=c2lnbmF0dXJl"
for ask in (
    lambda: anonymous_head(address, Settings()),
    lambda: page_blob_from_url(Secret(address), Settings()).state(),
):
    try:
        ask()
        print("answered")
    except Interrupted as interrupted:
        print(interrupted.error.what)
    except WizardError as error:
        print(error.what)
"""


@dataclass(frozen=True)
class Company:
    """A server on this computer and the certificate of whoever vouches for it."""

    url: str
    certificate: Path


class _NotFound(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(404)
        self.send_header("x-ms-error-code", "BlobNotFound")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    certificate = make_certificate(tmp_path, name="Contoso inspection")
    server = HTTPServer(("127.0.0.1", 0), _NotFound)
    server.socket = server_context(certificate.whole).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Company(f"https://127.0.0.1:{server.server_port}", certificate.public)
    server.shutdown()
    server.server_close()
    thread.join()


def ask(company: Company, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK, company.url],
        env=os.environ | {"NO_PROXY": "*"} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's store cannot be another for one program"
)
def test_what_the_system_trusts_is_trusted(company: Company) -> None:
    assert ask(company, SSL_CERT_FILE=str(company.certificate)) == ["answered", "answered"]


def test_what_nobody_trusts_is_refused(company: Company) -> None:
    refused = f"The certificate of {company.url.removeprefix('https://')} is not trusted"
    assert ask(company) == [refused, refused]
