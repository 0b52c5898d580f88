"""A real page blob behind a line that fails on purpose: before the request, or after it when the answer gets lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.transfer.page_blob import BlobState, CopyState, Interrupted, PageBlob
from wizard.transfer.ranges import PAGE, Stretch


class Spoilt:
    """Hands every request on to the real blob, except as told.

    `fails`: so many first requests of a name do not reach it. `loses_answers`: so many first ones do, but say they did not.
    `loses_puts`: these Put Pages (counted from 1) write nothing. `after_puts`: call after that many Put Pages.
    `no_leases`: as a link that does not allow them. `never_lets_go`: as a program that is killed before it lets go of its lease.
    """

    def __init__(
        self,
        blob: PageBlob,
        *,
        fails: Mapping[str, int] | None = None,
        loses_answers: Mapping[str, int] | None = None,
        loses_puts: set[int] | None = None,
        after_puts: Mapping[int, Callable[[], object]] | None = None,
        before_create: Callable[[], object] | None = None,
        spoils_footer_once: bool = False,
        foreign_pages: Stretch | None = None,
        no_leases: bool = False,
        never_lets_go: bool = False,
    ) -> None:
        self._no_leases = no_leases
        self._never_lets_go = never_lets_go
        self._blob = blob
        self._fails = Counter(fails or {})
        self._loses_answers = Counter(loses_answers or {})
        self._loses_puts = loses_puts or set()
        self._after_puts = dict(after_puts or {})
        self._before_create = before_create
        self._spoils_footer = spoils_footer_once
        self._foreign_pages = foreign_pages
        self._puts = 0
        self._lock = threading.Lock()
        self.failed: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return self._blob.url

    @property
    def container(self) -> str:
        return self._blob.container

    @property
    def name(self) -> str:
        return self._blob.name

    def state(self) -> BlobState | None:
        return self._ask("state", self._blob.state)

    def create(self, length: int, metadata: Mapping[str, str], *, fence: int, replaces: str | None) -> None:
        if self._before_create is not None:
            self._before_create()
        self._ask("create", lambda: self._blob.create(length, metadata, fence=fence, replaces=replaces))

    def put_pages(
        self, start: int, data: bytes, *, fence: int, moved: Callable[[int], None] | None = None
    ) -> str:
        with self._lock:
            self._puts += 1
            number = self._puts
        if number in self._loses_puts:
            return ""
        if self._foreign_pages is not None:
            where, length = self._foreign_pages
            self._foreign_pages = None
            self._blob.put_pages(where, b"!" * length, fence=fence)
        if self._spoils_footer and data.startswith(b"conectix") and len(data) == PAGE:
            self._spoils_footer = False
            data = b"!" * PAGE
        etag: str = self._ask(
            "put_pages", lambda: self._blob.put_pages(start, data, fence=fence, moved=moved)
        )
        if number in self._after_puts:
            self._after_puts[number]()
        return etag

    def clear_pages(self, start: int, length: int, *, fence: int) -> None:
        self._ask("clear_pages", lambda: self._blob.clear_pages(start, length, fence=fence))

    def page_ranges(self, start: int = 0, length: int | None = None) -> list[Stretch]:
        return self._ask("page_ranges", lambda: self._blob.page_ranges(start, length))

    def read(self, start: int, length: int, *, moved: Callable[[int], None] | None = None) -> bytes:
        return self._ask("read", lambda: self._blob.read(start, length, moved=moved))

    def set_metadata(self, metadata: Mapping[str, str], *, etag: str) -> str:
        return self._ask("set_metadata", lambda: self._blob.set_metadata(metadata, etag=etag))

    def acquire_lease(self, lease_id: str, seconds: int = 60) -> None:
        if self._no_leases:
            details = {"HTTP status": "403", "error code": "AuthorizationPermissionMismatch"}
            raise WizardError(msg("Leases are not allowed"), msg("Go without."), details)
        self._ask("acquire_lease", lambda: self._blob.acquire_lease(lease_id, seconds))

    def renew_lease(self) -> None:
        self._ask("renew_lease", self._blob.renew_lease)

    def release_lease(self) -> None:
        if not self._never_lets_go:
            self._ask("release_lease", self._blob.release_lease)

    def start_copy(self, source: Secret, *, replaces: str | None) -> CopyState:
        return self._blob.start_copy(source, replaces=replaces)

    def abort_copy(self, copy_id: str) -> None:
        self._blob.abort_copy(copy_id)

    @property
    def clock_ahead(self) -> float | None:
        return self._blob.clock_ahead

    def _ask(self, name: str, request: Callable[[], Any]) -> Any:
        with self._lock:
            fails, loses = self._fails[name] > 0, self._loses_answers[name] > 0
            self._fails[name] -= fails
            self._loses_answers[name] -= loses and not fails
            if fails:
                self.failed[name] += 1
        if not fails:
            answer = request()
            if not loses:
                return answer
        raise Interrupted(WizardError(msg("The line is down"), msg("Wait.")))
