"""A storage account of Azure China, played by Azurite: under its real name, over https, with a key of its own.

The wizard works here as it does for a person: nothing but the account's name and key is given, every address is the
real one. Only two things of this computer are changed: the name leads to 127.0.0.1, and its certificate is trusted.
"""

from __future__ import annotations

import base64
import re
import secrets
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from tests.certificates import make_certificate
from wizard.practice.azurite import installed_azurite, installed_node
from wizard.redaction import Secret

SUFFIX: Final = "chinacloudapi.cn"
ACCOUNT: Final = "contosoimages"
_LISTENING: Final = re.compile(r"listens on https://127\.0\.0\.1:(\d+)")


@dataclass
class AzureChina:
    """One storage account that is reached as `https://{account}.blob.core.chinacloudapi.cn`."""

    folder: Path
    account: str = ACCOUNT
    key: Secret = field(default_factory=lambda: new_key())
    port: int = 0
    _process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None

    @property
    def endpoint(self) -> str:
        """The account's blob endpoint."""
        return f"https://{self.account}.blob.core.{SUFFIX}"

    @property
    def certificate(self) -> Path:
        """The certificate that has to be trusted."""
        return self.folder / "certificate.pem"

    def start(self) -> None:
        """Start it, on the port of the last time."""
        if not self.certificate.exists():
            make_certificate(
                self.folder,
                [f"{self.account}.blob.core.{SUFFIX}", f"*.blob.core.{SUFFIX}", f"management.{SUFFIX}"],
            )
        self._process = subprocess.Popen(
            [
                str(installed_node()), "--no-deprecation", str(installed_azurite()),
                "--blobHost", "127.0.0.1", "--blobPort", str(self.port), "--location", str(self.folder / "blobs"),
                "--cert", str(self.certificate), "--key", str(self.folder / "key.pem"),
                "--disableTelemetry", "--skipApiVersionCheck", "--silent",
            ],
            env={"AZURITE_ACCOUNTS": f"{self.account}:{self.key.reveal()}", "PATH": ""},
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        for line in self._process.stdout:
            listening = _LISTENING.search(line)
            if listening:
                self.port = int(listening[1])
                break
        assert self.port, "Azurite does not listen"
        self._reader = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """End it; what it stored is there at the next start."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            assert self._reader is not None
            assert self._process.stdout is not None
            self._reader.join()
            self._process.stdout.close()
            self._process = None

    def renew_key(self) -> None:
        """What a person does in the portal who renews the key: the old one is worth nothing any more."""
        self.stop()
        self.key = new_key()
        self.start()


@contextmanager
def azure_china(folder: Path) -> Iterator[AzureChina]:
    """Azure China with one account, reached from this process by its real names."""
    folder.mkdir(parents=True, exist_ok=True)
    china = AzureChina(folder)
    found = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *more: Any, **others: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name.endswith(SUFFIX):
            return found("127.0.0.1", china.port, *more, **others)
        return found(host, port, *more, **others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        patch.setenv("REQUESTS_CA_BUNDLE", str(china.certificate))
        china.start()
        try:
            yield china
        finally:
            china.stop()


def new_key() -> Secret:
    """A key as a storage account has it."""
    return Secret(base64.b64encode(secrets.token_bytes(64)).decode())
