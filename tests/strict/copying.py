"""Copy Blob: the server fetches another page blob over HTTP, by the source's own authorisation, at a pace a test sets."""

from __future__ import annotations

import http.client
import ssl
import threading
import uuid
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from tests.strict import conditions
from tests.strict.asking import Answer, Asked
from tests.strict.leases import INFINITE
from tests.strict.pages import SparsePages, Stretch
from tests.strict.refused import Refused, bad_header
from tests.strict.store import PAGE_BLOB, Blob, Copying, Store

_VERSION: Final = "2021-12-02"
_READ_AT_ONCE: Final = 4 * 1024 * 1024


class _SourceError(Exception):
    """The source did not give what it should; the text is what the copy's description says."""


@dataclass
class Pace:
    """How copies go on: so many bytes of the blob, holes counted, in a step, and so many seconds after each.

    `fails_at`: after so many bytes the copy fails with `reason`; None: it does not.
    """

    step: int = 64 * 1024 * 1024
    seconds: float = 0.0
    fails_at: int | None = None
    reason: str = '500 InternalError "Copy failed when reading the source."'


class Copies:
    """All copies of a server. After `hold()` they stay pending, and go on by as many steps as `let(n)` allows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.pace = Pace()
        self._steps: threading.Semaphore | None = None
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def hold(self) -> None:
        """From now on every step waits to be let."""
        self._steps = threading.Semaphore(0)

    def let(self, steps: int = 1) -> None:
        """Let held copies go on by so many steps, all copies together."""
        if self._steps is not None:
            self._steps.release(steps)

    def let_all(self) -> None:
        """Hold no longer."""
        held, self._steps = self._steps, None
        if held is not None:
            held.release(1_000_000)

    def stop(self) -> None:
        """End all threads."""
        self._ended.set()
        self.let_all()
        for thread in self._threads:
            thread.join(10)

    def start(self, asked: Asked) -> Answer:
        """Copy Blob: the source is looked at before the answer, everything else is done afterwards."""
        address = asked.header("x-ms-copy-source")
        source = _Source(address)
        try:
            length, kind, etag, metadata = source.look()
        finally:
            source.close()  # the thread connects anew, if there is one
        store = self._store
        with store.lock:
            before = store.find(asked)
            conditions.check(asked, before, failed="TargetConditionNotMet")
            if before is not None:
                _may_be_replaced(before, kind, asked)
            made = store.make(asked, kind, length)
            made.metadata = asked.metadata() or metadata
            made.copy = Copying(str(uuid.uuid4()), address, total=length)
            headers = made.version() | {"x-ms-copy-id": made.copy.id, "x-ms-copy-status": "pending"}
            thread = threading.Thread(target=self._run, args=(made, made.copy, source, etag), daemon=True)
            self._threads.append(thread)
            thread.start()
        return Answer(202, headers)

    def abort(self, asked: Asked) -> Answer:
        """Abort Copy Blob: an empty blob is left."""
        if asked.header("x-ms-copy-action").lower() != "abort":
            raise bad_header("x-ms-copy-action", asked.header("x-ms-copy-action"))
        with self._store.lock:
            blob = self._store.blob(asked)
            if blob.copy is None or blob.copy.status != "pending":
                raise Refused(409, "NoPendingCopyOperation")
            if blob.copy.id != asked.query.get("copyid", ""):
                raise Refused(409, "CopyIdMismatch")
            blob.lease.allow(asked.header("x-ms-lease-id"), writes=True)
            self._end(blob, blob.copy, "aborted")
        return Answer(204)

    def _run(self, blob: Blob, copying: Copying, source: _Source, etag: str) -> None:
        pace = self.pace
        try:
            ranges = source.ranges(etag, copying.total) if blob.kind == PAGE_BLOB else [(0, copying.total)]
            for start in range(0, copying.total, pace.step):
                steps = self._steps
                if steps is not None:
                    steps.acquire()
                if self._ended.is_set():
                    return
                end = min(start + pace.step, copying.total)
                if pace.fails_at is not None and end > pace.fails_at:
                    raise _SourceError(pace.reason)
                parts = [(at, source.read(etag, at, count)) for at, count in _parts(ranges, start, end)]
                with self._store.lock:
                    if copying.status != "pending":
                        return
                    for at, data in parts:
                        blob.pages.write(at, data)
                    copying.done = end
                self._ended.wait(pace.seconds)
        except (_SourceError, OSError, http.client.HTTPException) as error:
            with self._store.lock:
                if copying.status == "pending":
                    said = (
                        str(error)
                        if isinstance(error, _SourceError)
                        else '500 InternalError "Copy failed when reading the source."'
                    )
                    self._end(blob, copying, "failed", said)
            return
        finally:
            source.close()
        with self._store.lock:
            if copying.status == "pending":
                self._end(blob, copying, "success")

    def _end(self, blob: Blob, copying: Copying, status: str, reason: str = "") -> None:
        copying.status, copying.reason, copying.ended = status, reason, self._store.clock.date()
        if status != "success":
            blob.pages = SparsePages(0)
        blob.touch(self._store.clock)


def _may_be_replaced(before: Blob, kind: str, asked: Asked) -> None:
    if before.copy is not None and before.copy.status == "pending":
        raise Refused(409, "PendingCopyOperation")
    before.lease.allow(asked.header("x-ms-lease-id"), writes=True)
    if before.lease.locked and before.lease.duration != INFINITE:
        raise Refused(412, "InfiniteLeaseDurationRequired")
    if before.kind != kind:
        raise Refused(409, "InvalidBlobType")


def _parts(ranges: list[Stretch], start: int, end: int) -> list[Stretch]:
    """What of the ranges lies from `start` to `end`, in parts that can be read at once."""
    found = []
    for low, length in ranges:
        at, stop = max(low, start), min(low + length, end)
        found += [(each, min(_READ_AT_ONCE, stop - each)) for each in range(at, stop, _READ_AT_ONCE)]
    return found


class _Source:
    """What is copied, at its address. Only this computer is asked."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise bad_header("x-ms-copy-source", address.partition("?")[0])
        if parts.hostname != "127.0.0.1":
            raise Refused(
                500, "CannotVerifyCopySource", "Could not verify the copy source within the specified time."
            )
        self._target = parts.path + (f"?{parts.query}" if parts.query else "")
        context = ssl._create_unverified_context() if parts.scheme == "https" else None
        self._connection = (
            http.client.HTTPSConnection(parts.hostname, parts.port, timeout=20, context=context)
            if context is not None
            else http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        )

    def close(self) -> None:
        self._connection.close()

    def look(self) -> tuple[int, str, str, dict[str, str]]:
        """Length, kind, ETag and metadata; a refusal of the source is the refusal of the copy."""
        try:
            answer, _ = self._ask("HEAD", {})
        except (OSError, http.client.HTTPException) as error:
            text = "Could not verify the copy source within the specified time."
            raise Refused(500, "CannotVerifyCopySource", text) from error
        if answer.status != 200:
            said = {
                403: "This request is not authorized to perform this operation.",
                404: "The specified resource does not exist.",
            }
            raise Refused(answer.status, "CannotVerifyCopySource", said.get(answer.status, ""))
        prefix = "x-ms-meta-"
        metadata = {
            name[len(prefix) :]: value
            for name, value in answer.getheaders()
            if name.lower().startswith(prefix)
        }
        kind = answer.getheader("x-ms-blob-type") or "BlockBlob"
        return int(answer.getheader("Content-Length") or 0), kind, answer.getheader("ETag") or "", metadata

    def ranges(self, etag: str, length: int) -> list[Stretch]:
        """The source's page ranges."""
        found, marker = [], ""
        while True:
            query = "comp=pagelist" + (f"&marker={marker}" if marker else "")
            body = self._good("GET", {"If-Match": etag}, query)
            tree = ET.fromstring(body.decode("utf-8-sig"))
            for each in tree.iter("PageRange"):
                start, end = int(each.findtext("Start") or 0), int(each.findtext("End") or 0)
                found.append((start, min(end + 1, length) - start))
            marker = tree.findtext("NextMarker") or ""
            if not marker:
                return found

    def read(self, etag: str, start: int, length: int) -> bytes:
        """These bytes, of the same version of the source."""
        return self._good("GET", {"If-Match": etag, "x-ms-range": f"bytes={start}-{start + length - 1}"})

    def _good(self, method: str, headers: dict[str, str], query: str = "") -> bytes:
        answer, body = self._ask(method, headers, query)
        if answer.status not in (200, 206):
            code = answer.getheader("x-ms-error-code") or "Error"
            raise _SourceError(f'{answer.status} {code} "Copy failed when reading the source."')
        return body

    def _ask(
        self, method: str, headers: dict[str, str], query: str = ""
    ) -> tuple[http.client.HTTPResponse, bytes]:
        target = self._target + (("&" if "?" in self._target else "?") + query if query else "")
        self._connection.request(method, target, headers={"x-ms-version": _VERSION} | headers)
        answer = self._connection.getresponse()
        return answer, answer.read()
