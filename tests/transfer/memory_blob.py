"""A page blob in memory that keeps the protocol's promises, for tests of many thousand small uploads; and a disk in memory."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from wizard.disk.vhd_footer import fixed_footer
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.transfer.page_blob import PAGE_BLOB, BlobState, ConflictError, CopyState
from wizard.transfer.ranges import PAGE, Stretch, merged


class MemoryDisk:
    """A disk with this content before its footer. `reads` are the places that were read, with their lengths."""

    def __init__(self, path: Path, content: bytes, extents: list[Stretch] | None = None) -> None:
        self.path = path
        made = datetime(2026, 11, 21, tzinfo=UTC)
        self.footer = fixed_footer(len(content), unique_id=uuid.UUID(int=7), when=made).build()
        self.content = content + self.footer
        self.length = len(self.content)
        self.reads: list[Stretch] = []
        self._extents = [(0, len(content))] if extents is None else extents
        path.touch()

    def extents(self) -> Iterator[Stretch]:
        yield from self._extents

    def read_at(self, start: int, length: int) -> bytes:
        self.reads.append((start, length))
        return self.content[start : start + length]


class MemoryBlob:
    """`before_put` and `after_put` are called with the number of the Put Page, and may raise."""

    url, container, name = "https://images.example/vhds/disk.vhd", "vhds", "disk.vhd"
    clock_ahead = 0.0

    def __init__(self) -> None:
        self.content = bytearray()
        self.written: set[int] = set()  # numbers of pages
        self.metadata: dict[str, str] = {}
        self.fence = -1
        self.version = 0
        self.puts = 0
        self.received = 0
        self.before_put: Callable[[int], None] = lambda _: None
        self.after_put: Callable[[int], None] = lambda _: None
        self._last: Stretch = (0, 0)
        self._lock = threading.Lock()

    def state(self) -> BlobState | None:
        if not self.content:
            return None
        return BlobState(PAGE_BLOB, len(self.content), self._etag(), dict(self.metadata))

    def create(self, length: int, metadata: Mapping[str, str], *, fence: int, replaces: str | None) -> None:
        if replaces != (self._etag() if self.content else None):
            raise _conflict()
        self.content, self.written, self.fence = bytearray(length), set(), fence
        self.metadata = dict(metadata)
        self.version += 1

    def put_pages(
        self, start: int, data: bytes, *, fence: int, moved: Callable[[int], None] | None = None
    ) -> str:
        with self._lock:
            self.puts += 1
            number = self.puts
            self.before_put(number)
            if fence != self.fence:
                raise _conflict()
            assert start % PAGE == len(data) % PAGE == 0
            self.received += len(data)
            self.content[start : start + len(data)] = data
            self.written.update(range(start // PAGE, (start + len(data)) // PAGE))
            self.version += 1
            self._last = start, len(data)
            etag = self._etag()
            self.after_put(number)
        if moved is not None:
            moved(len(data))
        return etag

    def spoil_last(self) -> None:
        """The last Put Page was cut off in the middle, and not all of it is as it was sent."""
        start, length = self._last
        self.content[start : start + length // 2] = b"?" * (length // 2)

    def clear_pages(self, start: int, length: int, *, fence: int) -> None:
        assert fence == self.fence
        self.content[start : start + length] = bytes(length)
        self.written.difference_update(range(start // PAGE, (start + length) // PAGE))
        self.version += 1

    def page_ranges(self, start: int = 0, length: int | None = None) -> list[Stretch]:
        end = len(self.content) if length is None else start + length
        return merged((page * PAGE, PAGE) for page in self.written if start <= page * PAGE < end)

    def read(self, start: int, length: int) -> bytes:
        return bytes(self.content[start : start + length])

    def set_metadata(self, metadata: Mapping[str, str], *, etag: str) -> str:
        if etag != self._etag():
            raise _conflict()
        self.metadata = dict(metadata)
        self.version += 1
        return self._etag()

    def acquire_lease(self, lease_id: str, seconds: int = 60) -> None:
        """Always there to be had."""

    def renew_lease(self) -> None:
        """Always held."""

    def release_lease(self) -> None:
        """Nothing to let go of."""

    def start_copy(self, source: Secret, *, replaces: str | None) -> CopyState:
        raise AssertionError("nobody copies here")

    def abort_copy(self, copy_id: str) -> None:
        raise AssertionError("nobody copies here")

    def _etag(self) -> str:
        return f'"{self.version}"'


def _conflict() -> ConflictError:
    return ConflictError(msg("Changed meanwhile"), msg("Look again."), {"error code": "ConditionNotMet"})


class Killed(BaseException):
    """The program was killed here."""
