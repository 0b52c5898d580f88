"""Accounts, containers and blobs of the strict server, in memory."""

from __future__ import annotations

import base64
import itertools
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.strict.asking import Asked
from tests.strict.clock import Clock
from tests.strict.leases import Lease
from tests.strict.pages import SparsePages
from tests.strict.refused import Refused

PAGE_BLOB = "PageBlob"
_counter = itertools.count(0x8DE_0000_0000_0001)


@dataclass
class Copying:
    """A copy into a blob. `status` is pending, success, aborted or failed; bytes."""

    id: str
    source: str
    status: str = "pending"
    done: int = 0
    total: int = 0
    reason: str = ""
    ended: str = ""

    def headers(self) -> dict[str, str]:
        """What the blob's properties say of it; the source without its signature, as the service shows it."""
        found = {
            "x-ms-copy-id": self.id,
            "x-ms-copy-source": self.source.partition("?")[0],
            "x-ms-copy-status": self.status,
            "x-ms-copy-progress": f"{self.done}/{self.total}",
        }
        if self.ended:
            found["x-ms-copy-completion-time"] = self.ended
        if self.reason:
            found["x-ms-copy-status-description"] = self.reason
        return found


@dataclass
class Blob:
    """One blob. `rewritten` counts bytes of pages that were written although they had been already."""

    name: str
    kind: str
    pages: SparsePages
    lease: Lease
    metadata: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/octet-stream"
    sequence_number: int = 0
    etag: str = ""
    modified: str = ""
    modified_at: float = 0.0
    created: str = ""
    copy: Copying | None = None
    rewritten: int = 0
    page_writes: int = 0

    def touch(self, clock: Clock) -> None:
        """After every write: another ETag, another time."""
        self.etag = f'"0x{next(_counter):X}"'
        self.modified, self.modified_at = clock.date(), clock.now()
        self.created = self.created or self.modified

    def version(self) -> dict[str, str]:
        """ETag and Last-Modified."""
        return {"ETag": self.etag, "Last-Modified": self.modified}

    def properties(self) -> dict[str, str]:
        """All headers of Get Blob Properties but its length."""
        found = self.version() | {
            "x-ms-blob-type": self.kind,
            "x-ms-creation-time": self.created,
            "x-ms-server-encrypted": "true",
            "Content-Type": self.content_type,
            "Accept-Ranges": "bytes",
        }
        if self.kind == PAGE_BLOB:
            found["x-ms-blob-sequence-number"] = str(self.sequence_number)
        found |= self.lease.headers()
        found |= self.copy.headers() if self.copy else {}
        return found | {f"x-ms-meta-{name}": value for name, value in self.metadata.items()}


@dataclass
class Container:
    """A container. `public` is container, blob or nothing."""

    name: str
    public: str = ""
    blobs: dict[str, Blob] = field(default_factory=dict)


@dataclass
class Account:
    """A storage account with its two keys (base64). `allows_public`: whether containers may be public."""

    name: str
    keys: list[str] = field(
        default_factory=lambda: [base64.b64encode(secrets.token_bytes(64)).decode() for _ in range(2)]
    )
    allows_public: bool = True
    containers: dict[str, Container] = field(default_factory=dict)


class Store:
    """Everything there is. Take `lock` for whatever reads or writes it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}

    def account(self, name: str) -> Account:
        """The account, or as if its name did not resolve."""
        found = self.accounts.get(name)
        if found is None:
            raise Refused(
                400, "InvalidUri", "The requested URI does not represent any resource on the server."
            )
        return found

    def container(self, asked: Asked) -> Container:
        """The container that is meant."""
        found = self.account(asked.account).containers.get(asked.container)
        if found is None:
            raise Refused(404, "ContainerNotFound")
        return found

    def find(self, asked: Asked) -> Blob | None:
        """The blob that is meant, None where there is none."""
        return self.container(asked).blobs.get(asked.blob)

    def blob(self, asked: Asked) -> Blob:
        """The blob that is meant."""
        found = self.find(asked)
        if found is None:
            raise Refused(404, "BlobNotFound")
        return found

    def make(self, asked: Asked, kind: str, length: int) -> Blob:
        """A blob in place of whatever was there; a lease stays, as it belongs to the name."""
        before = self.find(asked)
        steady: Callable[[], float] = self.clock.steady
        made = Blob(asked.blob, kind, SparsePages(length), before.lease if before else Lease(steady))
        made.touch(self.clock)
        self.container(asked).blobs[asked.blob] = made
        return made
