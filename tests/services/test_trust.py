"""Which certificates are trusted: those of the system's own store, a company's among them, and no others."""

from __future__ import annotations

import ipaddress
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Contoso inspection")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    public, whole = tmp_path / "company.pem", tmp_path / "server.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    whole.write_bytes(private + public.read_bytes())
    server = HTTPServer(("127.0.0.1", 0), _NotFound)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Company(f"https://127.0.0.1:{server.server_port}", public)
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
