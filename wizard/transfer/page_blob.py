"""A page blob as an upload sees it; wizard.services.page_blob is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from wizard.errors import WizardError
from wizard.transfer.ranges import Stretch

PAGE_BLOB = "PageBlob"


class Interrupted(Exception):  # noqa: N818  (what failed may work in a moment: the work goes on)
    """A request failed for a reason that may pass. `error` says which; `wait` is how long the server asks to wait.

    `busy`: the server answered, but had too much to do.
    """

    def __init__(self, error: WizardError, *, busy: bool = False, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.busy = busy
        self.wait = wait


class ConflictError(WizardError):
    """A write was refused because the blob is not as the writer had seen it; nothing was written."""


@dataclass(frozen=True, slots=True)
class BlobState:
    """What the server says of a blob. `kind` is PageBlob, BlockBlob or AppendBlob; metadata names are in lower case."""

    kind: str
    length: int
    etag: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    lease: str = ""
    copy_status: str = ""


class PageBlob(Protocol):
    """One blob of a container. Every method may raise Interrupted, and WizardError for what will not pass.

    Several threads may call at once. A request is tried once: trying again is the caller's job.
    """

    @property
    def url(self) -> str:
        """Its address without any query."""

    @property
    def container(self) -> str:
        """The container's name."""

    @property
    def name(self) -> str:
        """The blob's name."""

    def state(self) -> BlobState | None:
        """What it is now, None where there is no such blob."""

    def create(self, length: int, metadata: Mapping[str, str], *, fence: int, replaces: str | None) -> None:
        """Make it, all zeros, with this sequence number; in place of the one with the ETag `replaces` alone, or of none.

        Raises ConflictError where there is another one.
        """

    def put_pages(self, start: int, data: bytes, *, fence: int) -> None:
        """Write whole pages; raises ConflictError where the blob's sequence number is not `fence`."""

    def clear_pages(self, start: int, length: int, *, fence: int) -> None:
        """Make whole pages zero; raises ConflictError where the blob's sequence number is not `fence`."""

    def page_ranges(self) -> list[Stretch]:
        """Where pages were written, in order; stretches that touch are one."""

    def read(self, start: int, length: int) -> bytes:
        """These bytes."""

    def set_metadata(self, metadata: Mapping[str, str], *, etag: str) -> str:
        """Replace its metadata where it still has this ETag, else raise ConflictError; returns the new ETag."""
