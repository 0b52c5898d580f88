"""Certificates for servers of this computer, which vouch for themselves: nobody trusts them who is not told to."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """Its files (PEM): `public` is what has to be trusted, `key` its private key, `whole` both, as a server takes them."""

    public: Path
    key: Path
    whole: Path


def make_certificate(folder: Path, hosts: Sequence[str] = (), *, name: str = "Tests") -> Certificate:
    """One for these hosts and for 127.0.0.1 and ::1, written into the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    alternatives = [
        *(x509.DNSName(host) for host in hosts),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")),
    ]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = (
        made.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    files = Certificate(folder / "certificate.pem", folder / "key.pem", folder / "server.pem")
    files.public.write_bytes(public)
    files.key.write_bytes(private)
    files.whole.write_bytes(private + public)
    return files


def server_context(whole: Path) -> ssl.SSLContext:
    """TLS for the server's side."""
    # truststore may have put its own class, for clients, in the place of ssl.SSLContext.
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(whole)
    return context
