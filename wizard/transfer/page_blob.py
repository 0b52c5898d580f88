"""A page blob as an upload sees it; wizard.services.blob has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from wizard.errors import WizardError
from wizard.redaction import Secret
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
class CopyState:
    """A server-side copy into a blob. `status` is pending, success, aborted or failed; bytes; `reason` is the server's.

    `source`: the address it is copied from, without any query.
    """

    id: str
    status: str
    done: int = 0
    total: int = 0
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class BlobState:
    """What the server says of a blob. `kind` is PageBlob, BlockBlob or AppendBlob; metadata names are in lower case."""

    kind: str
    length: int
    etag: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    lease: str = ""
    copy: CopyState | None = None


class PageBlob(Protocol):
    """One blob of a container. Every method may raise Interrupted, and WizardError for what will not pass.

    Several threads may call at once. A request is tried once: trying again is the caller's job. From `acquire_lease` to
    `release_lease` every write carries the lease.
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

    def put_pages(
        self, start: int, data: bytes, *, fence: int, moved: Callable[[int], None] | None = None
    ) -> str:
        """Write whole pages, at most LARGEST_PUT, with their Content-MD5; returns the blob's new ETag.

        `moved(n)` is called as bytes go out; it may wait (a limit of speed) and may raise, which ends the request.
        Raises ConflictError where the blob's sequence number is not `fence`, or where another holds its lease.
        """

    def clear_pages(self, start: int, length: int, *, fence: int) -> None:
        """Make whole pages zero; raises ConflictError where the blob's sequence number is not `fence`."""

    def page_ranges(self, start: int = 0, length: int | None = None) -> list[Stretch]:
        """Where pages were written, in order; stretches that touch are one. Of this part of the blob, or of all of it."""

    def read(self, start: int, length: int, *, moved: Callable[[int], None] | None = None) -> bytes:
        """These bytes. `moved(n)` is called as they come in, as for put_pages."""

    def set_metadata(self, metadata: Mapping[str, str], *, etag: str) -> str:
        """Replace its metadata where it still has this ETag, else raise ConflictError; returns the new ETag."""

    def acquire_lease(self, lease_id: str, seconds: int = 60) -> None:
        """Keep all others from writing for so long (15 to 60); the same id again takes its own lease anew.

        Raises ConflictError where another has it.
        """

    def renew_lease(self) -> None:
        """Hold it for the same time from now on; raises ConflictError where it was lost."""

    def release_lease(self) -> None:
        """Let others write; nothing where it is not held any more."""

    def start_copy(self, source: Secret, *, replaces: str | None) -> CopyState:
        """Have the server copy another page blob here, by its address (with a SAS where it is private).

        In place of the blob with the ETag `replaces` alone, or of none. Raises ConflictError where there is another one.
        """

    def abort_copy(self, copy_id: str) -> None:
        """End a pending copy; what was copied so far is gone. Nothing where it has ended already."""

    @property
    def clock_ahead(self) -> float | None:
        """By how many seconds this computer's clock is ahead of the server's, by its last answer; None before any."""
